// Take apart: switch a unit off, fix it, flip it, edit its weights; what the network then gets right follows at once.

import { average, button, el, entry, field, note, numeric, percent, written } from "./dom.js";
import { forward, room } from "./network.js";
import { UNCHANGED } from "./state.js";

export function createApart({ recording, store, model, strings, nameOf }) {
  const { sizes, points, inputs } = recording, words = strings.apart, past = [];
  const value = numeric({ value: "1", "aria-label": words.value });
  const head = el("h4", { class: "nrn-title" }), status = note("", { role: "status" });
  const acts = { off: () => [0, 0], mean: () => [0, mean()], fix: () => [0, value.valueAsNumber], flip: () => [-1, 0] };
  const act = (does, onclick) => button(words[does], onclick, { "data-does": does });
  const choices = Object.keys(acts).map((name) => act(name, () => choose(name)));
  const undo = act("undo", () => store.set({ overrides: past.pop() })), reset = act("reset", () => change(UNCHANGED));
  const weights = el("div", { class: "nrn-fields" }), scores = el("p", { class: "nrn-says", role: "status" });
  const element = el("div", {}, note(words.ask), head,
    el("div", { class: "nrn-fields", role: "group", "aria-label": words.tab }, ...choices,
      field(words.value, value), undo, reset),
    status, scores, el("details", {}, el("summary", { text: words.weights }), weights));
  let shown = "";

  const key = () => `${store.get().unit.layer}:${store.get().unit.unit}`;
  const chosen = () => store.get().overrides.units[key()]?.name;

  function change(overrides) {
    past.push(store.get().overrides);
    store.set({ overrides });
  }

  /** Whether a number was given; says so where it was not. */
  function isNumber(given) {
    status.textContent = Number.isFinite(given) ? "" : words.notANumber;
    return Number.isFinite(given);
  }

  /** The unit's mean activation on the examples, with nothing switched off. */
  function mean() {
    const { layer, unit } = store.get().unit;
    return average(forward(recording, model.weights(), inputs, room(sizes, points)).a[layer][unit]);
  }

  function choose(name) {
    const { overrides } = store.get(), [factor, add] = acts[name](), units = { ...overrides.units };
    if (!isNumber(add)) return;
    if (chosen() === name && name !== "fix") delete units[key()];
    else units[key()] = { factor, add, name };
    change({ ...overrides, units });
  }

  function edit(row, { valueAsNumber }) {
    const { overrides, unit: { layer, unit } } = store.get();
    if (!isNumber(valueAsNumber)) return;
    change({ ...overrides, weights: { ...overrides.weights, [`${layer}:${row}:${unit}`]: valueAsNumber } });
  }

  function fields({ layer, unit }) {
    const root = element.getRootNode(), into = model.into(layer, unit);
    if (key() !== shown) {
      shown = key();
      weights.replaceChildren(...into.map((_, row) => field(words.from(nameOf(layer - 1, row)),
        numeric({ "data-row": row, onchange: (event) => edit(row, event.target) }))));
    }
    for (const input of weights.querySelectorAll("input")) {
      if (root.activeElement !== input) input.value = entry(into[input.dataset.row]);
    }
  }

  const told = ({ loss, right }) => [...(right === null ? [] : [`${percent(right / points)} ${strings.right}`]),
    `${strings.loss} ${written(loss)}`].join(", ");

  return {
    element,
    needs: "position replica overrides unit",
    draw(keys) {
      const { overrides, unit } = store.get(), output = unit.layer === model.last;
      head.textContent = nameOf(unit.layer, unit.unit);
      for (const choice of choices) {
        choice.disabled = output;
        choice.setAttribute("aria-pressed", String(choice.dataset.does === chosen()));
      }
      const isChanged = [overrides.units, overrides.weights].some((changes) => Object.keys(changes).length);
      undo.disabled = !past.length;
      reset.disabled = !isChanged;
      if (keys.has("unit") || keys.has("tab")) status.textContent = output ? words.output : "";
      const after = told(model.scores());
      scores.textContent = isChanged ? words.scores(told(model.scores(UNCHANGED)), after) : words.untouched(after);
      fields(unit);
    },
  };
}
