// Points drawn on a player's map with a finger, a mouse or the keyboard. They are rows in the page's field, and only a
// form sends them.

import { examplesOf, MOST, pointsOf, rounded, rowsOf } from "./points.js";

const SIDE = 300; // of the drawing, in its own units
const APART = 0.04; // of the side, between the points of one stroke
const STEP = 0.05; // of it, that an arrow moves the cross; a fifth of that with Shift
const SVG = "http://www.w3.org/2000/svg";
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const HELP = `Choose a class, then tap or drag on the picture; at most ${MOST} points. With the keyboard: arrows move the cross, `
  + "Space puts a point, 0 and 1 choose the class, Backspace takes the last one back.";

let pads = 0;

/** @typedef {{ x: number, y: number }} Place - shares of the sides, from the lower left corner */
/** @typedef {object} Page
 * @property {HTMLTextAreaElement} field - the rows @property {HTMLSelectElement} data - "own": the rows are trained on
 * @property {(rows: string) => void} train */
/** @typedef {object} Pad
 * @property {any} player @property {Page} page @property {SVGSVGElement} drawing @property {Record<string, HTMLElement>} parts
 * @property {import("./points.js").Rows} rows @property {number} kind @property {Place} cross @property {Place | null} stroke */

/** Give a player with a map over two inputs what draws points on it; null where it has none. `open` shows it.
 * @param {any} player @param {Page} page @returns {{ open: (said?: string) => void } | null} */
export function padIn(player, page) {
  if (player.recording?.axes.length !== 2) return null;
  const id = `pad-${pads++}`;
  const drawing = /** @type {SVGSVGElement} */ (shape("svg", { class: "pad", viewBox: `0 0 ${SIDE} ${SIDE}`, tabindex: 0,
    role: "application", "aria-label": "Picture to draw points on", "aria-describedby": `${id}-help` }));
  const rows = page.data.value === "own" ? pointsOf(page.field.value) : examplesOf(player.recording);
  /** @type {Pad} */
  const pad = { player, page, drawing, parts: {}, rows, kind: 0, cross: { x: 0.5, y: 0.5 }, stroke: null };
  const canvas = player.element.querySelector(".nrn-large");
  canvas.after(drawing);
  canvas.parentElement.append(...toolsOf(pad, id));
  followPointer(pad);
  drawing.addEventListener("keydown", (event) => {
    if (!typed(pad, event)) return;
    event.preventDefault();
    event.stopPropagation(); // arrows and Space would move the player's time
  });
  page.field.addEventListener("input", () => {
    pad.rows = pointsOf(page.field.value);
    draw(pad);
    tell(pad);
  });
  const lay = () => over(pad, canvas);
  player.store.subscribe(lay);
  new ResizeObserver(lay).observe(canvas);
  show(pad, false);
  return { open: (said) => show(pad, true, said) };
}

/** The button that opens the tools, and the tools.
 * @param {Pad} pad @param {string} id @returns {HTMLElement[]} */
function toolsOf(pad, id) {
  const press = (/** @type {string} */ text, /** @type {() => void} */ does) => {
    const button = element("button", { type: "button", class: "nrn-button" }, text);
    button.addEventListener("click", does);
    return button;
  };
  const classes = [0, 1].map((kind) => press(`${kind ? "○" : "◆"} class ${kind}`, () => pick(pad, kind)));
  const train = press("Train on these", () => {
    tell(pad, "Training …");
    pad.page.train(rowsOf(pad.rows));
  });
  const status = element("p", { class: "nrn-caption", role: "status" });
  const tools = element("div", { id, class: "pad-tools", role: "group", "aria-label": "Draw points" },
    element("div", { class: "nrn-transport" }, ...classes, press("Take back", () => back(pad)), press("Clear", () => clear(pad)), train),
    status, element("p", { class: "nrn-caption", id: `${id}-help` }, HELP));
  const toggle = press("Draw points", () => {
    show(pad, Boolean(tools.hidden));
    if (!tools.hidden) /** @type {any} */ (pad.drawing).focus({ preventScroll: true });
  });
  toggle.setAttribute("aria-controls", id);
  pad.parts = { toggle, tools, train, status, zero: classes[0], one: classes[1] };
  pick(pad, 0);
  return [toggle, tools];
}

/** @param {Pad} pad @param {boolean} isOpen */
function show(pad, isOpen, said = "") {
  const { parts: { toggle, tools }, drawing, player } = pad;
  tools.hidden = !isOpen;
  drawing.style.display = isOpen ? "" : "none";
  toggle.setAttribute("aria-expanded", String(isOpen));
  player.store.set({ bare: isOpen }); // the pad's points stand for the player's
  draw(pad);
  if (isOpen) tell(pad, said);
}

/** Lay the drawing over the map.
 * @param {Pad} pad @param {HTMLElement} canvas */
function over({ player, drawing }, canvas) {
  const box = player.map();
  if (!box) return;
  Object.assign(drawing.style, { left: `${canvas.offsetLeft + box.x}px`, top: `${canvas.offsetTop + box.y}px`,
    width: `${box.width}px`, height: `${box.height}px` });
}

/** @param {Pad} pad */
function followPointer(pad) {
  const { drawing } = pad;
  drawing.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    drawing.setPointerCapture(event.pointerId);
    /** @type {any} */ (drawing).focus({ preventScroll: true });
    pad.stroke = pad.cross = placed(drawing, event);
    put(pad, pad.stroke);
  });
  drawing.addEventListener("pointermove", (event) => {
    if (!pad.stroke) return;
    const here = placed(drawing, event);
    if (Math.hypot(here.x - pad.stroke.x, here.y - pad.stroke.y) < APART) return;
    pad.stroke = pad.cross = here;
    put(pad, here);
  });
  for (const end of ["pointerup", "pointercancel"]) drawing.addEventListener(end, () => { pad.stroke = null; });
}

/** @param {number} share */
const within = (share) => Math.max(0, Math.min(1, share));

/** @param {SVGSVGElement} drawing @param {PointerEvent} event @returns {Place} */
function placed(drawing, event) {
  const box = drawing.getBoundingClientRect();
  return { x: within((event.clientX - box.left) / box.width), y: within(1 - (event.clientY - box.top) / box.height) };
}

/** A place in the data's units.
 * @param {Pad} pad @param {Place} place */
function real({ player }, { x, y }) {
  const [across, up] = player.recording.axes.map((/** @type {any} */ { low, high }, /** @type {number} */ i) =>
    rounded(low + (i ? y : x) * (high - low), high - low));
  return { x: across, y: up };
}

/** What a key does; false where it does nothing.
 * @param {Pad} pad @param {KeyboardEvent} event @returns {boolean} */
function typed(pad, { key, shiftKey, altKey, ctrlKey, metaKey }) {
  if (altKey || ctrlKey || metaKey) return false;
  if (key in ARROWS) move(pad, ARROWS[/** @type {keyof typeof ARROWS} */ (key)], shiftKey ? STEP / 5 : STEP);
  else if (key === " " || key === "Enter") put(pad, pad.cross);
  else if (key === "0" || key === "1") pick(pad, Number(key));
  else if (key === "Backspace" || key === "Delete") back(pad);
  else return false;
  return true;
}

/** @param {Pad} pad @param {number[]} way @param {number} step */
function move(pad, [x, y], step) {
  pad.cross = { x: within(pad.cross.x + x * step), y: within(pad.cross.y + y * step) };
  const at = real(pad, pad.cross);
  draw(pad);
  tell(pad, `The cross is at ${at.x}, ${at.y}.`);
}

/** @param {Pad} pad @param {Place} place */
function put(pad, place) {
  const { rows, kind } = pad;
  if (!rows.known) return tell(pad);
  if (rows.points.length >= MOST) return tell(pad, "There is no room for more.");
  rows.points.push({ ...real(pad, place), kind });
  changed(pad);
}

/** @param {Pad} pad @param {number} kind */
function pick(pad, kind) {
  pad.kind = kind;
  [pad.parts.zero, pad.parts.one].forEach((button, k) => button.setAttribute("aria-pressed", String(k === kind)));
}

/** @param {Pad} pad */
function back(pad) {
  if (pad.rows.points.pop()) changed(pad);
}

/** @param {Pad} pad */
function clear(pad) {
  pad.rows = { head: "", points: [], known: true };
  changed(pad);
}

/** @param {Pad} pad */
function changed(pad) {
  pad.page.field.value = rowsOf(pad.rows);
  pad.page.data.value = "own";
  draw(pad);
  tell(pad);
}

/** @param {Pad} pad */
function draw({ drawing, rows, cross, player }) {
  const [across, up] = player.recording.axes;
  const right = (/** @type {number} */ x) => (SIDE * (x - across.low)) / (across.high - across.low);
  const down = (/** @type {number} */ y) => (SIDE * (up.high - y)) / (up.high - up.low);
  const marks = rows.points.map(({ x, y, kind }) => (kind // the player's marks
    ? shape("circle", { class: "class-1", cx: right(x), cy: down(y), r: 4.5 })
    : shape("path", { class: "class-0", d: `M${right(x)},${down(y) - 5.5}l5.5,5.5l-5.5,5.5l-5.5,-5.5z` })));
  const at = `M${SIDE * cross.x - 9},${SIDE * (1 - cross.y)}h18m-9,-9v18`;
  drawing.replaceChildren(...marks, shape("path", { class: "cross ground", d: at }), shape("path", { class: "cross", d: at }));
}

/** Say what is on the picture, and what was just done.
 * @param {Pad} pad */
function tell({ parts: { status, train }, rows }, done = "") {
  const ones = rows.points.filter((point) => point.kind).length, zeros = rows.points.length - ones;
  const both = ones && zeros ? "" : "Put points of both classes.";
  const count = `${rows.points.length} of ${MOST} points: ${zeros} of class 0, ${ones} of class 1. ${both}`;
  const says = rows.known ? count : "Your rows are not such points. Clear them to draw.";
  status.textContent = `${says.trim()} ${done}`.trim();
  /** @type {HTMLButtonElement} */ (train).disabled = !rows.known || both !== "";
}

/** @param {string} name @param {Record<string, string | number>} attributes */
function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** @param {string} name @param {Record<string, string>} attributes @param {(string | Element)[]} inside */
function element(name, attributes, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}
