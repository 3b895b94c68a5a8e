"""A question in its conversation: which answer it asks for, at which settings, and how that is to be shown."""

from bot.dialogue.replies import Level, Offer, Reply, Situation, chosen
from bot.dialogue.understanding import Dialogue

__all__ = ["Dialogue", "Level", "Offer", "Reply", "Situation", "chosen"]
