// Name a neuron: a learner's name for a unit, given a meaning and tested on the other replicas.

import { write } from "./draw.js";
import { el, field, fitted, fixed, note, numeric, touched } from "./dom.js";
import { correlation, unitsOfAll } from "./crowd.js";

const SURE = 0.8; // correlation from which a unit is said to mean something; the same for coffee's edges in sims

export function createNaming({ recording, store, model, strings, nameOf, look }) {
  const { axes, inputs, points, concepts, seeds, sizes } = recording, words = strings.naming;
  const label = el("input", { maxlength: 40, oninput: () => named() });
  const meanings = [...concepts.map(({ name }, c) => [`c${c}`, name]),
    ...axes.flatMap((axis, i) => [[`>${i}`, words.above(axis.name)], [`<${i}`, words.below(axis.name)]])];
  const meaning = el("select", { onchange: () => test() }, ...meanings.map(([value, text]) => el("option", { value, text })));
  const limit = numeric({ oninput: () => test() });
  const limitField = field(words.limit, limit);
  const result = el("p", { class: "nrn-says", role: "status" }), strip = el("canvas", { class: "nrn-strip", role: "img", width: 0 });
  const head = el("span");
  const element = el("div", {}, note(words.ask),
    el("div", { class: "nrn-fields" }, field(head, label),
      field(words.means, meaning), limitField),
    result, strip, note(words.note(SURE)));
  const units = new Map();
  let chosen = "";

  /** The learner's name is kept for the unit; a name that is a concept's chooses that concept. */
  function named() {
    const { names, unit } = store.get(), key = `${unit.layer}:${unit.unit}`;
    store.set({ names: { ...names, [key]: label.value.trim() } });
    const known = concepts.findIndex(({ name }) => name.toLowerCase() === label.value.trim().toLowerCase());
    if (known >= 0) meaning.value = `c${known}`;
    test();
  }

  /** How far each example is what the name says: 0 to 1; null where no limit is given. */
  function degrees() {
    const which = Number(meaning.value.slice(1));
    if (meaning.value[0] === "c") return concepts[which].values;
    if (!Number.isFinite(limit.valueAsNumber)) return null;
    const above = meaning.value[0] === ">", at = model.toSeen(axes[which], limit.valueAsNumber);
    return inputs.subarray(which * points, (which + 1) * points).map((v) => Number(above ? v > at : v < at));
  }

  function test() {
    const { layer, unit } = store.get().unit, isRule = meaning.value[0] !== "c", axis = axes[Number(meaning.value.slice(1))];
    limitField.hidden = !isRule;
    if (isRule && chosen !== meaning.value) limit.value = Number(((axis.low + axis.high) / 2).toPrecision(4));
    chosen = meaning.value;
    const wanted = degrees(), useless = !wanted ? words.notANumber : wanted.every((v) => v === wanted[0]) ? words.same : "";
    strip.hidden = Boolean(useless);
    if (useless) return void (result.textContent = useless);
    if (!units.has(layer)) units.set(layer, unitsOfAll(recording, layer, inputs, points));
    const all = units.get(layer).map((mine) => mine.map((a) => correlation(a, wanted)));
    const here = all.map((mine) => mine[unit]), others = here.slice(1), count = (test) => others.filter(test).length;
    const stands = meaning.selectedOptions[0].text.replace("…", limit.value);
    result.textContent = [words.here(stands, fixed(here[0])), others.length ? words.others(count((r) => r >= SURE),
      count((r) => r <= -SURE), all.slice(1).filter((mine) => mine.some((r) => Math.abs(r) >= SURE)).length, others.length,
      sizes[layer + 1]) : ""].join(" ");
    result.dataset.here = here[0];
    result.dataset.same = count((r) => r >= SURE);
    draw(here);
  }

  /** A dot for each replica on a line from −1 to 1; the one on the screen is large. */
  function draw(here) {
    const width = strip.clientWidth, colours = look(), paint = fitted(strip, width, 56, colours), x = (r) => 12 + ((r + 1) / 2) * (width - 24);
    paint.fillStyle = colours.surface;
    for (const [from, to] of [[-1, -SURE], [SURE, 1]]) paint.fillRect(x(from), 6, x(to) - x(from), 30);
    paint.fillStyle = colours.muted;
    paint.fillRect(12, 36, width - 24, 1);
    for (const r of [-1, -SURE, 0, SURE, 1]) write(paint, String(r).replace("-", "−"), x(r), 50, "center");
    here.forEach((_, n, { length }) => {
      const k = length - 1 - n, r = here[k]; // the one on the screen last, on top
      paint.beginPath();
      paint.arc(x(r), 12 + (k % 4) * 5.5, k ? 3.2 : 6, 0, 7);
      paint.globalAlpha = k ? 0.6 : 1;
      paint.fillStyle = k ? colours.muted : colours["series-0"];
      paint.fill();
    });
    paint.globalAlpha = 1;
    strip.setAttribute("aria-label", words.strip(here.map(fixed).join(", "), seeds.length));
  }

  return {
    name: "naming", title: words.tab, element,
    draw(keys) {
      if (!touched(keys, "unit tab size look")) return;
      const { unit, names } = store.get();
      head.textContent = words.call(nameOf(unit.layer, unit.unit, true));
      label.value = names[`${unit.layer}:${unit.unit}`] ?? "";
      test();
    },
    free() {
      units.clear();
      strip.width = 0;
    },
  };
}
