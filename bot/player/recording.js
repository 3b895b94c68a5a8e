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

/** An axis with the ways between what the network sees, real values, and shares of a picture's side. */
function scaled(axis) {
  const { low, high, offset, scale } = axis;
  const real = (seen) => offset + scale * seen, seen = (value) => (value - offset) / scale;
  return { ...axis, real, seen, at: (share) => seen(low + share * (high - low)),
    share: (value) => (real(value) - low) / (high - low) };
}

const rows = (values, count) =>
  Array.from({ length: values.length / count }, (_, k) => values.subarray(k * count, (k + 1) * count));

/**
 * The header's fields, with `inputs` and `targets` (a row of points for each unit), `losses`, `validation` (frames),
 * `frames` and `finals` (networks: a list of layers, (n_in + 1) × n_out, the last row the bias), `finalLosses`,
 * `finalAccuracies` (replicas), `concepts` ([{name, values from 0 to 1}]) and `seeds`.
 */
export function decode(given) {
  if (!(given instanceof ArrayBuffer) && !ArrayBuffer.isView(given)) throw new RecordingError("kind");
  const bytes = ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength) : new Uint8Array(given);
  const [header, start] = openHeader(bytes);
  if (!sound(header)) throw new RecordingError("damaged");
  const { sizes, points, replicas, steps } = header;
  const seeds = Array.isArray(replicas) ? replicas : [...Array(replicas).keys()];
  const shapes = sizes.slice(1).map((outs, l) => (sizes[l] + 1) * outs), sum = (a, b) => a + b;
  const each = shapes.reduce(sum), frames = steps.length, runs = seeds.length;
  const counts = [sizes[0] * points, sizes.at(-1) * points, frames, header.validation ? frames : 0, frames * each,
    runs, header.accuracies ? runs : 0, runs * each];
  const end = start + 4 * counts.reduce(sum);
  if (bytes.length !== end + header.concepts.length * points) throw new RecordingError("damaged");
  const numbers = new Float32Array(bytes.slice(start, end).buffer), degrees = rows(bytes.subarray(end), points);
  const parted = (values, lengths, at = 0) => lengths.map((length) => values.subarray(at, (at += length)));
  const [inputs, targets, losses, validation, weights, finalLosses, finalAccuracies, finals] = parted(numbers, counts);
  const networks = (all) => rows(all, each).map((one) => parted(one, shapes));
  return { ...header, axes: header.axes.map(scaled), targetAxes: header.target_axes.map(scaled), seeds,
    inputs: rows(inputs, points), targets: rows(targets, points), losses, validation, frames: networks(weights),
    finalLosses, finalAccuracies, finals: networks(finals),
    concepts: header.concepts.map((name, c) => ({ name, values: Float32Array.from(degrees[c], (v) => v / 255) })) };
}
