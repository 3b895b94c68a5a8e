// A text field that shows what is found while one types; keys as in the ARIA pattern "editable combobox with list".

/**
 * `find(text, signal)` promises hits {slug, title, phrasing}; `choose(hit)` is called with the one that is taken.
 * Gives {active(), close()}: the hit that Enter would take, or null, and a way to fold the list.
 */
export function combobox(input, list, find, choose) {
  let hits = [];
  let at = -1;
  let asking = new AbortController();

  async function look() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const text = input.value.trim();
    if (!text) return close();
    try {
      const found = await find(text, signal);
      if (signal.aborted) return;
      show(found);
      list.dataset.for = text;
    } catch {
      if (!signal.aborted) say("The search does not answer. Type on, or try again in a moment.");
    }
  }

  function show(found) {
    hits = found;
    if (!hits.length) return say("Nothing found. Try other words.");
    open(hits.map(option));
    move(0);
  }

  function open(items) {
    list.replaceChildren(...items);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  /** A line where hits would be. */
  function say(text) {
    hits = [];
    open([element("li", { className: "none", role: "option", ariaDisabled: "true" }, text)]);
    move(-1);
  }

  function move(to) {
    at = to;
    for (const [number, item] of [...list.children].entries()) {
      if (item.role === "option") item.setAttribute("aria-selected", String(number === at));
    }
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function close() {
    asking.abort();
    hits = [];
    at = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function take(number) {
    const hit = hits[number];
    close();
    choose(hit);
  }

  function option(hit, number) {
    const item = element("li", { id: `hit-${number}`, role: "option" }, element("b", {}, hit.title));
    if (hit.phrasing !== hit.title) item.append(element("small", {}, hit.phrasing));
    item.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    item.addEventListener("click", () => take(number));
    return item;
  }

  const keys = {
    ArrowDown: () => (list.hidden ? look() : hits.length && move((at + 1) % hits.length)),
    ArrowUp: () => !list.hidden && hits.length && move((at + hits.length - 1) % hits.length),
    Enter: () => at >= 0 && take(at),
    Escape: () => (list.hidden ? (input.value = "") : close()),
  };
  input.addEventListener("input", look);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  if (document.activeElement === input) look(); // typed before this script was there
  return { look, close, active: () => hits[at] ?? null };
}

/** An element with properties and children. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
