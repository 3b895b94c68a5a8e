"""What other programs read, as models: `--json`, the API and its description all have these shapes.

Names of fields are public and stay.
"""

from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.content.parts import ClaimKind
from bot.dialogue import Level

Value = bool | int | float | str  # of a setting


class Shape(BaseModel):
    """An object of JSON."""

    def as_json(self) -> dict[str, Any]:
        """The object as plain values."""
        return self.model_dump(mode="json")


class Alternative(Shape):
    """An entry that may answer the question."""

    entry: str
    confidence: float = Field(ge=0, le=1)


class Decision(Shape):
    """What was made of a question. `entry` is null unless the decision is to answer."""

    decision: Literal["answer", "suggest", "decline"]
    entry: str | None
    confidence: float = Field(ge=0, le=1, description="The probability that the first entry answers the question.")
    alternatives: list[Alternative]
    sure: bool = Field(description="Whether an answer is beyond doubt; false where there is none.")
    beside: list[Alternative] = Field(description="What the question may mean as well, where an answer is not sure.")


class Compared(Shape):
    """A setting, and two of its values to put side by side."""

    setting: str
    values: list[Any]


class Offered(Shape):
    """A setting that the question speaks of without asking for it, and what running it would be called."""

    setting: str
    value: Any
    words: str = Field(examples=["run it with 1 epoch"])


class Understood(Decision):
    """A decision, and how its answer was asked for."""

    compare: Compared | None
    level: Level = Field(description="Which part of the answer the question asks for; code is that of the run.")
    notes: list[str] = Field(description="What was made of a wish, and what was asked for and not done.")
    offers: list[Offered] = Field(description="Settings that were spoken of and left as they are.")


class PointListed(Shape):
    """A point of an entry: something that people ask beyond its topic."""

    id: str = Field(description="Its name in the entry; its address is the explanation's with # and this.")
    asks: str = Field(description="The question as it is shown.")


class PointSaid(PointListed):
    """The point that a question asks, with the answer to just this; it is read before the explanation."""

    says: str = Field(description="Markdown with formulas in TeX, with the numbers of this run.")


class ClosePoint(PointListed):
    """A point of this explanation, or of one beside it, that the question may ask."""

    entry: str
    says: str | None = Field(description="Null where a run has to be made before it can be said.")


class PointBeside(PointListed):
    """A point beside an explanation."""

    says: str | None = Field(description="Null where this run does not show it.")
    params: dict[str, Any] = Field(description="The settings that show it, where the entry's own do not.")


class Further(Shape):
    """Another question of the same post."""

    question: str
    entry: str | None
    params: dict[str, Any]


class FurtherAnswered(Further):
    """Another question of the same post, with its answer in one line, and to the point where it asks one."""

    point: PointSaid | None
    title: str
    seed: int
    headline: str


class Matched(Understood):
    """A decision, and the settings that the question names; `seed` null is the entry's own."""

    point: PointListed | None = Field(description="The point of the entry that the question asks; null where none is "
                                      "sure.")
    points: list[PointListed] = Field([], description="That one, and another that another sentence asks as surely, in "
                                      "the question's order.")
    params: dict[str, Any]
    seed: int | None
    further: list[Further]


class ControlShown(Shape):
    """A claim's control: its comparison where the cause is missing, counted over as many runs."""

    against: str = Field(description='What is missing: "without training".')
    replicas_true: int = Field(ge=0)
    replicas: int = Field(ge=1)


class WorkedShown(Shape):
    """A small calculation with the run's numbers; `ask` has the gap ___, and `right` is the number as it is written."""

    says: str
    lines: list[str]
    ask: str
    answer: float
    right: str
    tolerance: float
    step: str
    example: int | None = Field(description="The number of the training example that it is about, from 0.")
    seen: list[float] = Field(description="The inputs of that example as the network gets them.")


class Claim(Shape):
    """A sentence that the run judged. An identity is true by algebra or definition, and no evidence."""

    says: str
    holds: str = Field(description="The comparison of metrics that stands for it.")
    in_this_run: bool
    replicas_true: int = Field(ge=0)
    replicas: int = Field(ge=1)
    kind: ClaimKind
    control: ControlShown | None


class Explanation(Shape):
    """An entry at settings, with the numbers of its run. `text` is Markdown with formulas in TeX."""

    entry: str
    params: dict[str, Any]
    seed: int
    metrics: dict[str, Any] = Field(description="Of this run: numbers, texts and lists; null where not finite.")
    claims: list[Claim]
    text: str
    worked: WorkedShown | None


class ExplanationFile(Explanation):
    """An explanation as the file beside its page."""

    title: str
    headline: str
    url: str
    points: list[PointBeside]


class Change(Shape):
    """A setting that differs between two runs."""

    setting: str
    title: str
    values: tuple[Value, Value]


class ClaimCompared(Shape):
    """A claim in both runs; it is `flipped` where it stands in one of them alone."""

    says: str
    kind: ClaimKind
    flipped: bool
    stands: tuple[bool, bool]
    replicas_true: tuple[int, int]
    replicas: int = Field(ge=1)


class MetricCompared(Shape):
    """A metric of both runs, as people read it."""

    metric: str
    description: str
    values: tuple[str, str]


class Comparison(Shape):
    """Two runs side by side; every pair of values is that of the first and the second run."""

    summary: str
    changes: list[Change]
    claims: list[ClaimCompared]
    metrics: list[MetricCompared]


class Answered(Understood):
    """A decision with its explanation; where nothing is answered, `text` says so and the rest is empty."""

    point: PointSaid | None = Field(description="The answer to just what was asked, to be read first; null where no "
                                    "point is sure, or where this run does not show it.")
    points: list[PointSaid] = Field(description="All answers to be read first, in the order in which they are asked: "
                                    "`point`, and one to each further question of a post.")
    near_points: list[PointSaid] = Field(description="Points that the question may ask as well, the likeliest first, "
                                         "as far as this run shows them.")
    closest: list[ClosePoint] = Field(description="The points that come closest to the question, of the explanations "
                                      "beside this one, too, the likeliest first; beside one that is surely asked, "
                                      "those that are likely too.")
    params: dict[str, Any]
    seed: int = Field(0, description="Only where there is an answer.")
    metrics: dict[str, Any]
    claims: list[Claim]
    text: str
    worked: WorkedShown | None
    comparison: Comparison | None
    further: list[FurtherAnswered]

    def as_json(self) -> dict[str, Any]:
        """The object as plain values; without a seed where nothing is answered."""
        return self.model_dump(mode="json", exclude=set() if "seed" in self.model_fields_set else {"seed"})


class Ran(Shape):
    """A run of an experiment."""

    experiment: str
    params: dict[str, Any]
    seed: int
    replicas: int
    metrics: dict[str, Any]
    verdict: str = Field(description='Empty, or what went wrong: "diverged at step 37".')
