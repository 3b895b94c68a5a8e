"""Showing the still charts in the page's theme."""

from typing import Literal

import streamlit as st

from bot.present.charts.pictures import Panel, Picture
from bot.present.charts.stills import NetworkStill
from bot.present.charts.theme import Name, dressed


def show(picture: Picture) -> None:
    """A picture with its title and caption; panels of fixed width wrap where there is no room."""
    with st.container(gap="xsmall"):
        st.subheader(picture.title, anchor=False)
        if picture.rows:
            st.table(list(picture.rows), border="horizontal")
        with st.container(horizontal=True, gap="xsmall"):
            for panel in picture.panels:
                if panel.fixed:
                    _chart(panel)
        for panel in picture.panels:
            if not panel.fixed:
                _chart(panel)
        if picture.caption:
            st.caption(picture.caption)


def still(network: NetworkStill) -> None:
    """The network where nothing can move."""
    st.image(network.svg[theme()], width="stretch", alt=network.says)


def theme() -> Name:
    """The theme that the page has."""
    return "dark" if st.context.theme.type == "dark" else "light"


def _chart(panel: Panel) -> None:
    width: Literal["content", "stretch"] = "content" if panel.fixed else "stretch"
    st.vega_lite_chart(spec=dressed(panel.spec, theme()), width=width, theme=None, alt=panel.alt)
