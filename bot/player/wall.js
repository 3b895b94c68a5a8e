// The wall of seeds: every replica as a tile, its units as trained, or matched to the first one's by order and sign.

import { bars, curve, map } from "./draw.js";
import { average, el, fitted, fixed, largest, note, percent, touched, written } from "./dom.js";
import { align, correlation, unitsOfAll } from "./crowd.js";

const SIDE = 24, TILE = 84, GAP = 3;

export function createWall({ recording, store, model, strings, look }) {
  const { sizes, seeds, finals, finalAccuracies, finalLosses, points, inputs } = recording, words = strings.wall;
  const hidden = sizes.length > 2, flat = sizes[0] <= 2, last = model.last;
  const aligned = el("input", { type: "checkbox", onchange: () => paint() });
  const summary = note("", { role: "status" });
  const tiles = seeds.map((seed, r) => {
    const canvas = el("canvas", { "aria-hidden": "true", width: 0 });
    const score = finalAccuracies.length ? percent(finalAccuracies[r]) : `${strings.loss} ${written(finalLosses[r])}`;
    const node = el("button", { type: "button", class: "nrn-tile", "data-replica": r, onclick: () => open(r),
      "aria-label": words.tile(seed, score) }, canvas, el("span", { text: score }));
    return { node, canvas };
  });
  const element = el("div", {}, note(`${words.ask} ${flat ? words.maps : words.bars} ${words.open}`),
    hidden ? el("label", { class: "nrn-check" }, aligned, words.align) : null, summary,
    el("div", { class: "nrn-wall", role: "group", "aria-label": words.tab }, ...tiles.map((t) => t.node)));
  let found = null;

  function open(r) {
    store.set({ replica: r, position: recording.frames.length - 1, playing: false, overrides: { units: {}, weights: {} } });
  }

  /** What the tiles show, worked out when they are first looked at. */
  function compute() {
    const grid = flat ? model.places(SIDE) : inputs, count = grid.length / sizes[0];
    const outs = unitsOfAll(recording, last, grid, count), units = hidden ? unitsOfAll(recording, 0, grid, count) : null;
    const order = units?.map((mine) => align(units[0], mine));
    const others = seeds.map((_, r) => r).slice(1);
    const mean = (of) => fixed(average(others.map(of))), alike = (a, b) => average(a.map((one, j) => correlation(one, b[j])));
    const says = units && others.length ? words.summary(mean((r) => alike(units[0], units[r])),
      mean((r) => average(order[r].map((pair) => pair.r))), mean((r) => alike(outs[0], outs[r]))) : "";
    return { outs, units, order, says };
  }

  function picture(context, values, layer, box, colours) {
    if (sizes[0] === 2) map(context, values, SIDE, model.span(layer, values), colours.ramp, box);
    else curve(context, values, model.span(layer, values), box, colours["series-0"], 1.5);
  }

  function paint() {
    if (!found) return;
    const colours = look(), across = hidden ? Math.min(Math.max(sizes[1], 3), 4) : 1, small = (TILE - GAP * (across - 1)) / across;
    const rows = hidden ? Math.ceil(sizes[1] / across) : 0, top = flat ? TILE + GAP : 0;
    const height = top + rows * (small + GAP);
    tiles.forEach(({ canvas }, r) => {
      Object.assign(canvas.style, { width: `${TILE}px`, height: `${height}px` });
      const context = fitted(canvas, TILE, height, colours);
      if (flat) picture(context, found.outs[r][0], last, { x: 0, y: 0, width: TILE, height: TILE }, colours);
      for (let place = 0; hidden && place < sizes[1]; place++) {
        const { unit, sign } = aligned.checked ? found.order[r][place] : { unit: place, sign: 1 };
        const box = { x: (place % across) * (small + GAP), y: top + Math.floor(place / across) * (small + GAP), width: small, height: small };
        if (flat) {
          const values = found.units[r][unit], [low, high] = model.span(0, values);
          picture(context, sign < 0 ? values.map((v) => low + high - v) : values, 0, box, colours);
        } else {
          const into = Array.from({ length: sizes[0] }, (_, i) => sign * finals[r][0][i * sizes[1] + unit]);
          bars(context, into, largest(finals[r][0]), box, colours);
        }
      }
    });
  }

  return {
    name: "wall", title: words.tab, element,
    draw(keys) {
      if (!touched(keys, "tab size look replica")) return;
      found ??= compute();
      summary.textContent = found.says;
      tiles.forEach(({ node }, r) => node.setAttribute("aria-pressed", String(store.get().replica === r)));
      if (keys.has("replica") && keys.size === 1) return;
      paint();
    },
    free() {
      found = null;
      for (const { canvas } of tiles) canvas.width = canvas.height = 0;
    },
  };
}
