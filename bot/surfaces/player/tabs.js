// The panels under the picture, one at a time; each is made when it is first opened.

import { createAblation } from "./ablation.js";
import { el, touched } from "./dom.js";
import { createExample } from "./example.js";
import { createNaming } from "./naming.js";
import { createEnsemble } from "./ensemble.js";
import { createLayers } from "./layers.js";
import { createWords } from "./words.js";

// Each makes {element, needs: what it is drawn again for, draw(keys)}.
const PANELS = { example: createExample, apart: createAblation, layers: createLayers,
  wall: createEnsemble, naming: createNaming, words: createWords };
const NAMES = Object.keys(PANELS);

let groups = 0;

export function createTabs(context) {
  const { state, set, strings } = context, group = `nrn-${groups++}`, made = {};
  const tabs = NAMES.map((name) => el("button.nrn-tab", { role: "tab", id: `${group}-${name}`,
    "aria-controls": `${group}-${name}-panel`, text: strings[name].tab, onclick: () => set({ tab: name }) }));
  const bodies = NAMES.map((name) => el("div.nrn-panel", { role: "tabpanel", id: `${group}-${name}-panel`,
    "aria-labelledby": `${group}-${name}` }));
  const list = el("div.nrn-tabs", { role: "tablist", "aria-label": strings.tabs, onkeydown(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const next = (NAMES.indexOf(state().tab) + by + NAMES.length) % NAMES.length;
    set({ tab: NAMES[next] });
    tabs[next].focus();
    event.preventDefault();
  } }, ...tabs);
  return {
    element: el("div.nrn-more", {}, list, ...bodies),
    draw(keys) {
      const open = state().tab;
      NAMES.forEach((name, i) => {
        tabs[i].ariaSelected = name === open;
        tabs[i].tabIndex = name === open ? 0 : -1;
        bodies[i].hidden = name !== open;
      });
      if (!made[open]) bodies[NAMES.indexOf(open)].append((made[open] = PANELS[open](context)).element);
      if (touched(keys, `tab ${made[open].needs}`)) made[open].draw(keys);
    },
  };
}
