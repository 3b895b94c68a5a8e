// The first page of a SCORM package: shows the explanations one after another, and tells the course platform what has
// been read, where the learner stands, and how many guesses and worked examples came out right.

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
const told = document.getElementById("told"), frame = /** @type {HTMLIFrameElement} */ (document.getElementById("page"));
const connected = api !== null && String(api[CALLS.begin]("")) === "true";
const set = (name, value) => connected && api[CALLS.set](name, String(value));

/** read: numbers of pages; done: "page task" -> whether it came out right. */
const state = { read: [], done: {} };
let now = 0;

function resume() {
  try {
    const { read, done } = JSON.parse(connected ? api[CALLS.get](NAMES.kept) || "{}" : "{}");
    state.read = (read ?? []).filter((number) => number in pages);
    Object.assign(state.done, done);
  } catch (error) {
    console.warn(`what the platform kept cannot be read: ${error}`);
  }
  const place = connected ? Number(api[CALLS.get](NAMES.location)) : 0;
  return place in pages ? place : 0;
}

function save() {
  const tasks = pages.flatMap(({ tasks: some }, page) => some.map((task) => `${page} ${task}`));
  const right = tasks.filter((task) => state.done[task]).length, whole = state.read.length === pages.length;
  set(NAMES.kept, JSON.stringify(state));
  set(NAMES.location, now);
  set(NAMES.status, whole ? "completed" : "incomplete");
  if (tasks.length) {
    set(`${NAMES.score}.min`, 0);
    set(`${NAMES.score}.max`, 100);
    set(`${NAMES.score}.raw`, Math.round((100 * right) / tasks.length));
    if (IS_NEW) set(`${NAMES.score}.scaled`, (right / tasks.length).toFixed(4));
  }
  if (connected) api[CALLS.save]("");
  document.getElementById("place").textContent = pages.length > 1 ? `${now + 1} of ${pages.length}, ${state.read.length} read` : "";
  told.textContent = !connected ? "Not connected to a course: nothing is recorded."
    : whole ? "Read." : "";
}

/** A guess counts the first time, a worked example as soon as it comes out. */
function settle(task, right) {
  const key = `${now} ${task}`;
  if (!pages[now].tasks.includes(task) || (task === "guess" && key in state.done)) return;
  state.done[key] ||= right;
  save();
}

function watch() {
  const inside = frame.contentDocument;
  const end = inside.querySelector(".levels") ?? inside.querySelector("footer");
  const its = /** @type {any} */ (frame.contentWindow); // its observer sees what is on the screen of its document
  new its.IntersectionObserver(([seen], observer) => {
    if (!seen.isIntersecting) return;
    observer.disconnect();
    if (!state.read.includes(now)) state.read.push(now);
    save();
  }).observe(end);
  for (const option of /** @type {NodeListOf<HTMLDetailsElement>} */ (inside.querySelectorAll(".guess details"))) {
    option.addEventListener("toggle", () => option.open && settle("guess", option.querySelector(".right") !== null));
  }
  const worked = inside.querySelector(".worked");
  worked?.addEventListener("submit", () => setTimeout(() => {
    settle("worked", worked.querySelector("[role=status]").classList.contains("right"));
  }));
}

function show(number) {
  now = number;
  frame.src = pages[number].path;
  frame.title = pages[number].title;
  for (const [id, to] of [["back", number - 1], ["next", number + 1]]) {
    const button = /** @type {HTMLButtonElement} */ (document.getElementById(id));
    button.disabled = !(to in pages);
    button.onclick = () => show(to);
  }
  save();
}

/** Since the page was opened: "0000:12:30.00", or "PT12M30S" in the newer form. */
function time() {
  const seconds = Math.round((Date.now() - began) / 1000), two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return IS_NEW ? `PT${hours}H${minutes}M${seconds % 60}S` : `${String(hours).padStart(4, "0")}:${two(minutes)}:${two(seconds % 60)}.00`;
}

frame.addEventListener("load", () => frame.contentDocument?.querySelector("article") && watch());
addEventListener("pagehide", () => {
  set(NAMES.time, time());
  if (connected) api[CALLS.end]("");
}, { once: true });
document.getElementById("moves").hidden = pages.length < 2;
show(resume());
