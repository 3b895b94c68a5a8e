// Decodes a recording (see sims/engine/wire.py): "NRN", version, header length, header in JSON, float32 numbers, bytes.

import { ACTIVATIONS } from "./network.js";

const VERSION = 1;
const LOSSES = ["log_loss", "cross_entropy", "squared_error"];

/** What is wrong with a recording: `code` is "kind", "version" or "damaged", a key of `strings.errors`. */
export class RecordingError extends Error {
  constructor(code, detail = "") {
    super(`${code} ${detail}`.trim());
    this.code = code;
  }
}

function refuse(detail) {
  throw new RecordingError("damaged", detail);
}

function openHeader(bytes) {
  if (bytes.length < 8 || String.fromCharCode(...bytes.subarray(0, 3)) !== "NRN") throw new RecordingError("kind");
  if (bytes[3] !== VERSION) throw new RecordingError("version", String(bytes[3]));
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  if (8 + length > bytes.length) refuse("header cut short");
  try {
    return [JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length))) ?? {}, 8 + length];
  } catch (error) {
    return refuse(error.message);
  }
}

function check(header) {
  const whole = (value) => Number.isInteger(value) && value > 0 && value < 1e6;
  const axis = (a) => typeof a?.name === "string" && [a.low, a.high, a.offset, a.scale].every(Number.isFinite);
  const list = (name, test, length = header[name]?.length || 1) => {
    if (!Array.isArray(header[name]) || !header[name].every(test) || header[name].length !== length) refuse(name);
  };
  list("sizes", whole);
  list("activations", (a) => a in ACTIVATIONS, header.sizes.length - 1);
  list("axes", axis, header.sizes[0]);
  list("target_axes", axis, header.sizes.at(-1));
  list("steps", Number.isFinite);
  list("concepts", (c) => typeof c === "string", header.concepts?.length);
  if (!whole(header.replicas)) list("replicas", Number.isFinite);
  if (!whole(header.points) || !LOSSES.includes(header.loss)) refuse("points or loss");
}

/**
 * @param {ArrayBuffer|ArrayBufferView} given
 * @returns the header's fields, with `inputs` and `targets` (units × points), `losses`, `validation` (frames),
 *   `frames` and `finals` (lists of networks; a network is a list of layers, (n_in + 1) × n_out, the last row the
 *   bias), `finalLosses`, `finalAccuracies` (replicas), `concepts` ([{name, values from 0 to 1}]) and `seeds`.
 */
export function decode(given) {
  if (!(given instanceof ArrayBuffer) && !ArrayBuffer.isView(given)) throw new RecordingError("kind");
  const bytes = ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength) : new Uint8Array(given);
  const [header, start] = openHeader(bytes);
  check(header);
  const { sizes, points } = header;
  const seeds = Array.isArray(header.replicas) ? header.replicas : [...Array(header.replicas).keys()];
  const shapes = sizes.slice(1).map((outs, l) => (sizes[l] + 1) * outs);
  const each = shapes.reduce((a, b) => a + b, 0);
  const frames = header.steps.length, replicas = seeds.length;
  const counts = [sizes[0] * points, sizes.at(-1) * points, frames, header.validation ? frames : 0, frames * each,
    replicas, header.accuracies ? replicas : 0, replicas * each];
  const total = counts.reduce((a, b) => a + b, 0);
  if (bytes.length !== start + 4 * total + header.concepts.length * points) refuse("cut short");
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
