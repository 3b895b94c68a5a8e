// For networks with more than two inputs: the weights into a unit, and how it spreads the examples.

import { bars, write } from "./draw.js";
import { fixed, largest, written } from "./dom.js";

const MOST = 20, BINS = 24;

/** Bars of the weights into a unit, the bias last, each with its number. */
export function drawWeights(paint, width, height, { layer, unit }, { model, strings, nameOf }, colours) {
  const rows = model.into(layer, unit).map((weight, i) => ({ weight, name: nameOf(layer - 1, i) })).slice(-MOST);
  const reach = largest(rows.map((row) => row.weight)), step = (height - 26) / rows.length;
  const label = Math.min(120, width * 0.34), half = (width - 88 - label) / 2, middle = label + 40 + half;
  write(paint, strings.weightsInto(nameOf(layer, unit)), 8, 14);
  bars(paint, rows.map((row) => row.weight), reach, { x: middle - half, y: 24, width: 2 * half, height: height - 26 }, colours);
  paint.fillStyle = colours.text;
  rows.forEach(({ weight, name }, k) => {
    const base = 28 + (k + 0.5) * step, end = middle + half * (weight / reach || 0);
    write(paint, name, label - 8, base, "right", label - 8);
    write(paint, fixed(weight), end + (weight < 0 ? -4 : 4), base, weight < 0 ? "right" : "left");
  });
  paint.fillStyle = colours.muted;
}

/** A histogram of a unit's activation over the examples: those with the answer yes upwards, the others downwards. */
export function drawSpread(paint, box, { layer, unit }, { recording, model, strings, nameOf }, colours) {
  const values = model.row(model.onExamples().a[layer], layer, unit), [low, high] = model.span(layer, values);
  const name = recording.targetAxes[layer === model.last ? unit : 0].name, split = model.kindOf(layer, unit, 0) !== "example";
  const top = box.y + 20, tall = box.height - 54, base = top + tall / (split ? 2 : 1), width = box.width / BINS;
  const counts = { yes: new Uint32Array(BINS), no: new Uint32Array(BINS) };
  values.forEach((value, n) => {
    const bin = Math.floor((BINS * (value - low)) / (high - low));
    counts[model.kindOf(layer, unit, n) === "no" ? "no" : "yes"][Math.min(Math.max(bin, 0), BINS - 1)]++;
  });
  const each = (base - top) / Math.sqrt(Math.max(1, ...counts.yes, ...counts.no)); // by the root: few stay visible
  for (const [kind, colour, up] of [["yes", "series-0", -1], ["no", "series-1", 1]]) {
    paint.fillStyle = colours[colour];
    counts[kind].forEach((count, k) => paint.fillRect(box.x + k * width + 1, base, width - 2, up * each * Math.sqrt(count)));
  }
  paint.fillStyle = colours.muted;
  paint.fillRect(box.x, base - 0.5, box.width, 1);
  write(paint, strings.spread(nameOf(layer, unit)), box.x, box.y + 12);
  write(paint, written(low), box.x, top + tall + 15);
  write(paint, written(high), box.x + box.width, top + tall + 15, "right");
  if (split) write(paint, strings.spreadOf(name, strings.not(name)), box.x, top + tall + 31, "left", box.width);
}
