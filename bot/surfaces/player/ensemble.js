// The wall of seeds: replicas as tiles, their units as trained or matched to the first one's.

import { align, correlation, unitsOfAll } from "./crowd.js";
import { average, clamp, el, fixed, largest, note, percent, written } from "./dom.js";
import { UNCHANGED } from "./state.js";

const SIDE = 24, TILE = 84, GAP = 3;

export function createEnsemble({ recording, state, set, model, strings, paintOn }) {
  const { sizes, seeds, finals, finalAccuracies, finalLosses, inputs } = recording, words = strings.wall;
  const { flat, last } = model, hidden = sizes.length > 2 ? sizes[1] : 0;
  const aligned = el("input", { type: "checkbox", onchange: paint }), summary = note("", { role: "status" });
  const tiles = seeds.map((seed, r) => {
    const score = finalAccuracies.length ? percent(finalAccuracies[r]) : `${strings.loss} ${written(finalLosses[r])}`;
    return el("button.nrn-tile", { "data-replica": r, onclick: () => open(r), "aria-label": words.tile(seed, score) },
      el("canvas", { "aria-hidden": "true", width: 0 }), el("span", { text: score }));
  });
  const element = el("div", {}, note(`${words.ask} ${flat ? words.maps : words.bars} ${words.open}`),
    hidden ? el("label.nrn-check", {}, aligned, words.align) : null, summary,
    el("div.nrn-wall", { role: "group", "aria-label": words.tab }, ...tiles));

  const open = (replica) =>
    set({ replica, position: recording.frames.length - 1, playing: false, overrides: UNCHANGED });

  const found = () => model.keep("wall", () => {
    const seen = flat ? model.places(SIDE) : inputs, of = (layer) => unitsOfAll(recording, layer, seen);
    const outs = of(last), units = hidden ? of(0) : null, order = units?.map((mine) => align(units[0], mine));
    const mean = (r) => fixed(average(seeds.slice(1).map((_, n) => average(r(n + 1)))));
    const alike = (all) => mean((r) => all[r].map((unit, j) => correlation(all[0][j], unit)));
    const says = units && seeds.length > 1
      ? words.summary(alike(units), mean((r) => order[r].map((pair) => pair.r)), alike(outs)) : "";
    return { outs, units, order, says };
  });

  function paint() {
    const { outs, units, order } = found(), across = hidden ? clamp(hidden, 3, 4) : 1;
    const small = (TILE - GAP * (across - 1)) / across, step = small + GAP, top = flat ? TILE + GAP : 0;
    const height = top + Math.ceil(hidden / across) * step;
    tiles.forEach(({ firstChild: canvas }, r) => {
      canvas.style.cssText = `width:${TILE}px;height:${height}px`;
      const brush = paintOn(canvas, TILE, height), picture = (values, layer, box, sign = 1) => {
        const [low, high] = model.span(layer, values), span = sign < 0 ? [high, low] : [low, high];
        if (sizes[0] === 2) brush.map(values, SIDE, span, box);
        else brush.curve(values, span, box, "series-0", 1.5);
      };
      if (flat) picture(outs[r][0], last, { x: 0, y: 0, width: TILE, height: TILE });
      for (let place = 0; place < hidden; place++) {
        const { unit, sign } = aligned.checked ? order[r][place] : { unit: place, sign: 1 };
        const x = (place % across) * step, y = top + Math.floor(place / across) * step;
        const box = { x, y, width: small, height: small };
        if (flat) picture(units[r][unit], 0, box, sign);
        else {
          const into = Array.from({ length: sizes[0] }, (_, i) => sign * finals[r][0][i * hidden + unit]);
          brush.bars(into, largest(finals[r][0]), box);
        }
      }
    });
  }

  return {
    element,
    needs: "size look replica",
    draw(keys) {
      summary.textContent = found().says;
      tiles.forEach((tile, r) => (tile.ariaPressed = state().replica === r));
      if (!keys.has("replica") || keys.size > 1) paint();
    },
  };
}
