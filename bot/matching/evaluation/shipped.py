"""From files of questions to a report: what `ask-neuron evaluate` and scripts/measure_matching.py do."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from bot.content.entries import KNOWLEDGE, Entry
from bot.content.errors import OurError
from bot.matching import cache_folder, encoders, read_outside, shipped
from bot.matching.evaluation.outcomes import evaluate
from bot.matching.evaluation.questions import read_neighbours, read_questions
from bot.matching.evaluation.report import Report

QUESTIONS = KNOWLEDGE.parent / "tests/questions/development.jsonl"
NEIGHBOURS = QUESTIONS.with_name("neighbours.json")
ENCODERS: dict[str, Callable[[], encoders.Encoder]] = {
    "minilm": encoders.minilm,
    "small": encoders.small,
    "multilingual": encoders.multilingual,
}

T = TypeVar("T")


class EvaluationError(OurError, ValueError):
    """The questions cannot be used; the message says which file is meant and what is wrong with it."""


def measure(
    entries: Mapping[str, Entry],
    encoder: str,
    questions_file: Path = QUESTIONS,
    neighbours_file: Path = NEIGHBOURS,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Evaluate the shipped matcher with the encoder of that name in ENCODERS.

    Questions about entries that do not exist are left out and counted in the report. Raises EvaluationError
    for unusable files and EncoderUnavailable for an encoder that is not there.
    """
    questions = _read(read_questions, questions_file)
    neighbours = _read(read_neighbours, neighbours_file)
    known = [question for question in questions if question.entry is None or question.entry in entries]
    left_out = Counter(str(question.entry) for question in questions if question not in known)
    if not any(question.entry for question in known):
        raise EvaluationError(f"{questions_file} holds no question about an entry that exists; "
                              "'ask-neuron entries' lists them")
    outside = read_outside(KNOWLEDGE / "outside.toml")
    matcher = shipped(tuple(entries.values()), outside, ENCODERS[encoder](), cache_folder())
    report = evaluate(matcher, known, neighbours, progress)
    return report.model_copy(update={"left_out": dict(left_out)})


def _read(read: Callable[[Path], T], file: Path) -> T:
    try:
        return read(file)
    except OSError as error:
        raise EvaluationError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        said = str(error) if str(file) in str(error) else f"{file}: {error}"
        raise EvaluationError(" ".join(said.split())) from error
