// What each unit does, in words, found from its values: for screen readers and the table.

import { correlation } from "./crowd.js";
import { average, clamp, el, fixed, percent, row, scroll, table, whole, withUnit, written } from "./dom.js";

const BINS = 54, SURELY = 0.93, MOSTLY = 0.8, BETTER = 0.1, GOES_WITH = 0.35;

/** The threshold on one input that best tells high from low: {right: a share, axis, value, below}. */
function bestRule(high, inputs, axes) {
  const total = high.length, up = average(high) * total;
  let best = { right: 0 };
  axes.forEach((axis, i) => {
    const ups = new Float64Array(BINS), all = new Float64Array(BINS);
    inputs[i].forEach((seen, n) => {
      const bin = clamp(Math.floor(axis.share(seen) * BINS), 0, BINS - 1);
      all[bin]++;
      ups[bin] += high[n];
    });
    for (let k = 1, ahead = 0, before = 0; k < BINS; k++) {
      ahead += ups[k - 1];
      before += all[k - 1];
      const right = (2 * ahead + total - before - up) / total; // high up to here, low from here on
      const value = axis.low + (k / BINS) * (axis.high - axis.low);
      if (right > best.right) best = { right, axis, value, below: true };
      if (1 - right > best.right) best = { right: 1 - right, axis, value, below: false };
    }
  });
  return best;
}

/** A function (layer, unit) -> {does, weights, says}. */
export function createDescriber({ recording, model, strings, nameOf }) {
  const { axes } = recording, words = strings.words;

  function ruleOf(layer, unit) {
    const values = model.flat ? model.onGrid() : model.onExamples(), a = values.a[layer][unit];
    const least = Math.min(...a), most = Math.max(...a), told = (value) => written(model.inUnit(layer, unit, value));
    if (!Number.isFinite(most - least)) return words.lost;
    if (most - least < 1e-6) return words.flat(told(least));
    const goes = axes.map(({ name }, i) => ({ name, r: correlation(a, values.inputs[i]) }))
      .filter(({ r }) => Math.abs(r) >= GOES_WITH).sort((p, q) => Math.abs(q.r) - Math.abs(p.r)).slice(0, 3)
      .map(({ name, r }) => (r < 0 ? words.less(name) : words.more(name))).join(words.and);
    const towards = goes && words.towards(goes), margin = model.margin(layer, unit, values);
    if (!margin) return [words.range(told(least), told(most)), towards].filter(Boolean).join("; ");
    const high = margin.map((m) => m > 0), share = average(high), rare = Math.min(share, 1 - share);
    if (!rare) return share ? words.always : words.never;
    const { right, axis, value, below } = bestRule(high, values.inputs, axes);
    if (right < MOSTLY || right < 1 - rare + BETTER * rare) return towards || words.no;
    const said = (below ? words.below : words.above)(axis.name, withUnit(written(value), axis.unit));
    return right >= SURELY ? words.high(said) : words.mostly(said);
  }

  function describe(layer, unit) {
    const margin = model.margin(layer, unit, model.onExamples()), active = margin && average(margin.map((m) => m > 0));
    return { does: ruleOf(layer, unit) + (margin ? `; ${words.active(percent(active))}` : ""),
      weights: model.into(layer, unit).map((weight, i) => `${nameOf(layer - 1, i)} ${fixed(weight)}`).join(", ") };
  }

  return (layer, unit) => {
    const said = model.once(`words ${layer}:${unit}`, () => describe(layer, unit));
    return { ...said, says: `${nameOf(layer, unit)}: ${said.does}` };
  };
}

/** The picture's equivalent for those who do not see it. */
export function createWords({ recording, state, model, strings, describe, nameOf }) {
  const words = strings.words, caption = el("caption"), body = el("tbody");
  return {
    element: scroll("", words.tab, table([words.unit, words.does, words.weights], body, caption)),
    needs: "position replica overrides playing",
    draw() {
      const { playing, position } = state();
      if (playing) return;
      caption.textContent = words.caption(whole(recording.steps[Math.round(position)]));
      body.replaceChildren(...model.units.map(({ layer, unit }) => {
        const { does, weights } = describe(layer, unit);
        return row([nameOf(layer, unit), does, weights]);
      }));
    },
  };
}
