"""What a run lets the picture show at the paragraphs of an explanation: units, times and runs looked up in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bot.answers.values import holds_in, names_of
from bot.content.entries import Entry
from bot.content.errors import OurError
from bot.content.expressions import ExpressionError, evaluate, names_in
from bot.content.steps import END, EXTREMES, MOMENTS, PANELS, START, UNIT, Step, place
from sims.engine.experiment import Run, View

LOSS = View("loss", "Loss while training")  # of an experiment without a view of its loss
FIRST_LAYER = 0


class NotThere(OurError, ValueError):
    """What a step names is not in this run; the message says what there is."""


@dataclass(frozen=True)
class ToldStep:
    """A step beside a run. `state` is what the player takes (see steps.js), None where it is to stay as it is;
    `paragraph` counts from 0; `missing` says what this run does not have: the state is then the usual one there."""

    paragraph: int
    state: Mapping[str, Any] | None
    chart: View | None = None
    missing: tuple[str, ...] = field(default=(), compare=False)


def told_steps(entry: Entry, run: Run[Any, Any]) -> tuple[ToldStep, ...]:
    """All steps of an entry beside a run."""
    return tuple(_told(step, entry, run) for step in entry.steps)


def views_of(run: Run[Any, Any]) -> tuple[View, ...]:
    """The views that can stand at a paragraph: the experiment's without the network, and the loss where it has none."""
    views = tuple(view for view in run.experiment.views if view.kind != "network")
    trained = len(run.shown.frames) > 1
    return views if not trained or any(view.kind == "loss" for view in views) else (*views, LOSS)


def _told(step: Step, entry: Entry, run: Run[Any, Any]) -> ToldStep:
    missing: list[str] = []

    def found(key: str, look: Any, *given: Any) -> dict[str, Any]:
        try:
            return {key: look(*given, run)} if given[0] is not None else {}
        except (NotThere, ExpressionError) as error:
            missing.append(f"{key} = {given[0]!r}: {error}")
            return {}

    state = {
        **found("at", _step, step.at if step.at not in (END, *MOMENTS) else None),
        **({"moment": MOMENTS[str(step.at)]} if step.at in MOMENTS else {}),
        **found("unit", _unit, step.unit), **found("replica", _replica, step.replica), **found("off", _unit, step.off),
        **({"panel": PANELS[step.panel]} if step.panel else {}),
        **({"lit": step.lights.replace(" ", ":").replace("hidden:", "unit:")} if step.lights else {}),
    }
    chart = found("chart", _view, step.chart).get("chart")
    return ToldStep(place(step.paragraph, entry.text), state if step.moves else None, chart, tuple(missing))


def _step(at: int | float | str, run: Run[Any, Any]) -> int:
    last = run.shown.frames[-1].step
    if at == START:
        return run.shown.frames[0].step
    if isinstance(at, float):
        return round(at * last)
    value = at if isinstance(at, int) else _number(at, run)
    if not np.isfinite(value) or not 0 <= value <= last:
        raise NotThere(f"the training has the steps 0 to {last}, and this is {value:g}")
    return round(value)


def _number(text: str, run: Run[Any, Any]) -> float:
    """What an expression gives for the run on the screen."""
    values, per_replica = names_of(run)
    value = np.asarray(evaluate(text, values, per_replica))
    value = value[0] if value.ndim and names_in(text) & per_replica else value
    if value.ndim or value.dtype.kind not in "fiub":
        raise NotThere("this is no single number; pick one, such as steps_to_half[0]")
    return float(value)


def _unit(unit: str, run: Run[Any, Any]) -> list[int]:
    """The layer, from 0 at the first after the input, and the number of the unit in it, from 0."""
    sizes = run.shown.network.sizes[1:]
    if named := UNIT.fullmatch(unit):
        number, layer, output = named.groups()
        at = [int(layer or 1) - 1, int(number) - 1] if number else [len(sizes) - 1, int(output or 1) - 1]
        is_hidden = number is None or at[0] < len(sizes) - 1
        if not is_hidden or at[1] >= sizes[at[0]]:
            raise NotThere(f"the network on the screen has the layers {', '.join(map(str, run.shown.network.sizes))}: "
                           "inputs, hidden units, outputs")
        return at
    values, per_replica = names_of(run)
    extreme = EXTREMES.fullmatch(unit)
    text = extreme[2] if extreme else unit
    found = np.asarray(evaluate(text, values, per_replica))
    found = found[0] if names_in(text) & per_replica and found.ndim else found
    if found.ndim != 1 or len(sizes) < 2 or len(found) != sizes[FIRST_LAYER]:
        raise NotThere("it does not say so of each hidden unit: name a metric that has a value for each of them")
    return [FIRST_LAYER, _picked(found, extreme[1] if extreme else "")]


def _replica(replica: str, run: Run[Any, Any]) -> int:
    """The number of a run among those that were trained together; 0 is the one on the screen."""
    if not (extreme := EXTREMES.fullmatch(replica)):
        return _picked(holds_in(replica, run))
    values, per_replica = names_of(run)
    found = np.asarray(evaluate(extreme[2], values, per_replica))
    if found.shape != run.seeds.shape:
        raise NotThere("it has no single number for each run")
    return _picked(found, extreme[1])


def _picked(values: np.ndarray, extreme: str = "") -> int:
    """The place of the lowest or the highest number, or of the first that is true."""
    if extreme:
        if values.dtype.kind not in "fiub" or not np.isfinite(values).any():
            raise NotThere("there is no number")
        return int(np.nanargmin(values) if extreme == "lowest" else np.nanargmax(values))
    if not values.any():
        raise NotThere("it holds of none")
    return int(values.argmax())


def _view(title: str, run: Run[Any, Any]) -> View:
    views = views_of(run)
    found = next((view for view in views if view.title == title), None)
    if found is None:
        raise NotThere("there is no such view; there are: " + ", ".join(repr(view.title) for view in views))
    return found
