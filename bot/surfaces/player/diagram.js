// The network as a diagram: inputs, units as small live pictures, weights as lines.

import { clamp, el, fixed, largest, touched, withUnit, written } from "./dom.js";
import { arrange } from "./layout.js";

const BESIDE = 0.32; // of the window's height, where words stand beside
const HEAD = 64; // pixels that the head of a layer takes
const DASH = 36; // pixels between the dots that run along an edge while an example flows

export function createDiagram({ recording, state, set, model, strings, describe, paintOn, root }) {
  const { sizes, axes, targetAxes } = recording, { last, flat } = model;
  const edges = el("canvas.nrn-edges", { "aria-hidden": "true" });
  const heads = sizes.map((n, l) => el("span.nrn-head", { text: l === 0 ? strings.inputs(n)
    : l > last ? strings.outputs(n) : strings.hidden(l, last) }));
  const inputs = axes.map(({ name }) => {
    const value = el("span.nrn-value");
    return { value, node: el("div.nrn-input", {}, el("span.nrn-name", { text: name }), value) };
  });
  const units = model.units.map(unitOf);
  const net = el("div.nrn-net", {}, edges, ...heads, ...[...inputs, ...units].map(({ node }) => node));
  const element = el("div.nrn-diagram", { role: "group", "aria-label": strings.network }, net);
  let plan = null, square = null, pointed = null;

  function unitOf({ layer, unit }) {
    const canvas = el("canvas", { "aria-hidden": "true" }), value = el("span.nrn-value");
    const name = layer === last ? el("span.nrn-name", { text: targetAxes[unit].name })
      : el("span.nrn-number", { text: unit + 1 });
    const key = `${layer}:${unit}`, on = flat ? model.pointing(() => square) : {};
    const point = (at) => ((pointed = at), drawEdges());
    const node = el("button.nrn-unit", { "data-unit": key, onpointermove: on.onpointermove,
      onpointerenter: () => point(key), onfocus: () => point(key), onblur: () => point(null),
      onpointerleave: () => (on.onpointerleave?.(), point(null)),
      onclick(event) {
        if (event.detail) on.onclick?.(event); // by keyboard there is no point
        set({ unit: { layer, unit } });
      } }, canvas, value, name);
    return { layer, unit, key, node, canvas, value, name };
  }

  function put(node, { x = 0, y = 0, width, height }) {
    node.style.cssText = `left:${x}px;top:${y}px;width:${width}px;height:${height}px`;
  }

  function place() {
    const room = element.clientWidth;
    const bound = { above: element.clientHeight - 8, beside: innerHeight * BESIDE }[root.dataset.pinned] ?? Infinity;
    plan = arrange(sizes, room - 20, root.clientWidth, bound); // names are wider than their units
    square = { x: 0, y: 0, width: plan.side, height: plan.side };
    for (const node of [net, edges]) put(node, plan);
    net.style.zoom = Math.min(1, bound / plan.height); // after `put`, which sets the whole style
    if (plan.width > room - 8) element.tabIndex = 0; // it scrolls: reachable by keyboard
    else element.removeAttribute("tabindex");
    const near = plan.columns.some(({ x }, l) => l > 1 && x - plan.columns[l - 1].x < HEAD); // names would run into another
    heads.forEach((head, l) => l && l <= last && (head.textContent = near ? String(l) : strings.hidden(l, last)));
    plan.columns.forEach(({ x, width }, l) => put(heads[l], { x: x - 14, width: width + 28, height: 16 }));
    inputs.forEach(({ node }, i) => put(node, plan.places[0][i]));
    for (const { layer, unit, node } of units) put(node, plan.places[layer + 1][unit]);
  }

  function drawUnits() {
    const { side } = plan, grid = flat ? model.onGrid() : null, seen = model.seen();
    const inner = { x: 3, y: 5, width: side - 6, height: side - 10 };
    for (const { layer, unit, canvas } of units) {
      const paint = paintOn(canvas, side, side), values = grid?.a[layer][unit];
      if (sizes[0] === 2) {
        const margin = model.margin(layer, unit, grid);
        paint.map(values, grid.side, model.span(layer, values), square);
        if (margin) paint.boundary(margin, grid.side, square, 1.2);
        if (seen) paint.cross(model.placed(seen, square), square, 3);
      } else if (flat) {
        paint.curve(values, model.span(layer, grid.a[layer].flatMap((row) => [...row])), inner, "series-0");
        if (seen) paint.ink("muted").fillRect(model.placed(seen, inner)[0] - 0.6, 0, 1.2, side);
      } else {
        const reach = largest(model.weights()[layer]);
        paint.bars(model.into(layer, unit).slice(0, -1), reach, { x: 4, y: 16, width: side - 8, height: side - 20 });
      }
    }
  }

  function drawEdges() {
    if (!plan) return;
    const paint = paintOn(edges, plan.width, plan.height), { context } = paint, { flow } = state();
    const many = sizes.some((n, l) => n * sizes[l - 1] > 40), faint = many ? 0.04 : 0.18;
    model.weights().forEach((weights, l) => {
      const [ins, outs] = plan.places.slice(l), reach = largest(weights.subarray(0, ins.length * outs.length));
      const flowing = flow !== null && Math.floor(flow) === l ? flow - l : null;
      ins.forEach((from, i) => outs.forEach((to, j) => {
        const weight = weights[i * outs.length + j], share = clamp(Math.abs(weight) / reach) || 0;
        const near = pointed === null ? 1 : pointed === `${l}:${j}` || pointed === `${l - 1}:${i}` ? 1.6 : 0.25;
        paint.ink(weight < 0 ? "below" : "above", 0.5 + (many ? 2.5 : 4.5) * share);
        context.globalAlpha = Math.min((faint + (0.8 - faint) * share) * near, 1);
        edge(context, from, to, flowing, share);
      }));
    });
  }

  function edge(context, a, b, flow, share) {
    const [x, y, u, v] = [a.x + a.width, a.y + a.height / 2, b.x, b.y + b.height / 2], bend = (u - x) * 0.45;
    context.beginPath();
    context.moveTo(x, y);
    context.bezierCurveTo(x + bend, y, u - bend, v, u, v);
    context.stroke();
    if (flow === null) return;
    Object.assign(context, { globalAlpha: 1, lineCap: "round", lineWidth: 3 + 4 * share, lineDashOffset: -flow * DASH });
    context.setLineDash([0, DASH]); // dashes of no length with round ends: dots
    context.stroke();
    context.setLineDash([]);
    context.lineCap = "butt";
  }

  function tellValues() {
    const { flow, unit: chosen, overrides, lit, names } = state(), seen = model.seen(), at = seen && model.at(seen);
    axes.forEach(({ real, unit }, i) =>
      (inputs[i].value.textContent = seen ? withUnit(written(real(seen[i]), 4), unit) : unit));
    for (const { layer, unit, key, node, value, name } of units) {
      const isOutput = layer === last, reached = flow === null || flow >= layer + 1;
      value.textContent = at && reached ? fixed(model.inUnit(layer, unit, at.a[layer][unit])) : "";
      node.ariaPressed = chosen.layer === layer && chosen.unit === unit;
      node.classList.toggle("is-changed", key in overrides.units);
      const parts = isOutput ? ["output"] : ["hidden", `unit:${unit + 1}`];
      node.classList.toggle("is-lit", parts.some((part) => lit.includes(part)));
      if (!isOutput) name.textContent = `${unit + 1} ${names[key] ?? ""}`.trim();
    }
  }

  return {
    element,
    draw(keys) {
      if (!plan || keys.has("size")) place();
      const { settled, playing } = state(), moved = touched(keys, "size position replica overrides look");
      if (moved || (flat && touched(keys, "probe example settled"))) drawUnits();
      if (moved || keys.has("flow")) drawEdges();
      if (moved || touched(keys, "probe example flow unit lit names")) tellValues();
      if (settled && !playing && (moved || touched(keys, "playing settled names"))) {
        for (const { layer, unit, node } of units) node.ariaLabel = describe(layer, unit).says;
      }
    },
  };
}
