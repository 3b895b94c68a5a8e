"""The parts of an entry that a run decides: claims with their controls, counter-examples, the prediction, the worked
example."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot.content.expressions import is_comparison, parse

UNTRAINED = "untrained"  # the control that every experiment has: the same run without a step of training
WITHOUT_TRAINING = "without training"
GAP = "___"  # where the learner fills in the last number
NAME = re.compile(r"[a-z][a-z0-9_]*")
PLACES = re.compile(r",?\.(\d+)f|d?")

Text = Annotated[str, Field(min_length=1)]
Settings = dict[str, bool | int | float | str]
Share = Annotated[float, Field(ge=0, le=1)]
ClaimKind = Literal["finding", "identity"]


class Part(BaseModel):
    """A frozen piece of an entry, in which every key is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def comparison(text: str) -> str:
    """The text, where it is a comparison; ValueError, or ExpressionError, where it is none."""
    if not is_comparison(text):
        raise ValueError(f"{text!r} compares nothing; write for example 'accuracy >= 0.97'")
    parse(text)
    return text


class Claim(Part):
    """A sentence bound to a metric.

    A finding holds in a share of the runs, and its control, the same comparison where the phenomenon is absent, holds
    in few. An identity is true by algebra, shapes or definitions: it holds in every run and is no evidence.
    """

    says: Text
    holds: Text
    kind: ClaimKind = "finding"
    in_at_least: Share = 1.0
    in_at_most: Share = 1.0
    control: Text | None = None
    control_params: Settings | None = None
    against: str = ""
    control_at_most: Share = 0.2

    _check = field_validator("holds")(comparison)

    @field_validator("control")
    @classmethod
    def _control_compares(cls, control: str | None) -> str | None:
        return control if control in (None, UNTRAINED) else comparison(control)

    @model_validator(mode="after")
    def _is_whole(self) -> "Claim":
        if self.kind == "identity":
            if self.has_control or self.against:
                raise ValueError("an identity has no control: it could not have come out otherwise")
            if self.in_at_least < 1 or self.in_at_most < 1:
                raise ValueError("an identity holds in every run; leave in_at_least and in_at_most out")
            return self
        if "in_at_least" not in self.model_fields_set:
            raise ValueError("a finding says in what share of the runs it holds: in_at_least = 0.9")
        if self.control is not None and self.control_params is not None:
            raise ValueError("a finding has one control: either control or control_params")
        if self.has_control and not self.control_name:
            raise ValueError('say what the control is, in words that finish "in 31 of 32 runs; ... in 2 of 32": '
                             'against = "with shuffled labels"')
        return self

    @property
    def has_control(self) -> bool:
        """Whether the claim says what it is held against."""
        return self.control is not None or self.control_params is not None

    @property
    def control_name(self) -> str:
        """What the control is, in words: "without training"."""
        return self.against or (WITHOUT_TRAINING if self.control == UNTRAINED else "")


class CounterExample(Part):
    """Settings under which the claim number `breaks` (counted from 0) fails, and those in `also_breaks`."""

    says: Text
    params: Settings
    breaks: int = Field(ge=0)
    also_breaks: tuple[Annotated[int, Field(ge=0)], ...] = ()

    @property
    def broken(self) -> tuple[int, ...]:
        """The numbers of all claims that fail."""
        return (self.breaks, *self.also_breaks)


class Option(Part):
    """One option of a prediction; it is the right one where `when` holds in the run on the screen. `true_at` are
    settings at which it comes true, where the entry's own and its counter-examples do not show that it can."""

    says: Text
    when: Text
    feedback: Text
    true_at: Settings = {}

    _check = field_validator("when")(comparison)


class Prediction(Part):
    """One question before the run. `params` are the settings of the run that decides it, where not the entry's."""

    question: Text
    options: tuple[Option, ...] = Field(min_length=2, max_length=4)
    params: Settings = {}


class Worked(Part):
    """A small calculation with numbers from the run on the screen, whose last number the learner fills in.

    `numbers` are computed in order and rounded as they are shown, so that the arithmetic agrees with what is read.
    `example` picks one of the training examples, by a word (see bot/answers/worked.py) or by an expression.
    """

    says: Text
    example: Text | None = None
    numbers: dict[str, Text] = {}
    lines: tuple[Text, ...] = Field(min_length=1, max_length=6)
    ask: Text
    answer: Text
    tolerance: float | None = Field(None, gt=0)
    step: Text

    @field_validator("ask")
    @classmethod
    def _has_one_gap(cls, ask: str) -> str:
        if ask.count(GAP) != 1:
            raise ValueError(f"the last line has one gap, written {GAP}")
        return ask

    @field_validator("numbers")
    @classmethod
    def _names_are_plain(cls, numbers: dict[str, str]) -> dict[str, str]:
        if bad := [name for name in numbers if not NAME.fullmatch(name)]:
            raise ValueError(f"{bad[0]!r} is no name for a number; use small letters, digits and _")
        for text in numbers.values():
            _with_places(text)
        return numbers

    @field_validator("answer")
    @classmethod
    def _answer_has_places(cls, answer: str) -> str:
        return _with_places(answer)


def _with_places(text: str) -> str:
    expression, form = expression_and_format(text)
    if not form or not PLACES.fullmatch(form):
        raise ValueError(f"{text!r} says to how many places it is rounded: 'accuracy:.2f', or 'hidden:d' for a whole "
                         "number; a percentage is '100 * accuracy:.0f' and a % sign in the line")
    parse(expression)
    return text


def expression_and_format(text: str) -> tuple[str, str]:
    """The two parts of "1 - p:.2f"; the format is empty where there is none."""
    expression, _, form = text.partition(":")
    return expression.strip(), form.strip()


def places(form: str) -> int:
    """Digits after the point in a format such as ".2f"; none in "d"."""
    found = PLACES.fullmatch(form)
    return int(found[1] or 0) if found else 0
