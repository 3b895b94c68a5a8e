"""Bias and variance, measured: the same network trained on many samples of one problem.

A curve with noise. In each run eight samples of a few points are drawn, and each architecture is trained on each
sample from the same starting weights. The mean of the eight curves is off from the true curve: its squared distance is
the bias (squared). The eight scatter about their mean: their variance. The mean squared distance of a single curve from
the truth is the sum of the two, exactly (Geman, Bienenstock and Doursat, 1992). Noise in fresh examples comes on top.

A straight line is wrong in the same way on every sample; a wide network follows each sample's noise. Four times the
points make the variance small, and leave the line's bias where it is.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, initial_weights, outputs
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, steps_setting
from sims.engine.training import Frame, TrainingConfig, train

SAMPLES, MORE = 8, 4  # samples of each run; how many times the points in the larger ones
WIDTHS = (0, 2)  # besides the wide network; 0 is a straight line
START_SCALE = 2.0  # of the hidden weights: the curve bends about twice over the range
GRID = np.linspace(-1, 1, 41)
INPUT, TARGET = (Axis("x", low=-1, high=1),), (Axis("y", low=-2, high=2),)


class BiasVarianceParams(Params):
    """The samples and the wide network."""

    points: int = setting(12, ge=8, le=60, title="points in a sample", unit="examples",
                          description="training points in each of the eight samples",
                          words=("points", "examples", "data", "samples", "training examples", "training points"))
    noise: float = setting(0.5, ge=0, le=1, step=0.05, title="noise", words=("noise", "scatter"),
                           description="standard deviation of the noise on each training point")
    hidden: int = hidden_setting(10, le=12, ge=2)
    steps: int = steps_setting(150, le=400, ge=20)


class BiasVarianceMetrics(Metrics):
    """Squared bias, variance, and their sum, each a mean over the range of x."""

    networks: Array = shared("the architectures, from simple to wide", kind="label")
    bias: Array = metric("squared bias of each architecture", unit="squared error")
    variance: Array = metric("variance of each architecture", unit="squared error")
    total: Array = metric("mean squared distance of each architecture from the true curve", unit="squared error")
    bias_line: Array = metric("squared bias of the straight line", unit="squared error")
    variance_line: Array = metric("variance of the straight line", unit="squared error")
    total_line: Array = metric("mean squared distance of the straight line from the true curve", unit="squared error")
    bias_two: Array = metric("squared bias of two hidden units", unit="squared error")
    variance_two: Array = metric("variance of two hidden units", unit="squared error")
    total_two: Array = metric("mean squared distance of two hidden units from the true curve", unit="squared error")
    bias_wide: Array = metric("squared bias of the wide network", unit="squared error")
    variance_wide: Array = metric("variance of the wide network", unit="squared error")
    total_wide: Array = metric("mean squared distance of the wide network from the true curve", unit="squared error")
    bias_line_more: Array = metric("squared bias of the straight line on four times the points", unit="squared error")
    variance_line_more: Array = metric("variance of the straight line on four times the points", unit="squared error")
    bias_wide_more: Array = metric("squared bias of the wide network on four times the points", unit="squared error")
    variance_wide_more: Array = metric("variance of the wide network on four times the points", unit="squared error")
    train_line: Array = metric("squared error of the straight line on its training points", unit="squared error")
    train_wide: Array = metric("squared error of the wide network on its training points", unit="squared error")
    truth_middle: Array = shared("true curve at x = 0.5")
    mean_line_middle: Array = metric("mean of the eight straight lines at x = 0.5")
    at_middle: Array = metric("what each of the eight wide networks says at x = 0.5")
    mean_wide_middle: Array = metric("mean of the eight wide networks at x = 0.5")
    x: Array = shared("x")
    truth: Array = metric("true curve")
    mean_line: Array = metric("mean of the eight straight lines")
    mean_wide: Array = metric("mean of the eight wide networks")
    first_wide: Array = metric("wide network of the first sample")
    second_wide: Array = metric("wide network of the second sample")


@dataclass(frozen=True)
class Spread:
    """What eight trainings of one architecture said over GRID, `said` (R, SAMPLES, G), and their training loss."""

    said: Array
    loss: Array

    @property
    def mean(self) -> Array:
        """The mean curve, (R, G)."""
        return self.said.mean(axis=1)

    @property
    def parts(self) -> tuple[Array, Array, Array]:
        """Squared bias, variance and mean squared distance from the truth, each (R,)."""
        bias = ((self.mean - truth(GRID)) ** 2).mean(axis=1)
        return bias, self.said.var(axis=1).mean(axis=1), ((self.said - truth(GRID)) ** 2).mean(axis=(1, 2))


def truth(x: Array) -> Array:
    """The curve to be found."""
    return np.sin(3 * x)


def samples(seeds: Array, points: int, noise: float) -> Data:
    """Eight noisy samples of the curve for each replica, (SAMPLES * R, 1, points): all first ones, then all second."""
    size = (SAMPLES, 1, points)
    x = draw(seeds, f"{points} x", lambda rng: rng.uniform(-1, 1, size))  # (R, SAMPLES, 1, points)
    y = truth(x) + noise * draw(seeds, f"{points} noise", lambda rng: rng.normal(0, 1, size))
    inputs, targets = (values.swapaxes(0, 1).reshape(-1, 1, points) for values in (x, y))
    return Data(inputs, targets, INPUT, TARGET)


def architecture(hidden: int) -> Network:
    """A straight line (0) or one hidden layer of tanh units."""
    return dense(1, [hidden] if hidden else [], 1, "tanh", "linear")


def start_of(network: Network, seeds: Array) -> list[Array]:
    """The starting weights, with steeper hidden units than usual."""
    first, *others = initial_weights(network, seeds)
    return [START_SCALE * first, *others] if others else [first]


def trained_on_all(hidden: int, data: Data, seeds: Array,
                   params: BiasVarianceParams) -> Generator[Frame, None, Spread]:
    """One architecture, trained on every sample from the same starts."""
    network = architecture(hidden)
    net = yield from train(network, data, config(params), np.tile(seeds, SAMPLES), frames=2, name=f"{hidden} units",
                           weights=[np.concatenate([layer] * SAMPLES) for layer in start_of(network, seeds)])
    said = outputs(network, net.weights, GRID[None, None].astype(np.float32))[:, 0].astype(float)

    def by_replica(values: Array) -> Array:
        return values.reshape(SAMPLES, len(seeds), *values.shape[1:]).swapaxes(0, 1)

    return Spread(by_replica(said), by_replica(net.loss).mean(axis=1))


def config(params: BiasVarianceParams) -> TrainingConfig:
    """How all of them are trained."""
    return TrainingConfig(loss="squared_error", learning_rate=0.05, steps=params.steps)


def run(params: BiasVarianceParams, seeds: Array) -> Generator[Frame, None, Outcome[BiasVarianceMetrics]]:
    """Every architecture on eight samples, the simplest and the wide one on eight larger ones besides."""
    wide = architecture(params.hidden)
    data, larger_data = (samples(seeds, points, params.noise) for points in (params.points, MORE * params.points))
    shown = yield from train(wide, data.part(slice(len(seeds))), config(params), seeds, weights=start_of(wide, seeds),
                             name="the wide network, first sample")
    spreads = []
    for hidden in (*WIDTHS, params.hidden):
        spreads.append((yield from trained_on_all(hidden, data, seeds, params)))
    more = []
    for hidden in (0, params.hidden):
        more.append((yield from trained_on_all(hidden, larger_data, seeds, params)))
    bias, variance, total = (np.stack(part, axis=1) for part in zip(*(s.parts for s in spreads), strict=True))
    middle = int(np.argmin(np.abs(GRID - 0.5)))
    named = {f"{part}_{name}": values[:, place] for name, place in (("line", 0), ("two", 1), ("wide", -1))
             for part, values in (("bias", bias), ("variance", variance), ("total", total))}
    larger = {f"{part}_{name}_more": spread.parts[k] for name, spread in zip(("line", "wide"), more, strict=True)
              for k, part in enumerate(("bias", "variance"))}
    return Outcome(shown, BiasVarianceMetrics(
        networks=np.array(("straight line", "2 hidden units", f"{params.hidden} hidden units")),
        bias=bias, variance=variance, total=total, **named, **larger, train_line=spreads[0].loss,
        train_wide=spreads[-1].loss, truth_middle=np.array(truth(GRID)[middle]),
        mean_line_middle=spreads[0].mean[:, middle],
        at_middle=spreads[-1].said[:, :, middle], mean_wide_middle=spreads[-1].mean[:, middle], x=GRID,
        truth=np.broadcast_to(truth(GRID), (len(seeds), len(GRID))), mean_line=spreads[0].mean,
        mean_wide=spreads[-1].mean, first_wide=spreads[-1].said[:, 0], second_wide=spreads[-1].said[:, 1],
    ))


EXPERIMENT = Experiment(
    "Bias and variance",
    BiasVarianceParams,
    BiasVarianceMetrics,
    run,
    views=(
        View("bars", "Squared bias and variance, from simple to wide", x="networks", y=("bias", "variance"),
             names=("squared bias", "variance"), y_title="squared error"),
        View("lines", "Eight samples: the means, and two of the wide networks", x="x", x_title="x", y_title="y",
             y=("truth", "mean_line", "mean_wide", "first_wide", "second_wide"),
             names=("true curve", "mean of eight lines", "mean of eight wide ones", "wide, first sample",
                    "wide, second sample")),
        View("network", "The wide network of the first sample"),
        View("loss", "Loss while training, first sample"),
    ),
)
