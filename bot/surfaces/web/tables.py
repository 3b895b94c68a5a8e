"""The numbers and settings of a run as rows of a table, for those who read instead of look."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.answers.answer import Answer
from bot.content.entries import Entry
from bot.content.expressions import names_in
from bot.content.formats import number
from bot.content.prose import slots
from bot.content.settings import Setting, make_params, settings_of, written
from sims.engine.experiment import Params
from sims.engine.metrics import measures
from sims.engine.randomness import LARGEST_SEED

LONGEST = 8  # values of a list that are still read in a row


@dataclass(frozen=True)
class Number:
    """A metric: what it is, its value in this run, and its spread over all runs (empty where it has none)."""

    name: str
    says: str
    here: str
    median: str = ""
    least: str = ""
    most: str = ""


@dataclass(frozen=True)
class Control:
    """A setting of a run and what changes it: `kind` is number or choice.

    `value`, the entry's `own` and the `options` are in the machine's form; `shown`, `own_shown` and `labels` are the
    same as learners read them.
    """

    name: str
    title: str
    description: str
    value: str
    own: str
    takes: str
    kind: str
    shown: str
    own_shown: str
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    step: str = "any"

    @property
    def changed(self) -> bool:
        """Whether it differs from the entry's own."""
        return self.value != self.own


def numbers(answer: Answer) -> Iterator[Number]:
    """The metrics of the run that are a number, a name, or a short list of them."""
    run = answer.run
    for name, declared in measures(type(run.metrics)).items():
        every = np.asarray(getattr(run.metrics, name))
        here = every if declared.shared else every[0]
        unit, says = declared.unit, declared.label
        if here.ndim > 1 or here.size > LONGEST:
            continue
        shown = ", ".join(_value(value, unit) for value in here.ravel().tolist())
        if here.ndim or declared.shared or declared.kind == "label":
            yield Number(name, says, shown)
            continue
        if declared.kind == "flag":
            true = f"true in {int(np.nansum(every))} of {len(every)}"
            yield Number(name, declared.statement, "true" if here == 1 else "false", true)
            continue
        finite = every[np.isfinite(every)]
        spread = [_value(float(number), unit) for number in np.percentile(finite, (50, 0, 100))] if finite.size else []
        yield Number(name, says, shown, *spread)


def spoken_of(answer: Answer) -> list[Number]:
    """The numbers that the text, the claims or the prediction speak of."""
    named = _named(answer.entry)
    return [row for row in numbers(answer) if row.name in named]


def others(answer: Answer) -> list[Number]:
    """All other numbers."""
    named = _named(answer.entry)
    return [row for row in numbers(answer) if row.name not in named]


def _named(entry: Entry) -> set[str]:
    prose = [expression for text in (entry.text, entry.simpler, entry.deeper) for expression, _ in slots(text)]
    judged = [claim.holds for claim in entry.claims] + [option.when for option in entry.prediction.options]
    return {name for expression in [*prose, *judged] for name in names_in(expression)}


def settings(answer: Answer) -> Iterator[Control]:
    """The settings of the run, the seed last."""
    yield from controls(answer.run.params, make_params(type(answer.run.params), answer.entry.params))
    yield seed_control(answer.run.seed, answer.entry.seed)


def controls(now: Params, own: Params) -> Iterator[Control]:
    """Settings as controls; those that differ from `own` count as changed."""
    values, usual = now.model_dump(), own.model_dump()
    for name, setting in settings_of(type(now)).items():
        yield _control(setting, values[name], usual[name])


def seed_control(seed: int, own: int) -> Control:
    """The seed as a control."""
    return Control("seed", "Seed", "another start and other data", str(seed), str(own),
                   f"a whole number from 0 to {LARGEST_SEED}", "number", str(seed), str(own), low="0",
                   high=str(LARGEST_SEED), step="1")


def _control(setting: Setting, now: Any, own: Any) -> Control:
    low, high = ("" if bound is None else f"{bound:g}" for bound in (setting.low, setting.high))
    labels = tuple(setting.format(setting.parse(option)) for option in setting.values)
    return Control(setting.name, setting.label, setting.description, _typed(now), _typed(own), setting.takes,
                   "choice" if labels else "number", setting.format(now), setting.format(own), setting.values, labels,
                   low, high, "1" if setting.kind == "whole" else "any")


def _typed(value: Any) -> str:
    """A value as it stands in a form: a float that is whole, without its point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e6 else written(value)


def _value(value: Any, unit: str) -> str:
    return written(value) if isinstance(value, bool) else number(value, unit).replace(" × ", "\u00a0×\u00a0")
