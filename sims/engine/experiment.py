"""The protocol: what an experiment is, and how one is run.

An experiment is a value made of functions, in one file of `sims/`:

    class Params(engine.Params):   hidden: int = setting(3, ge=1, le=8, title="hidden units", ...)
    class Metrics(engine.Metrics): accuracy: Array = metric("share of the examples ...", unit="share")
    def run(params, seeds):        data = ...; shown = yield from train(...); return Outcome(shown, Metrics(...))
    EXPERIMENT = Experiment("Coffee roasting", Params, Metrics, run, views=(...))

`run` is a generator of frames, so that a caller can show progress, and stop by ceasing to iterate; `yield from` makes
one training or a sweep of many read alike.
"""

import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from sims.engine.activations import Array
from sims.engine.metrics import Metrics as Metrics
from sims.engine.metrics import is_shared as is_shared
from sims.engine.metrics import metric as metric
from sims.engine.metrics import shared as shared
from sims.engine.randomness import REPLICAS, ensemble_seeds
from sims.engine.training import Frame, Trained
from sims.engine.untrained import without_training


class Params(BaseModel):
    """The settings of an experiment: frozen, bounded, finite. Bounds serve sliders, links, the parser and the cost."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def setting(default: Any, *, title: str, description: str, ge: float | None = None, le: float | None = None,
            unit: str = "", words: tuple[str, ...] = (), step: float | None = None) -> Any:
    """A field of `Params`. `words` are what learners call it besides its title; `step` is the slider's step."""
    extra: Any = {"unit": unit, "words": list(words), "step": step}
    return Field(default, ge=ge, le=le, title=title, description=description, json_schema_extra=extra)


ViewKind = Literal["network", "loss", "lines", "bars", "matrix", "histogram", "scatter", "surface", "table"]


@dataclass(frozen=True)
class View:
    """A picture of a run, as data; `bot.present.charts.views` draws it.

    network: the units of the shown network as maps (two inputs), curves (one) or bars (more).
    loss: the loss against the step, for training and, where there is one, validation data.
    lines: metrics `y`, each (R, k), against the shared metric `x` (k,), with the spread over the replicas;
      `diagonal` adds the line y = x; `mean` draws the mean over the runs, for metrics that are 0 or 1 in each.
    bars: the metrics `y`, each (R, k) or (R,), named by the shared labels `x`, for this run and the others' spread.
    matrix: one metric `y` (R, rows, columns), with the shared labels `x` = columns and `rows`.
    histogram: metrics `y`, each (R,), over the replicas, with this run marked.
    scatter: metric `y` (R, k, 2), points of this run (as arrows from the origin where `arrows`), labelled by `x`.
    surface: metric `y` (R, rows, columns) over the shared axes `x` and `rows`, with `path` (R, k, 2) drawn on it.
    table: metrics `y`, each (R, k) or (R,), as columns of this run's numbers, named by the shared labels `x`.

    `names` says what the metrics `y` are called in the picture, where their own names would not tell a learner.
    `log_x` and `log_y` make an axis logarithmic; `lines` does so along x by itself from a factor of 100.
    """

    kind: ViewKind
    title: str
    y: tuple[str, ...] = ()
    x: str = ""
    rows: str = ""
    path: str = ""
    x_title: str = ""
    y_title: str = ""
    diagonal: bool = False
    arrows: bool = False
    log_y: bool = False
    log_x: bool = False
    mean: bool = False
    names: tuple[str, ...] = ()


T = TypeVar("T")
P = TypeVar("P", bound=Params)
M = TypeVar("M", bound=Metrics)


@dataclass(frozen=True)
class Outcome(Generic[M]):
    """What an experiment returns: the training on the screen, and what was measured over all of them."""

    shown: Trained
    metrics: M


@dataclass(frozen=True)
class Experiment(Generic[P, M]):
    """An experiment; `run(params, seeds)` trains, yields frames as it goes, and returns an `Outcome`.

    `concepts(params, inputs)`, where there are any, gives for inputs (R, n_in, N) in their units the concepts that a
    learner may take a unit for, {name: (R, N)}: 0 or 1, or a degree between.
    """

    title: str
    params: type[P]
    metrics: type[M]
    run: Callable[[P, Array], Generator[Frame, None, Outcome[M]]]
    views: tuple[View, ...]
    concepts: Callable[[P, Array], Mapping[str, Array]] | None = None


@dataclass(frozen=True)
class Run(Generic[P, M]):
    """A finished run: replica 0 is the one on the screen, the others are the evidence."""

    experiment: Experiment[P, M]
    params: P
    seeds: Array  # (R,)
    shown: Trained
    metrics: M
    seconds: float

    @property
    def seed(self) -> int:
        """The seed of the replica on the screen."""
        return int(self.seeds[0])

    @property
    def verdict(self) -> str:
        """Empty, or what went wrong: "diverged at step 37"."""
        step = int(self.shown.diverged_at[0])
        return f"diverged at step {step}" if step >= 0 else ""

    @property
    def shown_step(self) -> int:
        """The step whose weights are on the screen at the end: where it diverged, the last one recorded before."""
        return int(self.shown.shown_step[0])


def start(experiment: Experiment[P, M], params: P, seed: int = 0,
          replicas: int = REPLICAS) -> Generator[Frame, None, Run[P, M]]:
    """Run an experiment frame by frame; the generator's return value is the `Run`."""
    began = time.perf_counter()
    seeds = ensemble_seeds(seed, replicas)
    with np.errstate(all="ignore"):  # a diverged replica's metrics are nan, and every claim about nan is false
        outcome = yield from experiment.run(params, seeds)
    _check_shapes(outcome.metrics, replicas)
    return Run(experiment, params, seeds, outcome.shown, outcome.metrics, time.perf_counter() - began)


def perform(experiment: Experiment[P, M], params: P | None = None, seed: int = 0, replicas: int = REPLICAS,
            untrained: bool = False) -> Run[P, M]:
    """Run an experiment to its end, with its default settings where none are given.

    `untrained` leaves out every step of training and measures the networks as they started.
    """
    running = start(experiment, params if params is not None else experiment.params(), seed, replicas)
    if not untrained:
        return drain(running)
    with without_training():
        return drain(running)


def drain(generator: Generator[Any, None, T]) -> T:
    """Iterate a generator to its end and give its return value."""
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


def _check_shapes(metrics: Metrics, replicas: int) -> None:
    for name in type(metrics).model_fields:
        shape = np.shape(getattr(metrics, name))
        if not is_shared(type(metrics), name) and shape[:1] != (replicas,):
            raise ValueError(f"metric {name} has shape {shape}: start with the {replicas} replicas, or use shared(...)")
