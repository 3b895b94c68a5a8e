// The forward pass, for many points at once. Values are rows, one for each unit, with a number for each point; the
// weights of a layer are (n_in + 1) × n_out.

const LEAK = 0.01; // slope of leaky ReLU below zero

const apply = (f) => (z, a) => z.forEach((row, j) => {
  const out = a[j];
  for (let n = 0; n < row.length; n++) out[n] = f(row[n]);
});

function softmax(z, a) {
  for (let n = 0; n < z[0].length; n++) {
    let top = -Infinity, sum = 0;
    for (const row of z) top = Math.max(top, row[n]);
    for (let j = 0; j < z.length; j++) sum += a[j][n] = Math.exp(z[j][n] - top);
    for (const row of a) row[n] /= sum;
  }
}

/** (pre-activations, buffers for activations) */
export const ACTIVATIONS = {
  sigmoid: apply((z) => 1 / (1 + Math.exp(-z))),
  tanh: apply((z) => 1 - 2 / (Math.exp(2 * z) + 1)), // three times as fast as Math.tanh
  relu: apply((z) => (z > 0 ? z : 0)),
  leaky_relu: apply((z) => (z > 0 ? z : LEAK * z)),
  softplus: apply((z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))),
  linear: apply((z) => z),
  step: apply((z) => (z > 0 ? 1 : 0)),
  softmax,
};

/** Pre-activations `z` and activations `a` of each layer, to be filled. */
export function buffers(sizes, points) {
  const layers = () => sizes.slice(1).map((units) => Array.from({ length: units }, () => new Float32Array(points)));
  return { z: layers(), a: layers() };
}

/**
 * Evaluate a network at inputs, into `out` (from `buffers`). `units` {"layer:unit": {factor, add}} replaces a unit's
 * activation a by factor × a + add: off is 0, 0; fixed 0, the value; flipped −1, 0.
 */
export function forward(network, weights, inputs, out, units = {}) {
  let below = inputs;
  network.activations.forEach((name, l) => {
    const w = weights[l], z = out.z[l], a = out.a[l], outs = z.length;
    z.forEach((row, j) => {
      row.fill(w[below.length * outs + j]);
      below.forEach((values, i) => {
        const weight = w[i * outs + j];
        for (let n = 0; n < row.length; n++) row[n] += weight * values[n];
      });
    });
    ACTIVATIONS[name](z, a);
    for (const [key, { factor, add }] of Object.entries(units)) {
      const [layer, j] = key.split(":").map(Number);
      if (layer === l) a[j].forEach((value, n) => (a[j][n] = factor * value + add));
    }
    below = a;
  });
  return out;
}

const clip = (p) => Math.min(Math.max(p, 1e-7), 1 - 1e-7); // as in sims/engine/losses.py

/** The loss of one output, in nats for the log losses. */
export const LOSSES = {
  log_loss: (p, y) => -(y * Math.log(clip(p)) + (1 - y) * Math.log1p(-clip(p))),
  cross_entropy: (p, y) => -y * Math.log(clip(p)),
  squared_error: (p, y) => (p - y) ** 2,
  absolute_error: (p, y) => Math.abs(p - y),
  huber: (p, y) => (Math.abs(p - y) < 1 ? (p - y) ** 2 / 2 : Math.abs(p - y) - 0.5),
  log_loss_from_logits: (p, y) => Math.max(p, 0) + Math.log1p(Math.exp(-Math.abs(p))) - y * p,
  cross_entropy_from_logits: (p, y, total) => y * (total - p),
};

/** The logarithm of the sum of an example's exponentials, for the loss that applies softmax itself. */
function logSum(outputs, n) {
  const top = outputs.reduce((most, row) => Math.max(most, row[n]), -Infinity);
  return top + Math.log(outputs.reduce((sum, row) => sum + Math.exp(row[n] - top), 0));
}

export function meanLoss(loss, outputs, targets, shares) {
  const share = (j, n) => (shares[j] ?? shares[0])?.[n] ?? 1;
  const totals = loss === "cross_entropy_from_logits" && Array.from(outputs[0], (_, n) => logSum(outputs, n));
  const one = (p, j, n) => share(j, n) * LOSSES[loss](p, targets[j][n], totals && totals[n]);
  const of = (row, j) => row.reduce((sum, p, n) => sum + one(p, j, n), 0) / row.length;
  return outputs.reduce((sum, row, j) => sum + of(row, j), 0);
}

/** How many examples are on the right side of one half, or have the right one of several outputs largest. */
export function countRight(outputs, targets) {
  const largest = (rows, n) => rows.reduce((best, row, j) => (row[n] > rows[best][n] ? j : best), 0);
  const right = outputs.length === 1 ? (n) => outputs[0][n] > 0.5 === targets[0][n] > 0.5
    : (n) => largest(outputs, n) === largest(targets, n);
  return targets[0].reduce((sum, _, n) => sum + right(n), 0);
}
