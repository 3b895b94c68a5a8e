// One unit large: as a map or a curve over inputs in their units, or as weights and how it spreads the examples.

import { boundary, cross, curve, map, mark, ticks, zeroLine } from "./draw.js";
import { el, fitted, fixed, written } from "./dom.js";
import { onBox, seenAt } from "./point.js";
import { drawSpread, drawWeights } from "./wide.js";

const TALLEST = 330, MARKED = 250; // pixels of a map's side; examples that are drawn, at most

export function createStage(context) {
  const { recording, store, model, strings, look, nameOf } = context;
  const { sizes, axes, targetAxes, points, inputs, targets } = recording, ins = sizes[0];
  const title = el("h3", { class: "nrn-title" }), canvas = el("canvas", { class: "nrn-large", role: "img" });
  const low = el("span"), high = el("span"), ramp = el("div", { class: "nrn-ramp" }, low, el("i"), high);
  const caption = el("p", { class: "nrn-caption" });
  const element = el("div", { class: "nrn-stage" }, title, canvas, ...(ins === 2 ? [ramp] : []), caption);
  let box = null;

  if (ins <= 2) {
    const point = (event) => seenAt(event, canvas, model, box);
    canvas.addEventListener("pointermove", (e) => e.pointerType === "mouse" && store.set({ probe: point(e) }));
    canvas.addEventListener("pointerleave", () => store.set({ probe: null }));
    canvas.addEventListener("click", (e) => store.set({ example: point(e), exampleIndex: null, probe: null }));
    canvas.classList.add("is-live");
  }

  /** What an example is for this unit: "yes", "no", or "example" where nothing is yes or no. */
  function kindOf(layer, unit, n) {
    if (!model.decides || (layer < model.last && targetAxes.length > 1)) return "example";
    const row = layer === model.last ? unit : 0;
    return targets[row * points + n] > 0.5 ? "yes" : "no";
  }

  function frame(paint, yAxis) {
    const colours = look();
    paint.font = `12px ${colours.font}`;
    paint.fillStyle = colours.muted;
    paint.strokeStyle = colours.border;
    const title = (axis) => (axis.unit ? `${axis.name} (${axis.unit})` : axis.name);
    const line = (x, y, u, v) => {
      paint.beginPath();
      paint.moveTo(x, y);
      paint.lineTo(u, v);
      paint.stroke();
    };
    const [left, bottom] = [box.x, box.y + box.height];
    paint.textAlign = "center";
    for (const value of ticks(axes[0].low, axes[0].high, box.width / 75)) {
      const x = left + (box.width * (value - axes[0].low)) / (axes[0].high - axes[0].low);
      line(x, bottom, x, bottom + 4);
      paint.fillText(written(value, 4), x, bottom + 17);
    }
    paint.fillText(title(axes[0]), left + box.width / 2, bottom + 34);
    paint.textAlign = "right";
    for (const value of ticks(yAxis.low, yAxis.high, box.height / 50)) {
      const y = bottom - (box.height * (value - yAxis.low)) / (yAxis.high - yAxis.low);
      line(left - 4, y, left, y);
      paint.fillText(written(value, 4), left - 7, y + 4);
    }
    paint.save();
    paint.translate(11, box.y + box.height / 2);
    paint.rotate(-Math.PI / 2);
    paint.textAlign = "center";
    paint.fillText(title(yAxis), 0, 0);
    paint.restore();
  }

  function drawMap({ layer, unit }) {
    const width = element.clientWidth, side = Math.min(width - 56, TALLEST);
    box = { x: 52, y: 6, width: side, height: side };
    const paint = fitted(canvas, width, side + 52), colours = look();
    const { playing, settled } = store.get(), grid = model.onGrid(settled && !playing);
    const count = grid.side ** 2;
    const values = grid.a[layer].subarray(unit * count, (unit + 1) * count), span = model.span(layer, values);
    canvas.style.height = `${side + 52}px`;
    map(paint, values, grid.side, span, colours.ramp, box);
    const margin = model.margin(layer, unit, grid, count);
    paint.save();
    paint.beginPath();
    paint.rect(box.x, box.y, box.width, box.height);
    paint.clip();
    if (margin) boundary(paint, zeroLine(margin, grid.side), box, 2, colours);
    for (let n = 0; n < Math.min(points, MARKED); n++) {
      const [x, y] = onBox([inputs[n], inputs[points + n]], box, model);
      mark(paint, x, y, kindOf(layer, unit, n), colours);
    }
    const { probe, example } = store.get(), seen = probe ?? example;
    if (seen) cross(paint, ...onBox(seen, box, model), box, colours, 6);
    paint.restore();
    frame(paint, axes[1]);
    const real = span.map((value) => (layer === model.last ? model.toReal(targetAxes[unit], value) : value));
    low.textContent = `${strings.dark} ${written(real[0])}`;
    high.textContent = `${strings.bright} ${written(real[1])}`;
    const kinds = kindOf(layer, unit, 0) === "example" ? "" : strings.yesNo(targetAxes[layer === model.last ? unit : 0].name);
    const line = !margin ? "" : layer === model.last ? strings.decisionCaption : strings.mapCaption;
    caption.textContent = `${line} ${kinds}`.trim();
  }

  function drawCurve({ layer, unit }) {
    const width = element.clientWidth, height = Math.min(250, width * 0.62), isOutput = layer === model.last;
    box = { x: 58, y: 8, width: width - 70, height };
    const paint = fitted(canvas, width, height + 54), colours = look(), { side, a } = model.onGrid();
    canvas.style.height = `${height + 54}px`;
    const axis = targetAxes[unit], real = (value) => (isOutput ? model.toReal(axis, value) : value);
    const values = a[layer].subarray(unit * side, (unit + 1) * side).map(real);
    let [least, most] = model.span(layer, values);
    const shown = Math.min(points, MARKED), told = isOutput ? targets.subarray(unit * points, unit * points + shown) : [];
    for (const y of isOutput ? [...told.map(real), ...values] : []) [least, most] = [Math.min(least, y), Math.max(most, y)];
    const room = 0.05 * (most - least), y = { name: isOutput ? axis.name : nameOf(layer, unit), unit: isOutput ? axis.unit : "",
      low: least - room, high: most + room };
    frame(paint, y);
    const height2 = (value) => box.y + box.height * (1 - (value - y.low) / (y.high - y.low));
    told.forEach((target, n) => mark(paint, onBox([inputs[n]], box, model)[0], height2(real(target)), "example", colours, 3));
    curve(paint, values, [y.low, y.high], box, colours["series-0"], 2.6);
    const { probe, example } = store.get(), seen = probe ?? example;
    if (seen) cross(paint, onBox(seen, box, model)[0], height2(real(model.at(seen).a[layer][unit])), box, colours, 6);
    caption.textContent = isOutput ? strings.curveCaption : "";
  }

  function drawWide(shown) {
    const width = element.clientWidth, colours = look(), rows = sizes[shown.layer] + 1;
    const half = Math.min(20 * rows + 26, 440), height = half + 150;
    const paint = fitted(canvas, width, height);
    canvas.style.height = `${height}px`;
    drawWeights(paint, { x: 0, y: 0, width, height: half }, shown, context, colours);
    drawSpread(paint, { x: 8, y: half + 8, width: width - 16, height: 138 }, shown, context, colours, kindOf);
    caption.textContent = "";
  }

  return {
    element,
    draw(keys) {
      if (![...keys].some((key) => !["lit", "tab", "flow", "speed", "names"].includes(key))) {
        element.classList.toggle("is-lit", store.get().lit.includes("output") && store.get().unit.layer === model.last);
        return;
      }
      const { unit, probe, example, lit } = store.get(), name = nameOf(unit.layer, unit.unit);
      const value = (probe ?? example) && model.at(probe ?? example).a[unit.layer][unit.unit];
      const real = unit.layer === model.last && value !== null ? model.toReal(targetAxes[unit.unit], value) : value;
      title.textContent = value === null ? name : `${name}: ${fixed(real)}`;
      element.classList.toggle("is-lit", lit.includes("output") && unit.layer === model.last);
      if (ins === 2) drawMap(unit);
      else if (ins === 1) drawCurve(unit);
      else drawWide(unit);
      if (store.get().settled && !store.get().playing) canvas.setAttribute("aria-label", context.describe(unit.layer, unit.unit).says);
    },
    free: () => (canvas.width = canvas.height = 0),
  };
}
