"""Running what an entry claims: one run of as many replicas as there are seeds judges all of it at one setting; entries
that share an experiment and its settings share the run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from bot.answers.answer import compose
from bot.answers.checks.across import Across
from bot.answers.checks.form import form_faults
from bot.answers.checks.points import asks_faults, judged_point, point_faults, unsaid_faults
from bot.answers.checks.report import Checked, Counted, Fault, Report
from bot.answers.checks.steps import step_faults
from bot.answers.values import holds_in, right_option
from bot.answers.worked import CannotBeWorked, work_out
from bot.content.entries import Claim, Entry
from bot.content.expressions import ExpressionError
from bot.content.parts import UNTRAINED
from bot.content.settings import SettingError, make_params, written
from sims.engine.experiment import Params, Run, perform
from sims.engine.randomness import REPLICAS
from sims.engine.registry import find

Counts = dict[tuple[str, int], Counted]  # by entry and claim
Key = tuple[str, str, bool, int, int]  # experiment, settings as JSON, training left out?, first seed, seeds
OWN, PREDICTION, COUNTER, CONTROL, OPTION, BROKEN_PREDICTION, POINT, POINT_SHOWN, STEPS = (
    "claims", "prediction", "counter_examples", "control of claims", "prediction.options",
    "prediction at counter_examples", "points", "points on the screen", "steps")


@dataclass(frozen=True)
class _Job:
    """An entry at the settings of one of its parts; `index` is that of the counter-example, the claim or the point."""

    entry: Entry
    part: str
    params: Params
    index: int = 0
    untrained: bool = False

    @property
    def where(self) -> str:
        """The part as a report names it."""
        return self.part if self.part in (OWN, PREDICTION) or self.untrained else f"{self.part}[{self.index}]"

    def key(self, first_seed: int, seeds: int) -> Key:
        """What run it is judged by: one over all seeds, or that of the entry's own seed, alone or with its crowd."""
        shown = {POINT_SHOWN: (self.entry.seed, 1), STEPS: (self.entry.seed, REPLICAS)}
        which = shown.get(self.part, (first_seed, seeds))
        return self.entry.experiment, self.params.model_dump_json(), self.untrained, *which


def check(entries: Mapping[str, Entry], chosen: Sequence[str], seeds: int, first_seed: int,
          progress: Callable[[int, int], None] = lambda done, of: None,
          kept_back: Mapping[str, str] | None = None) -> Report:
    """Check the `chosen` entries over `seeds` seeds from `first_seed`; `progress` is told of each finished run.

    `kept_back` are questions that measure us, each with its file's name: no point may ask one of them.
    """
    faults: list[Fault] = list(chain.from_iterable(form_faults(entries[slug], entries) for slug in chosen))
    faults += asks_faults(chosen, entries, kept_back or {})
    checked: list[Checked] = []
    counts: Counts = {(slug, i): Counted(slug, i, claim.kind, claim.says, 0, seeds, claim.control_name)
                      for slug in chosen for i, claim in enumerate(entries[slug].claims)}
    across = {slug: Across(entries[slug]) for slug in chosen}
    work: dict[Key, list[_Job]] = {}
    for job in chain.from_iterable(_jobs(entries[slug], faults) for slug in chosen):
        work.setdefault(job.key(first_seed, seeds), []).append(job)
    for done, ((experiment, _, untrained, first, count), jobs) in enumerate(work.items()):
        progress(done, len(work))
        run = perform(find(experiment), jobs[0].params, first, count, untrained)
        for job in jobs:
            if job.part in (POINT, POINT_SHOWN):
                checked += _judged_point(job, run, faults)
                continue
            if job.part == STEPS:
                faults += step_faults(job.entry, run)
                continue
            try:
                checked += _judged(job, run, across[job.entry.slug], counts)
            except ExpressionError as error:
                faults.append(Fault(job.entry.slug, job.where, str(error)))
    progress(len(work), len(work))
    faults += [Fault(c.entry, c.where, _mend(c)) for c in checked if not c.ok]
    faults += chain.from_iterable(seen.faults() for seen in across.values() if seen.held)
    return Report(tuple(dict.fromkeys(faults)), tuple(checked), tuple(counts.values()))


def _jobs(entry: Entry, faults: list[Fault]) -> Iterator[_Job]:
    """The settings at which an entry is run; a setting that is not possible becomes a fault."""
    try:
        kind = entry.kind
    except KeyError:  # told with the form
        return
    asked = entry.prediction.params
    parts: list[tuple[str, int, Mapping[str, Any]]] = [(OWN, 0, {}), (PREDICTION, 0, asked)]
    parts += [(COUNTER, i, counter.params) for i, counter in enumerate(entry.counter_examples)]
    parts += [(BROKEN_PREDICTION, i, {**asked, **counter.params})
              for i, counter in enumerate(entry.counter_examples) if asked]
    parts += [(OPTION, k, {**asked, **option.true_at}) for k, option in enumerate(entry.prediction.options)
              if option.true_at]
    parts += [(CONTROL, i, claim.control_params) for i, claim in enumerate(entry.claims) if claim.control_params]
    parts += [(part, i, point.params) for i, point in enumerate(entry.points) for part in (POINT, POINT_SHOWN)
              if part == POINT or point.needs_run]
    parts += [(STEPS, 0, {})] if entry.steps else []
    for part, index, changes in parts:
        try:
            yield _Job(entry, part, make_params(kind, entry.params, changes), index)
            if part in (OWN, PREDICTION):
                yield _Job(entry, part, make_params(kind, entry.params, changes), untrained=True)
        except SettingError as error:
            where = part if part in (OWN, PREDICTION) else f"{part}[{index}]"
            where = f"points#{entry.points[index].id}" if part in (POINT, POINT_SHOWN) else where
            faults.append(Fault(entry.slug, where, str(error)))


def _judged_point(job: _Job, run: Run[Any, Any], faults: list[Fault]) -> Iterator[Checked]:
    """What a run at a point's settings says of it; what is wrong goes into `faults`."""
    entry, point = job.entry, job.entry.points[job.index]
    wrong = list(point_faults(entry, point, run))
    if job.part == POINT:
        faults += wrong
        if not wrong:
            yield from judged_point(entry, point, run, _at(job))
    elif not wrong:
        faults += unsaid_faults(entry, point, run)


def _judged(job: _Job, run: Run[Any, Any], across: Across, counts: Counts) -> Iterator[Checked]:
    """What a run says of one part of an entry; it is noted in `across` and `counts` too."""
    if job.part not in (BROKEN_PREDICTION, OPTION):
        across.note(run)
    if job.part != CONTROL:
        across.note_options(run)
    slug = job.entry.slug
    for i, claim in enumerate(job.entry.claims):
        if _is_control(job, i, claim):
            true = holds_in(claim.holds if claim.control in (None, UNTRAINED) else claim.control, run)
            counts[slug, i] = replace(counts[slug, i], control_true=int(true.sum()))
            rate, most = float(true.mean()), claim.control_at_most
            wanted = f"{claim.control_name}, {claim.holds} in at most {most:.0%}"
            yield Checked(slug, f"control of claims[{i}] {_at(job)}", wanted, rate, rate <= most)
    if job.untrained:
        return
    if job.part == OWN:
        yield from _own(job, run, counts)
    elif job.part == PREDICTION:
        came = float(right_option(job.entry.prediction.options, run) is not None)
        yield Checked(slug, f"prediction {_at(job)}", "one option comes true", came, came == 1)
    elif job.part == COUNTER:
        broken = job.entry.counter_examples[job.index].broken
        for claim in (job.entry.claims[i] for i in broken if i < len(job.entry.claims)):
            rate = float(holds_in(claim.holds, run).mean())
            yield Checked(slug, f"{job.where} {_at(job)}", f"not ({_wanted(claim)})", rate, not _as_often(claim, rate))


def _is_control(job: _Job, i: int, claim: Claim) -> bool:
    """Whether the run of a job is the one that the control of claim i is counted in."""
    if claim.control == UNTRAINED:
        return job.part == OWN and job.untrained
    if claim.control is not None:
        return job.part == OWN and not job.untrained
    return job.part == CONTROL and job.index == i


def _own(job: _Job, run: Run[Any, Any], counts: Counts) -> Iterator[Checked]:
    """Claims, numbers and the worked example at the entry's own settings, where all of them must be there."""
    entry = job.entry
    compose(entry, run, controls=[None] * len(entry.claims))
    for i, claim in enumerate(entry.claims):
        true = holds_in(claim.holds, run)
        counts[entry.slug, i] = replace(counts[entry.slug, i], true=int(true.sum()))
        rate = float(true.mean())
        yield Checked(entry.slug, f"claims[{i}] {_at(job)}", _wanted(claim), rate, _as_often(claim, rate))
    if entry.worked is None:
        return
    try:
        worked = work_out(entry.worked, run)
    except CannotBeWorked as error:
        raise ExpressionError(f"worked: {error}") from error
    if worked.right not in worked.step:
        raise ExpressionError(f"worked: step does not show the answer, {worked.right}: {worked.step}")
    if worked.answer and worked.accepts(0):
        wide = f"worked: the tolerance of {worked.tolerance:g} lets 0 pass for {worked.right}; narrow it"
        raise ExpressionError(wide)


def _at(job: _Job) -> str:
    return f"at {params_text(job.params)}{', untrained' if job.untrained else ''}"


def _as_often(claim: Claim, rate: float) -> bool:
    return claim.in_at_least <= rate <= claim.in_at_most


def _wanted(claim: Claim) -> str:
    if claim.kind == "identity":
        return f"{claim.holds} in every run"
    most = f" and at most {claim.in_at_most:.0%}" if claim.in_at_most < 1 else ""
    return f"{claim.holds} in at least {claim.in_at_least:.0%}{most}"


def _mend(checked: Checked) -> str:
    if checked.where.startswith("prediction"):
        return "no option came true in the first seed; make the options' conditions cover every outcome"
    if checked.where.startswith("points"):
        return (f"{checked.holds}, but it held in {checked.rate:.0%} of the seeds; say what the runs show, or give the "
                "share that they have")
    if checked.where.startswith("control"):
        return (f"{checked.holds}, but it held in {checked.rate:.0%} of the seeds: what the claim says is there "
                "without its cause too; sharpen the comparison, or measure something else")
    return f"{checked.holds}, but the comparison held in {checked.rate:.0%} of the seeds; mend the claim or its rate"


def params_text(params: Params) -> str:
    """The settings that differ from the experiment's defaults, as on the command line."""
    default = type(params)()
    changed = [f"{k}={written(v)}" for k, v in params.model_dump().items() if v != getattr(default, k)]
    return " ".join(changed) or "the default settings"
