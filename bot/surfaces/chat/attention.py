"""Where to look, and what a screen reader says: a new question is scrolled to, an answer is announced.

Streamlit has no live region of its own, and would scroll to the end of an answer instead of its beginning.
"""

from collections.abc import Callable

import streamlit as st

from bot.surfaces.chat.components import component


def turn_key(number: int) -> str:
    """The name of a turn's container, which is also its class on the page."""
    return f"turn-{number}"


def draw(turn: int | None, say: str, keep: str, restore: Callable[[str], object] | None) -> None:
    """Announce `say` where it is new, and bring the turn to the top of the window where it is.

    The browser's tab keeps the text `keep`. After a reload it hands what it kept to `restore`, where that is given.
    """
    if turn is not None:  # room below, or a short answer could not reach the top
        st.html(f"<style>.st-key-{turn_key(turn)} {{ min-height: calc(100dvh - 14rem); }}</style>")
    def restored() -> None:
        text = st.session_state["attention"].kept
        if restore is not None and isinstance(text, str):
            restore(text)

    data = {"turn": None if turn is None else turn_key(turn), "say": say, "keep": keep, "asks": restore is not None}
    component("attention", js="attention.js")(data=data, key="attention", height=1, on_kept_change=restored)
