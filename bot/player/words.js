// What each unit does, in words: found by looking at the network's values, for screen readers and for the table.

import { correlation } from "./crowd.js";
import { average, el, fixed, percent, row, scroll, table, touched, whole, withUnit, written } from "./dom.js";

const BINS = 54, SURELY = 0.93, MOSTLY = 0.8, BETTER = 0.1, GOES_WITH = 0.35;

/** The one threshold on one input that best tells high from low: {share right, axis, value, below}. */
function bestRule(high, coordinates, axes) {
  let best = { right: 0 };
  axes.forEach((axis, i) => {
    const ups = new Float64Array(BINS), all = new Float64Array(BINS), width = (axis.high - axis.low) / BINS;
    coordinates[i].forEach((value, n) => {
      const bin = Math.min(Math.max(Math.floor((value - axis.low) / width), 0), BINS - 1);
      all[bin]++;
      ups[bin] += high[n];
    });
    const total = high.length, up = ups.reduce((a, b) => a + b, 0);
    for (let k = 1, ahead = 0, before = 0; k < BINS; k++) {
      ahead += ups[k - 1];
      before += all[k - 1];
      const below = (ahead + (total - before) - (up - ahead)) / total; // high up to here, low from here on
      for (const [right, isBelow] of [[below, true], [1 - below, false]]) {
        if (right > best.right) best = { right, axis, value: axis.low + k * width, below: isBelow };
      }
    }
  });
  return best;
}

/** A function (layer, unit) -> {does, weights, says}, worked out once for each state of the network. */
export function createDescriber({ recording, model, strings, nameOf }) {
  const { sizes, axes, targetAxes, inputs } = recording, words = strings.words;

  function sample() {
    const flat = sizes[0] <= 2, values = flat ? model.onGrid() : model.onExamples();
    const seen = flat ? values.inputs : inputs;
    return { values, coordinates: axes.map((axis, i) => model.row(seen, -1, i).map((value) => model.toReal(axis, value))) };
  }

  function ruleOf(layer, unit) {
    const { values, coordinates } = model.once("sample", sample), a = model.row(values.a[layer], layer, unit);
    const axis = layer === model.last ? targetAxes[unit] : null, real = (v) => (axis ? model.toReal(axis, v) : v);
    const [least, most] = model.range(a);
    if (!a.every(Number.isFinite)) return words.lost;
    if (most - least < 1e-6) return words.flat(written(real(least)));
    const goes = axes.map((x, i) => ({ x, r: correlation(a, coordinates[i]) })).filter(({ r }) => Math.abs(r) >= GOES_WITH)
      .sort((p, q) => Math.abs(q.r) - Math.abs(p.r)).slice(0, 3);
    const towards = goes.map(({ x, r }) => (r < 0 ? words.less(x.name) : words.more(x.name))).join(words.and);
    const margin = model.margin(layer, unit, values);
    const range = words.range(written(real(least)), written(real(most)));
    if (!margin) return goes.length ? `${range}; ${words.towards(towards)}` : range;
    const high = Uint8Array.from(margin, (m) => m > 0), share = average(high);
    if (share === 0 || share === 1) return share ? words.always : words.never;
    const rule = bestRule(high, coordinates, axes), enough = Math.max(share, 1 - share) + BETTER * Math.min(share, 1 - share);
    if (rule.right >= MOSTLY && rule.right >= enough) {
      const value = withUnit(written(rule.value), rule.axis.unit);
      const said = rule.below ? words.below(rule.axis.name, value) : words.above(rule.axis.name, value);
      return rule.right >= SURELY ? words.high(said) : words.mostly(said);
    }
    return goes.length ? words.towards(towards) : words.no;
  }

  function describe(layer, unit) {
    const margin = model.margin(layer, unit, model.onExamples()), active = margin && percent(average(margin.map((m) => m > 0)));
    const does = [ruleOf(layer, unit), ...(margin ? [words.active(active)] : [])].join("; ");
    return { does, weights: model.into(layer, unit).map((weight, i) => `${nameOf(layer - 1, i)} ${fixed(weight)}`).join(", ") };
  }

  return (layer, unit) => {
    const said = model.once(`words ${layer}:${unit}`, () => describe(layer, unit));
    return { ...said, says: `${nameOf(layer, unit)}: ${said.does}` };
  };
}

/** The table of all units: the picture's equivalent for those who do not see it. */
export function createWords({ recording, store, model, strings, describe, nameOf }) {
  const words = strings.words, caption = el("caption"), body = el("tbody");
  const element = scroll(words.tab, {}, table([words.unit, words.does, words.weights], body, caption));
  return {
    name: "words", title: words.tab, element,
    draw(keys) {
      const { playing, position } = store.get();
      if (playing || !touched(keys, "position replica overrides tab playing")) return;
      caption.textContent = words.caption(whole(recording.steps[Math.round(position)]));
      body.replaceChildren(...model.units.map(({ layer, unit }) => {
        const { does, weights } = describe(layer, unit);
        return row([nameOf(layer, unit), does, weights]);
      }));
    },
  };
}
