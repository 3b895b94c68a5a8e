// Time: the loss curve with a cursor, the moments, the buttons.

import { clamp, el, note, percent, touched, whole, written } from "./dom.js";
import { scale, ticks } from "./draw.js";

const HEIGHT = 92, TOP = 14, BOTTOM = 74, SIDES = 20; // the half of the slider's thumb is left free on both sides
const ICONS = { play: "M5 3l12 7-12 7z", pause: "M5 3h4v14H5zM11 3h4v14h-4z", toStart: "M4 3h2v14H4zM17 3v14L7 10z",
  stepBack: "M14 3v14L4 10z", stepOn: "M6 3l10 7-10 7z" };

export function createTimeline({ recording, state, set, model, strings, paintOn, nameOf, clock }) {
  const { steps, losses, validation, moments, points, begins } = recording, count = steps.length, moving = count > 1;
  function become(made, name) {
    made.innerHTML = `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
    made.dataset.does = name;
    made.title = made.ariaLabel = strings[name];
    return made;
  }
  const press = (name, onclick) => become(el("button.nrn-button.nrn-icon", { onclick }), name);
  const play = press("play", clock.toggle);
  const slider = el("input.nrn-slider", { type: "range", min: 0, max: count - 1, step: 1,
    "aria-label": strings.position, oninput: () => clock.go(slider.valueAsNumber) });
  const speed = el("select.nrn-button.nrn-speed", { "aria-label": strings.speed,
    onchange: () => set({ speed: Number(speed.value) }) },
    ...[0.25, 0.5, 1, 2, 4].map((s) => el("option", { value: s, selected: s === 1, text: `${s}×` })));
  const canvas = el("canvas.nrn-loss.is-live", { role: "img",
    "aria-label": `${strings.lossCurve}. ${strings.lossSays(written(losses[0]), written(losses.at(-1)))}`,
    onpointermove: (event) => event.buttons && scrub(event),
    onpointerdown: (event) => (canvas.setPointerCapture(event.pointerId), scrub(event)) });
  const now = el("p.nrn-now");
  const chips = moments.map(([frame, kind, layer, unit]) => {
    const text = layer === undefined ? strings[kind] : strings[kind](nameOf(layer, unit));
    const onclick = () => (clock.go(frame), layer !== undefined && set({ unit: { layer, unit } }));
    return el("button.nrn-chip", { text: strings.moment(text, whole(steps[frame])), onclick, "data-frame": frame });
  });
  const happened = el("div", { role: "group", "aria-label": strings.moments, hidden: !chips.length },
    el("div.nrn-chips", {}, ...chips), note(strings.momentsNote));
  const transport = el("div.nrn-transport", { role: "group" }, press("toStart", () => clock.go(0)),
    press("stepBack", () => clock.step(-1)), play, press("stepOn", () => clock.step(1)), speed, now);
  const element = el("div.nrn-timeline", {}, ...(moving ? [transport, canvas, slider, happened] : [now]));

  function scrub(event) {
    const { left, width } = canvas.getBoundingClientRect();
    clock.go(Math.round(scale(SIDES, width - SIDES, 0, count - 1)(event.clientX - left)));
  }

  /** {from, to, up}: the range of losses, and where one lies; logarithmic where they span a lot. */
  function upright() {
    const finite = [...losses, ...validation].filter(Number.isFinite), to = Math.max(...finite, 1e-9);
    const least = Math.max(Math.min(...finite), 1e-12), isLog = to > 40 * least, from = isLog ? least : 0;
    const at = isLog ? Math.log : (v) => v, place = scale(at(from), at(to), BOTTOM, TOP);
    return { from, to, up: (v) => (Number.isFinite(v) ? clamp(place(at(Math.max(v, 1e-12))), TOP, BOTTOM) : TOP) };
  }

  function drawLoss() {
    const width = canvas.clientWidth, paint = paintOn(canvas, width, HEIGHT), { context } = paint;
    const { from, to, up } = upright(), across = scale(0, count - 1, SIDES, width - SIDES);
    paint.write(`${strings.loss} ${written(to)}`, SIDES, 10);
    paint.write(written(from), SIDES + 2, BOTTOM - 3);
    for (const k of ticks(0, count - 1, width / 90).filter(Number.isInteger)) {
      paint.write(whole(steps[k]), across(k), HEIGHT - 4, "center");
    }
    paint.ink("border").fillRect(SIDES, BOTTOM, width - 2 * SIDES, 1);
    const lines = [[losses, "series-0", strings.training, 0], [validation, "series-1", strings.validation, 62]];
    for (const [values, colour, name, x] of lines) {
      context.beginPath();
      values.forEach((v, k) => context.lineTo(across(k), up(v)));
      paint.ink(colour, 2).stroke();
      if (validation.length) paint.write(name, width - SIDES - x, 10, "right");
    }
    paint.ink("primary");
    for (const [frame] of moments) {
      context.beginPath();
      for (const [dx, dy] of [[0, -1], [-4.5, 7], [4.5, 7]]) context.lineTo(across(frame) + dx, BOTTOM + dy);
      context.fill();
    }
    const { position } = state();
    paint.ink("text").fillRect(across(position) - 0.75, TOP - 4, 1.5, BOTTOM - TOP + 8);
    paint.round(across(position), up(losses[Math.round(position)]), 4, "fill");
  }

  function tellNow() {
    const { position, replica } = state(), frame = Math.round(position), { loss, right } = model.scores();
    const scores = [right !== null && [strings.right, percent(right / points)], [strings.loss, written(loss)],
      !replica && validation.length && [strings.validation, written(validation[frame])]].filter(Boolean);
    const where = strings.ofSteps(whole(steps[frame]), whole(steps.at(-1)))
      + (begins && !frame ? `, ${begins}` : "");
    now.replaceChildren(el("b", { text: replica ? strings.final : moving ? where : "" }),
      ...scores.map(([name, value]) => el("span", { "data-score": name, text: `${name} ${value}` })));
    now.dataset.loss = loss;
    slider.value = frame;
    slider.ariaValueText = where;
  }

  return {
    element,
    draw(keys) {
      if (touched(keys, "position replica overrides size look")) {
        tellNow();
        if (moving) drawLoss();
      }
      element.classList.toggle("is-lit", state().lit.includes("loss"));
      if (keys.has("playing")) become(play, state().playing && !clock.isGliding() ? "pause" : "play");
    },
  };
}
