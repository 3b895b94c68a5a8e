"""The chat as an application that has other routes beside it, for an ASGI server."""

from pathlib import Path
from typing import Any

import streamlit as st

from bot.surfaces.chat import page


def application(**others: Any) -> st.App:
    """The chat with other routes, middleware and error handlers beside it."""
    return st.App(page.__file__, **others)


def shell() -> str:
    """The page that Streamlit sends before its script draws the chat: HTML, titled "Streamlit"."""
    return (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
