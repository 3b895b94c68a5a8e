"""Ask in a notebook: `from bot.notebook import ask`, then `ask("what does a hidden neuron mean", hidden=3)`.

`explain(model)` looks at a network of your own. `%load_ext bot.notebook` gives the cell magic `%%ask`. What comes back
shows itself, and has the run as numpy arrays.
"""

from bot.surfaces.notebook.magic import load_ipython_extension
from bot.surfaces.notebook.network import Explained, explain
from bot.surfaces.notebook.session import AskError, ask, forget
from bot.surfaces.notebook.shown import Asked, Unanswered

__all__ = ["AskError", "Asked", "Explained", "Unanswered", "ask", "explain", "forget", "load_ipython_extension"]
