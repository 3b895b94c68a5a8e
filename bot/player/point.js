// From a place in a picture to inputs, and back.

const WHOLE = (canvas) => ({ x: 0, y: 0, width: canvas.clientWidth, height: canvas.clientHeight });

/** The inputs, as the network sees them, at a pointer's place in the box (of the canvas) that a picture fills. */
export function seenAt(event, canvas, model, box = WHOLE(canvas)) {
  const at = canvas.getBoundingClientRect();
  return model.fromShares([(event.clientX - at.left - box.x) / box.width,
    1 - (event.clientY - at.top - box.y) / box.height]);
}

/** Where inputs lie in the box; with one input, at its top. */
export function onBox(seen, box, model) {
  const [x, y = 1] = model.toShares(seen);
  return [box.x + x * box.width, box.y + (1 - y) * box.height];
}
