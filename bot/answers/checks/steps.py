"""What is wrong with steps at an entry's own settings and seed, where everything that they name must be there."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from bot.answers.checks.report import Fault
from bot.answers.steps import told_steps
from bot.content.entries import Entry
from bot.content.steps import MOMENTS
from sims.engine.codec import thinned
from sims.engine.events import Event, events
from sims.engine.experiment import Run

USUALLY = 0.9  # share of the runs in which a moment must come: at another seed the picture is to show it, too


def step_faults(entry: Entry, run: Run[Any, Any]) -> Iterator[Fault]:
    """Units, runs, times and charts that the run on the screen does not have, and states that say the same twice."""
    frames = thinned(run.shown.frames)
    happened = events(run.shown, frames)
    told = told_steps(entry, run)
    for number, (step, shown) in enumerate(zip(entry.steps, told, strict=True)):
        where = f"steps[{number}] ({step.paragraph!r})"
        for says in shown.missing:
            yield Fault(entry.slug, where, says)
        kind, unit = MOMENTS.get(str(step.at), ""), (shown.state or {}).get("unit")
        if kind and not _came(kind, unit, happened):
            came = sorted({name for name, kind in MOMENTS.items() for event in happened if event.kind == kind})
            yield Fault(entry.slug, where, f"at = {step.at!r} does not happen in this run"
                        f"{' to that unit' if step.unit else ''}; what happens: {', '.join(came) or 'none of them'}")
        elif kind:
            times = sum(_came(kind, unit, events(run.shown, frames, k)) for k in range(len(run.seeds)))
            if times < USUALLY * len(run.seeds):
                yield Fault(entry.slug, where, f"at = {step.at!r} happens in {times} of {len(run.seeds)} runs only; at "
                            "another seed the picture would stay at the end: name a time that every run has")
        if shown.state is not None and len(run.shown.frames) < 2:
            yield Fault(entry.slug, where, "nothing moves in this run: it has no training to show; give a chart alone")
    states = [shown.state for shown in told if shown.state is not None]
    if any(one == next_one for one, next_one in pairwise(states)):
        yield Fault(entry.slug, "steps", "two steps that follow one another show the same: the picture would not move")


def _came(kind: str, unit: list[int] | None, happened: list[Event]) -> bool:
    return any(event.kind == kind and (unit is None or event.layer < 0 or unit == [event.layer, event.unit])
               for event in happened)
