// The forward pass, for many points at once. Arrays are units × points; a layer's weights (n_in + 1) × n_out.

const LEAK = 0.01; // slope of leaky ReLU below zero

const apply = (f) => (z, a) => {
  for (let n = 0; n < z.length; n++) a[n] = f(z[n]);
};

function softmax(z, a, points) {
  const units = z.length / points;
  for (let n = 0; n < points; n++) {
    let top = -Infinity, sum = 0;
    for (let k = n; k < z.length; k += points) top = Math.max(top, z[k]);
    for (let j = 0, k = n; j < units; j++, k += points) sum += a[k] = Math.exp(z[k] - top);
    for (let k = n; k < z.length; k += points) a[k] /= sum;
  }
}

/** Activation functions by the names that recordings use: (pre-activations, room for activations, points). */
export const ACTIVATIONS = {
  sigmoid: apply((z) => 1 / (1 + Math.exp(-z))),
  tanh: apply((z) => 1 - 2 / (Math.exp(2 * z) + 1)), // three times as fast as Math.tanh
  relu: apply((z) => (z > 0 ? z : 0)),
  leaky_relu: apply((z) => (z > 0 ? z : LEAK * z)),
  linear: (z, a) => a.set(z),
  step: apply((z) => (z > 0 ? 1 : 0)),
  softmax,
};

/** Arrays for `forward`: pre-activations `z` and activations `a` of each layer after the input. */
export function room(sizes, points) {
  const arrays = () => sizes.slice(1).map((units) => new Float32Array(units * points));
  return { z: arrays(), a: arrays() };
}

/**
 * Evaluate a network at `points` inputs (n_in × points), into `out` (from `room`). `units` {"layer:unit": {factor, add}}
 * replaces a unit's activation a by factor × a + add: off is 0, 0; fixed 0, the value; flipped −1, 0.
 */
export function forward(network, weights, inputs, points, out, units = {}) {
  const overrides = Object.entries(units).map(([key, change]) => [...key.split(":").map(Number), change]);
  let below = inputs;
  network.activations.forEach((name, l) => {
    const outs = network.sizes[l + 1], ins = network.sizes[l], w = weights[l], z = out.z[l], a = out.a[l];
    for (let j = 0; j < outs; j++) {
      const row = j * points;
      z.fill(w[ins * outs + j], row, row + points);
      for (let i = 0; i < ins; i++) {
        const factor = w[i * outs + j], from = i * points;
        for (let n = 0; n < points; n++) z[row + n] += factor * below[from + n];
      }
    }
    ACTIVATIONS[name](z, a, points);
    for (const [layer, j, { factor, add }] of overrides) {
      if (layer !== l) continue;
      for (let n = j * points; n < (j + 1) * points; n++) a[n] = factor * a[n] + add;
    }
    below = a;
  });
  return out;
}

/** The mean loss of outputs `a` (units × points), in nats for the log losses; clipped as in sims/engine/losses.py. */
export function meanLoss(loss, a, targets, points) {
  const clip = (p) => Math.min(Math.max(p, 1e-7), 1 - 1e-7);
  const one = {
    log_loss: (p, y) => -(y * Math.log(clip(p)) + (1 - y) * Math.log1p(-clip(p))),
    cross_entropy: (p, y) => -y * Math.log(clip(p)),
    squared_error: (p, y) => (p - y) ** 2,
  }[loss];
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += one(a[k], targets[k]);
  return sum / points;
}

/** How many examples are decided rightly: the right side of one half, or the largest of several outputs. */
export function countRight(a, targets, points) {
  const outs = a.length / points;
  const largest = (v, n) => {
    let best = 0;
    for (let j = 1; j < outs; j++) if (v[j * points + n] > v[best * points + n]) best = j;
    return best;
  };
  let right = 0;
  for (let n = 0; n < points; n++) {
    right += outs === 1 ? a[n] > 0.5 === targets[n] > 0.5 : largest(a, n) === largest(targets, n);
  }
  return right;
}
