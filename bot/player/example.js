// One example, worked through: entered in real units, pointed at, or drawn from the data.

import { button, el, field, fixed, note, numeric, row, scroll, table, titleOf, touched, withUnit, written } from "./dom.js";

export function createExample({ recording, store, model, strings, nameOf, flow }) {
  const { axes, targetAxes, inputs, targets, points, activations } = recording, words = strings.example;
  const fields = axes.map((axis, i) => {
    const input = numeric({ inputmode: "decimal", oninput: entered,
      placeholder: written((axis.low + axis.high) / 2, 4).replace("−", "-") });
    return { axis, input, i, label: field(titleOf(axis), input) };
  });
  const flowButton = button(words.flow, () => flow()), clearButton = button(words.clear, clear);
  const status = note("", { role: "status" }), says = el("p", { class: "nrn-says" });
  const sums = scroll(words.sum, { class: "nrn-scroll nrn-sums" });
  const element = el("div", {}, note(words.ask),
    el("div", { class: "nrn-fields" }, ...fields.map((f) => f.label), button(words.draw, draw), flowButton, clearButton),
    status, says, sums);

  function entered() {
    const wrong = fields.find(({ input }) => input.value === "" || !Number.isFinite(input.valueAsNumber));
    const begun = fields.some(({ input }) => input.value !== "");
    status.textContent = wrong && begun && wrong.input.validity.badInput ? words.notANumber(wrong.axis.name) : "";
    if (wrong) return store.set({ example: null, exampleIndex: null });
    const far = fields.find(({ axis, input }) => input.valueAsNumber < axis.low || input.valueAsNumber > axis.high);
    if (far) status.textContent = words.outside(far.axis.name, ...[far.axis.low, far.axis.high].map((v) => withUnit(written(v), far.axis.unit)));
    return store.set({ example: Float32Array.from(fields, ({ axis, input }) => model.toSeen(axis, input.valueAsNumber)),
      exampleIndex: null, probe: null });
  }

  function draw() {
    const next = store.get().exampleIndex === null ? 0 : (store.get().exampleIndex + 1) % points;
    store.set({ example: Float32Array.from(axes, (_, i) => inputs[i * points + next]), exampleIndex: next, probe: null });
    flow();
  }

  function clear() {
    for (const { input } of fields) input.value = "";
    status.textContent = "";
    store.set({ example: null, exampleIndex: null, probe: null });
  }

  /** The sum of a unit as a line of arithmetic with this network's weights. */
  function sumOf(layer, unit, below) {
    const terms = model.into(layer, unit).map((weight, i) => {
      const size = fixed(Math.abs(weight)), sign = `${weight < 0 ? "−" : i ? "+" : ""}${i ? " " : ""}`;
      return sign + (i === below.length ? size : `${size} × ${below[i] < 0 ? `(${fixed(below[i])})` : fixed(below[i])}`);
    });
    return terms.join(" ");
  }

  function rows(seen) {
    const { z, a } = model.at(seen), { units } = store.get().overrides;
    return model.units.map(({ layer, unit }) => {
      const sum = `${sumOf(layer, unit, layer ? a[layer - 1] : seen)} = ${fixed(z[layer][unit])}`;
      const own = `${activations[layer].replace("_", " ")}(${fixed(z[layer][unit])}) = `;
      const told = `${own}${fixed(a[layer][unit])}${`${layer}:${unit}` in units ? ` ${words.changed}` : ""}`;
      return row([nameOf(layer, unit), sum, told], { "data-unit": `${layer}:${unit}`, "data-a": a[layer][unit] });
    });
  }

  function work(seen) {
    const scaled = axes.map((axis, i) => (axis.offset === 0 && axis.scale === 1
      ? words.seenPlain(axis.name, fixed(seen[i]))
      : words.seen(axis.name, written(model.toReal(axis, seen[i]), 4), written(axis.offset, 4), written(axis.scale), fixed(seen[i]))));
    sums.replaceChildren(el("p", { class: "nrn-seen" }, el("b", { text: `${words.seenTitle}: ` }), scaled.join("; ")),
      table([words.who, words.sum, words.a], el("tbody", {}, ...rows(seen))));
    const out = model.at(seen).a[model.last], { exampleIndex, probe } = store.get();
    const told = targetAxes.map((axis, j) => `${axis.name} ${withUnit(fixed(model.toReal(axis, out[j])), axis.unit)}`);
    const drawn = exampleIndex === null || probe ? "" : `${words.number(exampleIndex + 1, points)}. ${targetAxes.map((axis, j) =>
      words.label(axis.name, written(model.toReal(axis, targets[j * points + exampleIndex])))).join("; ")}.`;
    says.textContent = `${drawn} ${words.says(told.join(", "))}`.trim();
  }

  return {
    name: "example", title: words.tab, element,
    draw(keys) {
      if (!touched(keys, "position replica overrides probe example tab")) return;
      const { example } = store.get(), seen = model.seen(), root = element.getRootNode();
      flowButton.disabled = !example;
      clearButton.disabled = !example;
      sums.hidden = !seen;
      if (!seen) return void (says.textContent = "");
      for (const { axis, input, i } of fields) {
        if (root.activeElement !== input) input.value = Number(model.toReal(axis, seen[i]).toPrecision(4));
      }
      work(seen);
    },
  };
}
