"""A learner's question to ranked entries and one decision: answer, suggest or decline."""

from bot.content.environment import cache_folder
from bot.matching.artefacts import thresholds
from bot.matching.choice import BestMatcher
from bot.matching.closest import Pointed
from bot.matching.decisions import Decision, Match, Numbers, Thresholds
from bot.matching.features import clean, leans
from bot.matching.matcher import HasPhrasings, Matcher
from bot.matching.outside import Group, read_outside
from bot.matching.points import PointsAsked

__all__ = [
    "BestMatcher",
    "Decision",
    "Group",
    "HasPhrasings",
    "Match",
    "Matcher",
    "Numbers",
    "Pointed",
    "PointsAsked",
    "Thresholds",
    "cache_folder",
    "clean",
    "leans",
    "read_outside",
    "thresholds",
]
