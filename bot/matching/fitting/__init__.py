"""How heads, numbers and files are fitted. Imported only where something is fitted: it needs scipy."""

from bot.matching.fitting.refit import add_heads, fit_matcher, quick, refit
from bot.matching.fitting.train import Vectorised

__all__ = ["Vectorised", "add_heads", "fit_matcher", "quick", "refit"]
