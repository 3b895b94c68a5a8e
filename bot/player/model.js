// What follows from the state: the weights, and the network's values on a grid, on the examples, at a point.

import { clamp } from "./dom.js";
import { countRight, forward, meanLoss, room } from "./network.js";

const SPANS = { sigmoid: [0, 1], softmax: [0, 1], step: [0, 1], tanh: [-1, 1] };
const COARSE = 56, FINE = 128; // points along a side of a map: in motion and at rest
const CURVE = 241;

/** Everything is computed when it is asked for. */
export function createModel(recording, store) {
  const { sizes, axes, targetAxes, activations, inputs, targets, points, frames, finals } = recording;
  const last = activations.length - 1, flat = sizes[0] <= 2;
  const decides = ["sigmoid", "softmax"].includes(activations[last])
    && targets.every((row) => row.every((y) => y === 0 || y === 1));
  const kept = new Map(), keptNow = new Map();
  let keptFor = [];

  /** What `make` makes, once until the player sleeps. */
  function keep(name, make, among = kept) {
    if (!among.has(name)) among.set(name, make());
    return among.get(name);
  }

  /** What `make` makes, once for each state of the network. */
  function once(name, make) {
    const { position, replica, overrides } = store.get(), now = [position, replica, overrides];
    if (now.some((value, i) => value !== keptFor[i])) keptNow.clear();
    keptFor = now;
    return keep(name, make, keptNow);
  }

  function recorded() {
    const { position, replica } = store.get(), before = Math.floor(position), share = position - before;
    if (replica) return finals[replica];
    const [a, b] = [frames[before], frames[before + 1]];
    return share ? a.map((layer, l) => layer.map((value, k) => value + share * (b[l][k] - value))) : a;
  }

  function changed(weights, changes) {
    const copy = weights.map((layer) => layer.slice());
    for (const [key, value] of Object.entries(changes)) {
      const [layer, row, column] = key.split(":").map(Number);
      copy[layer][row * sizes[layer + 1] + column] = value;
    }
    return copy;
  }

  const weights = () => once("weights", () => changed(recorded(), store.get().overrides.weights));

  /** {inputs, z, a}, in rows that are kept under a name. */
  const evaluate = (name, at) => once(name, () => ({ inputs: at,
    ...forward(recording, weights(), at, keep(name, () => room(sizes, at[0].length)), store.get().overrides.units) }));

  /** Inputs that fill the picture: side² points, the first row at the bottom, or a line of them. */
  const places = (side) => keep(`places ${side}`, () => axes.map((axis, i) => (axes.length === 1
    ? new Float32Array(side).map((_, n) => axis.at(n / (side - 1)))
    : new Float32Array(side * side).map((_, n) => axis.at(((i ? Math.floor(n / side) : n % side) + 0.5) / side)))));

  return {
    decides, last, flat, weights, keep, once, places,
    /** Every unit after the input, {layer, unit}. */
    units: sizes.slice(1).flatMap((n, layer) => Array.from({ length: n }, (_, unit) => ({ layer, unit }))),
    /** The inputs that are worked through, or null. */
    seen: () => store.get().probe ?? store.get().example,
    /** The weights into a unit, the bias last. */
    into: (layer, unit) =>
      Array.from({ length: sizes[layer] + 1 }, (_, i) => weights()[layer][i * sizes[layer + 1] + unit]),
    /** An activation as people read it: an output in the unit of its target. */
    inUnit: (layer, unit, value) => (layer === last ? targetAxes[unit].real(value) : value),
    /** The inputs at a pointer's place in the box that a picture fills of a canvas. */
    pointed(event, canvas, box = { x: 0, y: 0, width: canvas.clientWidth, height: canvas.clientHeight }) {
      const { left, top } = canvas.getBoundingClientRect();
      const shares = [(event.clientX - left - box.x) / box.width, 1 - (event.clientY - top - box.y) / box.height];
      return Float32Array.from(axes, (axis, i) => axis.at(clamp(shares[i])));
    },
    /** Where inputs lie in the box; with one input, at its top. */
    placed(seen, box) {
      const [x, y = 1] = axes.map((axis, i) => axis.share(seen[i]));
      return [box.x + x * box.width, box.y + (1 - y) * box.height];
    },
    /** Listeners of a picture of the inputs: a mouse over it probes, a click chooses an example. */
    pointing: (inputsAt) => ({
      onpointermove: (event) => event.pointerType === "mouse" && store.set({ probe: inputsAt(event) }),
      onpointerleave: () => store.set({ probe: null }),
      onclick: (event) => store.set({ example: inputsAt(event), exampleIndex: null, probe: null }),
    }),
    /** {side, inputs, z, a}: a grid of maps for two inputs, a line for one. */
    onGrid(fine = false) {
      const side = sizes[0] === 1 ? CURVE : fine ? FINE : COARSE;
      return { side, ...evaluate(`grid ${side}`, places(side)) };
    },
    onExamples: () => evaluate("examples", inputs),
    /** Every unit's values at one input, {z, a} by layer. */
    at(seen) {
      const point = Array.from(seen, (value) => Float32Array.of(value)), { units } = store.get().overrides;
      const { z, a } = forward(recording, weights(), point, room(sizes, 1), units);
      const plain = (layers) => layers.map((rows) => rows.map(([value]) => value));
      return { z: plain(z), a: plain(a) };
    },
    /** {loss, right} with the learner's changes, or others; `right` is null where nothing is decided. */
    scores: (overrides = store.get().overrides) => once(`scores ${JSON.stringify(overrides)}`, () => {
      const rows = keep("scores", () => room(sizes, points));
      const outputs = forward(recording, changed(recorded(), overrides.weights), inputs, rows, overrides.units).a[last];
      return { loss: meanLoss(recording.loss, outputs, targets), right: decides ? countRight(outputs, targets) : null };
    }),
    /** The range that a picture of a unit's activation covers. */
    span(layer, values) {
      const name = activations[layer];
      if (SPANS[name]) return SPANS[name];
      let [low, high] = [name.endsWith("relu") ? 0 : Infinity, -Infinity];
      for (const v of values) if (Number.isFinite(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
      return high > low ? [low, high] : Number.isFinite(low) ? [low, low + 1] : [0, 1];
    },
    /** What is zero on a unit's boundary: its pre-activation, for softmax its lead; null where there is none. */
    margin(layer, unit, { z }) {
      const name = activations[layer], row = z[layer][unit], others = z[layer].filter((other) => other !== row);
      if (name === "linear" || (layer === last && !["sigmoid", "softmax", "step"].includes(name))) return null;
      if (name !== "softmax" || !others.length) return row;
      return row.map((value, n) => value - Math.max(...others.map((other) => other[n])));
    },
    /** What an example is for a unit: "yes", "no", or "example" where nothing is yes or no. */
    kindOf(layer, unit, n) {
      if (!decides || (layer < last && targetAxes.length > 1)) return "example";
      return targets[layer === last ? unit : 0][n] > 0.5 ? "yes" : "no";
    },
    /** Let go of what was kept. */
    free() {
      kept.clear();
      keptNow.clear();
    },
  };
}
