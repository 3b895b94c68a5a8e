"""Rate decay: the same noisy descent with a constant learning rate, with a small one, and with rates that shrink.

A linear neuron learns by small batches. Its loss is a bowl that is known exactly, so that the excess over the smallest
loss there is can be followed step by step. A batch's gradient is wrong by chance even at the lowest point, so a
constant rate keeps the weights jittering at a height that grows with the rate; a small one jitters little and is long
under way. A schedule begins large and ends small (Robbins and Monro, 1951). Where it drops in stages the loss drops
too, within a few steps: the jitter of the old rate dies away. With all examples in each step there is no jitter.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.bowls import NEURON, Bowl, bowl, every_step, path, valley
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.schedules import STAGES, rate_at
from sims.engine.settings import rate_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

POINTS, STEPS = 100, 240
STAGE = STEPS // STAGES  # steps between two drops
WINDOW = 30  # steps over which a level is averaged
SIDE = 30  # of the surface
Schedule = Literal["constant", "step", "exponential", "cosine", "inverse"]


class DecayParams(Params):
    """The rate, how far it falls, and the schedule on the screen."""

    schedule: Schedule = setting("step", title="schedule", description="how the learning rate on the screen changes",
                                 words=("schedule", "decay", "scheduler", "annealing", "step decay", "cosine"))
    learning_rate: float = rate_setting(0.2, le=0.3, ge=0.001)
    final_rate: float = setting(0.01, ge=0.001, le=1, title="share of the rate that is left at the end",
                                description="the last rate as a share of the first; 1 never lowers it",
                                words=("final rate", "decay factor", "share left"))
    batch_size: int = setting(5, ge=1, le=POINTS, title="batch size", description="examples in one update",
                              unit="examples", words=("batch", "mini-batch", "minibatch", "batch_size"))


class DecayMetrics(Metrics):
    """How high above the lowest loss each schedule jitters, and what a drop of the rate does."""

    schedules: Array = shared("the schedules", kind="label")
    last: Array = metric("mean excess loss over the last 30 steps, schedule by schedule", unit="squared error")
    last_constant: Array = metric("mean excess loss over the last 30 steps, constant rate", unit="squared error")
    last_small: Array = metric("mean excess loss over the last 30 steps, constant at the last rate",
                               unit="squared error")
    last_step: Array = metric("mean excess loss over the last 30 steps, rate lowered in stages", unit="squared error")
    last_cosine: Array = metric("mean excess loss over the last 30 steps, cosine schedule", unit="squared error")
    last_shown: Array = metric("mean excess loss over the last 30 steps, schedule on the screen", unit="squared error")
    before: Array = metric("mean excess loss over the 30 steps before the first drop of the rate",
                           unit="squared error")
    after: Array = metric("mean excess loss from 31 to 60 steps after the first drop of the rate",
                          unit="squared error")
    before_constant: Array = metric("mean excess loss over the same 30 steps, constant rate", unit="squared error")
    after_constant: Array = metric("mean excess loss from 31 to 60 steps later, constant rate", unit="squared error")
    before_all: Array = metric("mean excess loss before the first drop, all examples in each step",
                               unit="squared error")
    after_all: Array = metric("mean excess loss from 31 to 60 steps after the first drop, all examples in each step",
                              unit="squared error")
    fall: Array = metric("excess loss before the first drop of the rate as a multiple of that after", unit="times")
    start: Array = metric("excess loss before the first step", unit="squared error")
    least: Array = metric("the smallest squared error there is", unit="squared error")
    first_rate: Array = metric("the learning rate at the first step")
    second_rate: Array = metric("the learning rate after the first drop, in stages")
    last_rate: Array = metric("the learning rate at the end, in stages")
    factor: Array = metric("share of the rate that is left after one drop, in stages", unit="share")
    drop_at: Array = metric("step of the first drop of the rate", unit="steps")
    steps: Array = shared("steps", unit="steps")
    curve_shown: Array = metric("excess loss at each step, schedule on the screen", unit="squared error")
    curve_constant: Array = metric("excess loss at each step, constant rate", unit="squared error")
    curve_small: Array = metric("excess loss at each step, constant at the last rate", unit="squared error")
    rate_shown: Array = metric("learning rate at each step, schedule on the screen")
    surface_first: Array = shared("first weights of the loss surface")
    surface_second: Array = shared("second weights of the loss surface")
    surface: Array = metric("squared error at each pair of weights", unit="squared error")
    path: Array = metric("the two weights at each step, schedule on the screen")


def configured(params: DecayParams, schedule: str, share: float = 1.0, batch: int | None = 0) -> TrainingConfig:
    """The recipe with a schedule; `share` of the first rate, and another batch size where that is given."""
    size = params.batch_size if batch == 0 else batch
    return TrainingConfig("squared_error", "sgd", share * params.learning_rate, STEPS, schedule=schedule,
                          batch_size=size if size and size < POINTS else None, final_rate=params.final_rate)


def excess(net: Trained, theory: Bowl) -> Array:
    """The loss at each step less the smallest there is, (R, STEPS + 1)."""
    return theory.loss(path(net, STEPS)) - theory.least[:, None]


def level(curve: Array, first: int) -> Array:
    """The mean of a curve (R, STEPS + 1) over WINDOW steps, (R,)."""
    return np.asarray(curve[:, first : first + WINDOW].mean(axis=1))


def run(params: DecayParams, seeds: Array) -> Generator[Frame, None, Outcome[DecayMetrics]]:
    """Descend with each schedule from the same start, on the same batches."""
    data, start = valley(seeds, POINTS, flat=0.7, noise=0.5)
    theory = bowl(data.inputs, data.targets)
    recipes = {
        "constant": configured(params, "constant"), "small": configured(params, "constant", params.final_rate),
        "step": configured(params, "step"), "cosine": configured(params, "cosine"),
        "all": configured(params, "step", batch=None), "shown": configured(params, params.schedule),
    }
    nets: dict[str, Trained] = {}
    for name, config in recipes.items():
        same = nets.get(params.schedule) if name == "shown" else None
        nets[name] = same or (yield from train(NEURON, data, config, seeds, weights=start, dtype=np.float64, name=name,
                                               frames=every_step(STEPS)))
    curves = {name: excess(net, theory) for name, net in nets.items()}
    last = {name: level(curve, STEPS + 1 - WINDOW) for name, curve in curves.items()}
    before = {name: level(curve, STAGE + 1 - WINDOW) for name, curve in curves.items()}
    after = {name: level(curve, STAGE + 1 + WINDOW) for name, curve in curves.items()}
    rates = {name: rate_at(recipes[name], params.learning_rate) for name in ("step", "shown")}
    axis, every = np.linspace(-3, 3, SIDE), np.ones(len(seeds))
    table = ("constant", "small", "step", "cosine")
    return Outcome(nets["shown"], DecayMetrics(
        schedules=np.array(["constant", "constant, small", "in stages", "cosine"]),
        last=np.stack([last[name] for name in table], axis=1), last_constant=last["constant"],
        last_small=last["small"], last_step=last["step"], last_cosine=last["cosine"], last_shown=last["shown"],
        before=before["step"], after=after["step"], before_constant=before["constant"],
        after_constant=after["constant"], before_all=before["all"], after_all=after["all"],
        fall=before["step"] / after["step"], start=curves["step"][:, 0], least=theory.least,
        first_rate=every * rates["step"](1), second_rate=every * rates["step"](STAGE + 1),
        last_rate=every * rates["step"](STEPS), factor=every * params.final_rate ** (1 / (STAGES - 1)),
        drop_at=every * STAGE, steps=np.arange(STEPS + 1), curve_shown=curves["shown"],
        curve_constant=curves["constant"], curve_small=curves["small"],
        rate_shown=np.tile([rates["shown"](t) for t in (1, *range(1, STEPS + 1))], (len(seeds), 1)),
        surface_first=axis, surface_second=axis, surface=theory.surface(axis, axis), path=path(nets["shown"], STEPS),
    ))


EXPERIMENT = Experiment(
    "Rates that shrink",
    DecayParams,
    DecayMetrics,
    run,
    views=(
        View("lines", "Loss above the smallest there is", x="steps", x_title="step", log_y=True,
             y=("curve_shown", "curve_constant", "curve_small"), y_title="squared error",
             names=("schedule on the screen", "constant rate", "constant, small rate")),
        View("lines", "The learning rate", x="steps", x_title="step", y=("rate_shown",), names=("learning rate",),
             y_title="learning rate", log_y=True),
        View("table", "The last 30 steps", x="schedules", y=("last",), names=("excess loss",)),
        View("surface", "The path over the loss", y=("surface",), names=("squared error",), x="surface_first",
             rows="surface_second", path="path", x_title="first weight", y_title="second weight"),
    ),
)
