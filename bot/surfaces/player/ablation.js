// Take apart: change a unit or its weights, and see what the network then gets right.

import { average, button, el, entry, field, note, numeric, percent, written } from "./dom.js";
import { forward, buffers } from "./network.js";
import { UNCHANGED } from "./state.js";

export function createAblation({ recording, state, set, model, strings, nameOf }) {
  const { sizes, points, inputs } = recording, words = strings.apart, past = [];
  const value = numeric({ value: "1", "aria-label": words.value });
  const head = el("h4.nrn-title"), status = note("", { role: "status" });
  const asIs = () => forward(recording, model.weights(), inputs, buffers(sizes, points)).a; // with nothing switched off
  const acts = { off: () => [0, 0], mean: ({ layer, unit }) => [0, average(asIs()[layer][unit])],
    fix: () => [0, value.valueAsNumber], flip: () => [-1, 0] }; // a factor, and what is added
  const act = (does, onclick) => button(words[does], onclick, { "data-does": does });
  const choices = Object.keys(acts).map((name) => act(name, () => choose(name)));
  const undo = act("undo", () => set({ overrides: past.pop() })), reset = act("reset", () => change(UNCHANGED));
  const weights = el("div.nrn-fields"), scores = el("p.nrn-says", { role: "status" });
  const element = el("div", {}, note(words.ask), head,
    el("div.nrn-fields", { role: "group", "aria-label": words.tab }, ...choices,
      field(words.value, value), undo, reset),
    status, scores, el("details", {}, el("summary", { text: words.weights }), weights));
  let shown = "";

  const key = () => `${state().unit.layer}:${state().unit.unit}`;
  const chosen = () => state().overrides.units[key()]?.name;

  function change(overrides) {
    past.push(state().overrides);
    set({ overrides });
  }

  /** Whether a number was given; says so where it was not. */
  function isNumber(given) {
    status.textContent = Number.isFinite(given) ? "" : words.notANumber;
    return Number.isFinite(given);
  }

  function choose(name) {
    const { overrides, unit } = state(), [factor, add] = acts[name](unit), units = { ...overrides.units };
    if (!isNumber(add)) return;
    if (chosen() === name && name !== "fix") delete units[key()];
    else units[key()] = { factor, add, name };
    change({ ...overrides, units });
  }

  function edit(row, { valueAsNumber }) {
    const { overrides, unit: { layer, unit } } = state();
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

  const told = ({ loss, right }) => (right === null ? "" : `${percent(right / points)} ${strings.right}, `)
    + `${strings.loss} ${written(loss)}`;

  return {
    element,
    needs: "position replica overrides unit",
    draw(keys) {
      const { overrides, unit } = state(), output = unit.layer === model.last;
      head.textContent = nameOf(unit.layer, unit.unit);
      for (const choice of choices) {
        choice.disabled = output;
        choice.ariaPressed = choice.dataset.does === chosen();
      }
      const isChanged = [overrides.units, overrides.weights].some((changes) => Object.keys(changes).length);
      undo.disabled = !past.length;
      reset.disabled = !isChanged;
      if (keys.has("unit") || keys.has("tab")) status.textContent = output ? words.output : "";
      const after = told(model.scores());
      scores.textContent = isChanged ? words.scores(told(model.scores(true)), after) : words.untouched(after);
      fields(unit);
    },
  };
}
