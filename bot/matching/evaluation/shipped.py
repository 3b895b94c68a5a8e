"""From files of questions to a report: what `ask-neuron evaluate` and scripts/measure_matching.py do."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from bot.content.entries import KNOWLEDGE, Entry
from bot.content.errors import OurError
from bot.matching import BestMatcher, encoders
from bot.matching.evaluation.outcomes import Decides, evaluate
from bot.matching.evaluation.questions import read_neighbours, read_questions
from bot.matching.evaluation.report import Report

QUESTIONS = KNOWLEDGE.parent / "tests/questions/development.jsonl"
NEIGHBOURS = QUESTIONS.with_name("neighbours.json")
ENCODERS = ("minilm", "small", "multilingual")

T = TypeVar("T")


class EvaluationError(OurError, ValueError):
    """The questions cannot be used; the message says which file is meant and what is wrong with it."""


def measure(
    matcher: Decides,
    entries: Mapping[str, Entry],
    questions_file: Path = QUESTIONS,
    neighbours_file: Path = NEIGHBOURS,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Evaluate what decides on questions of the files.

    Questions about entries that do not exist, or in scope without any, are left out and counted in the report. Raises
    EvaluationError for unusable files.
    """
    questions = _read(read_questions, questions_file)
    neighbours = _read(read_neighbours, neighbours_file)
    known = [question for question in questions if question.scope != "in" or question.best in entries]
    left_out = Counter(question.best or "" for question in questions
                       if question.scope == "in" and question.best not in entries)
    if not any(question.best for question in known):
        raise EvaluationError(f"{questions_file} holds no question about an entry that exists; "
                              "'ask-neuron entries' lists them")
    report = evaluate(matcher, known, neighbours, progress)
    return report.model_copy(update={"left_out": dict(left_out)})


def matcher_with(best: BestMatcher, encoder: str) -> Decides:
    """The matcher that is asked, with the encoder of that name; EncoderUnavailable where it is not there."""
    if encoder == "small":
        return best.small
    if encoder == "multilingual":
        encoders.multilingual()  # says what is missing
        best.wait()
    elif best.failure:
        raise encoders.EncoderUnavailable(best.failure)
    return best


def _read(read: Callable[[Path], T], file: Path) -> T:
    try:
        return read(file)
    except OSError as error:
        raise EvaluationError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        said = str(error) if str(file) in str(error) else f"{file}: {error}"
        raise EvaluationError(" ".join(said.split())) from error
