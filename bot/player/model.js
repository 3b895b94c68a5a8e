// What follows from the state: the weights, and the network's values on a grid, on the examples, at a point.

import { countRight, forward, meanLoss, room } from "./network.js";

const SPANS = { sigmoid: [0, 1], softmax: [0, 1], step: [0, 1], tanh: [-1, 1] };
export const COARSE = 56, FINE = 128; // points along a side of a map: in motion and at rest
const CURVE = 241;

/** Everything is computed when it is asked for, and by `once(name, make)` once for each state of the network. */
export function createModel(recording, store) {
  const { sizes, axes, points } = recording;
  const last = recording.activations.length - 1;
  const decides = ["sigmoid", "softmax"].includes(recording.activations[last])
    && recording.targets.every((y) => y === 0 || y === 1);
  const rooms = new Map();
  let kept = new Map(), keptFor = [];

  function once(name, make) {
    const { position, replica, overrides } = store.get(), now = [position, replica, overrides];
    if (now.some((value, i) => value !== keptFor[i])) [kept, keptFor] = [new Map(), now];
    if (!kept.has(name)) kept.set(name, make());
    return kept.get(name);
  }

  function recorded() {
    const { position, replica } = store.get();
    if (replica) return recording.finals[replica];
    const before = Math.floor(position), share = position - before, a = recording.frames[before];
    if (!share) return a;
    const b = recording.frames[before + 1];
    return a.map((layer, l) => layer.map((value, k) => value + share * (b[l][k] - value)));
  }

  function changed(weights, overrides) {
    const changes = Object.entries(overrides.weights);
    if (!changes.length) return weights;
    const copy = weights.map((layer) => layer.slice());
    for (const [key, value] of changes) {
      const [layer, row, column] = key.split(":").map(Number);
      copy[layer][row * sizes[layer + 1] + column] = value;
    }
    return copy;
  }

  const weights = () => once("weights", () => changed(recorded(), store.get().overrides));

  function evaluate(name, inputs, count) {
    if (rooms.get(name)?.count !== count) rooms.set(name, { ...room(sizes, count), count });
    return forward(recording, weights(), inputs, count, rooms.get(name), store.get().overrides.units);
  }

  /** The least and the largest of the finite values; Infinity and -Infinity where there are none. */
  function range(values) {
    let low = Infinity, high = -Infinity;
    for (const v of values) if (Number.isFinite(v)) { low = Math.min(low, v); high = Math.max(high, v); }
    return [low, high];
  }

  const toReal = (axis, seen) => axis.offset + axis.scale * seen;
  const toSeen = (axis, real) => (real - axis.offset) / axis.scale;

  /** Inputs that fill the picture: side² points, the first row at the bottom, or a line of them. */
  function places(side) {
    const name = `places ${side}`;
    if (rooms.has(name)) return rooms.get(name);
    const along = (axis, share) => toSeen(axis, axis.low + share * (axis.high - axis.low));
    const count = sizes[0] === 2 ? side * side : side, seen = new Float32Array(sizes[0] * count);
    for (let n = 0; n < count; n++) {
      if (sizes[0] === 1) seen[n] = along(axes[0], n / (side - 1));
      else {
        seen[n] = along(axes[0], ((n % side) + 0.5) / side);
        seen[count + n] = along(axes[1], (Math.floor(n / side) + 0.5) / side);
      }
    }
    rooms.set(name, seen);
    return seen;
  }

  return {
    decides, last, weights, toReal, toSeen, once,
    /** Every unit after the input, {layer, unit}. */
    units: sizes.slice(1).flatMap((n, layer) => Array.from({ length: n }, (_, unit) => ({ layer, unit }))),
    /** The inputs that are worked through, or null. */
    seen: () => store.get().probe ?? store.get().example,
    /** The weights into a unit, the bias last. */
    into: (layer, unit) => Array.from({ length: sizes[layer] + 1 }, (_, i) => weights()[layer][i * sizes[layer + 1] + unit]),
    /** An activation as people read it: an output in the unit of its target. */
    inUnit: (layer, unit, value) => (layer === last ? toReal(recording.targetAxes[unit], value) : value),
    /** The values of one unit, of those of its layer; layer -1 is the input. */
    row(values, layer, unit) {
      const count = values.length / sizes[layer + 1];
      return values.subarray(unit * count, (unit + 1) * count);
    },
    /** The inputs at a pointer's place in the box that a picture fills of a canvas. */
    pointed(event, canvas, box = { x: 0, y: 0, width: canvas.clientWidth, height: canvas.clientHeight }) {
      const at = canvas.getBoundingClientRect();
      const shares = [(event.clientX - at.left - box.x) / box.width, 1 - (event.clientY - at.top - box.y) / box.height];
      return Float32Array.from(axes, (axis, i) => toSeen(axis, axis.low + Math.min(Math.max(shares[i], 0), 1) * (axis.high - axis.low)));
    },
    /** Where inputs lie in the box; with one input, at its top. */
    placed(seen, box) {
      const [x, y = 1] = axes.map((axis, i) => (toReal(axis, seen[i]) - axis.low) / (axis.high - axis.low));
      return [box.x + x * box.width, box.y + (1 - y) * box.height];
    },
    /** What an example is for a unit: "yes", "no", or "example" where nothing is yes or no. */
    kindOf(layer, unit, n) {
      if (!decides || (layer < last && recording.targetAxes.length > 1)) return "example";
      return recording.targets[(layer === last ? unit : 0) * points + n] > 0.5 ? "yes" : "no";
    },
    range,
    /** {side, z, a}: a grid of maps for two inputs, a line for one. */
    onGrid(fine = false) {
      const side = sizes[0] === 1 ? CURVE : fine ? FINE : COARSE;
      return once(`grid ${side}`, () => ({ side, inputs: places(side),
        ...evaluate(`grid ${side}`, places(side), sizes[0] === 1 ? side : side * side) }));
    },
    onExamples: () => once("examples", () => evaluate("examples", recording.inputs, points)),
    /** Every unit's values at one input, {z, a} by layer. */
    at: (input) => forward(recording, weights(), input, 1, room(sizes, 1), store.get().overrides.units),
    places,
    /** {loss, right} with the learner's changes, or others; `right` is null where nothing is decided. */
    scores: (overrides = store.get().overrides) => once(`scores ${JSON.stringify(overrides)}`, () => {
      if (!rooms.has("scores")) rooms.set("scores", room(sizes, points));
      const weights = changed(recorded(), overrides);
      const out = forward(recording, weights, recording.inputs, points, rooms.get("scores"), overrides.units).a[last];
      return { loss: meanLoss(recording.loss, out, recording.targets, points),
        right: decides ? countRight(out, recording.targets, points) : null };
    }),
    /** The range that a picture of a unit's activation covers. */
    span(layer, values) {
      const fixed = SPANS[recording.activations[layer]];
      if (fixed) return fixed;
      let [low, high] = range(values);
      if (recording.activations[layer].endsWith("relu")) low = Math.min(low, 0);
      return high > low ? [low, high] : Number.isFinite(low) ? [low, low + 1] : [0, 1];
    },
    /** What is zero on a unit's boundary: its pre-activation, for softmax its lead; null where there is none. */
    margin(layer, unit, { z }) {
      const name = recording.activations[layer], row = this.row(z[layer], layer, unit), count = row.length;
      if (name === "linear" || (layer === last && !["sigmoid", "softmax", "step"].includes(name))) return null;
      if (name !== "softmax" || sizes[layer + 1] === 1) return row;
      return row.map((value, n) => {
        let other = -Infinity;
        for (let j = 0; j < sizes[layer + 1]; j++) if (j !== unit) other = Math.max(other, z[layer][j * count + n]);
        return value - other;
      });
    },
    /** Let go of the arrays. */
    free() {
      rooms.clear();
      [kept, keptFor] = [new Map(), []];
    },
  };
}
