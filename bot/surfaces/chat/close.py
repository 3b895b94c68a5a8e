"""The points that come closest to a question, below an answer or a list."""

from collections.abc import Sequence

import streamlit as st

from bot.present.closest import CLOSEST, Close
from bot.surfaces.chat.state import Turn, ask


def show(turn: Turn, near: Sequence[Close]) -> None:
    """Each with how its answer begins; a click asks it."""
    if not near:
        return
    with st.container(border=True, gap=None, key=f"closest-{turn.number}"):
        st.caption(CLOSEST)
        for one in near:
            st.button(one.title, key=f"close-{turn.number}-{one.address}", on_click=ask, args=(one.title,),
                      type="tertiary", wrap=True)
            if one.first:
                st.markdown(f"{one.first}\N{NO-BREAK SPACE}…" if one.goes_on else one.first)
