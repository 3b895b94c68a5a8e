// Decodes a recording (see sims/engine/wire.py): "NRN", version, header length, header in JSON, float32 numbers, bytes.

import { ACTIVATIONS } from "./network.js";

const VERSION = 2;
const LOSSES = ["log_loss", "cross_entropy", "squared_error"];

/** What is wrong with a recording: "kind", "version" or "damaged", a key of `strings.errors`. */
export class RecordingError extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** The header and where the numbers begin; what is no JSON throws its own error. */
function openHeader(bytes) {
  if (bytes.length < 8 || String.fromCharCode(...bytes.subarray(0, 3)) !== "NRN") throw new RecordingError("kind");
  if (bytes[3] !== VERSION) throw new RecordingError("version");
  const end = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  return [JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, end))), end];
}

/** Whether everything is there that the pictures are drawn from. */
function sound(header) {
  const whole = (value) => Number.isInteger(value) && value > 0 && value < 1e6;
  const axis = (a) => typeof a.name === "string" && [a.low, a.high, a.offset, a.scale].every(Number.isFinite);
  const { sizes, activations, axes, target_axes: targets, steps, replicas, concepts, moments, points, loss } = header;
  return sizes.every(whole) && activations.length === sizes.length - 1 && activations.every((name) => name in ACTIVATIONS)
    && axes.length === sizes[0] && targets.length === sizes.at(-1) && [...axes, ...targets].every(axis)
    && steps.length > 0 && steps.every(Number.isFinite) && (whole(replicas) || replicas.every(Number.isFinite))
    && concepts.every((name) => typeof name === "string") && moments.every(([frame]) => frame in steps)
    && whole(points) && LOSSES.includes(loss);
}

/**
 * The header's fields, with `inputs` and `targets` (units × points), `losses`, `validation` (frames), `frames` and
 * `finals` (networks: a list of layers, (n_in + 1) × n_out, the last row the bias), `finalLosses`, `finalAccuracies`
 * (replicas), `concepts` ([{name, values from 0 to 1}]) and `seeds`.
 */
export function decode(given) {
  if (!(given instanceof ArrayBuffer) && !ArrayBuffer.isView(given)) throw new RecordingError("kind");
  const bytes = ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength) : new Uint8Array(given);
  const [header, start] = openHeader(bytes);
  if (!sound(header)) throw new RecordingError("damaged");
  const { sizes, points } = header;
  const seeds = Array.isArray(header.replicas) ? header.replicas : [...Array(header.replicas).keys()];
  const shapes = sizes.slice(1).map((outs, l) => (sizes[l] + 1) * outs);
  const each = shapes.reduce((a, b) => a + b, 0);
  const frames = header.steps.length, replicas = seeds.length;
  const counts = [sizes[0] * points, sizes.at(-1) * points, frames, header.validation ? frames : 0, frames * each,
    replicas, header.accuracies ? replicas : 0, replicas * each];
  const total = counts.reduce((a, b) => a + b, 0);
  if (bytes.length !== start + 4 * total + header.concepts.length * points) throw new RecordingError("damaged");
  const numbers = new Float32Array(bytes.slice(start, start + 4 * total).buffer);
  let at = 0;
  const take = (count) => numbers.subarray(at, (at += count));
  const [inputs, targets, losses, validation, weights, finalLosses, finalAccuracies, finals] = counts.map(take);
  const networks = (all) => Array.from({ length: all.length / each }, (_, k) => {
    let from = k * each;
    return shapes.map((size) => all.subarray(from, (from += size)));
  });
  const degrees = bytes.subarray(start + 4 * total);
  const concepts = header.concepts.map((name, c) => (
    { name, values: Float32Array.from(degrees.subarray(c * points, (c + 1) * points), (v) => v / 255) }));
  return { ...header, targetAxes: header.target_axes, seeds, inputs, targets, losses, validation,
    frames: networks(weights), finalLosses, finalAccuracies, finals: networks(finals), concepts };
}
