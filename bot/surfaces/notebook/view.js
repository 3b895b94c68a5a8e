// Starts the player in its frame of an output; `mount` stands above, in the player itself. Notebooks give the frame their
// own origin: there it finds the ground, the claims and the still picture. Where it may not look, it does without.

const { recording, claims, selected } = JSON.parse(document.getElementById("given").textContent);
const frame = /** @type {HTMLElement | null} */ (window.frameElement);

/** A colour in whatever notation, as red, green, blue and opacity from 0 to 255. */
function channelsOf(colour) {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return pen.getImageData(0, 0, 1, 1).data;
}

/** "dark" or "light", by the ground that the output stands on: notebooks each say it in a way of their own. */
function themeAround() {
  for (let at = /** @type {Element | null} */ (frame); at; at = at.parentElement ?? at.getRootNode().host) {
    const [red, green, blue, opacity] = channelsOf(getComputedStyle(at).backgroundColor);
    if (opacity > 127) return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
  }
  return frame ? "light" : "auto";
}

const WAIT = 100, TRIES = 20; // milliseconds between looks for the text, which may be set after the player

/** The lines of the claims in the text above, where the notebook has set it in the same document; else null. */
function linesAbove() {
  const lines = frame?.closest(".jp-OutputArea, .output_wrapper, .nrn-answer")?.querySelectorAll("li") ?? [];
  const found = [...lines].filter((line) => /^[✓✗]/.test(line.textContent.trim()));
  return found.length === claims.length ? found : null;
}

/** The claims as lines of the player's own. */
function linesBelow(player) {
  const list = document.createElement("ul");
  list.className = "nrn-claims";
  for (const { says, mark, evidence } of claims) {
    const line = document.createElement("li"), count = document.createElement("small");
    count.textContent = evidence;
    line.append(`${mark} ${says} `, count);
    list.append(line);
  }
  player.querySelector(".nrn-more").before(list);
  return [...list.children];
}

const LIT = "color-mix(in srgb, orange 15%, transparent)";

/** Lines of the notebook's own text look as ours do, without a style sheet in its page. */
function lightOutside(line) {
  line.style.cursor = "pointer";
  const look = () => {
    const ground = line.hasAttribute("data-lit") ? LIT : "";
    Object.assign(line.style, { background: ground, boxShadow: ground && `0 0 0 4px ${ground}` });
  };
  new MutationObserver(look).observe(line, { attributeFilter: ["data-lit"] });
}

/** Pointing at a claim, tabbing to it or tapping it lights what it speaks of. */
function follow(handle, tries = 0) {
  const above = linesAbove();
  if (!above && tries < TRIES) return void setTimeout(follow, WAIT, handle, tries + 1);
  const lines = above ?? linesBelow(handle.element);
  for (const line of above ?? []) {
    line.setAttribute("data-lm-suppress-shortcuts", "true"); // Enter is not the cell's
    lightOutside(line);
  }
  addEventListener("pagehide", handle.follow(lines.map((line, i) => [line, claims[i].about])));
}

/** The frame is as tall as the player, and what stands for it is no longer needed. */
function takePlace() {
  const others = /** @type {NodeListOf<HTMLElement>} */ (frame.closest(".nrn-output").querySelectorAll("img, p"));
  for (const other of others) other.style.display = "none";
  const grow = () => (frame.style.height = `${Math.ceil(document.documentElement.getBoundingClientRect().height)}px`);
  new ResizeObserver(grow).observe(document.documentElement);
  grow();
}

function start() {
  const home = document.body.appendChild(document.createElement("div"));
  const bytes = Uint8Array.from(atob(recording), (letter) => letter.charCodeAt(0));
  const handle = mount(home, bytes, { theme: themeAround() });
  if (!handle.ok) return;
  if (selected) handle.select(selected);
  if (claims.length) follow(handle);
  if (!frame) return;
  takePlace();
  const recolour = () => {
    document.documentElement.style.colorScheme = getComputedStyle(frame).colorScheme; // or its ground would be opaque
    handle.setTheme(themeAround());
  };
  const themes = new MutationObserver(recolour), outside = frame.ownerDocument;
  for (const node of [outside.documentElement, outside.body]) themes.observe(node, { attributes: true });
  addEventListener("pagehide", () => themes.disconnect());
  recolour();
}

start();
