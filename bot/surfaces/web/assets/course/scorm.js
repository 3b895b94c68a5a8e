// The first page of a SCORM package: tells the course platform what has been read, where the learner stands, and how
// many guesses and worked examples came out right.

import { follow } from "./course.js";

const FAR = 12; // frames above this one in which the platform's API is looked for
const { version, pages } = JSON.parse(document.getElementById("course").textContent);
const IS_NEW = version === "2004";
const NAMES = IS_NEW
  ? { location: "cmi.location", kept: "cmi.suspend_data", status: "cmi.completion_status", time: "cmi.session_time",
      score: "cmi.score" }
  : { location: "cmi.core.lesson_location", kept: "cmi.suspend_data", status: "cmi.core.lesson_status",
      time: "cmi.core.session_time", score: "cmi.core.score" };
const CALLS = IS_NEW
  ? { begin: "Initialize", get: "GetValue", set: "SetValue", save: "Commit", end: "Terminate" }
  : { begin: "LMSInitialize", get: "LMSGetValue", set: "LMSSetValue", save: "LMSCommit", end: "LMSFinish" };

/** The platform's API: in a frame above, or in the window that opened this one. */
function found() {
  const name = IS_NEW ? "API_1484_11" : "API";
  for (const first of [window, window.opener]) {
    for (let place = first, steps = 0; place && steps < FAR; place = place.parent, steps += 1) {
      try {
        if (place[name]) return place[name];
      } catch (error) { // of another origin
        console.info(String(error));
        break;
      }
      if (place.parent === place) break;
    }
  }
  return null;
}

const api = found(), began = Date.now();
const connected = api !== null && String(api[CALLS.begin]("")) === "true";
const set = (name, value) => connected && api[CALLS.set](name, String(value));
const isWhole = (state) => state.read.length === pages.length;

function kept() {
  if (!connected) return null;
  try {
    return { ...JSON.parse(api[CALLS.get](NAMES.kept) || "{}"), place: Number(api[CALLS.get](NAMES.location)) };
  } catch (error) {
    console.warn(`what the platform kept cannot be read: ${error}`);
    return null;
  }
}

function save(state, now) {
  const tasks = pages.flatMap(({ tasks: some }, page) => some.map((task) => `${page} ${task}`));
  const right = tasks.filter((task) => state.done[task]).length;
  set(NAMES.kept, JSON.stringify(state));
  set(NAMES.location, now);
  set(NAMES.status, isWhole(state) ? "completed" : "incomplete");
  if (tasks.length) {
    set(`${NAMES.score}.min`, 0);
    set(`${NAMES.score}.max`, 100);
    set(`${NAMES.score}.raw`, Math.round((100 * right) / tasks.length));
    if (IS_NEW) set(`${NAMES.score}.scaled`, (right / tasks.length).toFixed(4));
  }
  if (connected) api[CALLS.save]("");
}

const says = (state) => (!connected ? "Not connected to a course: nothing is recorded." : isWhole(state) ? "Read." : "");

/** Since the page was opened: "0000:12:30.00", or "PT12M30S" in the newer form. */
function time() {
  const seconds = Math.round((Date.now() - began) / 1000), two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return IS_NEW ? `PT${hours}H${minutes}M${seconds % 60}S` : `${String(hours).padStart(4, "0")}:${two(minutes)}:${two(seconds % 60)}.00`;
}

addEventListener("pagehide", () => {
  set(NAMES.time, time());
  if (connected) api[CALLS.end]("");
}, { once: true });
follow(pages, { kept, save, says });
