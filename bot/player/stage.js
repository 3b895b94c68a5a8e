// One unit large: as a map or a curve over inputs in their units, or as weights and how it spreads the examples.

import { boundary, cross, curve, map, mark, ticks, write, zeroLine } from "./draw.js";
import { el, fitted, fixed, titleOf, touched, written } from "./dom.js";
import { drawSpread, drawWeights } from "./wide.js";

const TALLEST = 330, MARKED = 250; // pixels of a map's side; examples that are drawn, at most

export function createStage(context) {
  const { recording, store, model, strings, look, nameOf } = context;
  const { sizes, axes, targetAxes, points, inputs, targets } = recording, ins = sizes[0];
  const point = (event) => model.pointed(event, canvas, box);
  const title = el("h3", { class: "nrn-title" }), canvas = el("canvas", { class: "nrn-large", role: "img", ...(ins <= 2 && {
    onpointermove: (event) => event.pointerType === "mouse" && store.set({ probe: point(event) }),
    onpointerleave: () => store.set({ probe: null }),
    onclick: (event) => store.set({ example: point(event), exampleIndex: null, probe: null }),
  }) });
  canvas.classList.toggle("is-live", ins <= 2);
  const low = el("span"), high = el("span"), ramp = el("div", { class: "nrn-ramp" }, low, el("i"), high);
  const caption = el("p", { class: "nrn-caption" });
  const element = el("div", { class: "nrn-stage" }, title, canvas, ...(ins === 2 ? [ramp] : []), caption);
  let box = null;

  function open(width, height) {
    canvas.style.height = `${height}px`;
    return fitted(canvas, width, height, look());
  }

  function frame(paint, yAxis) {
    const { x, y, width, height } = box, bottom = y + height, share = ({ low, high }, value) => (value - low) / (high - low);
    for (const value of ticks(axes[0].low, axes[0].high, width / 75)) {
      const at = x + width * share(axes[0], value);
      paint.fillRect(at - 0.5, bottom, 1, 4);
      write(paint, written(value, 4), at, bottom + 17, "center");
    }
    write(paint, titleOf(axes[0]), x + width / 2, bottom + 34, "center");
    for (const value of ticks(yAxis.low, yAxis.high, height / 50)) {
      const at = bottom - height * share(yAxis, value);
      paint.fillRect(x - 4, at - 0.5, 4, 1);
      write(paint, written(value, 4), x - 7, at + 4, "right");
    }
    paint.rotate(-Math.PI / 2);
    write(paint, titleOf(yAxis), -y - height / 2, 11, "center");
    paint.rotate(Math.PI / 2);
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
    paint.clip(); // an example that was entered may lie outside
    if (margin) boundary(paint, zeroLine(margin, grid.side), box, 2, colours);
    for (let n = 0; n < Math.min(points, MARKED); n++) {
      const [x, y] = model.placed([inputs[n], inputs[points + n]], box);
      mark(paint, x, y, model.kindOf(layer, unit, n), colours);
    }
    const seen = model.seen();
    if (seen) cross(paint, ...model.placed(seen, box), box, colours, 6);
    paint.restore();
    frame(paint, axes[1]);
    [low.textContent, high.textContent] = span.map((value, i) =>
      `${[strings.dark, strings.bright][i]} ${written(model.inUnit(layer, unit, value))}`);
    const kinds = model.kindOf(layer, unit, 0) === "example" ? "" : strings.yesNo(targetAxes[layer === model.last ? unit : 0].name);
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
    told.forEach((target, n) => mark(paint, model.placed([inputs[n]], box)[0], height2(real(target)), "example", colours, 3));
    curve(paint, values, [y.low, y.high], box, colours["series-0"], 2.6);
    const seen = model.seen();
    if (seen) cross(paint, model.placed(seen, box)[0], height2(real(model.at(seen).a[layer][unit])), box, colours, 6);
    caption.textContent = isOutput ? strings.curveCaption : "";
  }

  function drawWide(shown) {
    const width = element.clientWidth, colours = look(), rows = sizes[shown.layer] + 1;
    const half = Math.min(20 * rows + 26, 440), height = half + 150;
    const paint = open(width, height);
    drawWeights(paint, width, half, shown, context, colours);
    drawSpread(paint, { x: 8, y: half + 8, width: width - 16, height: 138 }, shown, context, colours);
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
