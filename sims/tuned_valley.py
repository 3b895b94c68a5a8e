"""One long valley, and each optimizer at the rate that suits it best.

The valley is the loss of a linear neuron with two weights, some 45 times as steep across as along. Plain descent has a
largest safe rate, set by the steep direction (2 over the largest eigenvalue of the Hessian); near it, it leaps from
wall to wall and still arrives. Momentum (0.9) and Adam each try four rates, plain descent four and nine tenths of its
limit; an optimizer's time is the step from which it stays within 0.1 of the lowest point, at the best of its rates. In
a round bowl plain descent is first by far: momentum swings past. Turned by 45 degrees the valley is the same for plain
descent and momentum; Adam, which sets the pace for each weight, then needs another rate (Polyak, 1964; Kingma and Ba,
2015; on tuning all alike: Choi et al., 2019).
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.bowls import NEURON, Bowl, bowl, every_step, path, valley
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.settings import Optimizer
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

POINTS, STEPS, EARLY = 100, 200, 20
ARRIVED = 0.1  # distance from the lowest point; the start is 2.83 away
NEVER = STEPS + 1
OF_THE_LIMIT = 0.9  # plain descent's fifth rate, as a share of its largest safe one
RATES: dict[str, tuple[float, ...]] = {"sgd": (0.1, 0.3, 0.5, 0.7), "momentum": (0.05, 0.1, 0.2, 0.4),
                                       "adam": (0.05, 0.1, 0.2, 0.5)}
SLOW, NEAR_LIMIT, ADAMS_OWN = 0, 4, 1  # places in RATES; the one near the limit follows the others
SIDE = 30  # of the surface


class TunedParams(Params):
    """The valley, and whose path is on the screen."""

    optimizer: Optimizer = setting(
        "sgd", title="optimizer", description="rule that turns gradients into steps, on the screen",
        words=("optimiser", "sgd", "momentum", "adam", "gradient descent"))
    flat: float = setting(0.15, ge=0.1, le=1, step=0.05, title="width along the valley",
                          description="spread of the inputs along the valley against across it; 1 is a round bowl",
                          words=("flat", "width", "stretch", "roundness"))
    turn: int = setting(0, ge=0, le=45, step=5, title="turn of the valley", unit="degrees",
                        description="angle between the valley and the second weight's axis",
                        words=("angle", "rotation", "turned"))


class TunedMetrics(Metrics):
    """When each optimizer arrived, and how it went."""

    labels: Array = shared("the three optimizers", kind="label")
    settled: Array = metric("step from which each optimizer stays at the lowest point, at its best rate", unit="steps")
    settled_sgd: Array = metric("step from which plain descent stays at the lowest point, at its best rate",
                                unit="steps")
    settled_momentum: Array = metric("step from which momentum stays at the lowest point, at its best rate",
                                     unit="steps")
    settled_adam: Array = metric("step from which Adam stays at the lowest point, at its best rate", unit="steps")
    best_rates: Array = metric("the rate at which each optimizer is first")
    rate_sgd: Array = metric("the rate at which plain descent is first")
    rate_momentum: Array = metric("the rate at which momentum is first")
    rate_adam: Array = metric("the rate at which Adam is first")
    arrived_slow: Array = metric("whether plain descent is there after 200 steps at rate 0.1", kind="flag")
    crossings_limit: Array = metric(
        "how often plain descent crosses the valley's floor in 20 steps at 0.9 of the limit", unit="steps")
    crossings_slow: Array = metric("how often plain descent crosses the valley's floor in 20 steps at rate 0.1",
                                   unit="steps")
    limit: Array = metric("the largest safe rate of plain descent")
    arrived_limit: Array = metric("whether plain descent is there after 200 steps at 0.9 of the limit", kind="flag")
    adam_own: Array = metric("whether Adam is there after 200 steps at rate 0.1", kind="flag")
    adam_turned: Array = metric("whether Adam is there after 200 steps at rate 0.1, in the turned valley", kind="flag")
    momentum_turned: Array = metric("whether momentum is there after 200 steps at rate 0.1, in the turned valley",
                                    kind="flag")
    adam_turned_left: Array = metric("distance from the lowest point after 200 steps of Adam at rate 0.1, turned")
    stretch: Array = metric("steepness of the valley across as a multiple of that along", unit="times")
    steps: Array = shared("steps", unit="steps")
    away_sgd: Array = metric("distance from the lowest point at each step of plain descent, 0.9 of the limit")
    away_momentum: Array = metric("distance from the lowest point at each step with momentum, rate 0.1")
    away_adam: Array = metric("distance from the lowest point at each step of Adam, rate 0.1")
    surface_first: Array = shared("first weights of the loss surface")
    surface_second: Array = shared("second weights of the loss surface")
    surface: Array = metric("squared error at each pair of weights", unit="squared error")
    path: Array = metric("the two weights at each step, for the optimizer on the screen")


def descent(ground: tuple[Data, list[Array]], name: str, rate: float | Array, losses: bool = False) -> Task:
    """The neuron in a valley with one optimizer at one rate, or one for each replica (R,)."""
    data, start = ground
    config = TrainingConfig(loss="squared_error", optimizer=name, learning_rate=rate, steps=STEPS)
    return Task(NEURON, data, config, start, name=f"{name}, {config.rate_of():.2g}", frames=every_step(STEPS),
                losses=losses)


def distances(net: Trained, theory: Bowl) -> Array:
    """How far from the lowest point at each step, (R, STEPS + 1); infinite where the training diverged."""
    away = np.linalg.norm(path(net, STEPS) - theory.best[:, None], axis=2)
    return np.where(np.isfinite(away), away, np.inf)


def settled_from(away: Array) -> Array:
    """The step from which a path stays within ARRIVED of the lowest point, (R,); NEVER where it does not."""
    outside = away > ARRIVED  # (R, STEPS + 1)
    last = STEPS - outside[:, ::-1].argmax(axis=1)  # the last step outside
    return np.where(outside[:, -1], NEVER, np.where(outside.any(axis=1), last + 1, 0))


def crossings(net: Trained, theory: Bowl) -> Array:
    """How often the path changes the side of the valley's floor in its first EARLY steps, (R,)."""
    steep = np.linalg.eigh(theory.gram)[1][:, :, -1]  # (R, 2), across the valley
    side = np.sign(((path(net, STEPS)[:, : EARLY + 1] - theory.best[:, None]) * steep[:, None]).sum(axis=2))
    return (side[:, 1:] != side[:, :-1]).sum(axis=1)


def run(params: TunedParams, seeds: Array) -> Generator[Frame, None, Outcome[TunedMetrics]]:
    """Every optimizer at each of its rates, and two of them in the turned valley."""
    ground, ground_turned = (valley(seeds, POINTS, turn=turn, flat=params.flat) for turn in (params.turn, 45))
    theory, theory_turned = (bowl(data.inputs, data.targets) for data, _ in (ground, ground_turned))
    near = OF_THE_LIMIT * theory.critical_rate
    on_screen = {"sgd": NEAR_LIMIT, "momentum": 1, "adam": ADAMS_OWN}[params.optimizer]
    rates: dict[str, tuple[float | Array, ...]] = RATES | {"sgd": (*RATES["sgd"], near)}
    tasks = [descent(ground, name, rate, (name, place) == (params.optimizer, on_screen))
             for name, each in rates.items() for place, rate in enumerate(each)]
    *trained, momentum_turned, adam_turned = yield from train_together(
        [*tasks, *(descent(ground_turned, name, 0.1) for name in ("momentum", "adam"))], seeds, np.float64)
    turned = {"momentum": distances(momentum_turned, theory_turned), "adam": distances(adam_turned, theory_turned)}
    nets = {name: [net for net in trained if net.config.optimizer == name] for name in RATES}
    away = {name: [distances(net, theory) for net in each] for name, each in nets.items()}
    when = {name: np.stack([settled_from(one) for one in each], axis=1) for name, each in away.items()}  # (R, rates)
    tried = {name: np.tile(rates, (len(seeds), 1)) for name, rates in RATES.items()}
    tried["sgd"] = np.column_stack([tried["sgd"], near])
    best = {name: np.take_along_axis(tried[name], times.argmin(axis=1)[:, None], axis=1)[:, 0]
            for name, times in when.items()}
    first = {name: times.min(axis=1) for name, times in when.items()}
    axis = np.linspace(-3, 3, SIDE)
    shown = nets[params.optimizer][on_screen]
    return Outcome(shown, TunedMetrics(
        labels=np.array(list(RATES)), settled=np.stack(list(first.values()), axis=1),
        best_rates=np.stack(list(best.values()), axis=1),
        **{f"settled_{name}": steps for name, steps in first.items()},
        **{f"rate_{name}": rate for name, rate in best.items()},
        arrived_slow=(when["sgd"][:, SLOW] < NEVER).astype(float),
        arrived_limit=(when["sgd"][:, NEAR_LIMIT] < NEVER).astype(float),
        crossings_limit=crossings(nets["sgd"][NEAR_LIMIT], theory),
        crossings_slow=crossings(nets["sgd"][SLOW], theory), limit=theory.critical_rate,
        adam_own=(when["adam"][:, ADAMS_OWN] < NEVER).astype(float),
        adam_turned=(settled_from(turned["adam"]) < NEVER).astype(float),
        momentum_turned=(settled_from(turned["momentum"]) < NEVER).astype(float),
        adam_turned_left=turned["adam"][:, -1], stretch=theory.stretch, steps=np.arange(STEPS + 1),
        away_sgd=away["sgd"][NEAR_LIMIT], away_momentum=away["momentum"][1], away_adam=away["adam"][ADAMS_OWN],
        surface_first=axis, surface_second=axis, surface=theory.surface(axis, axis), path=path(shown, STEPS),
    ))


EXPERIMENT = Experiment(
    "One valley, tuned optimizers",
    TunedParams,
    TunedMetrics,
    run,
    views=(
        View("surface", "The path through the valley", y=("surface",), names=("loss",), x="surface_first",
             rows="surface_second", path="path", x_title="first weight", y_title="second weight"),
        View("lines", "Distance from the lowest point", x="steps", x_title="step", y_title="distance",
             y=("away_sgd", "away_momentum", "away_adam"),
             names=("SGD, 0.9 of the limit", "momentum, 0.1", "Adam, 0.1"), log_y=True),
        View("table", "Each at its best rate", x="labels", y=("best_rates", "settled"),
             names=("best rate", "stays there from step")),
        View("loss", "Loss while training"),
    ),
)
