// How each layer's activations spread over the examples, also with weights that are smaller or larger than recorded.

import { average, button, clamp, el, note, written } from "./dom.js";
import { scale, ticks } from "./draw.js";
import { forward, buffers } from "./network.js";

const FACTORS = [0.25, 0.5, 1, 2, 4], BINS = 31; // an odd number: 0 has a bar of its own between −1 and 1
const TALL = 186, SMALL = 92, LEFT = 34, TOP = 6, BELOW = 36; // pixels; small above words that speak of it

/** The standard deviation over the examples, averaged over a layer's units (a row each). */
const spreadOf = (rows) => average(rows.map((row) => {
  const mean = average(row);
  return Math.sqrt(average(row.map((value) => (value - mean) ** 2)));
}));

/** Two digits, and zeros in place of a power of ten where there are few. */
const told = (value) => (value > 1e-6 && value < 1e-4 ? value.toFixed(6) : written(value, 2));

export function createLayers({ recording, state, model, strings, root, paintOn }) {
  const { sizes, inputs, points } = recording, words = strings.layers, { last } = model;
  const shown = Math.max(last, 1); // the hidden layers, or the output where there are none
  const name = (layer) => (layer < last ? strings.hidden(layer + 1, last) : strings.outputs(1));
  const canvas = el("canvas.nrn-large", { role: "img" }), summary = el("p.nrn-caption");
  const choices = FACTORS.map((factor, k) => button(words.times[k], () => ((chosen = factor), draw())));
  const element = el("div.nrn-layers", {}, note(words.ask), canvas, el("div.nrn-fields", { role: "group",
    "aria-label": words.factor }, el("span", { text: words.factor }), ...choices), summary);
  let chosen = 1;

  /** The activations of the layers that are shown, with the weights, but not the biases, times a factor. */
  function at(factor) {
    const weights = model.weights().map((layer, l) =>
      layer.map((weight, k) => (k < sizes[l] * sizes[l + 1] ? factor * weight : weight)));
    return forward(recording, weights, inputs, buffers(sizes, points), state().overrides.units).a.slice(0, shown);
  }

  function drawBars(layers, spreads) {
    const tall = root.dataset.pinned === "above" ? SMALL : TALL, width = canvas.clientWidth, bottom = TOP + tall;
    canvas.style.height = `${bottom + BELOW}px`;
    const paint = paintOn(canvas, width, bottom + BELOW), spans = layers.map((rows, l) =>
      model.span(l, rows.flatMap((row) => [...row])));
    const low = Math.min(...spans.map(([from]) => from)), high = Math.max(...spans.map(([, to]) => to));
    const up = scale(low, high, bottom, TOP), binOf = scale(low, high, 0, BINS), each = (width - LEFT) / shown;
    for (const value of ticks(low, high, tall / 40)) {
      paint.write(written(value, 2), LEFT - 8, up(value) + 4, "right");
      paint.ink("border").fillRect(LEFT, up(value) - 0.5, width, 1);
      paint.ink("muted");
    }
    layers.forEach((rows, layer) => {
      const counts = new Float64Array(BINS), middle = LEFT + (layer + 0.5) * each, bars = paint.ink("series-0");
      for (const row of rows) row.forEach((value) => counts[clamp(Math.floor(binOf(value)), 0, BINS - 1)]++);
      counts.forEach((count, k) => {
        const wide = count && Math.max((0.9 * each * count) / Math.max(...counts), 1);
        bars.fillRect(middle - wide / 2, bottom - ((k + 1) * tall) / BINS, wide, tall / BINS - 1);
      });
      paint.ink("text");
      paint.write(shown > 3 ? String(layer + 1) : name(layer), middle, bottom + 14, "center", each);
      paint.write(written(spreads[layer], 2), middle, bottom + 30, "center", each - 5);
    });
  }

  function draw() {
    const layers = at(chosen), spreads = layers.map(spreadOf);
    choices.forEach((choice, k) => (choice.ariaPressed = FACTORS[k] === chosen));
    if (canvas.clientWidth) drawBars(layers, spreads);
    if (state().playing) return;
    canvas.ariaLabel = spreads.map((spread, layer) => `${name(layer)}: ${told(spread)}`).join("; ");
    summary.textContent = words.last(name(shown - 1), FACTORS.map((factor, k) =>
      `${words.times[k]}: ${told(spreadOf(at(factor)[shown - 1]))}`).join("; "));
  }

  return { element, needs: "position replica overrides playing size look", draw };
}
