// Steps of an explanation drive the player: a paragraph in the reading line, or its button, shows what it speaks of.

import { el, whole } from "./dom.js";
import { UNCHANGED } from "./state.js";

const LINE = "-50% 0px -50% 0px"; // the reading line: the middle of the window
const BUTTON = "display:block;margin:.35em 0 0;padding:.2em .8em;min-height:2rem;font:inherit;font-size:.85em;"
  + "text-align:left;color:inherit;border:1px solid color-mix(in srgb,currentColor 30%,transparent);border-radius:1rem;"
  + "cursor:pointer;background:";
const GROUND = { true: "color-mix(in srgb,currentColor 12%,transparent)", false: "none" };

/** How far to scroll so that a panel is seen, whole where it has room, and as much as may be of what is above it. */
const sightOf = ({ offsetTop, offsetHeight }, room) => Math.min(offsetTop, Math.max(offsetTop - room / 3, offsetTop + offsetHeight - room));

/**
 * Gives `steps([[paragraph, state]])`, which gives what stops it. A state names what is shown, and the rest is as usual
 * (the output of the run on the screen at the end of training): {at: step, moment: kind, unit: [layer, unit], replica,
 * panel: a tab, off: [layer, unit], lit: a part}.
 */
export function createStepper({ recording, model, set, state, strings, root, clock, nameOf, describe }) {
  const { steps, moments, seeds, begins } = recording, words = strings.steps, last = steps.length - 1;
  const said = el("p.nrn-unseen", { role: "status" });
  const output = { layer: model.last, unit: 0 }, unitAt = ([layer, unit]) => ({ layer, unit });

  /** The frame, the unit and what happened there. */
  function placed({ at, moment, unit, replica }) {
    const of = unit && unitAt(unit), happened = moments.find(([, kind, layer, number]) =>
      kind === moment && (!of || layer === undefined || (layer === of.layer && number === of.unit)));
    const [came, , layer, number] = happened ?? [last];
    const far = (frame) => Math.abs(steps[frame] - at);
    const nearest = at === undefined ? came : steps.reduce((best, _, k) => (far(k) < far(best) ? k : best), 0);
    return { frame: replica ? last : nearest, unit: of ?? (layer === undefined ? null : { layer, unit: number }) };
  }

  /** An output by its name alone, such as "yes", would not be known for one. */
  const unitCalled = ({ layer, unit }) =>
    (layer === model.last ? strings.called(strings.parts.output, recording.targetAxes[unit].name) : nameOf(layer, unit));

  function called(now) {
    const { frame, unit } = placed(now), name = unit && unitCalled(unit);
    const isOutput = now.lit === "output" && unit?.layer === model.last;
    const lit = now.lit && !isOutput && (strings.parts[now.lit] ?? strings.unit(now.lit.slice(5)));
    const what = [now.replica && words.run(now.replica + 1, seeds.length), name, lit !== name && lit,
      now.off && words.off(nameOf(...now.off)), now.panel && words.panel(strings[now.panel].tab)].filter(Boolean);
    const before = begins ?? words.before;
    const when = frame === 0 ? before : frame === last ? words.after : words.step(whole(steps[frame]));
    return `${what.join(", ") || words.network} ${when}`;
  }

  function show(now, byHand) {
    const { frame, unit } = placed(now), { off, replica = 0, panel = off ? "apart" : "example", lit } = now;
    const units = off ? { [off.join(":")]: { factor: 0, add: 0, name: "off" } } : {};
    const overrides = off ? { ...UNCHANGED, units } : UNCHANGED;
    const isEmpty = now.panel === "example" && !state().example; // the panel would show nothing but a request
    set({ unit: unit ?? output, lit: lit ? [lit] : [], overrides, probe: null, tab: panel,
      ...(isEmpty && { example: Float32Array.from(recording.inputs, (row) => row[0]), exampleIndex: 0 }) });
    if (replica) clock.go(last), set({ replica });
    else clock.glide(frame);
    const more = root.querySelector(".nrn-more"); // a panel that is named; of a unit that is off the picture tells
    requestAnimationFrame(() => root.scrollTo({ top: now.panel ? sightOf(more, root.clientHeight) : 0 }));
    if (byHand) said.textContent = `${words.shown(called(now))}. ${describe(...Object.values(unit ?? output)).says}`;
  }

  return (pairs) => {
    const stop = new AbortController(), { signal } = stop, buttons = new Map();
    let held = false, current = null;
    root.append(said);

    function go(line, byHand) {
      current = line;
      tell();
      show(pairs.find(([one]) => one === line)[1], byHand);
    }
    function tell() {
      for (const [line, now] of pairs) {
        const isShown = line === current, made = buttons.get(line);
        line.toggleAttribute("data-shown", isShown);
        made.textContent = (isShown ? words.shown : words.show)(called(now));
        made.style.cssText = BUTTON + GROUND[String(isShown)];
      }
    }
    const takeHold = () => ((held = true), (current = null), tell());
    for (const kind of ["pointerdown", "keydown", "input"]) root.addEventListener(kind, takeHold, { signal });

    /** What is scrolled to is shown, unless the learner has the player in hand. */
    function read(entries) {
      const line = entries.filter((entry) => entry.isIntersecting).at(-1)?.target;
      const isPlaying = state().playing && !clock.isGliding();
      if (line && line !== current && !held && !isPlaying) go(line, false);
    }
    const watch = new IntersectionObserver(read, { root: document, rootMargin: LINE });
    for (const [line] of pairs) {
      const made = el("button.nrn-step", { onclick() {
        held = false;
        go(line, true);
        if (!root.dataset.pinned) root.querySelector(".nrn-pictures").scrollIntoView({ block: "nearest" });
      } });
      buttons.set(line, made);
      line.append(made);
      watch.observe(line);
    }
    tell();
    return () => {
      stop.abort();
      watch.disconnect();
      said.remove();
      for (const [line, made] of buttons) made.remove(), line.removeAttribute("data-shown");
    };
  };
}
