// One example, worked through: entered in real units, pointed at, or drawn from the data.

import { button, el, entry, field, fixed, note, numeric, row, scroll, table, withUnit, written } from "./dom.js";

export function createExample({ recording, state, set, model, strings, nameOf, clock }) {
  const { axes, targetAxes, inputs, targets, points, activations } = recording, words = strings.example;
  const fields = axes.map(({ low, high }) => numeric({ inputmode: "decimal", oninput: entered,
    placeholder: written((low + high) / 2, 4).replace("−", "-") }));
  const flowing = button(words.flow, clock.flow), clearing = button(words.clear, clear);
  const status = note("", { role: "status" }), says = el("p.nrn-says");
  const sums = scroll(".nrn-sums", words.sum);
  const element = el("div", {}, note(words.ask), el("div.nrn-fields", {},
    ...fields.map((input, i) => field(axes[i].title, input)), button(words.draw, drawn), flowing, clearing),
    status, says, sums);

  const choose = (example, exampleIndex = null) => set({ example, exampleIndex, probe: null });

  function entered() {
    const values = fields.map((input) => input.valueAsNumber);
    const wrong = axes.find((_, i) => fields[i].validity.badInput);
    status.textContent = wrong ? words.notANumber(wrong.name) : "";
    if (values.some(Number.isNaN)) return set({ example: null, exampleIndex: null });
    const far = axes.find(({ low, high }, i) => values[i] < low || values[i] > high);
    const limit = (value) => withUnit(written(value), far.unit);
    if (far) status.textContent = words.outside(far.name, limit(far.low), limit(far.high));
    return choose(Float32Array.from(axes, (axis, i) => axis.seen(values[i])));
  }

  function drawn() {
    const last = state().exampleIndex, next = last === null ? 0 : (last + 1) % points;
    choose(Float32Array.from(inputs, (row) => row[next]), next);
    clock.flow();
  }

  function clear() {
    for (const input of fields) input.value = "";
    status.textContent = "";
    choose(null);
  }

  /** A unit's sum as a line of arithmetic. */
  const sumOf = (layer, unit, below) => model.into(layer, unit).map((weight, i) => {
    const value = i < below.length && fixed(below[i]), times = !value ? "" : ` × ${below[i] < 0 ? `(${value})` : value}`;
    return `${weight < 0 ? "−" : i ? "+" : ""}${i ? " " : ""}${fixed(Math.abs(weight))}${times}`;
  }).join(" ");

  function rows(seen, { z, a }) {
    const { units } = state().overrides;
    return model.units.map(({ layer, unit }) => {
      const key = `${layer}:${unit}`, sum = fixed(z[layer][unit]), name = activations[layer].replace("_", " ");
      const told = `${name}(${sum}) = ${fixed(a[layer][unit])}${key in units ? ` ${words.changed}` : ""}`;
      return row([nameOf(layer, unit), `${sumOf(layer, unit, layer ? a[layer - 1] : seen)} = ${sum}`, told],
        { "data-unit": key, "data-a": a[layer][unit] });
    });
  }

  function work(seen) {
    const { exampleIndex, probe } = state(), at = model.at(seen), isDrawn = exampleIndex !== null && !probe;
    const scaled = axes.map(({ name, offset, scale, real }, i) => (offset === 0 && scale === 1
      ? words.seenPlain(name, fixed(seen[i]))
      : words.seen(name, written(real(seen[i]), 4), written(offset, 4), written(scale), fixed(seen[i]))));
    sums.replaceChildren(el("p", {}, el("b", { text: `${words.seenTitle}: ` }), scaled.join("; ")),
      table([words.who, words.sum, words.a], el("tbody", {}, ...rows(seen, at))));
    const labels = targetAxes.map(({ name, real }, j) => words.label(name, written(real(targets[j][exampleIndex]))));
    const told = targetAxes.map(({ name, unit, real }, j) => `${name} ${withUnit(fixed(real(at.a[model.last][j])), unit)}`);
    says.textContent = (isDrawn ? `${words.number(exampleIndex + 1, points)}. ${labels.join("; ")}. ` : "")
      + words.says(told.join(", "));
  }

  return {
    element,
    needs: "position replica overrides probe example",
    draw() {
      const seen = model.seen(), root = element.getRootNode();
      flowing.disabled = clearing.disabled = !state().example;
      sums.hidden = !seen;
      if (!seen) return void (says.textContent = "");
      fields.forEach((input, i) => {
        if (root.activeElement !== input) input.value = entry(axes[i].real(seen[i]));
      });
      work(seen);
    },
  };
}
