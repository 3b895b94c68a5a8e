// What follows from the state, computed when it is asked for.

import { clamp } from "./dom.js";
import { countRight, forward, meanLoss, buffers } from "./network.js";

const SPANS = { sigmoid: [0, 1], softmax: [0, 1], step: [0, 1], tanh: [-1, 1] };
const FIRST = 32, COARSE = 56, FINE = 128, CURVE = 241; // points along a side: at first, in motion, at rest; of a line

export function createModel(recording, { get: state, set }) {
  const { sizes, axes, targetAxes, activations, inputs, targets, points, frames, finals } = recording;
  const last = activations.length - 1, flat = sizes[0] <= 2;
  let kept = {}, keptNow = {}, keptFor = [];

  /** What is made once, until the player sleeps. */
  const keep = (name, make) => (kept[name] ??= make());

  /** What is made once for each state of the network. */
  function once(name, make) {
    const { position, replica, overrides } = state(), now = [position, replica, overrides];
    if (now.some((value, i) => value !== keptFor[i])) [keptNow, keptFor] = [{}, now];
    return (keptNow[name] ??= make());
  }

  function recorded() {
    const { position, replica } = state(), before = Math.floor(position), share = position - before;
    if (replica) return finals[replica];
    const [a, b] = [frames[before], frames[before + 1]];
    return share ? a.map((layer, l) => layer.map((value, k) => value + share * (b[l][k] - value))) : a;
  }

  const weights = () => once("weights", () => {
    const copy = recorded().map((layer) => layer.slice());
    for (const [key, value] of Object.entries(state().overrides.weights)) {
      const [layer, row, column] = key.split(":").map(Number);
      copy[layer][row * sizes[layer + 1] + column] = value;
    }
    return copy;
  });

  const evaluate = (name, at) => once(name, () => ({ inputs: at,
    ...forward(recording, weights(), at, keep(name, () => buffers(sizes, at[0].length)), state().overrides.units) }));

  /** Inputs that fill the picture: side² points, the first row at the bottom, or a line of them. */
  const places = (side) => keep(`places ${side}`, () => axes.map((axis, i) => (axes.length === 1
    ? new Float32Array(side).map((_, n) => axis.at(n / (side - 1)))
    : new Float32Array(side * side).map((_, n) => axis.at(((i ? Math.floor(n / side) : n % side) + 0.5) / side)))));

  return {
    last, flat, weights, keep, once, places,
    units: sizes.slice(1).flatMap((n, layer) => Array.from({ length: n }, (_, unit) => ({ layer, unit }))),
    /** The inputs that are worked through, or null. */
    seen: () => state().probe ?? state().example,
    /** The weights into a unit, the bias last. */
    into: (layer, unit) =>
      Array.from({ length: sizes[layer] + 1 }, (_, i) => weights()[layer][i * sizes[layer + 1] + unit]),
    /** An activation as people read it: an output in the unit of its target. */
    inUnit: (layer, unit, value) => (layer === last ? targetAxes[unit].real(value) : value),
    /** Where inputs lie in the box; with one input, at its top. */
    placed(seen, box) {
      const [x, y = 1] = axes.map((axis, i) => axis.share(seen[i]));
      return [box.x + x * box.width, box.y + (1 - y) * box.height];
    },
    /** Listeners of a box over the inputs: a mouse probes, a click chooses an example. */
    pointing(boxOf) {
      const inputsAt = ({ clientX, clientY, currentTarget }) => {
        const { left, top } = currentTarget.getBoundingClientRect(), { x, y, width, height } = boxOf();
        const shares = [(clientX - left - x) / width, 1 - (clientY - top - y) / height];
        return Float32Array.from(axes, (axis, i) => axis.at(clamp(shares[i])));
      };
      return {
        onpointermove: (event) => event.pointerType === "mouse" && set({ probe: inputsAt(event) }),
        onpointerleave: () => set({ probe: null }),
        onclick: (event) => set({ example: inputsAt(event), exampleIndex: null, probe: null }),
      };
    },
    /** {side, inputs, z, a}: a grid of maps for two inputs, a line for one. */
    onGrid(fine = false) {
      const side = sizes[0] === 1 ? CURVE : fine ? FINE : state().settled ? COARSE : FIRST;
      return { side, ...evaluate(`grid ${side}`, places(side)) };
    },
    onExamples: () => evaluate("examples", inputs),
    /** Every unit's values at one input, {z, a} by layer. */
    at(seen) {
      const point = Array.from(seen, (value) => Float32Array.of(value)), { units } = state().overrides;
      const { z, a } = forward(recording, weights(), point, buffers(sizes, 1), units);
      const plain = (layers) => layers.map((rows) => rows.map(([value]) => value));
      return { z: plain(z), a: plain(a) };
    },
    /** {loss, right} as trained, or with the learner's changes; `right` is null where nothing is decided. */
    scores: (isTrained = false) => once(`scores ${isTrained}`, () => {
      const trained = () => forward(recording, recorded(), inputs, buffers(sizes, points));
      const outputs = (isTrained ? trained() : evaluate("examples", inputs)).a[last];
      return { loss: meanLoss(recording.loss, outputs, targets, recording.shares),
        right: recording.accuracies ? countRight(outputs, targets) : null };
    }),
    /** The range that a picture of a unit's activation covers. */
    span(layer, values) {
      const name = activations[layer];
      if (SPANS[name]) return SPANS[name];
      let low = name.endsWith("relu") ? 0 : Infinity, high = -Infinity;
      for (const v of values) {
        if (v < low && v > -Infinity) low = v;
        if (v > high && v < Infinity) high = v;
      }
      return high > low ? [low, high] : Number.isFinite(low) ? [low, low + 1] : [0, 1];
    },
    /** What is zero on a unit's boundary: its pre-activation, or its lead in a softmax; null without a boundary. */
    margin(layer, unit, { z }) {
      const name = activations[layer], row = z[layer][unit], others = z[layer].filter((other) => other !== row);
      if (name === "linear" || (layer === last && !["sigmoid", "softmax", "step"].includes(name))) return null;
      if (name !== "softmax" || !others.length) return row;
      return row.map((value, n) => value - Math.max(...others.map((other) => other[n])));
    },
    free() {
      [kept, keptNow] = [{}, {}];
    },
  };
}
