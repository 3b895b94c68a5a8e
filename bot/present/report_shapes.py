"""What other programs read of a check and of what learners left behind, as models; the rest is in `shapes.py`."""

from typing import Any, Literal

from pydantic import Field

from bot.content.parts import ClaimKind
from bot.present.shapes import Shape
from bot.store.reviewing import Why


class FaultShown(Shape):
    """Something wrong with an entry, and how to mend it."""

    entry: str
    where: str
    says: str


class CheckedShown(Shape):
    """A claim, control or counter-example, and the share of seeds in which its comparison held."""

    entry: str
    where: str
    holds: str
    rate: float = Field(ge=0, le=1)
    ok: bool = Field(description="Whether it held as often as the entry says it must.")


class ControlCounted(Shape):
    """In how many seeds a claim's comparison held where its cause is missing."""

    against: str = Field(description='What is missing: "without training".')
    true: int = Field(ge=0)


class ClaimCounted(Shape):
    """A claim over all seeds; `control` is null where it has none."""

    entry: str
    claim: int = Field(ge=0, description="Its place among the entry's claims, from 0.")
    kind: ClaimKind
    says: str
    true: int = Field(ge=0)
    seeds: int = Field(ge=1)
    control: ControlCounted | None


class CheckReport(Shape):
    """What `ask-neuron check` found; `ok` where there is no fault."""

    ok: bool
    faults: list[FaultShown]
    checked: list[CheckedShown]
    claims: list[ClaimCounted]
    without_points: list[str] = Field(description="Entries that have no points yet.")
    advice: dict[str, list[str]] = Field(description="Remarks by entry; empty where none were asked for.")


class GapShown(Shape):
    """A question that had no answer, or one that did not help, and the entries nearest to it."""

    question: str
    times: int = Field(ge=1)
    day: str = Field(description="When it was asked last, as 2026-11-29.")
    nearest: list[str]
    why: list[Why] = Field(description="What became of it; unanswered where no more is known.")
    cluster: int | None = Field(description="Equal for questions that ask the same; null where one stands alone.")
    points: list[str] = Field(description="Points that it may ask, each as an entry and its point: xor#by-hand.")


class HelpCounted(Shape):
    """How many learners said that an entry helped, and that it did not."""

    entry: str
    helped: int = Field(ge=0)
    did_not: int = Field(ge=0)


class Unhelpful(Shape):
    """An answer that did not help, with its question and the settings that it was given at."""

    entry: str
    good: Literal[False]
    question: str
    params: dict[str, Any]
    day: str


class PickShown(Shape):
    """An unclear question, and the entry that learners picked for it."""

    question: str
    entry: str
    times: int = Field(ge=1)
    day: str


class Feedback(Shape):
    """What learners said of the answers: the least helpful entry first, the newest unhelpful answer first."""

    entries: list[HelpCounted]
    did_not_help: list[Unhelpful]
    picked: list[PickShown]


class NotMatched(Shape):
    """A line of `ask-neuron match` that could not be read; `id` is that of the line, null where it had none."""

    id: Any
    error: str
