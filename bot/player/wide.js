// For networks with more than two inputs: the weights into a unit, and how it spreads the examples.

import { mark } from "./draw.js";
import { fixed, written } from "./dom.js";

const MOST = 20, BINS = 24;

/** Bars of the weights into a unit, the bias last, each with its number. */
export function drawWeights(paint, box, { layer, unit }, { recording, model, strings, nameOf }, colours) {
  const { sizes, axes } = recording, outs = sizes[layer + 1], weights = model.weights()[layer];
  const rows = Array.from({ length: sizes[layer] + 1 }, (_, i) => ({ weight: weights[i * outs + unit],
    name: i === sizes[layer] ? strings.bias : layer ? nameOf(layer - 1, i) : axes[i].name }));
  const reach = Math.max(1e-6, ...rows.map((row) => Math.abs(row.weight)));
  paint.font = `12px ${colours.font}`;
  paint.fillStyle = colours.muted;
  paint.textAlign = "left";
  paint.fillText(strings.weightsInto(nameOf(layer, unit)), 8, 14);
  const shown = rows.slice(-MOST), label = Math.min(120, box.width * 0.34), middle = (label + box.width - 8) / 2;
  const half = (box.width - 8 - label) / 2 - 40, step = (box.height - 26) / shown.length;
  shown.forEach(({ weight, name }, k) => {
    const y = box.y + 24 + k * step, length = (half * Math.abs(weight)) / reach || 0;
    paint.fillStyle = weight < 0 ? colours.below : colours.above;
    paint.fillRect(weight < 0 ? middle - length : middle, y + 2, length, step - 4);
    paint.fillStyle = colours.text;
    paint.textAlign = "right";
    paint.fillText(name, label - 8, y + step / 2 + 4, label - 8);
    paint.textAlign = weight < 0 ? "right" : "left";
    paint.fillText(fixed(weight), middle + (weight < 0 ? -length - 4 : length + 4), y + step / 2 + 4);
  });
  paint.fillStyle = colours.muted;
  paint.fillRect(middle - 0.5, box.y + 22, 1, box.height - 24);
}

/** A histogram of a unit's activation over the examples, by their label; for an output that is a quantity, said
 * against true. */
export function drawSpread(paint, box, { layer, unit }, context, colours, kindOf) {
  const { recording, model, strings, nameOf } = context, { points, targets, targetAxes } = recording;
  const values = model.onExamples().a[layer].subarray(unit * points, (unit + 1) * points);
  const plot = { x: box.x, y: box.y + 20, width: box.width, height: box.height - 54 };
  const quantity = layer === model.last && !model.decides, [low, high] = model.span(layer, values);
  paint.font = `12px ${colours.font}`;
  paint.fillStyle = colours.muted;
  paint.textAlign = "left";
  paint.fillText(quantity ? strings.scatter(nameOf(layer, unit)) : strings.spread(nameOf(layer, unit)), box.x, box.y + 12);
  const split = kindOf(layer, unit, 0) !== "example", base = split ? plot.y + plot.height / 2 : plot.y + plot.height;
  if (quantity) scatter(paint, plot, values, targets.subarray(unit * points, (unit + 1) * points), colours);
  else histogram(paint, plot, base, split, values, [low, high], (n) => kindOf(layer, unit, n), colours);
  paint.fillStyle = colours.muted;
  paint.fillText(written(low), plot.x, plot.y + plot.height + 15);
  paint.textAlign = "right";
  paint.fillText(written(high), plot.x + plot.width, plot.y + plot.height + 15);
  paint.textAlign = "left";
  const name = targetAxes[layer === model.last ? unit : 0].name;
  if (split) paint.fillText(strings.spreadOf(name, strings.not(name)), plot.x, plot.y + plot.height + 31, plot.width);
}

function histogram(paint, plot, base, split, values, [low, high], kindOf, colours) {
  const counts = { yes: new Uint32Array(BINS), no: new Uint32Array(BINS) };
  values.forEach((value, n) => {
    const bin = Math.min(Math.floor((BINS * (value - low)) / (high - low)), BINS - 1);
    counts[kindOf(n) === "no" ? "no" : "yes"][Math.max(bin, 0)]++;
  });
  const tallest = Math.max(1, ...counts.yes, ...counts.no), width = plot.width / BINS;
  const unit = (split ? plot.height / 2 : plot.height) / Math.sqrt(tallest); // by the root: small bars stay visible
  for (let k = 0; k < BINS; k++) {
    const [up, down] = [unit * Math.sqrt(counts.yes[k]), unit * Math.sqrt(counts.no[k])];
    paint.fillStyle = colours["series-0"];
    paint.fillRect(plot.x + k * width + 1, base - up, width - 2, up);
    paint.fillStyle = colours["series-1"];
    paint.fillRect(plot.x + k * width + 1, base, width - 2, down);
  }
  paint.fillStyle = colours.muted;
  paint.fillRect(plot.x, base - 0.5, plot.width, 1);
}

function scatter(paint, plot, values, truth, colours) {
  const low = Math.min(...values, ...truth), high = Math.max(...values, ...truth), reach = high - low || 1;
  const at = (value) => (value - low) / reach;
  paint.strokeStyle = colours.border;
  paint.beginPath();
  paint.moveTo(plot.x, plot.y + plot.height);
  paint.lineTo(plot.x + plot.width, plot.y);
  paint.stroke();
  values.forEach((value, n) => mark(paint, plot.x + plot.width * at(value), plot.y + plot.height * (1 - at(truth[n])),
    "example", colours, 2.4));
}
