"""Checking the knowledge base: every file valid, every number fillable, every claim true as often as it says.

One run of as many replicas as there are seeds judges all the claims of an entry at one setting; entries that share an
experiment and its settings share the run.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from bot.answers import compose, holds_in, right_option
from bot.entries import Entry
from bot.expressions import ExpressionError
from bot.settings import SettingError, make_params
from sims.engine.experiment import Params, Run, perform
from sims.engine.registry import find

Key = tuple[str, str]  # experiment, settings as JSON
FEWEST_PHRASINGS = 15


@dataclass(frozen=True)
class Fault:
    """Something wrong with an entry, and how to mend it."""

    entry: str
    where: str
    says: str

    def __str__(self) -> str:
        return f"{self.entry}: {self.where}: {self.says}"


@dataclass(frozen=True)
class Checked:
    """A claim or counter-example that was run: how often its claim held, against how often it must."""

    entry: str
    where: str
    holds: str
    rate: float
    ok: bool


@dataclass(frozen=True)
class Report:
    """The result of a check."""

    faults: tuple[Fault, ...]
    checked: tuple[Checked, ...]


def settings_used(entry: Entry) -> Iterator[Mapping[str, Any]]:
    """The settings that an entry is run at: its own, its prediction's, its counter-examples'."""
    yield entry.params
    if entry.prediction.params:
        yield {**entry.params, **entry.prediction.params}
    for counter in entry.counter_examples:
        yield {**entry.params, **counter.params}


def check(entries: Mapping[str, Entry], chosen: Sequence[str], seeds: int, first_seed: int,
          progress: Callable[[int, int], None] = lambda done, of: None) -> Report:
    """Check the `chosen` entries over `seeds` seeds from `first_seed`; `progress` is told of each finished run."""
    faults: list[Fault] = list(chain.from_iterable(_form_faults(entries[slug], entries) for slug in chosen))
    checked: list[Checked] = []
    work: dict[Key, list[tuple[Entry, Params]]] = {}
    for slug in chosen:
        for params in _params_of(entries[slug], faults):
            work.setdefault((entries[slug].experiment, params.model_dump_json()), []).append((entries[slug], params))
    for done, ((experiment, _), users) in enumerate(work.items()):
        progress(done, len(work))
        run = perform(find(experiment), users[0][1], first_seed, seeds)
        for entry, params in users:
            faults += _text_faults(entry, params, run)
            checked += _judged(entry, params, run, faults)
    progress(len(work), len(work))
    faults += [Fault(c.entry, c.where, _mend(c)) for c in checked if not c.ok]
    return Report(tuple(faults), tuple(checked))


def _form_faults(entry: Entry, entries: Mapping[str, Entry]) -> Iterator[Fault]:
    if len(entry.asked_as) < FEWEST_PHRASINGS:
        yield Fault(entry.slug, "asked_as", f"{len(entry.asked_as)} phrasings; write at least {FEWEST_PHRASINGS}")
    if twice := {text for text in entry.asked_as if entry.asked_as.count(text) > 1}:
        yield Fault(entry.slug, "asked_as", f"stands twice: {', '.join(sorted(twice))}")
    for name in entry.next:
        if name not in entries or name == entry.slug:
            yield Fault(entry.slug, "next", f"{name!r} is not another entry; use the name of a file in knowledge/")
    for i, counter in enumerate(entry.counter_examples):
        if counter.breaks >= len(entry.claims):
            yield Fault(entry.slug, f"counter_examples[{i}]", f"breaks = {counter.breaks}, but claims count from 0 "
                        f"to {len(entry.claims) - 1}")


def _params_of(entry: Entry, faults: list[Fault]) -> list[Params]:
    try:
        kind = find(entry.experiment).params
    except KeyError as error:
        faults.append(Fault(entry.slug, "experiment", str(error.args[0])))
        return []
    found: dict[str, Params] = {}
    for settings in settings_used(entry):
        try:
            params = make_params(kind, settings)
            found[params.model_dump_json()] = params
        except SettingError as error:
            faults.append(Fault(entry.slug, "params", str(error)))
    return list(found.values())


def _text_faults(entry: Entry, params: Params, run: Run[Any, Any]) -> Iterator[Fault]:
    if params != make_params(type(params), entry.params):
        return
    try:
        compose(entry, run)
    except ExpressionError as error:
        yield Fault(entry.slug, "text", str(error))


def _judged(entry: Entry, params: Params, run: Run[Any, Any], faults: list[Fault]) -> Iterator[Checked]:
    try:
        if params == make_params(type(params), entry.params):
            for i, claim in enumerate(entry.claims):
                rate = float(holds_in(claim.holds, run).mean())
                ok = claim.in_at_least <= rate <= claim.in_at_most
                yield Checked(entry.slug, f"claims[{i}] at {params_text(params)}", _wanted(claim), rate, ok)
        for i, counter in enumerate(entry.counter_examples):
            if params == make_params(type(params), entry.params, counter.params) and counter.breaks < len(entry.claims):
                claim = entry.claims[counter.breaks]
                rate = float(holds_in(claim.holds, run).mean())
                broken = not claim.in_at_least <= rate <= claim.in_at_most
                yield Checked(entry.slug, f"counter_examples[{i}] at {params_text(params)}",
                              f"not ({_wanted(claim)})", rate, broken)
        if params == make_params(type(params), entry.params, entry.prediction.params):
            decided = float(right_option(entry.prediction.options, run) is not None)
            yield Checked(entry.slug, f"prediction at {params_text(params)}", "one option comes true", decided, decided == 1)
    except ExpressionError as error:
        faults.append(Fault(entry.slug, "claims", str(error)))


def _wanted(claim: Any) -> str:
    most = f" and at most {claim.in_at_most:.0%}" if claim.in_at_most < 1 else ""
    return f"{claim.holds} in at least {claim.in_at_least:.0%}{most}"


def _mend(checked: Checked) -> str:
    if checked.where.startswith("prediction"):
        return "no option came true in the first seed; make the options' conditions cover every outcome"
    return f"{checked.holds}, but the comparison held in {checked.rate:.0%} of the seeds; mend the claim or its rate"


def params_text(params: Params) -> str:
    """The settings that differ from the experiment's defaults, as on the command line."""
    default = type(params)()
    changed = [f"{k}={v}" for k, v in params.model_dump().items() if v != getattr(default, k)]
    return " ".join(changed) or "the default settings"
