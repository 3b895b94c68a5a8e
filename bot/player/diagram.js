// The network as a diagram: inputs, units as small live pictures, weights as lines.

import { bars, boundary, cross, curve, map, zeroLine } from "./draw.js";
import { el, fitted, fixed, largest, touched, withUnit, written } from "./dom.js";
import { arrange, inputWidth } from "./layout.js";

const DASH = 36; // pixels between the dots that run along an edge while an example flows

export function createDiagram({ recording, store, model, strings, describe, look, root }) {
  const { sizes, axes, targetAxes } = recording, last = sizes.length - 2, flat = sizes[0] <= 2;
  const edges = el("canvas", { class: "nrn-edges", "aria-hidden": "true" });
  const net = el("div", { class: "nrn-net" }, edges);
  const element = el("div", { class: "nrn-diagram", role: "group", "aria-label": strings.network }, net);
  const heads = sizes.map((n, l) => el("span", { class: "nrn-head", text: l === 0 ? strings.inputs(n)
    : l > last ? strings.outputs(n) : strings.hidden(l, last) }));
  const inputs = axes.map((axis) => {
    const value = el("span", { class: "nrn-value" });
    return { value, node: el("div", { class: "nrn-input" }, el("span", { class: "nrn-name", text: axis.name }), value) };
  });
  const units = model.units.map(unitOf);
  net.append(...heads, ...inputs.map((i) => i.node), ...units.map((u) => u.node));
  let plan = null, pointed = null;

  function unitOf({ layer, unit }) {
    const canvas = el("canvas", { "aria-hidden": "true" }), value = el("span", { class: "nrn-value" });
    const name = layer === last ? el("span", { class: "nrn-name", text: targetAxes[unit].name })
      : el("span", { class: "nrn-number", text: unit + 1 });
    const point = (event) => (flat ? model.pointed(event, canvas) : null), here = `${layer}:${unit}`;
    const points = (to) => () => ((pointed = to), drawEdges());
    const node = el("button", { type: "button", class: "nrn-unit", "data-unit": here,
      onpointerenter: points(here), onfocus: points(here), onblur: points(null),
      onpointerleave: () => (store.set({ probe: null }), points(null)()),
      onpointermove: (event) => event.pointerType === "mouse" && store.set({ probe: point(event) }),
      onclick(event) {
        const example = event.detail ? point(event) : null; // by keyboard there is no point
        store.set({ unit: { layer, unit }, ...(example && { example, exampleIndex: null, probe: null }) });
      } }, canvas, value, name);
    return { layer, unit, node, canvas, value, name };
  }

  function place() {
    plan = arrange(sizes, element.clientWidth - 20, inputWidth(root.clientWidth)); // room for names that are wider than their units
    for (const node of [net, edges]) Object.assign(node.style, { width: `${plan.width}px`, height: `${plan.height}px` });
    if (plan.width > element.clientWidth - 8) element.tabIndex = 0; // it scrolls: reachable by keyboard
    else element.removeAttribute("tabindex");
    const put = (node, { x, y, width, height }) => Object.assign(node.style,
      { left: `${x}px`, top: `${y}px`, width: `${width}px`, ...(height && { height: `${height}px` }) });
    plan.columns.forEach(({ layer, x, width }) => put(heads[layer], { x: x - 14, y: 0, width: width + 28 }));
    inputs.forEach(({ node }, i) => put(node, plan.places[0][i]));
    for (const { layer, unit, node } of units) put(node, plan.places[layer + 1][unit]);
  }

  function drawUnits() {
    const { side } = plan, box = { x: 0, y: 0, width: side, height: side }, colours = look();
    const grid = flat ? model.onGrid() : null, seen = model.seen();
    for (const { layer, unit, canvas } of units) {
      const context = fitted(canvas, side, side, colours), values = grid && model.row(grid.a[layer], layer, unit);
      if (sizes[0] === 2) {
        map(context, values, grid.side, model.span(layer, values), colours.ramp, box);
        const margin = model.margin(layer, unit, grid);
        if (margin) boundary(context, zeroLine(margin, grid.side), box, 1.2, colours);
        if (seen) cross(context, ...model.placed(seen, box), box, colours, 3);
      } else if (flat) {
        const inner = { x: 3, y: 5, width: side - 6, height: side - 10 }, span = model.span(layer, grid.a[layer]);
        curve(context, values, span, inner, colours["series-0"], 2);
        if (seen) context.fillRect(model.placed(seen, inner)[0] - 0.6, 0, 1.2, side);
      } else {
        bars(context, model.into(layer, unit).slice(0, -1), largest(model.weights()[layer]), { x: 4, y: 16, width: side - 8, height: side - 20 }, colours);
      }
    }
  }

  function drawEdges() {
    if (!plan) return;
    const colours = look(), context = fitted(edges, plan.width, plan.height, colours), { flow } = store.get();
    const faint = sizes.some((n, l) => l && n * sizes[l - 1] > 40) ? 0.04 : 0.18;
    model.weights().forEach((weights, l) => {
      const ins = plan.places[l], outs = plan.places[l + 1];
      const reach = largest(weights.subarray(0, ins.length * outs.length));
      for (let i = 0; i < ins.length; i++) {
        for (let j = 0; j < outs.length; j++) {
          const share = Math.min(Math.abs(weights[i * outs.length + j]) / reach, 1) || 0;
          const near = pointed === null ? 1 : pointed === `${l}:${j}` || pointed === `${l - 1}:${i}` ? 1.6 : 0.25;
          context.globalAlpha = Math.min((faint + (0.8 - faint) * share) * near, 1);
          context.strokeStyle = context.fillStyle = weights[i * outs.length + j] < 0 ? colours.below : colours.above;
          context.lineWidth = 0.5 + (faint < 0.1 ? 2.5 : 4.5) * share;
          edge(context, ins[i], outs[j], flow !== null && Math.floor(flow) === l ? flow - l : null, share);
        }
      }
    });
    context.globalAlpha = 1;
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
    const { flow, unit: chosen, overrides, lit, names } = store.get(), seen = model.seen();
    const reached = (layer) => flow === null || flow >= layer;
    const at = seen && model.at(seen);
    inputs.forEach(({ value }, i) => (value.textContent = seen
      ? withUnit(written(model.toReal(axes[i], seen[i]), 4), axes[i].unit) : axes[i].unit));
    for (const { layer, unit, node, value, name } of units) {
      const key = `${layer}:${unit}`;
      value.textContent = at && reached(layer + 1) ? fixed(model.inUnit(layer, unit, at.a[layer][unit])) : "";
      const own = layer === last ? "output" : "hidden";
      node.setAttribute("aria-pressed", String(chosen.layer === layer && chosen.unit === unit));
      node.classList.toggle("is-changed", key in overrides.units);
      node.classList.toggle("is-lit", lit.includes(own) || (layer < last && lit.includes(`unit:${unit + 1}`)));
      if (layer < last) name.textContent = [unit + 1, names[key]].filter(Boolean).join(" ");
    }
  }

  return {
    element,
    draw(keys) {
      if (!plan || keys.has("size")) place();
      const moved = touched(keys, "size position replica overrides look");
      if (moved || (flat && touched(keys, "probe example"))) drawUnits();
      if (moved || keys.has("flow")) drawEdges();
      if (moved || touched(keys, "probe example flow unit lit names")) tellValues();
      if (store.get().settled && !store.get().playing && (moved || touched(keys, "playing settled names"))) {
        for (const { layer, unit, node } of units) node.setAttribute("aria-label", describe(layer, unit).says);
      }
    },
    free() {
      for (const canvas of [edges, ...units.map((u) => u.canvas)]) canvas.width = canvas.height = 0;
    },
  };
}
