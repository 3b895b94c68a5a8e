// Claims light what they speak of: pointed at, focused, or tapped, which brings it into view.

import { el } from "./dom.js";

const UNSEEN = "position:absolute;width:1px;overflow:hidden;clip-path:inset(50%)";

/** Gives `follow([[element, parts]])`, which gives what stops it. */
export const createFollower = ({ root, set, strings }) => (pairs) => {
  const stop = new AbortController(), { signal } = stop, lit = {};
  const tell = (how, pair) => {
    lit[how] = pair;
    const [now, parts = []] = lit.over ?? lit.held ?? [];
    for (const [line] of pairs) line.toggleAttribute("data-lit", line === now);
    set({ lit: parts });
  };
  for (const pair of pairs) {
    const [line, parts] = pair, on = (kind, act) => line.addEventListener(kind, act, { signal });
    if (!parts.length) continue;
    const names = parts.map((part) => strings.parts[part] ?? strings.unit(part.slice(5))).join(strings.words.and);
    const words = el("span", { text: ` ${strings.about(names)}` });
    const place = root.querySelector(parts.join() === "loss" ? ".nrn-timeline" : ".nrn-pictures");
    const bring = () => place.scrollIntoView({ block: "nearest" });
    words.style.cssText = UNSEEN;
    line.append(words);
    line.tabIndex = 0;
    on("pointerenter", (event) => event.pointerType === "touch" || tell("over", pair));
    on("pointerleave", () => tell("over"));
    on("focusin", () => tell("held", pair));
    on("focusout", () => tell("held"));
    on("keydown", ({ key, target }) => key === "Enter" && target === line && bring());
    on("click", ({ target }) => target.closest("a") || (line.focus({ preventScroll: true }), bring()));
    signal.addEventListener("abort", () => (words.remove(), line.removeAttribute("tabindex")));
  }
  return () => (stop.abort(), tell("over"), tell("held"));
};
