// When something happened, worked out from the recorded weights, to the nearest recorded step.

import { countRight, forward, room } from "./network.js";

const SIDE = 20, SEEN = 0.02, MOST = 4; // of the units's moments; shares beyond which a boundary is in the picture

/** The first frame from which `holds` is true to the end; null where it always was, or is not at the end. */
function fromThen(holds) {
  let first = holds.length;
  while (first > 0 && holds[first - 1]) first--;
  return first > 0 && first < holds.length ? first : null;
}

/** For every unit the share of the inputs at which it is above its boundary, frame by frame. */
function sharesAbove(recording, model, seen) {
  const { sizes, frames } = recording, count = seen.length / sizes[0], out = room(sizes, count);
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
  const found = [], ins = recording.sizes[0], flat = ins <= 2, onExamples = sharesAbove(recording, model, recording.inputs);
  const inView = flat ? sharesAbove(recording, model, model.places(ins === 1 ? 8 * SIDE : SIDE)) : onExamples;
  inView.forEach((layer, l) => layer.forEach((shares, j) => {
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
