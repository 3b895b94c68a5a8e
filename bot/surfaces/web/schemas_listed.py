"""What the API tells of entries and experiments as they are written."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel

from bot.content.entries import CounterExample, Prediction
from bot.content.parts import Worked


class EntryListed(BaseModel):
    """An entry in a list."""

    entry: str
    topic: str
    title: str
    experiment: str


class EntryClaim(BaseModel):
    """A claim, the share of runs in which it must hold, and its control: the word "untrained", another comparison, or
    other settings; null for an identity."""

    says: str
    holds: str
    kind: Literal["finding", "identity"]
    in_at_least: float
    in_at_most: float
    control: str | None
    control_params: dict[str, Any] | None
    against: str
    control_at_most: float


class EntryShown(EntryListed):
    """An entry as it is written: numbers stand as {{ expressions }}."""

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


class SettingShown(BaseModel):
    """A setting of an experiment."""

    title: str
    description: str
    default: Any
    takes: str
    unit: str


class MetricShown(BaseModel):
    """A metric of an experiment."""

    description: str
    unit: str


class ExperimentShown(BaseModel):
    """An experiment with its settings and metrics."""

    experiment: str
    title: str
    params: dict[str, SettingShown]
    metrics: dict[str, MetricShown]
