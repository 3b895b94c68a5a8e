// A pad on which points are drawn with a finger, a mouse or the keyboard. They are rows in the field below it, and only
// its form sends them.

import { MOST, pointsOf, reach, rounded, rowsOf } from "./points.js";

const SIDE = 300; // of the pad, in its own units
const APART = 0.08; // of the way from the middle to an edge, between the points of one stroke
const STEP = 0.1; // of it, that an arrow moves the cross; a fifth of that with Shift
const SVG = "http://www.w3.org/2000/svg";
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @typedef {{ x: number, y: number }} Place */
/** @typedef {object} Pad
 * @property {HTMLElement} root @property {HTMLTextAreaElement} field @property {SVGSVGElement} drawing
 * @property {import("./points.js").Rows} rows @property {number} far @property {number} kind @property {Place} cross
 * @property {Place | null} stroke @property {() => void} chosen */

/** Make a pad of the elements in `root` over the rows in `field`; `chosen` is called when a point was drawn.
 * @param {HTMLElement} root @param {HTMLTextAreaElement} field @param {() => void} chosen */
export function padOver(root, field, chosen) {
  const drawing = /** @type {SVGSVGElement} */ (root.querySelector("svg"));
  /** @type {Pad} */
  const pad = { root, field, drawing, chosen, rows: pointsOf(field.value), far: 1, kind: 0, cross: { x: 0, y: 0 }, stroke: null };
  pad.far = reach(pad.rows.points);
  followPointer(pad);
  drawing.addEventListener("keydown", (event) => {
    if (typed(pad, event)) event.preventDefault();
  });
  for (const button of root.querySelectorAll("[data-kind]")) {
    button.addEventListener("click", () => pick(pad, Number(/** @type {HTMLElement} */ (button).dataset.kind)));
  }
  root.querySelector("[data-do=back]").addEventListener("click", () => back(pad));
  root.querySelector("[data-do=clear]").addEventListener("click", () => clear(pad));
  field.addEventListener("input", () => {
    field.required = false;
    Object.assign(pad, { rows: pointsOf(field.value) });
    pad.far = reach(pad.rows.points);
    draw(pad);
    tell(pad);
  });
  root.hidden = false;
  draw(pad);
  tell(pad);
}

/** @param {Pad} pad */
function followPointer(pad) {
  const { drawing } = pad;
  drawing.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    drawing.setPointerCapture(event.pointerId);
    /** @type {any} */ (drawing).focus({ preventScroll: true });
    pad.stroke = pad.cross = placed(pad, event);
    put(pad, pad.stroke);
  });
  drawing.addEventListener("pointermove", (event) => {
    if (!pad.stroke) return;
    const here = placed(pad, event);
    if (Math.hypot(here.x - pad.stroke.x, here.y - pad.stroke.y) < pad.far * APART) return;
    pad.stroke = pad.cross = here;
    put(pad, here);
  });
  for (const end of ["pointerup", "pointercancel"]) drawing.addEventListener(end, () => { pad.stroke = null; });
}

/** Where a pointer is, in the data's units.
 * @param {Pad} pad @param {PointerEvent} event @returns {Place} */
function placed({ drawing, far }, event) {
  const box = drawing.getBoundingClientRect();
  const along = (/** @type {number} */ share) => far * Math.max(-1, Math.min(1, 2 * share - 1));
  return { x: along((event.clientX - box.left) / box.width), y: -along((event.clientY - box.top) / box.height) };
}

/** What a key does; false where it does nothing.
 * @param {Pad} pad @param {KeyboardEvent} event @returns {boolean} */
function typed(pad, { key, shiftKey }) {
  if (key in ARROWS) move(pad, ARROWS[/** @type {keyof typeof ARROWS} */ (key)], shiftKey ? STEP / 5 : STEP);
  else if (key === " " || key === "Enter") put(pad, pad.cross);
  else if (key === "0" || key === "1") pick(pad, Number(key));
  else if (key === "Backspace" || key === "Delete") back(pad);
  else return false;
  return true;
}

/** @param {Pad} pad @param {number[]} way @param {number} step */
function move(pad, [x, y], step) {
  const { far, cross } = pad;
  const within = (/** @type {number} */ value) => rounded(Math.max(-far, Math.min(far, value)), far);
  pad.cross = { x: within(cross.x + x * step * far), y: within(cross.y + y * step * far) };
  draw(pad);
  tell(pad, `The cross is at ${pad.cross.x}, ${pad.cross.y}.`);
}

/** @param {Pad} pad @param {Place} place */
function put(pad, { x, y }) {
  const { rows, far, kind } = pad;
  if (!rows.known) return tell(pad);
  if (rows.points.length >= MOST) return tell(pad, "There is no room for more.");
  rows.points.push({ x: rounded(x, far), y: rounded(y, far), kind });
  pad.chosen();
  changed(pad);
}

/** @param {Pad} pad @param {number} kind */
function pick(pad, kind) {
  pad.kind = kind;
  for (const button of pad.root.querySelectorAll("[data-kind]")) {
    button.setAttribute("aria-pressed", String(Number(/** @type {HTMLElement} */ (button).dataset.kind) === kind));
  }
}

/** @param {Pad} pad */
function back(pad) {
  if (pad.rows.points.pop()) changed(pad);
}

/** @param {Pad} pad */
function clear(pad) {
  Object.assign(pad, { rows: { head: "", points: [], known: true }, far: 1, cross: { x: 0, y: 0 } });
  changed(pad);
}

/** @param {Pad} pad */
function changed(pad) {
  pad.field.value = rowsOf(pad.rows);
  pad.field.required = !pad.rows.points.length; // else the form would train on rows that are not there to see
  draw(pad);
  tell(pad);
}

/** @param {Pad} pad */
function draw({ drawing, rows, far, cross }) {
  const across = (/** @type {number} */ x) => ((x / far + 1) * SIDE) / 2;
  const down = (/** @type {number} */ y) => ((1 - y / far) * SIDE) / 2;
  const marks = rows.points.map(({ x, y, kind }) => (kind
    ? shape("path", { class: "kind-1", d: `M${across(x)},${down(y) - 7}l7,12h-14z` })
    : shape("circle", { class: "kind-0", cx: across(x), cy: down(y), r: 6 })));
  const axes = shape("path", { class: "axes", d: `M0,${SIDE / 2}h${SIDE}M${SIDE / 2},0v${SIDE}` });
  const cursor = shape("path", { class: "cross", d: `M${across(cross.x) - 9},${down(cross.y)}h18m-9,-9v18` });
  drawing.replaceChildren(axes, ...marks, cursor);
}

/** @param {string} name @param {Record<string, string | number>} attributes */
function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** Say what is on the pad, and what was just done.
 * @param {Pad} pad */
function tell({ root, rows }, done = "") {
  const ones = rows.points.filter((point) => point.kind).length;
  const count = `${rows.points.length} of ${MOST} points: ${rows.points.length - ones} of kind 0, ${ones} of kind 1.`;
  const says = rows.known ? count : "The rows below are not such points. Clear them to draw.";
  root.querySelector("[role=status]").textContent = `${says} ${done}`.trim();
}
