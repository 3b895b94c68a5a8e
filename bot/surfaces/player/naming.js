// Name a unit: a learner's name is given a meaning and tested on the other replicas.

import { correlation, unitsOfAll } from "./crowd.js";
import { el, entry, field, fixed, note, numeric } from "./dom.js";
import { scale } from "./draw.js";

const SURE = 0.8; // correlation from which a unit means something; as for coffee's edges in sims

export function createNaming({ recording, state, set, model, strings, nameOf, paintOn }) {
  const { axes, inputs, concepts, seeds, sizes } = recording, words = strings.naming;
  const label = el("input", { maxlength: 40, oninput: named });
  const meanings = [...concepts, ...axes.flatMap((axis, i) => [["above", 1], ["below", -1]].map(([side, sign]) =>
    ({ name: words[side](axis.name), axis, sign, row: inputs[i] })))];
  const options = meanings.map(({ name }, value) => el("option", { value, text: name }));
  const meaning = el("select", { onchange: test }, ...options);
  const limit = numeric({ oninput: test }), limitField = field(words.limit, limit), head = el("span");
  const result = el("p.nrn-says", { role: "status" });
  const strip = el("canvas.nrn-strip", { role: "img", width: 0 });
  let chosen = "";

  /** A name that is a concept's chooses that concept. */
  function named() {
    const { names, unit } = state(), name = label.value.trim();
    set({ names: { ...names, [`${unit.layer}:${unit.unit}`]: name } });
    const known = concepts.findIndex((concept) => concept.name.toLowerCase() === name.toLowerCase());
    if (known >= 0) meaning.value = known;
    test();
  }

  /** How far each example is what the name says: 0 to 1; null where no limit is given. */
  function degrees() {
    const { values, axis, sign, row } = meanings[meaning.value];
    limitField.hidden = !axis;
    if (!axis) return values;
    if (chosen !== meaning.value) limit.value = entry((axis.low + axis.high) / 2);
    const at = axis.seen(limit.valueAsNumber);
    return Number.isNaN(at) ? null : row.map((value) => sign * (value - at) > 0);
  }

  function test() {
    const { layer, unit } = state().unit, wanted = degrees();
    const useless = !wanted ? words.notANumber : wanted.every((v) => v === wanted[0]) ? words.same : "";
    chosen = meaning.value;
    strip.hidden = Boolean(useless);
    if (useless) return void (result.textContent = useless);
    const units = model.keep(`units ${layer}`, () => unitsOfAll(recording, layer, inputs));
    const all = units.map((mine) => mine.map((a) => correlation(a, wanted)));
    const here = all.map((mine) => mine[unit]), others = all.slice(1), count = (test) => others.filter(test).length;
    const same = count((mine) => mine[unit] >= SURE), opposite = count((mine) => mine[unit] <= -SURE);
    const some = count((mine) => mine.some((r) => Math.abs(r) >= SURE));
    result.textContent = [words.here(meanings[chosen].name.replace("…", limit.value), fixed(here[0])),
      others.length ? words.others(same, opposite, some, others.length, sizes[layer + 1]) : ""].join(" ");
    Object.assign(result.dataset, { here: here[0], same });
    draw(here);
  }

  /** A dot for each replica; the one on the screen is large. */
  function draw(here) {
    const width = strip.clientWidth, paint = paintOn(strip, width, 56), x = scale(-1, 1, 12, width - 12);
    for (const from of [-1, SURE]) paint.ink("surface").fillRect(x(from), 6, x(1) - x(SURE), 30);
    paint.ink("muted").fillRect(12, 36, width - 24, 1);
    for (const r of [-1, -SURE, 0, SURE, 1]) paint.write(String(r).replace("-", "−"), x(r), 50, "center");
    for (let k = here.length - 1; k >= 0; k--) { // the one on the screen last, on top
      paint.ink(k ? "muted" : "series-0").globalAlpha = k ? 0.6 : 1;
      paint.round(x(here[k]), 12 + (k % 4) * 5.5, k ? 3.2 : 6, "fill");
    }
    strip.ariaLabel = words.strip(here.map(fixed).join(", "), seeds.length);
  }

  return {
    element: el("div", {}, note(words.ask),
      el("div.nrn-fields", {}, field(head, label), field(words.means, meaning), limitField),
      result, strip, note(words.note(SURE))),
    needs: "unit size look",
    draw() {
      const { unit: { layer, unit }, names } = state();
      head.textContent = words.call(nameOf(layer, unit, ""));
      label.value = names[`${layer}:${unit}`] ?? "";
      test();
    },
  };
}
