"""What the API takes and gives, as models: requests are read by them, the description is made of them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.dialogue import Level
from bot.surfaces.web.schemas_listed import EntryListed as EntryListed
from bot.surfaces.web.schemas_listed import EntryShown as EntryShown
from bot.surfaces.web.schemas_listed import ExperimentShown as ExperimentShown
from sims.engine.randomness import LARGEST_SEED

Question = Annotated[str, StringConstraints(min_length=1, max_length=5000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Word = Annotated[str, StringConstraints(max_length=100)]
Setting = bool | int | float | Word
Settings = Annotated[dict[Name, Setting], Field(max_length=40)]
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)


class Ask(_Request):
    """A question. `params` and `seed` come before what the question itself names."""

    question: Question = Field(description="In the learner's own words.", examples=["what does a hidden neuron mean?"])
    previous: list[Question] = Field([], max_length=20, description="The conversation's earlier questions.")
    params: Settings = Field({}, description="Settings of the entry's experiment, by name.", examples=[{"hidden": 2}])
    seed: Seed | None = Field(None, description="Another start and other data; null is the entry's own.")


class Match(_Request):
    """A question to be matched, without a run."""

    question: Question
    previous: list[Question] = Field([], max_length=20)


class RunEntry(_Request):
    """An entry at settings."""

    entry: Name = Field(examples=["coffee-roasting"])
    params: Settings = Field({}, examples=[{"hidden": 2}])
    seed: Seed | None = None


class RunExperiment(_Request):
    """An experiment at settings."""

    experiment: Name = Field(examples=["coffee_roasting"])
    params: Settings = {}
    seed: Seed = 0


class Alternative(BaseModel):
    """An entry that may answer the question."""

    entry: str
    confidence: float = Field(ge=0, le=1)


class Decision(BaseModel):
    """What was made of a question. `entry` is null unless the decision is to answer."""

    decision: Literal["answer", "suggest", "decline"]
    entry: str | None
    confidence: float = Field(ge=0, le=1, description="The probability that the first entry answers the question.")
    alternatives: list[Alternative]


class Compared(BaseModel):
    """A setting, and two of its values to put side by side."""

    setting: str
    values: list[Any]


class Understood(Decision):
    """A decision, and how its answer was asked for."""

    compare: Compared | None
    level: Level = Field(description="Which part of the answer the question asks for.")
    notes: list[str] = Field(description="Where a setting was out of bounds, and which was used.")


class Further(BaseModel):
    """Another question of the same post."""

    question: str
    entry: str | None
    params: dict[str, Any]


class FurtherAnswered(Further):
    """Another question of the same post, with its answer in one line."""

    title: str
    seed: int
    headline: str


class Matched(Understood):
    """A decision, and the settings that the question names; `seed` null is the entry's own."""

    params: dict[str, Any]
    seed: int | None
    further: list[Further]


class Control(BaseModel):
    """The comparison where its cause is missing: in how many of the runs it held there."""

    against: str = Field(examples=["without training"])
    replicas_true: int = Field(ge=0)
    replicas: int = Field(ge=1)


class Claim(BaseModel):
    """A sentence that the run judged. An identity is true by the formula: its count is no evidence."""

    says: str
    holds: str = Field(description="The comparison of metrics that stands for it.")
    in_this_run: bool
    replicas_true: int = Field(ge=0)
    replicas: int = Field(ge=1)
    kind: Literal["finding", "identity"]
    control: Control | None


class WorkedExample(BaseModel):
    """A calculation with the run's numbers. Texts are Markdown; `ask` has a gap, ___, for the learner's number."""

    says: str
    lines: list[str]
    ask: str
    answer: float = Field(description="What belongs into the gap.")
    right: str = Field(description="The same as it is written.")
    tolerance: float = Field(description="How far off is right.")
    step: str = Field(description="The step with its result.")
    example: int | None = Field(description="The training example that it is about, from 0.")
    seen: list[float] = Field(description="Its inputs as the network gets them.")


class Explanation(BaseModel):
    """An entry at settings, with the numbers of its run. `text` is Markdown with formulas in TeX."""

    entry: str
    params: dict[str, Any]
    seed: int
    metrics: dict[str, Any] = Field(description="Of this run: numbers, texts and lists; null where not finite.")
    claims: list[Claim]
    text: str
    worked: WorkedExample | None


class Comparison(BaseModel):
    """Two runs side by side; every pair of values is that of the first and the second run."""

    summary: str
    changes: list[dict[str, Any]]
    claims: list[dict[str, Any]]
    metrics: list[dict[str, Any]]


class Answered(Understood):
    """A decision with its explanation; where nothing is answered, `text` says so and the rest is empty."""

    params: dict[str, Any]
    seed: int = Field(0, description="Only where there is an answer.")
    metrics: dict[str, Any]
    claims: list[Claim]
    text: str
    worked: WorkedExample | None
    comparison: Comparison | None
    further: list[FurtherAnswered]


class Ran(BaseModel):
    """A run of an experiment."""

    experiment: str
    params: dict[str, Any]
    seed: int
    replicas: int
    metrics: dict[str, Any]
    verdict: str = Field(description='Empty, or what went wrong: "diverged at step 37".')


class Health(BaseModel):
    """Whether the process answers."""

    status: Literal["ok"]


class ProblemDetails(BaseModel):
    """What went wrong (RFC 9457)."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    nearest: list[str] = Field([], description="Entries of a name like it; only where an entry is unknown.")
