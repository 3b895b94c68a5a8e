// What a page can do beyond being read: the player in place of the still picture, and copying for a forum.

import { styled } from "./styled.js";

const data = JSON.parse(document.getElementById("page-data").textContent);
const stage = document.getElementById("stage");
const play = document.getElementById("play");
const copyButton = document.getElementById("copy");
const steps = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-step]")]);
const points = /** @type {HTMLElement} */ (document.querySelector(".points"));
const beside = matchMedia("(min-width: 62rem)").matches;

async function recording() {
  const response = await fetch(data.recording);
  if (!response.ok) throw new Error(`no recording at ${data.recording}: ${response.status}`);
  return response.arrayBuffer();
}

async function start() {
  const [{ mount }, bytes] = await Promise.all([import(new URL(data.player, location.href).href), recording(), styled(data.style)]);
  stage.hidden = false;
  const key = /** @type {HTMLElement} */ (document.querySelector(".network > .stage:has(img)"));
  if (steps.length && key && key !== stage) key.hidden = true; // the player stands where it can be seen while one reads
  const theme = document.documentElement.dataset.theme ?? "auto";
  const claims = [...document.querySelectorAll("[data-about]")];
  const player = mount(stage, bytes, { theme, pinned: !steps.length ? "" : beside ? "beside" : "above" });
  play.remove();
  stage.classList.remove("soon");
  player.follow(claims.map((claim) => [claim, claim.dataset.about.split(" ")]));
  for (const made of document.querySelectorAll(".nrn-step")) made.remove();
  player.steps(steps.map((step) => [step, JSON.parse(step.dataset.step)]));
  globalThis.player = player; // worked.js marks its example there
  selectPoint();
  document.dispatchEvent(new Event("player"));
}

// Where the picture stands beside the text the player may take its place at once; in one column it would push the text
// away from under a reader's eyes, and a large recording is not fetched for those who only read.
if (data.player) {
  const button = play.querySelector("button");
  const begin = () => {
    button.disabled = true;
    start().catch((error) => {
      console.error(error);
      play.hidden = false;
      stage.classList.remove("soon");
      play.querySelector("span").textContent = "The training cannot be played. The page is whole without it.";
    });
  };
  button.addEventListener("click", begin);
  if (data.size > 20000) play.querySelector("span").textContent = `${Math.round(data.size / 1000)} KB`;
  const atOnce = beside && stage.childElementCount > 0 && !data.heavy;
  play.hidden = atOnce;
  if (atOnce) begin();
  else if (steps.length) beforeSteps(begin);
}

/** Where the player is not there yet it comes when a step does; one that is large comes when it is asked for. */
function beforeSteps(begin) {
  if (!data.heavy) {
    const near = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      near.disconnect();
      begin();
    }, { root: document, rootMargin: "0px 0px 60% 0px" });
    for (const step of steps) near.observe(step);
    return;
  }
  for (const step of steps) {
    const button = Object.assign(document.createElement("button"), { className: "nrn-step button quiet", type: "button",
      textContent: `Show it in the picture (${Math.round(data.size / 1000)} KB)` });
    button.addEventListener("click", () => {
      document.addEventListener("player", () => /** @type {HTMLElement} */ (step.querySelector(".nrn-step"))?.click(), { once: true });
      begin();
    });
    step.append(button);
  }
}

async function copy(text, box) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // an insecure address, or a frame that may not: the old way, from the visible box
    box.focus();
    box.select();
    document.execCommand("copy");
  }
}

/** Where a search led here and was not sure: how the question was read, and what else it may mean. */
function tellWhatElse() {
  let known = null;
  try {
    known = JSON.parse(sessionStorage.getItem("beside"));
    sessionStorage.removeItem("beside");
  } catch (error) { // a sandboxed frame has no storage
    console.info(String(error));
  }
  const article = document.querySelector("article");
  if (known?.slug !== article.dataset.slug) return;
  const line = Object.assign(document.createElement("p"), { className: "notice" });
  line.append("I read your question as this. Or did you mean ");
  known.beside.forEach(({ href, title }, number) => {
    line.append(number ? " · " : "", Object.assign(document.createElement("a"), { href, textContent: title }));
  });
  article.prepend(line);
}

/** The points that the address names, "#one-unit+why-three", or in its query where a fragment was cut off. */
async function named() {
  const names = (location.hash.slice(1) || new URLSearchParams(location.search).get("point") || "").match(/[a-z0-9-]+/g) ?? [];
  if (!points || !names.length) return [];
  const { pointsOf, contentOf } = await import(new URL(points.dataset.script, location.href).href);
  return pointsOf(document, names).map((point, number) => ({ point, content: contentOf(point, number > 0) }));
}

/** They are unfolded where they stand, and said first. */
async function tellPoints() {
  const said = await named();
  document.querySelector(".direct > .point")?.remove();
  if (!said.length) return;
  const folds = /** @type {NodeListOf<HTMLDetailsElement>} */ (points.querySelectorAll("details"));
  for (const fold of folds) if (said.some(({ point }) => fold.contains(point))) fold.open = true;
  const box = Object.assign(document.createElement("section"), { className: "point notice" });
  box.append(...said.flatMap(({ content }) => content));
  document.querySelector(".direct").prepend(box); // beside the picture, where there is room
  scrollTo({ top: 0 });
  selectPoint();
}

/** The player selects what the first point speaks of. */
async function selectPoint() {
  const part = (await named())[0]?.point.closest("details").dataset.about;
  if (part) globalThis.player?.select?.(part);
}

tellWhatElse();
tellPoints();
addEventListener("hashchange", tellPoints);

copyButton.hidden = false;
copyButton.addEventListener("click", async () => {
  const box = /** @type {HTMLTextAreaElement} */ (document.getElementById("canned"));
  await copy(box.value, box);
  document.getElementById("copied").textContent = "Copied.";
});
