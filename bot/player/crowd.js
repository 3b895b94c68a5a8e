// The other replicas' final networks: what their units do at the same inputs, and which of them correspond.

import { average } from "./dom.js";
import { forward, room } from "./network.js";

export function correlation(a, b) {
  const ma = average(a), mb = average(b);
  let ab = 0, aa = 0, bb = 0;
  for (let n = 0; n < a.length; n++) {
    ab += (a[n] - ma) * (b[n] - mb);
    aa += (a[n] - ma) ** 2;
    bb += (b[n] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb) || 0;
}

/** For each replica, the activations of a layer's units at inputs: replicas × units × points. */
export function unitsOfAll(recording, layer, inputs) {
  const rows = () => room(recording.sizes, inputs[0].length);
  return recording.finals.map((weights) => forward(recording, weights, inputs, rows()).a[layer]);
}

/** Which unit of `other` to put in each place so that it does most nearly what `first` has there, up to its sign:
 *  [{unit, sign, r}]. The best pairs first, then swaps for as long as one gains. */
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
