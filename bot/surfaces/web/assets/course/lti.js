// The page that a course platform launches: gives its frame the height of what it holds, keeps in this browser how far
// the learner is, and has scores sent to the platform's gradebook.

import { follow } from "./course.js";

const PAUSE = 800; // ms in which several changes become one score
const AGAIN = 20_000, LATEST = 600_000; // ms until a score is sent again that was not taken, at first and at last
const SAYS = { waiting: "Sending your score …", failed: "Your course did not take the score. It is sent again in a moment." };
const { pages, session, kept: name, scores } = JSON.parse(document.getElementById("course").textContent);
const TASKS = ["guess", "worked"];
let line = "", sent = JSON.stringify({ right: [], read: [] }), timer = 0, again = AGAIN, latest = null, place = 0;

function kept() {
  try {
    const found = name ? JSON.parse(localStorage.getItem(`lti ${name}`) ?? "null") : null;
    sent = found?.sent ?? sent;
    return found;
  } catch (error) { // a browser that keeps nothing here, or something else under this name
    console.info(String(error));
    return null;
  }
}

function save(state, now) {
  [latest, place] = [state, now];
  if (!session) return;
  remember();
  if (progress() !== sent) later(PAUSE);
}

function remember() {
  try {
    localStorage.setItem(`lti ${name}`, JSON.stringify({ ...latest, place, sent }));
  } catch (error) {
    console.info(String(error));
  }
}

const progress = () => JSON.stringify({
  right: Object.keys(latest.done).filter((task) => latest.done[task]), read: latest.read,
});

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(send, pause);
}

async function send() {
  timer = 0;
  const reached = progress();
  say(SAYS.waiting);
  try {
    const response = await fetch(scores, {
      method: "POST", keepalive: true, body: JSON.stringify({ session, ...JSON.parse(reached) }),
      headers: { "Content-Type": "application/json", Accept: "application/json" },
    });
    const told = await response.json();
    if (response.status === 422) return say(told.detail); // to send it again would help nobody
    if (!response.ok) throw new Error(told.detail);
    [sent, again] = [reached, AGAIN];
    remember();
    say(told.sent ? `Score: ${told.right} of ${told.of}, sent to your course.` : "Your course has a better score already.");
  } catch (error) {
    console.warn(String(error));
    say(SAYS.failed);
    later(again);
    again = Math.min(2 * again, LATEST);
  }
}

function say(text) {
  line = text;
  course.told();
}

/** As high as the page in the frame; then as high as this page, for the platform. */
function shown(frame) {
  const body = frame.contentDocument?.body;
  if (!body) return;
  const fit = () => {
    frame.style.height = `${Math.ceil(frame.contentDocument.documentElement.getBoundingClientRect().height)}px`;
  };
  new /** @type {any} */ (frame.contentWindow).ResizeObserver(fit).observe(body);
  fit();
}

function tellHeight() {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  if (parent !== window) parent.postMessage({ subject: "lti.frameResize", height }, "*"); // a height is no secret
}

/** The next page is to be read from its top, however far down the platform's page is. */
function moved() {
  if (parent !== window) parent.postMessage({ subject: "lti.scrollToTop" }, "*");
  document.body.scrollIntoView();
}

addEventListener("pagehide", () => timer && send());
new ResizeObserver(tellHeight).observe(document.body);
const course = follow(pages.map((page) => ({ ...page, tasks: TASKS })), { kept, save, says: () => line, shown, moved });
