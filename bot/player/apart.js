// Take apart: switch a unit off, fix it, flip it, edit its weights; what the network then gets right follows at once.

import { average, button, el, field, note, numeric, percent, touched, written } from "./dom.js";
import { forward, room } from "./network.js";

const UNCHANGED = { units: {}, weights: {} };

export function createApart({ recording, store, model, strings, nameOf }) {
  const { sizes, points, inputs } = recording, words = strings.apart, past = [];
  const value = numeric({ value: "1", "aria-label": words.value });
  const head = el("h4", { class: "nrn-title" }), status = note("", { role: "status" });
  const acts = { off: () => [0, 0], mean: () => [0, meanOf()], fix: () => [0, value.valueAsNumber], flip: () => [-1, 0] };
  const choices = Object.keys(acts).map((name) => button(words[name], () => act(name), { "data-does": name }));
  const undo = button(words.undo, () => store.set({ overrides: past.pop() }), { "data-does": "undo" });
  const reset = button(words.reset, () => change(UNCHANGED), { "data-does": "reset" });
  const weights = el("div", { class: "nrn-fields" });
  const scores = el("p", { class: "nrn-says", role: "status" });
  const element = el("div", {}, note(words.ask), head,
    el("div", { class: "nrn-fields", role: "group", "aria-label": words.tab }, ...choices,
      field(words.value, value), undo, reset),
    status, scores, el("details", {}, el("summary", { text: words.weights }), weights));
  let shown = "";

  const key = () => `${store.get().unit.layer}:${store.get().unit.unit}`;

  function change(overrides) {
    past.push(store.get().overrides);
    store.set({ overrides });
  }

  /** The unit's mean activation on the examples, with nothing switched off. */
  function meanOf() {
    const { layer, unit } = store.get().unit, { a } = forward(recording, model.weights(), inputs, points, room(sizes, points));
    return average(model.row(a[layer], layer, unit));
  }

  function act(name) {
    const { overrides } = store.get(), [factor, add] = acts[name](), units = { ...overrides.units };
    if (!isNumber(add)) return;
    if (choiceNow() === name && name !== "fix") delete units[key()];
    else units[key()] = { factor, add, name };
    change({ ...overrides, units });
  }

  function isNumber(entered) {
    status.textContent = Number.isFinite(entered) ? "" : words.notANumber;
    return Number.isFinite(entered);
  }

  const choiceNow = () => store.get().overrides.units[key()]?.name;

  function edit(row, input) {
    const { overrides, unit } = store.get(), id = `${unit.layer}:${row}:${unit.unit}`, weight = input.valueAsNumber;
    if (isNumber(weight)) change({ ...overrides, weights: { ...overrides.weights, [id]: weight } });
  }

  function fields() {
    const { layer, unit } = store.get().unit, root = element.getRootNode(), now = key(), into = model.into(layer, unit);
    if (now !== shown) {
      shown = now;
      weights.replaceChildren(...into.map((_, row) => {
        const input = numeric({ "data-row": row, onchange: () => edit(row, input) });
        return field(words.from(nameOf(layer - 1, row)), input);
      }));
    }
    for (const input of weights.querySelectorAll("input")) {
      if (root.activeElement !== input) input.value = Number(into[input.dataset.row].toPrecision(4));
    }
  }

  const told = ({ loss, right }) => [right === null ? "" : `${percent(right / points)} ${strings.right}`,
    `${strings.loss} ${written(loss)}`].filter(Boolean).join(", ");

  return {
    name: "apart", title: words.tab, element,
    draw(keys) {
      if (!touched(keys, "position replica overrides unit tab")) return;
      const { overrides, unit } = store.get(), output = unit.layer === model.last;
      head.textContent = nameOf(unit.layer, unit.unit);
      choices.forEach((choice) => {
        choice.disabled = output;
        choice.setAttribute("aria-pressed", String(choice.dataset.does === choiceNow()));
      });
      undo.disabled = !past.length;
      const changed = Object.keys(overrides.units).length + Object.keys(overrides.weights).length;
      reset.disabled = !changed;
      if (keys.has("unit") || keys.has("tab")) status.textContent = output ? words.output : "";
      const before = model.scores(UNCHANGED), after = model.scores();
      scores.textContent = changed ? words.scores(told(before), told(after)) : words.untouched(told(after));
      fields();
    },
  };
}
