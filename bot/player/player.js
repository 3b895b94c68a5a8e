// The player: shows a recorded training run, evaluates the network itself, and needs no server.
//
//   const handle = mount(element, bytes, { theme: "dark" });
//
// The style sheet is `player_css()` of bot/charts/theme.py.

import { createFollower } from "./claims.js";
import { createClock } from "./clock.js";
import { createDiagram } from "./diagram.js";
import { coloursOf, el } from "./dom.js";
import { Painter } from "./draw.js";
import { createModel } from "./model.js";
import { fitsBeside } from "./layout.js";
import { decode, RecordingError } from "./recording.js";
import { createStage } from "./stage.js";
import { createStore, initialState } from "./state.js";
import { withStrings } from "./strings.js";
import { createTabs } from "./tabs.js";
import { createTimeline } from "./timeline.js";
import { createDescriber } from "./words.js";

const EVERYTHING = "size look position playing replica overrides unit probe example flow lit tab speed names settled";

/**
 * Show a recording (bytes, from `bot.recordings.recording`) in an element or shadow root; what is in there is its fallback.
 *
 * @param options theme "light", "dark" or "auto"; strings (some of strings.js); css (where the page has none);
 *   onError(message)
 * @returns {element, ok, follow([[a claim's element, parts]]), setTheme(theme), store, destroy()}; parts: see `lit` in state.js
 */
export function mount(element, bytes, options = {}) {
  const strings = withStrings(options.strings), still = [...element.childNodes];
  const root = el("div", { class: "nrn", "data-theme": options.theme ?? "auto" });
  element.replaceChildren(...(options.css ? [el("style", { text: options.css })] : []), root);
  const bare = { element: root, ok: false, follow: () => () => {}, setTheme() {}, destroy: () => root.remove() };
  try {
    if (!document.createElement("canvas").getContext?.("2d")) throw new RecordingError("canvas");
    return play(root, decode(bytes), strings);
  } catch (error) {
    const code = error instanceof RecordingError ? error.code : "damaged";
    if (!(error instanceof RecordingError)) console.error(error);
    const words = [strings.errors[code], ...(still.length ? [strings.errors.still] : [])].join(" ");
    root.replaceChildren(el("p", { class: "nrn-error", role: "alert", text: words }), ...still);
    options.onError?.(words);
    return bare;
  }
}

/** What units are called: (layer, unit, the learner's name for it). */
const namer = ({ sizes, axes, targetAxes }, store, strings) =>
  (layer, unit, given = store.get().names[`${layer}:${unit}`]) => {
    const own = unit === sizes[layer + 1] ? strings.bias : layer < 0 ? axes[unit].name
      : layer === sizes.length - 2 ? targetAxes[unit].name
      : sizes.length > 3 ? strings.unitOf(unit + 1, layer + 1) : strings.unit(unit + 1);
    return given ? strings.called(own, given) : own;
  };

function play(root, recording, strings) {
  const store = createStore(initialState(recording)), model = createModel(recording, store);
  let colours = null, awake = true, width = root.clientWidth;
  const context = { recording, store, model, strings, root, nameOf: namer(recording, store, strings),
    clock: createClock({ recording, store }),
    paintOn: (canvas, w, h) => new Painter(canvas, w, h, (colours ??= coloursOf(root))) };
  context.describe = createDescriber(context);
  const parts = [createDiagram, createStage, createTimeline, createTabs].map((create) => create(context));
  const [diagram, stage, timeline, tabs] = parts.map(({ element }) => element);
  const pictures = el("div", { class: "nrn-pictures" },
    el("div", { class: "nrn-left" }, diagram, el("p", { class: "nrn-caption", text: strings.edges })), stage);
  root.append(pictures, timeline, tabs);
  Object.assign(root, { tabIndex: 0, role: "group", ariaLabel: `${strings.region(recording.title ?? "")}. ${strings.keys}` });

  function draw(keys) {
    const { position, playing } = store.get();
    Object.assign(root.dataset, { frame: Math.round(position), playing });
    if (keys.has("size")) pictures.classList.toggle("is-beside", fitsBeside(recording.sizes, root.clientWidth));
    if (awake && root.clientWidth) for (const part of parts) part.draw(keys);
  }
  const drawAll = () => draw(new Set(EVERYTHING.split(" ")));
  const relook = () => ((colours = null), drawAll());
  store.subscribe(draw);
  drawAll();

  function sleep() {
    if (!awake) return;
    context.clock.stop();
    store.flush();
    awake = false;
    root.dataset.asleep = "";
    for (const canvas of root.querySelectorAll("canvas")) canvas.width = canvas.height = 0;
    model.free();
  }
  function wake() {
    if (awake) return;
    awake = true;
    delete root.dataset.asleep;
    drawAll();
  }
  root.addEventListener("keydown", (event) => keyed(event, context.clock, root));
  const sized = new ResizeObserver(() => {
    if (root.clientWidth !== width) (width = root.clientWidth), drawAll();
  });
  const seen = new IntersectionObserver(([entry]) => (entry.isIntersecting ? wake() : sleep()), { rootMargin: "200px" });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  sized.observe(root);
  seen.observe(root);
  dark.addEventListener("change", relook);
  let later = requestAnimationFrame(() => (later = setTimeout(() => store.set({ settled: true })))); // after the first picture
  return {
    element: root, ok: true, store,
    follow: createFollower(context),
    setTheme(theme) {
      root.dataset.theme = theme;
      relook();
    },
    destroy() {
      cancelAnimationFrame(later);
      clearTimeout(later);
      sleep();
      store.close();
      sized.disconnect();
      seen.disconnect();
      dark.removeEventListener("change", relook);
      root.remove();
    },
  };
}

/** Arrows scrub and space plays, except where they belong to what has the focus. */
function keyed(event, clock, root) {
  const at = event.composedPath()[0], own = at.matches("input, select, textarea, [role=tab]");
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1 }[event.key];
  if (own || (at.closest(".nrn-scroll") && event.key.startsWith("Arrow"))) return;
  if (event.key === " " && (at === root || at.closest(".nrn-unit, .nrn-scroll, .nrn-diagram"))) clock.toggle();
  else if (event.key === "Home") clock.go(0);
  else if (event.key === "End") clock.go(Infinity);
  else if (steps) clock.step(steps);
  else return;
  event.preventDefault();
}
