"""Checking the knowledge base: every file valid, every number fillable, every claim true as often as it says.

One run of as many replicas as there are seeds judges all the claims of an entry at one setting; entries that share an
experiment and its settings share the run.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from bot.answers import compose, holds_in, right_option
from bot.entries import Claim, Entry
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


@dataclass(frozen=True)
class _Job:
    """An entry at the settings of one of its parts: its own, its prediction's or a counter-example's."""

    entry: Entry
    part: str  # "claims", "prediction" or "counter_examples[0]"
    params: Params


def check(entries: Mapping[str, Entry], chosen: Sequence[str], seeds: int, first_seed: int,
          progress: Callable[[int, int], None] = lambda done, of: None) -> Report:
    """Check the `chosen` entries over `seeds` runs, that of `first_seed` and others of its crowd; `progress` is told of
    each finished run."""
    faults: list[Fault] = list(chain.from_iterable(_form_faults(entries[slug], entries) for slug in chosen))
    checked: list[Checked] = []
    work: dict[Key, list[_Job]] = {}
    for job in chain.from_iterable(_jobs(entries[slug], faults) for slug in chosen):
        work.setdefault((job.entry.experiment, job.params.model_dump_json()), []).append(job)
    for done, ((experiment, _), jobs) in enumerate(work.items()):
        progress(done, len(work))
        run = perform(find(experiment), jobs[0].params, first_seed, seeds)
        for job in jobs:
            try:
                checked += _judged(job, run)
            except ExpressionError as error:
                faults.append(Fault(job.entry.slug, job.part, str(error)))
    progress(len(work), len(work))
    faults += [Fault(c.entry, c.where, _mend(c)) for c in checked if not c.ok]
    return Report(tuple(faults), tuple(checked))


def _form_faults(entry: Entry, entries: Mapping[str, Entry]) -> Iterator[Fault]:
    if len(entry.asked_as) < FEWEST_PHRASINGS:
        yield Fault(entry.slug, "asked_as", f"{len(entry.asked_as)} phrasings; write at least {FEWEST_PHRASINGS}")
    if twice := {text for text in entry.asked_as if entry.asked_as.count(text) > 1}:
        yield Fault(entry.slug, "asked_as", f"stands twice: {', '.join(sorted(twice))}")
    mine = {_plain(text) for text in entry.asked_as}
    for other in entries.values():
        if other.slug != entry.slug and (shared := mine & {_plain(text) for text in other.asked_as}):
            yield Fault(entry.slug, "asked_as", f"stands in {other.slug} too: {', '.join(sorted(shared))}; "
                        "leave it where it is answered best")
    for name in entry.next:
        if name not in entries or name == entry.slug:
            yield Fault(entry.slug, "next", f"{name!r} is not another entry; use the name of a file in knowledge/")
    for i, counter in enumerate(entry.counter_examples):
        if counter.breaks >= len(entry.claims):
            yield Fault(entry.slug, f"counter_examples[{i}]", f"breaks = {counter.breaks}, but claims count from 0 "
                        f"to {len(entry.claims) - 1}")


def _plain(phrasing: str) -> str:
    return " ".join(phrasing.lower().split())


def _jobs(entry: Entry, faults: list[Fault]) -> Iterator[_Job]:
    parts: dict[str, Mapping[str, Any]] = {"claims": {}, "prediction": entry.prediction.params}
    parts |= {f"counter_examples[{i}]": counter.params for i, counter in enumerate(entry.counter_examples)}
    try:
        kind = find(entry.experiment).params
    except KeyError as error:
        faults.append(Fault(entry.slug, "experiment", str(error.args[0])))
        return
    for part, changes in parts.items():
        try:
            yield _Job(entry, part, make_params(kind, entry.params, changes))
        except SettingError as error:
            faults.append(Fault(entry.slug, part, str(error)))


def _judged(job: _Job, run: Run[Any, Any]) -> Iterator[Checked]:
    entry, at = job.entry, f"at {params_text(job.params)}"
    if job.part == "claims":
        compose(entry, run)  # every number must be fillable at the entry's own settings
        for i, claim in enumerate(entry.claims):
            rate = float(holds_in(claim.holds, run).mean())
            yield Checked(entry.slug, f"claims[{i}] {at}", _wanted(claim), rate, _as_often(claim, rate))
    elif job.part == "prediction":
        came = float(right_option(entry.prediction.options, run) is not None)
        yield Checked(entry.slug, f"prediction {at}", "one option comes true", came, came == 1)
    else:
        counter = entry.counter_examples[int(job.part.split("[")[1].rstrip("]"))]
        if counter.breaks < len(entry.claims):
            claim = entry.claims[counter.breaks]
            rate = float(holds_in(claim.holds, run).mean())
            yield Checked(entry.slug, f"{job.part} {at}", f"not ({_wanted(claim)})", rate, not _as_often(claim, rate))


def _as_often(claim: Claim, rate: float) -> bool:
    return claim.in_at_least <= rate <= claim.in_at_most


def _wanted(claim: Claim) -> str:
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
