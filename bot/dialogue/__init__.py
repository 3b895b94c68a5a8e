"""A question in its conversation: which answer it asks for, at which settings, and how that is to be shown."""

from bot.dialogue.replies import DialogueState, Interpretation, Level, Offer, chosen
from bot.dialogue.understanding import Dialogue

__all__ = ["Dialogue", "DialogueState", "Interpretation", "Level", "Offer", "chosen"]
