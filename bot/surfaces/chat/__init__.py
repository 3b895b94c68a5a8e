"""The chat, drawn with Streamlit; it decides nothing that `bot.service` could decide."""

from bot.surfaces.chat.page import main

__all__ = ["main"]
