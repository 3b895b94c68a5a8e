"""The numbers and settings of a run as rows of a table, for those who read instead of look."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic.fields import FieldInfo

from bot.answers.answer import Answer
from bot.content.entries import Entry
from bot.content.expressions import names_in
from bot.content.formats import number
from bot.content.prose import slots
from bot.content.settings import allowed, bounds, choices, described
from bot.surfaces.web.summary import said
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
class Setting:
    """A setting and the control that changes it: `kind` is number or choice."""

    name: str
    title: str
    description: str
    value: str
    own: str
    takes: str
    kind: str
    options: tuple[str, ...] = ()
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
    return [row for row in numbers(answer) if row.name in _named(answer.entry)]


def others(answer: Answer) -> list[Number]:
    """All other numbers."""
    return [row for row in numbers(answer) if row.name not in _named(answer.entry)]


def _named(entry: Entry) -> set[str]:
    prose = [expression for text in (entry.text, entry.simpler, entry.deeper) for expression, _ in slots(text)]
    judged = [claim.holds for claim in entry.claims] + [option.when for option in entry.prediction.options]
    return {name for expression in [*prose, *judged] for name in names_in(expression)}


def settings(answer: Answer) -> Iterator[Setting]:
    """The settings of the run, the seed last."""
    kind = type(answer.run.params)
    own, now = kind(**answer.entry.params).model_dump(), answer.run.params.model_dump()
    for name, field in kind.model_fields.items():
        yield _setting(name, field, now[name], own[name])
    yield Setting("seed", "Seed", "another start and other data", str(answer.run.seed), str(answer.entry.seed),
                  f"a whole number from 0 to {LARGEST_SEED}", "number", low="0", high=str(LARGEST_SEED), step="1")


def _setting(name: str, field: FieldInfo, now: Any, own: Any) -> Setting:
    low, high = ("" if bound is None else f"{bound:g}" for bound in bounds(field))
    options = ("true", "false") if field.annotation is bool else choices(field)
    kind = "choice" if options else "number"
    unit = described(field).get("unit")
    title = (field.title or name) + (f" ({unit})" if unit and unit not in (field.title or "") else "")
    return Setting(name, title[:1].upper() + title[1:], field.description or "", said(now), said(own), allowed(field),
                   kind, options, low, high, "1" if field.annotation is int else "any")


def _value(value: Any, unit: str) -> str:
    return said(value) if isinstance(value, bool) else number(value, unit).replace(" × ", "\u00a0×\u00a0")
