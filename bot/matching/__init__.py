"""A learner's question to ranked entries and one decision: answer, suggest or decline."""

from bot.matching.choice import BestMatcher, shipped
from bot.matching.decisions import Calibration, Decision, Match
from bot.matching.features import clean, leans
from bot.matching.index import cache_folder
from bot.matching.matcher import HasPhrasings, Matcher
from bot.matching.outside import Group, read_outside

__all__ = [
    "BestMatcher",
    "Calibration",
    "Decision",
    "Group",
    "HasPhrasings",
    "Match",
    "Matcher",
    "cache_folder",
    "clean",
    "leans",
    "read_outside",
    "shipped",
]
