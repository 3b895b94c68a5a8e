// When something happened, worked out from the recorded weights, to the nearest recorded step.

import { countRight, forward, room } from "./network.js";

const SIDE = 20, SEEN = 0.02, MOST = 4; // of the units's moments; shares beyond which a boundary is in the picture

/** The first frame from which `holds` is true to the end; null where it always was, or is not at the end. */
function fromThen(holds) {
  let first = holds.length;
  while (first > 0 && holds[first - 1]) first--;
  return first > 0 && first < holds.length ? first : null;
}

/** Points that stand for the picture: a grid over one or two inputs, else the examples. */
function places(recording, model) {
  const { sizes, inputs, points } = recording;
  if (sizes[0] > 2) return [inputs, points];
  const count = sizes[0] === 2 ? SIDE * SIDE : 8 * SIDE, seen = new Float32Array(sizes[0] * count);
  for (let n = 0; n < count; n++) {
    const shares = sizes[0] === 1 ? [n / (count - 1)] : [(n % SIDE) / (SIDE - 1), Math.floor(n / SIDE) / (SIDE - 1)];
    model.fromShares(shares).forEach((value, i) => (seen[i * count + n] = value));
  }
  return [seen, count];
}

/** For every unit the share of `count` inputs at which it is above its boundary, frame by frame. */
function sharesAbove(recording, model, [seen, count]) {
  const { sizes, frames } = recording, out = room(sizes, count);
  const shares = sizes.slice(1).map((units) => Array.from({ length: units }, () => []));
  for (const weights of frames) {
    forward(recording, weights, seen, count, out);
    shares.forEach((layer, l) => layer.forEach((list, j) => {
      const margin = model.margin(l, j, out);
      list.push(margin && margin.reduce((sum, value) => sum + (value > 0), 0) / count);
    }));
  }
  return shares;
}

function unitMoments(recording, model, strings, nameOf) {
  const found = [], flat = recording.sizes[0] <= 2;
  const onExamples = sharesAbove(recording, model, [recording.inputs, recording.points]);
  sharesAbove(recording, model, places(recording, model)).forEach((layer, l) => layer.forEach((shares, j) => {
    if (shares[0] === null) return;
    const inPicture = shares.map((share) => share > SEEN && share < 1 - SEEN), name = nameOf(l, j);
    const add = (frame, text) => frame !== null && found.push({ frame, text, unit: { layer: l, unit: j } });
    add(fromThen(inPicture), flat ? strings.appears(name) : strings.takesSides(name));
    if (recording.activations[l] === "relu") add(fromThen(onExamples[l][j].map((share) => share === 0)), strings.silent(name));
    else if (flat) add(fromThen(inPicture.map((seen) => !seen)), strings.leaves(name));
  }));
  return found.sort((a, b) => b.unit.layer - a.unit.layer || a.frame - b.frame).slice(0, MOST);
}

function runMoments(recording, model, strings) {
  const { sizes, frames, inputs, targets, points, losses, validation, steps } = recording;
  const found = [], add = (frame, text) => frame !== null && found.push({ frame, text, unit: null });
  if (model.decides) {
    const out = room(sizes, points), last = sizes.length - 2;
    add(fromThen(frames.map((weights) =>
      countRight(forward(recording, weights, inputs, points, out).a[last], targets, points) >= 0.9 * points)), strings.ninetyPercent);
  } else add(fromThen([...losses].map((value) => value <= 0.1 * losses[0])), strings.tenth);
  if (validation.length) {
    const best = validation.indexOf(Math.min(...validation));
    if (best < frames.length - 1 && validation.at(-1) > 1.02 * validation[best]) add(best, strings.overfit);
  }
  if (recording.diverged_at >= 0) {
    const after = steps.findIndex((step) => step >= recording.diverged_at);
    add(after < 0 ? frames.length - 1 : after, strings.diverged);
  }
  return found;
}

/** [{frame, text, unit or null}], in their order. */
export function momentsOf(recording, model, strings, nameOf) {
  if (recording.frames.length < 3) return [];
  const found = [...runMoments(recording, model, strings), ...unitMoments(recording, model, strings, nameOf)];
  return found.sort((a, b) => a.frame - b.frame);
}
