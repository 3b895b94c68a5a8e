"""What the API takes, and what it says of itself; what it gives is in `bot/present/shapes.py`."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from bot.diagnosis.code.lines import LIMIT
from bot.language.text import LONGEST, accepted
from bot.service import EARLIER_LENGTH, MOST_EARLIER
from sims.engine.randomness import LARGEST_SEED

Question = Annotated[str, AfterValidator(accepted), Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST})]
Post = Annotated[str, StringConstraints(min_length=1, max_length=LIMIT)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Word = Annotated[str, StringConstraints(max_length=100)]
Setting = bool | int | float | Word
Settings = Annotated[dict[Name, Setting], Field(max_length=40)]
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]


def _short_together(previous: list[str]) -> list[str]:
    if sum(map(len, previous)) > EARLIER_LENGTH:
        raise ValueError(f"a conversation has at most {EARLIER_LENGTH:,} characters: send its latest questions alone")
    return previous


Previous = Annotated[list[Question], Field(max_length=MOST_EARLIER), AfterValidator(_short_together)]


class Request(BaseModel):
    """What may be sent: nothing but these fields, of these types."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)


class Ask(Request):
    """A question. `params` and `seed` come before what the question itself names."""

    question: Question = Field(description="In the learner's own words.", examples=["what does a hidden neuron mean?"])
    previous: Previous = Field([], description="The conversation's earlier questions.")
    params: Settings = Field({}, description="Settings of the entry's experiment, by name.", examples=[{"hidden": 2}])
    seed: Seed | None = Field(None, description="Another start and other data; null is the entry's own.")


class Match(Request):
    """A question to be matched, without a run."""

    question: Question
    previous: Previous = []


class RunEntry(Request):
    """An entry at settings."""

    entry: Name = Field(examples=["coffee-roasting"])
    params: Settings = Field({}, examples=[{"hidden": 2}])
    seed: Seed | None = None


class RunExperiment(Request):
    """An experiment at settings."""

    experiment: Name = Field(examples=["coffee_roasting"])
    params: Settings = {}
    seed: Seed = 0


class Diagnose(Request):
    """A post, or a part of it: code, a log, numbers. Nothing in it is run, and it is not kept."""

    text: Post = Field(examples=["model = Sequential([Dense(2, input_dim=2), Dense(1, activation='sigmoid')])"])
    seed: Seed = 0


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
