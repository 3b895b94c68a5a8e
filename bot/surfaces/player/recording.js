// Decodes a recording; see sims/engine/codec.py.

import { ACTIVATIONS, LOSSES } from "./network.js";

const VERSION = 2;

/** An error with a key of `strings.errors`. */
export const refused = (code) => Object.assign(new Error(code), { code });

/** The header and where the numbers begin; what is no JSON throws its own error. */
function openHeader(bytes) {
  if (bytes.length < 8 || String.fromCharCode(...bytes.subarray(0, 3)) !== "NRN") throw refused("kind");
  if (bytes[3] !== VERSION) throw refused("version");
  const end = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  return [JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, end))), end];
}

/** Whether everything is there that is drawn. */
function isSound({ sizes, activations, axes, target_axes: targets, steps, replicas, moments, points, loss }) {
  const isCount = (value) => Number.isInteger(value) && value > 0 && value < 1e6;
  const isAxis = ({ low, high, offset, scale }) => [low, high, offset, scale].every(Number.isFinite);
  return [...sizes, points, replicas.length ?? replicas, steps.length].every(isCount) && loss in LOSSES
    && activations.length === sizes.length - 1 && activations.every((name) => name in ACTIVATIONS)
    && axes.length === sizes[0] && targets.length === sizes.at(-1) && [...axes, ...targets].every(isAxis)
    && steps.every(Number.isFinite) && moments.every(([frame]) => frame in steps);
}

/** An axis with ways between what the network sees, real values, and shares of a side. */
function scaled(axis) {
  const { name, unit, low, high, offset, scale } = axis;
  const real = (seen) => offset + scale * seen, seen = (value) => (value - offset) / scale;
  return { ...axis, title: unit ? `${name} (${unit})` : name, real, seen,
    at: (share) => seen(low + share * (high - low)), share: (value) => (real(value) - low) / (high - low) };
}

const rows = (values, count) =>
  Array.from({ length: values.length / count }, (_, k) => values.subarray(k * count, (k + 1) * count));

/**
 * The header's fields, with `inputs` and `targets` (rows), `losses` and `validation` of frames, `frames` and `finals`
 * (networks: a list of layers, the last row the bias), `finalLosses` and `finalAccuracies` of replicas, `shares` (what
 * multiplies the examples' losses: no row, one, or one for each output), `concepts` ([{name, values from 0 to 1}]) and
 * `seeds`; `begins` says when the first frame is, where the network was trained before it.
 */
export function decode(given) {
  const bytes = ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength) : new Uint8Array(given);
  const [header, start] = openHeader(bytes);
  if (!isSound(header)) throw refused("damaged");
  const { sizes, points, replicas, steps } = header;
  const seeds = Array.isArray(replicas) ? replicas : [...Array(replicas).keys()];
  const shapes = sizes.slice(1).map((outs, l) => (sizes[l] + 1) * outs), sum = (a, b) => a + b;
  const each = shapes.reduce(sum), frames = steps.length, runs = seeds.length;
  const counts = [sizes[0] * points, sizes.at(-1) * points, frames, header.validation ? frames : 0, frames * each,
    runs, header.accuracies ? runs : 0, runs * each, (header.weighted ?? 0) * points];
  const end = start + 4 * counts.reduce(sum);
  if (bytes.length !== end + header.concepts.length * points) throw refused("damaged");
  const numbers = new Float32Array(bytes.slice(start, end).buffer), degrees = rows(bytes.subarray(end), points);
  const parted = (values, lengths, at = 0) => lengths.map((length) => values.subarray(at, (at += length)));
  const [inputs, targets, losses, validation, weights, finalLosses, finalAccuracies, finals, shares] =
    parted(numbers, counts);
  const networks = (all) => rows(all, each).map((one) => parted(one, shapes));
  return { ...header, axes: header.axes.map(scaled), targetAxes: header.target_axes.map(scaled), seeds,
    inputs: rows(inputs, points), targets: rows(targets, points), losses, validation, frames: networks(weights),
    finalLosses, finalAccuracies, finals: networks(finals), shares: rows(shares, points),
    concepts: header.concepts.map((name, c) => ({ name, values: Float32Array.from(degrees[c], (v) => v / 255) })) };
}
