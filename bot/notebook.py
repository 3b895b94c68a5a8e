"""The door for notebooks: `from bot.notebook import ask, explain`; `%load_ext bot.notebook` for the magic `%%ask`."""

from bot.surfaces.notebook import (
    Asked,
    AskError,
    Explained,
    Unanswered,
    ask,
    explain,
    forget,
    load_ipython_extension,
)

__all__ = ["AskError", "Asked", "Explained", "Unanswered", "ask", "explain", "forget", "load_ipython_extension"]
