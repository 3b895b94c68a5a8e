"""Entries to click on: chips for what one might ask, buttons where one has to choose."""

from collections.abc import Sequence

import streamlit as st

from bot.surfaces.chat.engine import Engine
from bot.surfaces.chat.state import Turn, ask, conversation

WIDTH = 560  # pixels; less where there is less room


def chips(label: str, slugs: Sequence[str], engine: Engine, key: str, picked_for: Turn | None = None) -> None:
    """Questions as chips; a click asks the question. For `picked_for`, see `offer`."""
    titles = {slug: engine.bot.entries[slug].title for slug in slugs}

    def chosen() -> None:
        slug = st.session_state[key]
        if slug is not None:
            if picked_for:
                _keep(picked_for, slug, engine)
            ask(titles[slug], slug)

    st.pills(label, list(titles), format_func=titles.__getitem__, key=key, on_change=chosen, wrap=True)


def offer(slugs: Sequence[str], engine: Engine, key: str, picked_for: Turn | None = None) -> None:
    """Questions as buttons, one below the other; the one that is picked is kept as an example of what was asked."""

    def chosen(title: str, slug: str) -> None:
        if picked_for:
            _keep(picked_for, slug, engine)
        ask(title, slug)

    with st.container(width=WIDTH, gap="xsmall"):
        for slug in slugs:
            title = engine.bot.entries[slug].title
            st.button(title, key=f"{key}-{slug}", on_click=chosen, args=(title, slug), width="stretch",
                      wrap=True)


def _keep(turn: Turn, slug: str, engine: Engine) -> None:
    engine.bot.store.keep_pick(turn.question, slug, conversation().session, turn.kept)
