// The panels under the picture, one at a time.

import { el } from "./dom.js";

let made = 0;

export function createTabs(panels, { store, strings }) {
  const group = `nrn-${made++}`;
  const tabs = panels.map(({ name, title }) => el("button", { type: "button", role: "tab", class: "nrn-tab", id: `${group}-${name}`,
    "aria-controls": `${group}-${name}-panel`, text: title, onclick: () => store.set({ tab: name }) }));
  const list = el("div", { role: "tablist", class: "nrn-tabs", "aria-label": strings.tabs }, ...tabs);
  const bodies = panels.map(({ name, element }) => el("div", { role: "tabpanel", id: `${group}-${name}-panel`,
    "aria-labelledby": `${group}-${name}`, class: "nrn-panel" }, element));
  list.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key], at = panels.findIndex(({ name }) => name === store.get().tab);
    if (!by) return;
    const next = (at + by + panels.length) % panels.length;
    store.set({ tab: panels[next].name });
    tabs[next].focus();
    event.preventDefault();
  });
  return {
    element: el("div", { class: "nrn-more" }, list, ...bodies),
    draw(keys) {
      panels.forEach((panel, i) => {
        const open = panel.name === store.get().tab;
        tabs[i].setAttribute("aria-selected", String(open));
        tabs[i].tabIndex = open ? 0 : -1;
        bodies[i].hidden = !open;
        if (open) panel.draw(keys);
      });
    },
    free: () => panels.forEach((panel) => panel.free?.()),
  };
}
