"""The chat, drawn with Streamlit; it decides nothing that `bot.service` could decide."""

from bot.ui.page import main

__all__ = ["main"]
