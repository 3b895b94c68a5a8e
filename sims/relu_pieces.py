"""A curve as a sum of hinges: ReLU units make straight pieces, one kink for each unit at most.

A 1-H-1 network learns a curve from noisy points. Each ReLU unit is a hinge, flat on one side and straight on
the other; a sum of H hinges is straight between its kinks, of which it has H at most. Outside the outermost
kink it goes on straight for ever, whatever the curve does. Wider networks are trained beside it: the error
falls with the width.

That one hidden layer can come as near as one likes to any continuous curve on an interval is the universal
approximation theorem (Cybenko, 1989; Hornik, 1991; for ReLU Leshno et al., 1993). For one input it can be
built by hand: put a kink at each of H evenly spaced points and give the hinges the slopes between them; that
network is run here too. The theorem says that such weights exist. It does not say that training finds them,
nor how many units it takes, nor anything about inputs outside the interval.
"""

from collections.abc import Callable, Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, initial_weights, outputs
from sims.engine.randomness import draw
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    hidden_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.training import Frame, Trained, TrainingConfig, train

WIDTHS = (1, 2, 4, 8, 16)
POINTS = 100
NOISE = 0.05
KINK = 0.1  # change of slope from which a bend counts as a kink
X, Y = (Axis("x", low=-3, high=3),), (Axis("y", low=-2, high=2),)
INSIDE = np.linspace(-1, 1, 201)
WIDE = np.linspace(-3, 3, 121)

Curve = Literal["wave", "fast wave", "jump"]


class PiecesParams(Params):
    """The curve, and the network that is to follow it."""

    curve: Curve = setting("wave", title="curve", words=("function", "target"),
                           description="what is to be learned; each run has it shifted in its own way")
    hidden: int = hidden_setting(8, le=24)
    activation: HiddenActivation = activation_setting("relu")
    learning_rate: float = rate_setting(0.05, le=0.5)
    steps: int = steps_setting(350, le=1200)


class PiecesMetrics(Metrics):
    """Kinks, errors by width, and what happens outside the training range."""

    units: Array = metric("hidden units of the shown network", unit="units", part="hidden")
    kinks: Array = metric(
        "kinks of the network's curve from -1 to 1, counted on the curve", unit="kinks", part="output")
    error: Array = metric("root mean square error against the true curve from -1 to 1", part="output")
    widths: Array = shared("hidden units", unit="units")
    errors_trained: Array = metric("root mean square error against the true curve from -1 to 1 for each width, trained")
    errors_built: Array = metric(
        "root mean square error against the true curve from -1 to 1 for each width, built by hand without training")
    error_two: Array = metric("root mean square error from -1 to 1 with two trained units")
    error_sixteen: Array = metric("root mean square error from -1 to 1 with sixteen trained units")
    built_two: Array = metric("root mean square error from -1 to 1 with two units built by hand")
    built_sixteen: Array = metric("root mean square error from -1 to 1 with sixteen units built by hand")
    largest_built: Array = metric("largest distance from the true curve from -1 to 1, with sixteen units built by hand")
    largest_two: Array = metric("largest distance from the true curve from -1 to 1, with two units built by hand")
    largest_trained: Array = metric("largest distance from the true curve from -1 to 1, with sixteen trained units")
    error_outside: Array = metric("root mean square error from -2 to -1 and from 1 to 2, where no point lay")
    bend_inside: Array = metric("largest distance of the network's curve from its chord, from -1 to 1")
    bend_outside: Array = metric(
        "largest distance of the network's curve from its chord, from 3 to 6 and from -6 to -3")
    bends: Array = metric(
        "by how much each hidden unit changes the slope of the network's curve, if it does so between -1 and 1")
    slope_outside: Array = metric("steepness of the network's curve between 3 and 6, in absolute value")
    x: Array = shared("x, beyond the training range on both sides")
    curve: Array = metric("the true curve")
    network: Array = metric("the network's curve")


def curve_of(params: PiecesParams, seeds: Array) -> Callable[[Array], Array]:
    """The true curve of each replica: a function from x (R or 1, N) to y (R, N)."""
    phase = draw(seeds, "curve", lambda rng: rng.uniform(0, 2 * np.pi, 1))  # (R, 1)
    if params.curve == "jump":
        return lambda x: np.where(x > (phase - np.pi) / 8, 1.0, -1.0)
    speed = 4 if params.curve == "wave" else 8
    return lambda x: np.sin(speed * x + phase)


def values(network: Trained, x: Array) -> Array:
    """The network's curve (R, N) at x (N,), computed in float64."""
    weights = [layer.astype(float) for layer in network.weights]
    return outputs(network.network, weights, x[None, None])[:, 0]


def built(width: int, curve: Callable[[Array], Array]) -> Array:
    """The curve (R, N) over INSIDE of a ReLU network whose kinks stand at `width` evenly spaced points from
    -1 on.

    Unit j is relu(x - k_j); its output weight is the change of slope at k_j; the output's bias is the curve
    at -1.
    """
    corners = np.linspace(-1, 1, width + 1)
    heights = curve(corners[None])  # (R, width + 1)
    slopes = np.diff(heights, axis=1) / np.diff(corners)
    first = np.broadcast_to(np.stack((np.ones(width), -corners[:-1])), (len(slopes), 2, width))
    second = np.concatenate((slopes[:, :1], np.diff(slopes, axis=1), heights[:, :1]), axis=1)[:, :, None]
    return outputs(dense(1, [width], 1, "relu", "linear"), [first, second], INSIDE[None, None])[:, 0]


def count_kinks(trained: Trained) -> Array:
    """How often the slope changes by KINK or more within a 1000th of the range from -1 to 1, (R,)."""
    x = np.linspace(-1, 1, 2001)
    change = np.abs(np.diff(values(trained, x), n=2, axis=1)) / (x[1] - x[0])
    # A kink between two grid points spreads over two neighbouring changes, which belong together.
    pairs = change[:, :-1] + change[:, 1:]
    before, after = (np.pad(pairs, ((0, 0), side)) for side in ((1, 0), (0, 1)))
    peak = (pairs >= KINK) & (pairs >= before[:, :-1]) & (pairs > after[:, 1:])
    return peak.sum(axis=1)


def bend(trained: Trained, low: float, high: float) -> Array:
    """The largest distance of the curve from its chord between two x, (R,)."""
    y = values(trained, np.linspace(low, high, 101))
    chord = y[:, :1] + (y[:, -1:] - y[:, :1]) * np.linspace(0, 1, 101)
    return np.abs(y - chord).max(axis=1)


def bends(trained: Trained) -> Array:
    """The size of each unit's weight in × weight out, (R, hidden); 0 where its pre-activation keeps its sign from -1
    to 1, so that its kink lies outside."""
    first, second = (layer.astype(float) for layer in trained.weights)
    is_inside = np.abs(first[:, 1]) < np.abs(first[:, 0])
    return np.where(is_inside, np.abs(first[:, 0] * second[:, :-1, 0]), 0.0)


def rms(difference: Array) -> Array:
    """The root of the mean square, (R, N) to (R,)."""
    return np.sqrt((difference**2).mean(axis=1))


def start(network: Network, seeds: Array) -> list[Array]:
    """Random weights, with biases that spread the kinks over the range; with zeros all would be at 0."""
    first, second = initial_weights(network, seeds)
    first[:, 1] = -first[:, 0] * draw(seeds, "kinks", lambda rng: rng.uniform(-1, 1, network.sizes[1]))
    return [first, second]


def measure(shown: Trained, by_width: dict[int, Trained], curve: Callable[[Array], Array]) -> PiecesMetrics:
    """Compare the networks' curves with the true one, inside and outside."""
    truth, outside = curve(INSIDE[None]), np.concatenate((np.linspace(-2, -1, 50), np.linspace(1, 2, 50)))
    errors = {width: rms(values(by_width[width], INSIDE) - truth) for width in WIDTHS}
    by_hand = {width: rms(built(width, curve) - truth) for width in WIDTHS}
    far = values(shown, np.array([3.0, 6.0]))
    return PiecesMetrics(
        units=np.full(len(truth), shown.network.sizes[1]),
        kinks=count_kinks(shown),
        error=rms(values(shown, INSIDE) - truth),
        widths=np.array(WIDTHS),
        errors_trained=np.stack([errors[width] for width in WIDTHS], axis=1),
        errors_built=np.stack([by_hand[width] for width in WIDTHS], axis=1),
        error_two=errors[2],
        error_sixteen=errors[16],
        built_two=by_hand[2],
        built_sixteen=by_hand[16],
        largest_built=np.abs(built(16, curve) - truth).max(axis=1),
        largest_two=np.abs(built(2, curve) - truth).max(axis=1),
        largest_trained=np.abs(values(by_width[16], INSIDE) - truth).max(axis=1),
        error_outside=rms(values(shown, outside) - curve(outside[None])),
        bend_inside=bend(shown, -1, 1),
        bend_outside=np.maximum(bend(shown, 3, 6), bend(shown, -6, -3)),
        bends=bends(shown),
        slope_outside=np.abs(far[:, 1] - far[:, 0]) / 3,
        x=WIDE,
        curve=curve(WIDE[None]),
        network=values(shown, WIDE),
    )


def run(params: PiecesParams, seeds: Array) -> Generator[Frame, None, Outcome[PiecesMetrics]]:
    """Train every width on the same noisy points; the kinks start evenly drawn over the range."""
    curve, x = curve_of(params, seeds), uniform(seeds, [-1], [1], POINTS)
    noise = draw(seeds, "noise", lambda rng: rng.normal(0, NOISE, POINTS))
    data = Data(x, (curve(x[:, 0]) + noise)[:, None], X, Y)
    config = TrainingConfig(loss="squared_error", learning_rate=params.learning_rate, steps=params.steps)
    by_width: dict[int, Trained] = {}
    for width in sorted({*WIDTHS, params.hidden}):
        network = dense(1, [width], 1, params.activation, "linear")
        by_width[width] = yield from train(network, data, config, seeds, weights=start(network, seeds),
                                           name=f"{width} hidden units")
    shown = by_width[params.hidden]
    return Outcome(shown, measure(shown, by_width, curve))


EXPERIMENT = Experiment(
    "Curves from straight pieces",
    PiecesParams,
    PiecesMetrics,
    run,
    views=(
        View("network", "The hinges and their sum"),
        View("lines", "Beyond the training range, which ends at −1 and 1", y=("curve", "network"), x="x",
             x_title="x", y_title="y"),
        View("lines", "Error by width", y=("errors_trained", "errors_built"), x="widths", log_x=True,
             x_title="hidden units", y_title="root mean square error", log_y=True),
        View("loss", "Loss while training"),
    ),
)
