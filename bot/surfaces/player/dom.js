// Elements, numbers as people read them, colours of the style sheet.

/** An element ("tag.class") with attributes ("on..." are listeners, "text" is its text) and children. */
export function el(kind, attributes = {}, ...children) {
  const [tag, ...classes] = kind.split("."), made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  if (tag === "button") made.type = tag;
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "text") made.textContent = value ?? "";
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export const button = (text, onclick, more) =>
  el("button.nrn-button", { text, onclick, ...more });
export const numeric = (more) => el("input", { type: "number", step: "any", ...more });
export const field = (text, input) => el("label.nrn-field", {}, text, input);
export const note = (text, more) => el("p.nrn-note", { text, ...more });
export const row = ([head, ...texts], more) =>
  el("tr", more, el("th", { scope: "row", text: head }), ...texts.map((text) => el("td", { text })));
export const table = (heads, body, ...more) => el("table", {}, ...more,
  el("thead", {}, el("tr", {}, ...heads.map((text) => el("th", { text, scope: "col" })))), body);
export const scroll = (kind, label, ...inside) =>
  el(`div.nrn-scroll${kind}`, { tabindex: 0, role: "region", "aria-label": label }, ...inside);

export const clamp = (value, low = 0, high = 1) => Math.min(Math.max(value, low), high);
export const largest = (weights) => weights.reduce((most, w) => Math.max(most, Math.abs(w)), 1e-6);
export const average = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Whether any of the names, parted by spaces, has changed. */
export const touched = (keys, names) => names.split(" ").some((name) => keys.has(name));

/** With commas between thousands; toLocaleString takes 15 ms when it is first called. */
export const whole = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/** A number with three digits, a true minus sign, and commas in large ones. */
export function written(value, digits = 3) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text = size && (size >= 1e6 || size < 1e-4) ? value.toExponential(1)
    : size >= 10 ** (digits - 1) ? whole(Math.round(value)) : String(Number(value.toPrecision(digits)));
  return text.replaceAll("-", "−");
}

/** Two decimals, for columns of numbers that are compared. */
export const fixed = (value) => (Number.isFinite(value) && Math.abs(value) < 1000
  ? value.toFixed(2).replace(/^-(0\.00)$/, "$1").replace("-", "−") : written(value));

export const withUnit = (value, unit) => (unit ? `${value} ${unit}` : value);
export const percent = (share) => `${written(100 * share)} %`;

/** A number for an input. */
export const entry = (value) => Number(value.toPrecision(4));

/** The colours that `theme.player_css` writes: `of` a name, and the ramp of the maps as 256 pixels. */
export function coloursOf(root) {
  const style = getComputedStyle(root), kept = {};
  const of = (name) => (kept[name] ??= style.getPropertyValue(`--nrn-${name}`).trim() || name);
  const stops = [0, 1, 2, 3, 4].map((i) => [1, 3, 5].map((at) => parseInt(of(`ramp-${i}`).slice(at, at + 2), 16)));
  const ramp = new Uint32Array(256).map((_, i) => {
    const at = Math.min((i / 255) * 4, 3.9999), k = Math.floor(at);
    const [r, g, b] = stops[k].map((v, c) => Math.round(v + (at - k) * (stops[k + 1][c] - v)));
    return (255 << 24) | (b << 16) | (g << 8) | r;
  });
  return { of, ramp, font: style.fontFamily };
}
