"""What other programs read of entries and experiments as they are written, as models; the rest is in `shapes.py`."""

from datetime import date
from typing import Any

from pydantic import Field

from bot.content.entries import CounterExample, Prediction
from bot.content.parts import ClaimKind, Worked
from bot.present.shapes import PointListed, Shape
from sims.engine.metrics import Kind


class PointWritten(PointListed):
    """A point as it is written: numbers stand as {{ expressions }}."""

    asked_as: list[str]
    says: str
    holds: str | None = Field(description="The comparison that makes it true of a run.")
    in_at_least: float
    params: dict[str, Any]
    lights: str | None = Field(description='What the picture selects: "hidden 2", "output" or "loss".')


class EntryListed(Shape):
    """An entry in a list."""

    entry: str
    topic: str
    title: str
    experiment: str
    points: list[PointListed]


class EntryClaim(Shape):
    """A claim, and the share of runs in which it must hold."""

    says: str
    holds: str
    kind: ClaimKind
    in_at_least: float
    in_at_most: float
    control: str | None = Field(description='"untrained", or a comparison where the claim\'s cause is missing.')
    control_params: dict[str, Any] | None
    against: str
    control_at_most: float


class EntryShown(Shape):
    """An entry as it is written: numbers stand as {{ expressions }}."""

    entry: str
    topic: str
    title: str
    experiment: str
    points: list[PointWritten]
    asked_as: list[str]
    params: dict[str, Any]
    seed: int
    claims: list[EntryClaim]
    counter_examples: list[CounterExample]
    prediction: Prediction
    worked: Worked | None
    next: list[str]
    sources: list[str]
    reviewed: date | None
    formerly: list[str]
    text: str
    simpler: str
    deeper: str


class SettingShown(Shape):
    """A setting of an experiment."""

    title: str
    description: str
    default: Any
    takes: str
    unit: str


class MetricShown(Shape):
    """A metric of an experiment. A flag is 1 where its description is so, else 0."""

    description: str
    unit: str
    kind: Kind


class ExperimentShown(Shape):
    """An experiment with its settings and metrics."""

    experiment: str
    title: str
    params: dict[str, SettingShown]
    metrics: dict[str, MetricShown]
