"""An entry's prediction where the answer stands on the same page: what to guess first, and what came out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.answers.answer import Answer
from bot.answers.values import right_option
from bot.content.entries import Option


@dataclass(frozen=True)
class Guess:
    """A question with its options. `right` came true in the answer's run; where another run decides, `decided_at` has
    its changes to the entry's settings and `right` is None."""

    question: str
    options: tuple[Option, ...]
    right: Option | None
    decided_at: Mapping[str, Any] | None

    @property
    def feedback(self) -> str:
        """What there is to say of what came true, without the word that the page says itself."""
        return self.right.feedback.removeprefix("Right. ").removeprefix("Right: ") if self.right else ""


def guess(answer: Answer) -> Guess:
    """The prediction of the answer's entry, decided by the answer's run where that is the one that can."""
    entry, run = answer.entry, answer.run
    prediction, kind = entry.prediction, type(run.params)
    deciding = kind(**{**entry.params, **prediction.params})
    if run.params != deciding:
        usual = kind(**entry.params).model_dump()
        changes = {name: value for name, value in deciding.model_dump().items() if value != usual[name]}
        return Guess(prediction.question, prediction.options, None, changes)
    found = right_option(prediction.options, run)
    return Guess(prediction.question, prediction.options, None if found is None else prediction.options[found], None)
