// One unit large: a map or a curve over the inputs, or its weights and how it spreads the examples.

import { clamp, el, fixed, largest, touched, written } from "./dom.js";
import { scale, ticks } from "./draw.js";

const TALLEST = 330, MARKED = 250, MOST = 20; // pixels of a map's side; examples and weights that are drawn, at most
const BINS = 24, BESIDE = 0.34; // of the window's height, where words stand beside

export function createStage({ recording, state, model, strings, root, paintOn, nameOf, describe }) {
  const { sizes, axes, targetAxes, inputs, targets, accuracies } = recording, ins = sizes[0];
  const title = el("h3.nrn-title"), caption = el("p.nrn-caption");
  const { layer: first, unit: firstUnit } = state().unit;
  const canvas = el(`canvas.nrn-large${model.flat ? ".is-live" : ""}`, { role: "img",
    "aria-label": nameOf(first, firstUnit), // until it first stands still
    ...(model.flat && model.pointing(() => box)) });
  const low = el("span"), high = el("span"), ramp = el("div.nrn-ramp", {}, low, el("i"), high);
  const element = el("div.nrn-stage", {}, title, canvas, ins === 2 ? ramp : null, caption);
  const marked = Array.from(inputs[0].subarray(0, MARKED), (_, n) => inputs.map((row) => row[n]));
  const pinned = () => root.dataset.pinned === "beside";
  let box = null;

  function open(width, height) {
    canvas.style.height = `${height}px`;
    return paintOn(canvas, width, height);
  }

  /** What tells yes from no among the examples: {name, kinds}; null where nothing does. */
  function answersOf(layer, unit) {
    const at = layer === model.last ? unit : 0;
    if (!accuracies || (layer < model.last && targets.length > 1)) return null;
    return { name: targetAxes[at].name, kinds: Array.from(targets[at], (y) => (y > 0.5 ? "yes" : "no")) };
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
    paint.write(level.title, x + width / 2, bottom + 34, "center");
    context.rotate(-Math.PI / 2);
    paint.write(upright.title, -y - height / 2, 11, "center");
    context.rotate(Math.PI / 2);
    return up;
  }

  function drawMap(layer, unit, seen) {
    const answers = answersOf(layer, unit);
    const width = element.clientWidth, side = Math.min(width - 56, TALLEST, pinned() ? innerHeight * BESIDE : Infinity);
    box = { x: 52, y: 6, width: side, height: side };
    const paint = open(width, side + 52), { playing, settled, bare } = state(), grid = model.onGrid(settled && !playing);
    const values = grid.a[layer][unit], span = model.span(layer, values), margin = model.margin(layer, unit, grid);
    frame(paint, axes[1]);
    paint.map(values, grid.side, span, box);
    paint.context.save();
    paint.context.beginPath();
    paint.context.rect(box.x, box.y, box.width, box.height);
    paint.context.clip(); // an example that was entered may lie outside
    if (margin) paint.boundary(margin, grid.side, box, 2);
    if (!bare) marked.forEach((example, n) => paint.mark(...model.placed(example, box), answers?.kinds[n]));
    if (seen) paint.cross(model.placed(seen, box), box, 6);
    paint.context.restore();
    [low.textContent, high.textContent] = span.map((value, i) =>
      `${[strings.dark, strings.bright][i]} ${written(model.inUnit(layer, unit, value))}`);
    const line = !margin ? "" : layer === model.last ? strings.decisionCaption : strings.mapCaption;
    caption.textContent = `${line} ${answers ? strings.yesNo(answers.name) : ""}`.trim();
  }

  function drawCurve(layer, unit, seen) {
    const width = element.clientWidth, height = Math.min(250, width * 0.62), isOutput = layer === model.last;
    box = { x: 58, y: 8, width: width - 70, height };
    const paint = open(width, height + 54), real = (value) => model.inUnit(layer, unit, value);
    const values = model.onGrid().a[layer][unit].map(real);
    const told = isOutput ? marked.map((_, n) => real(targets[unit][n])) : [];
    let [least, most] = model.span(layer, values);
    if (isOutput) [least, most] = [Math.min(least, ...told, ...values), Math.max(most, ...told, ...values)];
    const room = 0.05 * (most - least), span = [least - room, most + room];
    const title = isOutput ? targetAxes[unit].title : nameOf(layer, unit);
    const up = frame(paint, { title, low: span[0], high: span[1] });
    told.forEach((y, n) => paint.mark(model.placed(marked[n], box)[0], up(y), null, 3));
    paint.curve(values, span, box, "series-0", 2.6);
    if (seen) paint.cross([model.placed(seen, box)[0], up(real(model.at(seen).a[layer][unit]))], box, 6);
    caption.textContent = isOutput ? strings.curveCaption : "";
  }

  function drawWeights(paint, width, height, layer, unit) {
    const rows = model.into(layer, unit).map((weight, i) => ({ weight, name: nameOf(layer - 1, i) })).slice(-MOST);
    const weights = rows.map(({ weight }) => weight), reach = largest(weights), step = (height - 26) / rows.length;
    const label = Math.min(120, width * 0.34), half = (width - 88 - label) / 2, middle = label + 40 + half;
    paint.write(strings.weightsInto(nameOf(layer, unit)), 8, 14);
    paint.bars(weights, reach, { x: middle - half, y: 24, width: 2 * half, height: height - 26 });
    paint.ink("text");
    rows.forEach(({ weight, name }, k) => {
      const base = 28 + (k + 0.5) * step, end = middle + half * (weight / reach || 0);
      paint.write(name, label - 8, base, "right", label - 8);
      paint.write(fixed(weight), end + (weight < 0 ? -4 : 4), base, weight < 0 ? "right" : "left");
    });
    paint.ink("muted");
  }

  /** A histogram of the activation: examples with the answer yes upwards, the others downwards. */
  function drawSpread(paint, { x, y, width, height }, layer, unit) {
    const values = model.onExamples().a[layer][unit], span = model.span(layer, values);
    const answers = answersOf(layer, unit), top = y + 20, bottom = y + height - 34;
    const base = answers ? (top + bottom) / 2 : bottom, step = width / BINS, binOf = scale(...span, 0, BINS);
    const up = new Uint32Array(BINS), down = new Uint32Array(BINS);
    values.forEach((value, n) =>
      (answers?.kinds[n] === "no" ? down : up)[clamp(Math.floor(binOf(value)), 0, BINS - 1)]++);
    const each = (base - top) / Math.sqrt(Math.max(1, ...up, ...down)); // by the root: few stay visible
    /** @type {[Uint32Array, string, number][]} */
    const sides = [[up, "series-0", -each], [down, "series-1", each]];
    for (const [counts, colour, tall] of sides) {
      const bar = paint.ink(colour);
      counts.forEach((count, k) => bar.fillRect(x + k * step + 1, base, step - 2, tall * Math.sqrt(count)));
    }
    paint.ink("muted").fillRect(x, base - 0.5, width, 1);
    paint.write(strings.spread(nameOf(layer, unit)), x, y + 12);
    paint.write(written(span[0]), x, bottom + 15);
    paint.write(written(span[1]), x + width, bottom + 15, "right");
    if (answers) paint.write(strings.spreadOf(answers.name, strings.not(answers.name)), x, bottom + 31, "left", width);
  }

  function drawWide(layer, unit) {
    const width = element.clientWidth, half = Math.min(20 * (sizes[layer] + 1) + 26, 440);
    const paint = open(width, half + 150);
    drawWeights(paint, width, half, layer, unit);
    drawSpread(paint, { x: 8, y: half + 8, width: width - 16, height: 138 }, layer, unit);
  }

  return {
    element,
    map: () => box,
    draw(keys) {
      const { unit: { layer, unit }, lit, settled, playing } = state(), seen = model.seen();
      element.classList.toggle("is-lit", lit.includes("output") && layer === model.last);
      if (!touched(keys, "size look position replica overrides unit probe example settled playing names bare")) return;
      title.textContent = nameOf(layer, unit)
        + (seen ? `: ${fixed(model.inUnit(layer, unit, model.at(seen).a[layer][unit]))}` : "");
      [drawCurve, drawMap, drawWide][Math.min(ins, 3) - 1](layer, unit, seen);
      if (settled && !playing) canvas.ariaLabel = describe(layer, unit).says;
    },
  };
}
