"""The entry's prediction on a page: a question to answer before reading on, and what came out."""

from dataclasses import dataclass

from bot.answers import Answer, right_option
from bot.entries import Option
from bot.web.links import Links, query_for


@dataclass(frozen=True)
class Guess:
    """A question with its options. `right` came true in the page's run; where another run decides, `decided_at` leads
    there and `right` is None."""

    question: str
    options: tuple[Option, ...]
    right: Option | None
    decided_at: str

    @property
    def feedback(self) -> str:
        """What there is to say of what came true, without the word that the page says itself."""
        return self.right.feedback.removeprefix("Right. ").removeprefix("Right: ") if self.right else ""


def guess(answer: Answer, links: Links) -> Guess:
    """The prediction of the answer's entry, decided by the page's run where that is the one that can."""
    entry, run = answer.entry, answer.run
    prediction, kind = entry.prediction, type(run.params)
    deciding = kind(**{**entry.params, **prediction.params})
    if run.params != deciding:
        usual = kind(**entry.params).model_dump()
        changes = {name: value for name, value in deciding.model_dump().items() if value != usual[name]}
        return Guess(prediction.question, prediction.options, None, links.entry(entry.slug, query_for(changes)))
    found = right_option(prediction.options, run)
    return Guess(prediction.question, prediction.options, None if found is None else prediction.options[found], "")
