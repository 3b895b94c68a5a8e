// A run's settings as fields of a form, and back as a query; for the mentor's page and the picker of course platforms.

import { element } from "./combobox.js";

/** Put a field for each setting into `fields`, with the focus where it was. */
export function showSettings(fields, settings) {
  const had = document.activeElement?.closest(".fields") && document.activeElement.name;
  fields.replaceChildren(...settings.map(field));
  if (had) fields.querySelector(`[name="${had}"]`)?.focus();
}

function field(setting) {
  const { name, title, value, own, takes, kind, options, labels, low, high, step } = setting;
  const control = kind === "number" ? element("input", { type: "number", min: low, max: high, step, value })
    : element("select", {}, ...options.map((option, i) => new Option(labels[i], option, false, option === value)));
  Object.assign(control, { name, id: `set-${name}` });
  control.dataset.own = own;
  const label = element("label", { htmlFor: control.id, title: setting.description, className: value === own ? "" : "changed" });
  label.append(title, element("small", {}, kind === "number" ? takes.replace("a whole number ", "").replace("a number ", "") : ""));
  return element("div", {}, label, control);
}

/** The settings in a fieldset that differ from the entry's own, as a query. */
export function queryIn(fieldset) {
  const controls = [...fieldset.elements].filter((control) => control.name);
  return new URLSearchParams(controls.filter((control) => control.value !== control.dataset.own)
    .map((control) => [control.name, control.value])).toString();
}
