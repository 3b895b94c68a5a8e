// The network beside the greeting: it trains, and then the next question's takes its place, until somebody touches it.
// Where motion is not wanted the still picture stays.

import { styled } from "./styled.js";

const BETWEEN = 4000; // ms that a trained network stands
const figure = document.querySelector(".living"), stage = figure.querySelector(".stage");
const { player, style, networks } = JSON.parse(document.getElementById("living").textContent);
let touched = false;

for (const event of ["pointerdown", "focusin"]) figure.addEventListener(event, () => (touched = true), { once: true });

async function show(number, mount, before) {
  const { title, href, recording } = networks[number % networks.length];
  const response = await fetch(recording);
  if (!response.ok) throw new Error(`no recording at ${recording}: ${response.status}`);
  const bytes = await response.arrayBuffer();
  if (touched) return;
  before?.destroy();
  const handle = mount(stage, bytes, { theme: document.documentElement.dataset.theme ?? "auto", compact: true });
  const link = /** @type {HTMLAnchorElement} */ (figure.querySelector("figcaption a"));
  link.textContent = title;
  link.href = href;
  if (!handle.ok) return;
  handle.clock.go(0);
  handle.clock.toggle();
  handle.store.subscribe((changed, { playing }) => {
    if (changed.has("playing") && !playing) setTimeout(() => touched || next(number + 1, mount, handle), BETWEEN);
  });
}

function next(...which) {
  show(...which).catch((error) => console.error(error)); // what stands there stays
}

if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
  const [{ mount }] = await Promise.all([import(new URL(player, location.href).href), styled(style)]);
  next(0, mount);
}
