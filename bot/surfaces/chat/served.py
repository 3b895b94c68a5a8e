"""The chat as an application that has other routes beside it, for an ASGI server."""

import gc
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st

from bot.surfaces.chat import page


def application(**others: Any) -> st.App:
    """The chat with other routes, middleware and error handlers beside it."""
    return st.App(page.__file__, **others)


def warm() -> None:
    """Import now what Streamlit imports at the first chart, and leave it out of every look for garbage: Streamlit looks
    through all that there is after each run of its script, which takes 30 ms more where this is among it."""
    for name in ("pandas", "pyarrow", "pyarrow.pandas_compat", "streamlit.elements.vega_charts"):
        import_module(name)
    gc.collect()
    gc.freeze()


def shell() -> str:
    """The page that Streamlit sends before its script draws the chat: HTML, titled "Streamlit"."""
    return (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
