"""How well the matcher understands: figures over a file of questions with known entries."""

from bot.matching.evaluation.outcomes import evaluate
from bot.matching.evaluation.page import page
from bot.matching.evaluation.questions import Neighbour, Neighbours, Question, read_neighbours, read_questions
from bot.matching.evaluation.report import Report, render, worse_than
from bot.matching.evaluation.shipped import ENCODERS, NEIGHBOURS, QUESTIONS, EvaluationError, matcher_with, measure

__all__ = [
    "ENCODERS",
    "NEIGHBOURS",
    "QUESTIONS",
    "EvaluationError",
    "Neighbour",
    "Neighbours",
    "Question",
    "Report",
    "evaluate",
    "matcher_with",
    "measure",
    "page",
    "read_neighbours",
    "read_questions",
    "render",
    "worse_than",
]
