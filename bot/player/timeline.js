// Time: the loss curve with a cursor, the moments, and the buttons to move through the recorded steps.

import { ticks, write } from "./draw.js";
import { button, el, fitted, note, percent, touched, whole, written } from "./dom.js";

const HEIGHT = 92, SIDES = 20; // the half of the slider's thumb is left free on both sides
const SPEEDS = [0.25, 0.5, 1, 2, 4];
const ICONS = { play: "M5 3l12 7-12 7z", pause: "M5 3h4v14H5zM11 3h4v14h-4z", toStart: "M4 3h2v14H4zM17 3v14L7 10z",
  stepBack: "M14 3v14L4 10z", stepOn: "M6 3l10 7-10 7z" };

export function createTimeline({ recording, store, model, strings, look, nameOf, clock }) {
  const { steps, losses, validation } = recording, count = steps.length;
  const press = (name, onclick) => become(button(null, onclick, { class: "nrn-button nrn-icon" }), name);
  function become(made, name) {
    made.innerHTML = `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
    made.dataset.does = name;
    made.title = made.ariaLabel = strings[name];
    return made;
  }
  const play = press("play", () => clock.toggle());
  const slider = el("input", { type: "range", min: 0, max: count - 1, step: 1, class: "nrn-slider", "aria-label": strings.position,
    oninput: () => clock.go(slider.valueAsNumber) });
  const speed = el("select", { "aria-label": strings.speed, class: "nrn-button", onchange: () => store.set({ speed: Number(speed.value) }) },
    ...SPEEDS.map((s) => el("option", { value: s, selected: s === 1, text: `${s}×` })));
  const canvas = el("canvas", { class: "nrn-loss is-live", role: "img",
    onpointermove: (event) => event.buttons && scrub(event),
    onpointerdown: (event) => (canvas.setPointerCapture(event.pointerId), scrub(event)) });
  const now = el("p", { class: "nrn-now" }), { moments } = recording;
  const chips = moments.map(([frame, kind, layer, unit]) => {
    const text = layer === undefined ? strings[kind] : strings[kind](nameOf(layer, unit));
    const go = () => (clock.go(frame), layer !== undefined && store.set({ unit: { layer, unit } }));
    return button(strings.moment(text, whole(steps[frame])), go, { class: "nrn-chip", "data-frame": frame });
  });
  const happened = el("div", { role: "group", "aria-label": strings.moments, hidden: !chips.length },
    el("div", { class: "nrn-chips" }, ...chips), note(strings.momentsNote));
  const transport = el("div", { class: "nrn-transport", role: "group" }, press("toStart", () => clock.go(0)),
    press("stepBack", () => clock.step(-1)), play, press("stepOn", () => clock.step(1)), speed, now);
  const moving = count > 1;
  const element = el("div", { class: "nrn-timeline" }, ...(moving ? [transport, canvas, slider, happened] : [now]));

  function scrub(event) {
    const box = canvas.getBoundingClientRect(), share = (event.clientX - box.left - SIDES) / (box.width - 2 * SIDES);
    clock.go(Math.round(Math.min(Math.max(share, 0), 1) * (count - 1)));
  }

  const across = (frame, width) => SIDES + (frame / (count - 1)) * (width - 2 * SIDES);

  function scale() {
    const all = [...losses, ...validation].filter((v) => Number.isFinite(v)), most = Math.max(...all, 1e-9);
    const least = Math.max(Math.min(...all), 1e-12), log = most > 40 * least && least > 0;
    const share = log ? (v) => Math.log(v / least) / Math.log(most / least) : (v) => v / most;
    return { log, most, least, up: (v) => (Number.isFinite(v) ? 1 - Math.min(Math.max(share(Math.max(v, 1e-12)), 0), 1) : 0) };
  }

  function drawLoss() {
    const width = canvas.clientWidth, colours = look(), paint = fitted(canvas, width, HEIGHT, colours), { log, most, least, up } = scale();
    const top = 14, tall = HEIGHT - 32, y = (v) => top + tall * up(v);
    write(paint, `${strings.loss} ${written(most)}`, SIDES, 10);
    write(paint, written(log ? least : 0), SIDES + 2, top + tall - 3);
    for (const k of ticks(0, count - 1, width / 90).filter(Number.isInteger)) {
      write(paint, whole(steps[k]), across(k, width), HEIGHT - 4, "center");
    }
    paint.fillStyle = colours.border;
    paint.fillRect(SIDES, top + tall, width - 2 * SIDES, 1);
    for (const [values, colour, name, x] of [[losses, "series-0", strings.training, 0], [validation, "series-1", strings.validation, 62]]) {
      if (!values.length) continue;
      paint.beginPath();
      values.forEach((v, k) => paint.lineTo(across(k, width), y(v)));
      paint.strokeStyle = paint.fillStyle = colours[colour];
      paint.lineWidth = 2;
      paint.stroke();
      write(paint, validation.length ? name : "", width - SIDES - x, 10, "right");
    }
    paint.fillStyle = colours.primary;
    for (const [frame] of moments) {
      paint.beginPath();
      paint.moveTo(across(frame, width), top + tall - 1);
      for (const dx of [-4.5, 4.5]) paint.lineTo(across(frame, width) + dx, top + tall + 7);
      paint.fill();
    }
    const at = across(store.get().position, width), value = losses[Math.round(store.get().position)];
    paint.fillStyle = colours.text;
    paint.fillRect(at - 0.75, top - 4, 1.5, tall + 8);
    paint.beginPath();
    paint.arc(at, y(value), 4, 0, 7);
    paint.fill();
  }

  function tellNow() {
    const { position, replica } = store.get(), frame = Math.round(position), { loss, right } = model.scores();
    const parts = [[strings.right, right === null ? null : percent(right / recording.points)],
      [strings.loss, written(loss)], [strings.validation, !replica && validation.length ? written(validation[frame]) : null]];
    const step = whole(steps[frame]), last = whole(steps.at(-1));
    const where = replica ? strings.final : moving ? strings.ofSteps(step, last) : "";
    now.replaceChildren(el("b", { text: where }),
      ...parts.filter(([, value]) => value !== null).map(([name, value]) => el("span", { "data-score": name, text: `${name} ${value}` })));
    now.dataset.loss = loss;
    slider.value = frame;
    slider.setAttribute("aria-valuetext", strings.ofSteps(step, last));
  }

  return {
    element,
    draw(keys) {
      if (touched(keys, "position replica overrides size look")) {
        tellNow();
        if (moving) drawLoss();
      }
      element.classList.toggle("is-lit", store.get().lit.includes("loss"));
      if (keys.has("playing")) become(play, store.get().playing ? "pause" : "play");
      if (keys.has("size")) canvas.setAttribute("aria-label", `${strings.lossCurve}. ${strings.lossSays(written(losses[0]), written(losses.at(-1)))}`);
    },
    free: () => (canvas.width = canvas.height = 0),
  };
}
