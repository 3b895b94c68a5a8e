"""Where to look, and what a screen reader says: a new question is scrolled to, an answer is announced.

Streamlit has no live region of its own, and would scroll to the end of an answer instead of its beginning.
"""

import streamlit as st

SCRIPT = """
export default function ({ data }) {
  let log = document.getElementById("ask-neuron-log");
  if (!log) {
    log = document.createElement("div");
    log.id = "ask-neuron-log";
    log.setAttribute("role", "log");
    log.setAttribute("aria-live", "polite");
    log.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
    document.body.append(log);
  }
  if (data.say && log.lastChild?.textContent !== data.say) {
    const line = document.createElement("p");
    line.textContent = data.say;
    log.append(line);
  }
  if (data.turn !== null && log.dataset.turn !== data.turn) {
    log.dataset.turn = data.turn;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const turn = document.querySelector(".st-key-" + data.turn);
    const look = () => turn?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
    for (const wait of [50, 500]) setTimeout(look, wait);  // again when the controls above are gone
  }
}
"""


def turn_key(number: int) -> str:
    """The name of a turn's container, which is also its class on the page."""
    return f"turn-{number}"


def draw(turn: int | None, say: str) -> None:
    """Announce `say` where it is new, and bring the turn to the top of the window where it is."""
    if turn is not None:  # room below, or a short answer could not reach the top
        st.html(f"<style>.st-key-{turn_key(turn)} {{ min-height: calc(100dvh - 14rem); }}</style>")
    component = st.components.v2.component("ask_neuron_attention", js=SCRIPT)
    component(data={"turn": None if turn is None else turn_key(turn), "say": say}, key="attention", height=1)
