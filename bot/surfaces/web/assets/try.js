// What the page of a learner's own network can do beyond being read: the players, and copying for a forum.

import { copy } from "./clipboard.js";
import { padOver } from "./pad.js";

const held = document.getElementById("page-data");
const data = held ? JSON.parse(held.textContent) : null;
const figures = [...document.querySelectorAll(".run")];
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
}

figures.forEach((figure, number) => {
  const play = figure.querySelector(".play");
  const button = play.querySelector("button");
  button.addEventListener("click", () => {
    button.disabled = true;
    start(figure, number).catch((error) => {
      console.error(error);
      button.disabled = false;
      play.querySelector(".said").textContent = "The training cannot be played. The page is whole without it.";
    });
  });
  play.hidden = false;
});

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

const own = /** @type {HTMLTextAreaElement} */ (document.getElementById("own"));
const chosenData = /** @type {HTMLSelectElement} */ (document.querySelector(".choose select[name=data]"));
padOver(/** @type {HTMLElement} */ (document.getElementById("pad")), own, () => { chosenData.value = "own"; });
