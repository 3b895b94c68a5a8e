"""Where to look, and what a screen reader says: a new question is scrolled to, an answer is announced.

Streamlit has no live region of its own, and would scroll to the end of an answer instead of its beginning.
"""

import streamlit as st

from bot.surfaces.chat.components import component


def turn_key(number: int) -> str:
    """The name of a turn's container, which is also its class on the page."""
    return f"turn-{number}"


def draw(turn: int | None, say: str) -> None:
    """Announce `say` where it is new, and bring the turn to the top of the window where it is."""
    if turn is not None:  # room below, or a short answer could not reach the top
        st.html(f"<style>.st-key-{turn_key(turn)} {{ min-height: calc(100dvh - 14rem); }}</style>")
    component("attention", js="attention.js")(
        data={"turn": None if turn is None else turn_key(turn), "say": say}, key="attention", height=1)
