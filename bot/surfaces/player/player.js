// The player: shows a recorded training run, evaluates the network itself, and needs no server. Its style sheet is
// `player_css()` of bot/present/charts/theme.py.

import { createFollower } from "./claims.js";
import { createClock } from "./clock.js";
import { createDiagram } from "./diagram.js";
import { button, coloursOf, el } from "./dom.js";
import { Painter } from "./draw.js";
import { createModel } from "./model.js";
import { fitsBeside } from "./layout.js";
import { decode, refused } from "./recording.js";
import { createStage } from "./stage.js";
import { createStepper } from "./steps.js";
import { createStore } from "./state.js";
import { withStrings } from "./strings.js";
import { createTabs } from "./tabs.js";
import { createTimeline } from "./timeline.js";
import { createDescriber } from "./words.js";

/**
 * Show a recording (bytes) in an element or shadow root; what is in there stays where it cannot be played.
 *
 * Options: theme "light", "dark" or "auto"; compact; pinned "above" (as high as the element, above the words that
 * speak of it, until the learner opens it) or "beside" them (as high as the window, at most); strings (some of strings.js); css (where the page has none); onError.
 * Gives {element, ok, follow([[a claim's element, parts]]), steps([[a paragraph, what it shows]]), select(part),
 * setTheme(theme), store, recording, map() (where the large map lies in its canvas), destroy()}; parts: `lit` in
 * state.js; what is shown: steps.js.
 */
export function mount(element, bytes, options = {}) {
  const strings = withStrings(options.strings), still = [...element.childNodes];
  const root = el(options.compact ? "div.nrn.is-compact" : "div.nrn", { "data-theme": options.theme ?? "auto", "data-pinned": options.pinned });
  element.replaceChildren(...(options.css ? [el("style", { text: options.css })] : []), root);
  try {
    if (!document.createElement("canvas").getContext?.("2d")) throw refused("canvas");
    return play(root, decode(bytes), strings);
  } catch (error) {
    const { errors } = strings, known = errors[error.code];
    if (!known) console.error(error);
    const words = [known ?? errors.damaged, ...(still.length ? [errors.still] : [])].join(" ");
    root.replaceChildren(el("p.nrn-error", { role: "alert", text: words }), ...still);
    options.onError?.(words);
    return { element: root, ok: false, follow: () => () => {}, steps: () => () => {}, select() {}, setTheme() {}, destroy: () => root.remove() };
  }
}

/** What the drawing depends on: the width, and the height where it is bounded. */
const sizeOf = (root) => `${root.clientWidth} ${root.dataset.pinned === "above" && root.clientHeight}`;

/** Names units: (layer, unit, what a learner calls it). */
const namer = ({ sizes, axes, targetAxes }, store, strings) =>
  (layer, unit, given = store.get().names[`${layer}:${unit}`]) => {
    const own = unit === sizes[layer + 1] ? strings.bias
      : layer < 0 ? axes[unit].name : layer === sizes.length - 2 ? targetAxes[unit].name
      : sizes.length > 3 ? strings.unitOf(unit + 1, layer + 1) : strings.unit(unit + 1);
    return given ? strings.called(own, given) : own;
  };

function play(root, recording, strings) {
  const store = createStore(recording), model = createModel(recording, store);
  let colours = null, awake = true, size = sizeOf(root);
  const clock = createClock(recording, store), nameOf = namer(recording, store, strings);
  /** @type {any} - what the parts share; `describe` is made of the rest */
  const context = { recording, state: store.get, set: store.set, model, strings, root, clock, nameOf,
    paintOn: (canvas, w, h) => new Painter(canvas, w, h, (colours ??= coloursOf(root))) };
  context.describe = createDescriber(context);
  const parts = [createDiagram, createStage, createTimeline, createTabs].map((create) => create(context));
  const [diagram, stage, timeline, tabs] = parts.map(({ element }) => element);
  const pictures = el("div.nrn-pictures", {},
    el("div", {}, diagram, el("p.nrn-caption", { text: strings.edges })), stage);
  root.append(pictures, timeline, tabs);
  if (root.dataset.pinned === "above") timeline.querySelector(".nrn-transport")?.append(opener(root, strings));
  const ariaLabel = `${strings.region(recording.title ?? "")}. ${strings.keys}`;
  Object.assign(root, { tabIndex: 0, role: "group", ariaLabel });

  function draw(keys) {
    const { position, playing, tab } = store.get();
    Object.assign(root.dataset, { frame: Math.round(position), playing, tab });
    if (keys.has("tab") && root.dataset.pinned === "above") keys.add("size"); // another picture has its place
    if (keys.has("size")) pictures.classList.toggle("is-beside", fitsBeside(recording.sizes, root.clientWidth));
    if (awake && root.clientWidth) for (const part of parts) part.draw(keys);
  }
  const drawAll = () => draw(new Set([...Object.keys(store.get()), "size", "look"]));
  const relook = () => ((colours = null), drawAll());
  store.subscribe(draw);
  drawAll();

  /** Off the screen it stops, and lets go of its pictures. */
  function wake(isSeen) {
    if (isSeen === awake) return;
    if (!isSeen) {
      clock.stop();
      store.flush();
      for (const canvas of root.querySelectorAll("canvas")) canvas.width = 0;
      model.free();
    }
    awake = isSeen;
    root.toggleAttribute("data-asleep", !awake);
    if (awake) drawAll();
  }
  root.addEventListener("keydown", (event) => keyed(event, clock, root));
  const sized = new ResizeObserver(() => {
    const now = sizeOf(root);
    if (now !== size) (size = now), drawAll();
  });
  const seen = new IntersectionObserver((entries) => wake(entries.at(-1).isIntersecting), { rootMargin: "200px" }); // the last is now
  const dark = matchMedia("(prefers-color-scheme: dark)");
  sized.observe(root);
  seen.observe(root);
  dark.addEventListener("change", relook);
  requestAnimationFrame(() => setTimeout(() => store.set({ settled: true }))); // after the first picture
  return {
    element: root, ok: true, store, clock, recording, map: parts[1].map,
    follow: createFollower(context),
    steps: createStepper(context),
    select(part) { // "output", "loss", or "unit:2": that unit of the first hidden layer
      const last = recording.activations.length - 1, number = Number(part.slice(5)) - 1;
      const isUnit = part.startsWith("unit:") && last > 0 && number < recording.sizes[1];
      if (isUnit) store.set({ unit: { layer: 0, unit: number } });
      else if (part === "output") store.set({ unit: { layer: last, unit: 0 } });
      store.set({ lit: [part] });
    },
    setTheme(theme) {
      root.dataset.theme = theme;
      relook();
    },
    destroy() {
      wake(false);
      store.close();
      sized.disconnect();
      seen.disconnect();
      dark.removeEventListener("change", relook);
      root.remove();
    },
  };
}

/** Opens a pinned player, and pins it again. */
function opener(root, strings) {
  const made = button(strings.open, () => {
    const isPinned = !root.dataset.pinned;
    root.dataset.pinned = isPinned ? "above" : "";
    made.textContent = isPinned ? strings.open : strings.pin;
    if (!isPinned) root.scrollIntoView({ block: "start" });
  }, { "data-does": "open" });
  return made;
}

/** Arrows scrub and space plays, except where they belong to what has the focus. */
function keyed(event, clock, root) {
  const { key, altKey, ctrlKey, metaKey } = event, at = event.composedPath()[0];
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1 }[key];
  if (altKey || ctrlKey || metaKey || at.matches("input, select, textarea, [role=tab]")) return;
  if (step && at.closest(".nrn-scroll")) return;
  if (key === " " && (at === root || at.closest(".nrn-unit, .nrn-scroll, .nrn-diagram"))) clock.toggle();
  else if (key === "Home") clock.go(0);
  else if (key === "End") clock.go(Infinity);
  else if (step) clock.step(step);
  else return;
  event.preventDefault();
}
