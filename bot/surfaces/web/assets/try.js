// What the page of a learner's own network can do beyond being read: the players, and copying for a forum.

import { copy } from "./clipboard.js";
import { padIn } from "./pad.js";

const held = document.getElementById("page-data");
const data = held ? JSON.parse(held.textContent) : null;
const figures = [...document.querySelectorAll(".run:has(.play)")];
const chooseForm = /** @type {HTMLFormElement} */ (document.querySelector(".choose"));
const field = /** @type {HTMLTextAreaElement} */ (document.getElementById("own"));
const chosenData = /** @type {HTMLSelectElement} */ (chooseForm.querySelector("select[name=data]"));
let style;

function styled(href) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return new Promise((resolve, reject) => {
    Object.assign(link, { onload: resolve, onerror: () => reject(new Error(`no style sheet at ${href}`)) });
    document.head.append(link);
  });
}

/** A recording is sent for with its settings: rows of one's own are in no address. */
async function recording(run) {
  const response = await fetch(data.recording, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(run),
  });
  if (!response.ok) throw new Error(`no recording: ${response.status}`);
  return response.arrayBuffer();
}

async function start(figure, number) {
  style ??= styled(data.style);
  const [{ mount }, bytes] = await Promise.all([
    import(new URL(data.player, location.href).href), recording(data.runs[number]), style]);
  const player = mount(figure.querySelector(".stage"), bytes, { theme: "auto" });
  const claims = [...document.querySelectorAll(`[data-run="${number}"]`)];
  player.follow(claims.map((claim) => [claim, claim.dataset.about.split(" ")]));
  figure.querySelector(".play").hidden = true;
  return padIn(player, { field, data: chosenData, train: (rows) => trainOn(data.runs[number], rows) });
}

/** The network of a run, trained anew on rows: the page comes again with what it says of them. */
function trainOn({ params, seed }, rows) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", hidden: true, action: `${chooseForm.action}#draw` });
  for (const [name, value] of Object.entries({ ...params, data: "own", own: rows, seed })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

function play(figure, number) {
  const place = figure.querySelector(".play"), button = place.querySelector("button");
  button.disabled = true;
  return start(figure, number).catch((error) => {
    console.error(error);
    button.disabled = false;
    place.querySelector(".said").textContent = "The training cannot be played. The page is whole without it.";
    return null;
  });
}

figures.forEach((figure, number) => {
  const place = figure.querySelector(".play");
  place.querySelector("button").addEventListener("click", () => play(figure, number));
  place.hidden = false;
});

// Who comes to draw, or has drawn, sees the player at once.
if (location.hash === "#draw" && figures.length) {
  const score = chosenData.value === "own" ? `Trained on them: ${data.scores[0]}.` : "";
  play(figures[0], 0).then((pad) => {
    pad?.open(score);
    figures[0].querySelector(".pad")?.scrollIntoView({ block: "center" });
  });
}

const copyButton = document.getElementById("copy");
if (copyButton) {
  copyButton.hidden = false;
  copyButton.addEventListener("click", async () => {
    const box = /** @type {HTMLTextAreaElement} */ (document.getElementById("canned"));
    await copy({ "text/plain": box.value });
    document.getElementById("copied").textContent = "Copied.";
  });
}

// A line number leads to its line in the text.
const text = /** @type {HTMLTextAreaElement} */ (document.getElementById("text"));
for (const link of document.querySelectorAll("a.line")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const lines = text.value.split("\n");
    const number = Number(link.textContent.replace(/\D/g, ""));
    const from = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(from, from + (lines[number - 1] ?? "").length);
    text.scrollIntoView({ block: "center" });
  });
}

const drawn = document.getElementById("drawn");
if (drawn) drawn.hidden = false;
