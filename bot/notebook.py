"""The door for notebooks: `from bot.notebook import ask`, and `%load_ext bot.notebook` for the cell magic `%%ask`."""

from bot.surfaces.notebook import Asked, AskError, Unanswered, ask, forget, load_ipython_extension

__all__ = ["AskError", "Asked", "Unanswered", "ask", "forget", "load_ipython_extension"]
