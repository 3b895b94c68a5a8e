// One unit large: as a map or a curve over inputs in their units, or as weights and how it spreads the examples.

import { boundary, cross, curve, map, mark, ticks, zeroLine } from "./draw.js";
import { el, fitted, fixed, titleOf, touched, written } from "./dom.js";
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

  function open(width, height) {
    canvas.style.height = `${height}px`;
    return fitted(canvas, width, height);
  }

  function frame(paint, yAxis) {
    const colours = look();
    paint.font = `12px ${colours.font}`;
    paint.fillStyle = colours.muted;
    paint.strokeStyle = colours.border;
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
    paint.fillText(titleOf(axes[0]), left + box.width / 2, bottom + 34);
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
    paint.fillText(titleOf(yAxis), 0, 0);
    paint.restore();
  }

  function drawMap({ layer, unit }) {
    const width = element.clientWidth, side = Math.min(width - 56, TALLEST);
    box = { x: 52, y: 6, width: side, height: side };
    const paint = open(width, side + 52), colours = look();
    const { playing, settled } = store.get(), grid = model.onGrid(settled && !playing);
    const values = model.row(grid.a[layer], layer, unit), span = model.span(layer, values);
    map(paint, values, grid.side, span, colours.ramp, box);
    const margin = model.margin(layer, unit, grid);
    paint.save();
    paint.beginPath();
    paint.rect(box.x, box.y, box.width, box.height);
    paint.clip();
    if (margin) boundary(paint, zeroLine(margin, grid.side), box, 2, colours);
    for (let n = 0; n < Math.min(points, MARKED); n++) {
      const [x, y] = onBox([inputs[n], inputs[points + n]], box, model);
      mark(paint, x, y, kindOf(layer, unit, n), colours);
    }
    const seen = model.seen();
    if (seen) cross(paint, ...onBox(seen, box, model), box, colours, 6);
    paint.restore();
    frame(paint, axes[1]);
    [low.textContent, high.textContent] = span.map((value, i) =>
      `${[strings.dark, strings.bright][i]} ${written(model.inUnit(layer, unit, value))}`);
    const kinds = kindOf(layer, unit, 0) === "example" ? "" : strings.yesNo(targetAxes[layer === model.last ? unit : 0].name);
    const line = !margin ? "" : layer === model.last ? strings.decisionCaption : strings.mapCaption;
    caption.textContent = `${line} ${kinds}`.trim();
  }

  function drawCurve({ layer, unit }) {
    const width = element.clientWidth, height = Math.min(250, width * 0.62), isOutput = layer === model.last;
    box = { x: 58, y: 8, width: width - 70, height };
    const paint = open(width, height + 54), colours = look(), axis = targetAxes[unit];
    const real = (value) => model.inUnit(layer, unit, value), values = model.row(model.onGrid().a[layer], layer, unit).map(real);
    let [least, most] = model.span(layer, values);
    const shown = Math.min(points, MARKED), told = isOutput ? model.row(targets, layer, unit).subarray(0, shown) : [];
    for (const y of isOutput ? [...told.map(real), ...values] : []) [least, most] = [Math.min(least, y), Math.max(most, y)];
    const room = 0.05 * (most - least), y = { name: isOutput ? axis.name : nameOf(layer, unit), unit: isOutput ? axis.unit : "",
      low: least - room, high: most + room };
    frame(paint, y);
    const height2 = (value) => box.y + box.height * (1 - (value - y.low) / (y.high - y.low));
    told.forEach((target, n) => mark(paint, onBox([inputs[n]], box, model)[0], height2(real(target)), "example", colours, 3));
    curve(paint, values, [y.low, y.high], box, colours["series-0"], 2.6);
    const seen = model.seen();
    if (seen) cross(paint, onBox(seen, box, model)[0], height2(real(model.at(seen).a[layer][unit])), box, colours, 6);
    caption.textContent = isOutput ? strings.curveCaption : "";
  }

  function drawWide(shown) {
    const width = element.clientWidth, colours = look(), rows = sizes[shown.layer] + 1;
    const half = Math.min(20 * rows + 26, 440), height = half + 150;
    const paint = open(width, height);
    paint.font = `12px ${colours.font}`;
    paint.fillStyle = colours.muted;
    drawWeights(paint, width, half, shown, context, colours);
    drawSpread(paint, { x: 8, y: half + 8, width: width - 16, height: 138 }, shown, context, colours, kindOf);
    caption.textContent = "";
  }

  return {
    element,
    draw(keys) {
      const { unit: shown, lit, settled, playing } = store.get(), { layer, unit } = shown, seen = model.seen();
      element.classList.toggle("is-lit", lit.includes("output") && layer === model.last);
      if (!touched(keys, "size look position replica overrides unit probe example settled playing")) return;
      title.textContent = nameOf(layer, unit) + (seen ? `: ${fixed(model.inUnit(layer, unit, model.at(seen).a[layer][unit]))}` : "");
      [drawCurve, drawMap, drawWide][Math.min(ins, 3) - 1](shown);
      if (settled && !playing) canvas.setAttribute("aria-label", context.describe(layer, unit).says);
    },
    free: () => (canvas.width = canvas.height = 0),
  };
}
