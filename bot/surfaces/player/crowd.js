// The replicas' final networks: what their units do, and which of them correspond.

import { average } from "./dom.js";
import { forward, buffers } from "./network.js";

export function correlation(a, b) {
  const ma = average(a), mb = average(b);
  const dot = (x, mx, y, my) => x.reduce((sum, value, n) => sum + (value - mx) * (y[n] - my), 0);
  return dot(a, ma, b, mb) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb)) || 0;
}

/** The activations of a layer at inputs: replicas × units × points. */
export function unitsOfAll(recording, layer, inputs) {
  const rows = () => buffers(recording.sizes, inputs[0].length);
  return recording.finals.map((weights) => forward(recording, weights, inputs, rows()).a[layer]);
}

/** Which unit of `other` does most nearly what `first` has in each place, up to its sign: [{unit, sign, r}]. The best
 *  pairs first, then swaps for as long as one gains. */
export function align(first, other) {
  const r = first.map((a) => other.map((b) => correlation(a, b))), n = r.length, order = [];
  const at = (i, j) => Math.abs(r[i][j]), pairs = r.flatMap((row, i) => row.map((_, j) => [i, j]));
  for (const [i, j] of pairs.sort((p, q) => at(...q) - at(...p))) {
    if (order[i] === undefined && !order.includes(j)) order[i] = j;
  }
  for (let gained = true; gained;) {
    gained = false;
    for (let i = 0; i < n; i++) {
      for (let k = i + 1; k < n; k++) {
        if (at(i, order[k]) + at(k, order[i]) <= at(i, order[i]) + at(k, order[k]) + 1e-9) continue;
        [order[i], order[k]] = [order[k], order[i]];
        gained = true;
      }
    }
  }
  return order.map((unit, i) => ({ unit, sign: r[i][unit] < 0 ? -1 : 1, r: at(i, unit) }));
}
