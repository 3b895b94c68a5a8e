// One unit large: as a map or a curve over inputs in their units, or as weights and how it spreads the examples.

import { el, fixed, titleOf, touched, written } from "./dom.js";
import { scale, ticks } from "./draw.js";
import { drawSpread, drawWeights } from "./wide.js";

const TALLEST = 330, MARKED = 250; // pixels of a map's side; examples that are drawn, at most

export function createStage(context) {
  const { recording, store, model, strings, paintOn, nameOf, describe } = context;
  const { sizes, axes, targetAxes, inputs, targets } = recording, ins = sizes[0];
  const title = el("h3", { class: "nrn-title" }), caption = el("p", { class: "nrn-caption" });
  const canvas = el("canvas", { class: model.flat ? "nrn-large is-live" : "nrn-large", role: "img",
    ...(model.flat && model.pointing((event) => model.pointed(event, canvas, box))) });
  const low = el("span"), high = el("span"), ramp = el("div", { class: "nrn-ramp" }, low, el("i"), high);
  const element = el("div", { class: "nrn-stage" }, title, canvas, ins === 2 ? ramp : null, caption);
  const marked = Array.from(inputs[0].subarray(0, MARKED), (_, n) => inputs.map((row) => row[n]));
  let box = null;

  function open(width, height) {
    canvas.style.height = `${height}px`;
    return paintOn(canvas, width, height);
  }

  /** The axes around the box; gives where values of the upright one lie. */
  function frame(paint, upright) {
    const { x, y, width, height } = box, bottom = y + height, [level] = axes, { context } = paint;
    const across = scale(level.low, level.high, x, x + width), up = scale(upright.low, upright.high, bottom, y);
    for (const value of ticks(level.low, level.high, width / 75)) {
      context.fillRect(across(value) - 0.5, bottom, 1, 4);
      paint.write(written(value, 4), across(value), bottom + 17, "center");
    }
    for (const value of ticks(upright.low, upright.high, height / 50)) {
      context.fillRect(x - 4, up(value) - 0.5, 4, 1);
      paint.write(written(value, 4), x - 7, up(value) + 4, "right");
    }
    paint.write(titleOf(level), x + width / 2, bottom + 34, "center");
    context.rotate(-Math.PI / 2);
    paint.write(titleOf(upright), -y - height / 2, 11, "center");
    context.rotate(Math.PI / 2);
    return up;
  }

  function drawMap({ layer, unit }, seen) {
    const width = element.clientWidth, side = Math.min(width - 56, TALLEST), isOutput = layer === model.last;
    box = { x: 52, y: 6, width: side, height: side };
    const paint = open(width, side + 52), { playing, settled } = store.get(), grid = model.onGrid(settled && !playing);
    const values = grid.a[layer][unit], span = model.span(layer, values), margin = model.margin(layer, unit, grid);
    frame(paint, axes[1]);
    paint.map(values, grid.side, span, box);
    paint.context.save();
    paint.context.beginPath();
    paint.context.rect(box.x, box.y, box.width, box.height);
    paint.context.clip(); // an example that was entered may lie outside
    if (margin) paint.boundary(margin, grid.side, box, 2);
    marked.forEach((example, n) => paint.mark(...model.placed(example, box), model.kindOf(layer, unit, n)));
    if (seen) paint.cross(model.placed(seen, box), box, 6);
    paint.context.restore();
    [low.textContent, high.textContent] = span.map((value, i) =>
      `${[strings.dark, strings.bright][i]} ${written(model.inUnit(layer, unit, value))}`);
    const line = !margin ? "" : isOutput ? strings.decisionCaption : strings.mapCaption;
    const isSplit = model.kindOf(layer, unit, 0) !== "example", { name } = targetAxes[isOutput ? unit : 0];
    caption.textContent = `${line} ${isSplit ? strings.yesNo(name) : ""}`.trim();
  }

  function drawCurve({ layer, unit }, seen) {
    const width = element.clientWidth, height = Math.min(250, width * 0.62), isOutput = layer === model.last;
    box = { x: 58, y: 8, width: width - 70, height };
    const paint = open(width, height + 54), real = (value) => model.inUnit(layer, unit, value);
    const values = model.onGrid().a[layer][unit].map(real), told = isOutput ? marked.map((_, n) => real(targets[unit][n])) : [];
    let [least, most] = model.span(layer, values);
    if (isOutput) [least, most] = [Math.min(least, ...told, ...values), Math.max(most, ...told, ...values)];
    const room = 0.05 * (most - least), span = [least - room, most + room];
    const up = frame(paint, { ...(isOutput ? targetAxes[unit] : { name: nameOf(layer, unit) }), low: span[0], high: span[1] });
    told.forEach((y, n) => paint.mark(model.placed(marked[n], box)[0], up(y), "example", 3));
    paint.curve(values, span, box, "series-0", 2.6);
    if (seen) paint.cross([model.placed(seen, box)[0], up(real(model.at(seen).a[layer][unit]))], box, 6);
    caption.textContent = isOutput ? strings.curveCaption : "";
  }

  function drawWide(shown) {
    const width = element.clientWidth, half = Math.min(20 * (sizes[shown.layer] + 1) + 26, 440);
    const paint = open(width, half + 150);
    drawWeights(paint, width, half, shown, context);
    drawSpread(paint, { x: 8, y: half + 8, width: width - 16, height: 138 }, shown, context);
  }

  return {
    element,
    draw(keys) {
      const { unit: shown, lit, settled, playing } = store.get(), { layer, unit } = shown, seen = model.seen();
      element.classList.toggle("is-lit", lit.includes("output") && layer === model.last);
      if (!touched(keys, "size look position replica overrides unit probe example settled playing")) return;
      title.textContent = nameOf(layer, unit)
        + (seen ? `: ${fixed(model.inUnit(layer, unit, model.at(seen).a[layer][unit]))}` : "");
      [drawCurve, drawMap, drawWide][Math.min(ins, 3) - 1](shown, seen);
      if (settled && !playing) canvas.setAttribute("aria-label", describe(layer, unit).says);
    },
  };
}
