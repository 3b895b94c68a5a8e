// For networks with more than two inputs: the weights into a unit, and how it spreads the examples.

import { clamp, fixed, largest, written } from "./dom.js";

const MOST = 20, BINS = 24;

/** Bars of the weights into a unit, the bias last, each with its number. */
export function drawWeights(paint, width, height, { layer, unit }, { model, strings, nameOf }) {
  const rows = model.into(layer, unit).map((weight, i) => ({ weight, name: nameOf(layer - 1, i) })).slice(-MOST);
  const reach = largest(rows.map(({ weight }) => weight)), step = (height - 26) / rows.length;
  const label = Math.min(120, width * 0.34), half = (width - 88 - label) / 2, middle = label + 40 + half;
  paint.write(strings.weightsInto(nameOf(layer, unit)), 8, 14);
  paint.bars(rows.map(({ weight }) => weight), reach, { x: middle - half, y: 24, width: 2 * half, height: height - 26 });
  paint.ink("text");
  rows.forEach(({ weight, name }, k) => {
    const base = 28 + (k + 0.5) * step, end = middle + half * (weight / reach || 0), [beside, align] = weight < 0 ? [-4, "right"] : [4];
    paint.write(name, label - 8, base, "right", label - 8);
    paint.write(fixed(weight), end + beside, base, align);
  });
  paint.ink("muted");
}

/** A histogram of a unit's activation over the examples: those with the answer yes upwards, the others downwards. */
export function drawSpread(paint, box, { layer, unit }, { recording, model, strings, nameOf }) {
  const values = model.onExamples().a[layer][unit], [low, high] = model.span(layer, values);
  const { name } = recording.targetAxes[layer === model.last ? unit : 0], split = model.kindOf(layer, unit, 0) !== "example";
  const top = box.y + 20, tall = box.height - 54, base = top + tall / (split ? 2 : 1), width = box.width / BINS;
  const up = new Uint32Array(BINS), down = new Uint32Array(BINS);
  values.forEach((value, n) => {
    const bin = clamp(Math.floor((BINS * (value - low)) / (high - low)), 0, BINS - 1);
    (model.kindOf(layer, unit, n) === "no" ? down : up)[bin]++;
  });
  const each = (base - top) / Math.sqrt(Math.max(1, ...up, ...down)); // by the root: few stay visible
  for (const [counts, colour, sign] of [[up, "series-0", -1], [down, "series-1", 1]]) {
    const bar = paint.ink(colour), tall = (count) => sign * each * Math.sqrt(count);
    counts.forEach((count, k) => bar.fillRect(box.x + k * width + 1, base, width - 2, tall(count)));
  }
  paint.ink("muted").fillRect(box.x, base - 0.5, box.width, 1);
  paint.write(strings.spread(nameOf(layer, unit)), box.x, box.y + 12);
  paint.write(written(low), box.x, top + tall + 15);
  paint.write(written(high), box.x + box.width, top + tall + 15, "right");
  if (split) paint.write(strings.spreadOf(name, strings.not(name)), box.x, top + tall + 31, "left", box.width);
}
