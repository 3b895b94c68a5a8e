"""How well the matcher understands: figures over a file of questions with known entries."""

from bot.evaluation.conversations import measure_dialogue, render_dialogue
from bot.evaluation.outcomes import evaluate
from bot.evaluation.page import page
from bot.evaluation.questions import Neighbour, Neighbours, Question, read_neighbours, read_questions
from bot.evaluation.report import Report, render, worse_than
from bot.evaluation.shipped import ENCODERS, NEIGHBOURS, QUESTIONS, EvaluationError, measure

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
    "measure",
    "measure_dialogue",
    "page",
    "read_neighbours",
    "read_questions",
    "render",
    "render_dialogue",
    "worse_than",
]
