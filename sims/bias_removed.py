"""One task with and without biases: where does the line go?

Points lie evenly on the plane; the right answer is yes beyond a straight line that passes the origin at a
distance ("shift"), in a direction that each replica draws. Two networks of the same shape learn it, one of
them without any bias (its biases stay zero). Full batch, Adam.

Without a bias a single neuron has z = w·x, which is 0 at the origin: the line must go through it. Hidden
layers of tanh or ReLU without biases keep that, since g(0) = 0: the output is one half at the origin, always.
Where folklore is too short: sigmoid hidden units give one half, not zero, at the origin, so that their sum
stands in for a bias of the output; and with shift 0 nothing is missing.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, outputs
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import HiddenActivation, activation_setting, hidden_setting, steps_setting
from sims.engine.shapes import PLANE, YES
from sims.engine.training import Frame, Trained, TrainingConfig, train

POINTS = 200
RADII = np.arange(1, 71) * 0.02
ANGLES = np.linspace(0, 2 * np.pi, 48, endpoint=False)


class BiasParams(Params):
    """Settings of the two networks; `biases` chooses the one on the screen."""

    biases: Literal["without", "with"] = setting(
        "without", title="biases", description="the network on the screen: with or without biases",
        words=("bias", "b", "use_bias"))
    shift: float = setting(0.5, ge=0, le=0.9, step=0.05, title="shift",
                           description="distance of the right line from the origin; points lie from -1 to 1",
                           words=("distance", "offset"))
    hidden: int = hidden_setting(0, ge=0)
    activation: HiddenActivation = activation_setting("tanh")
    steps: int = steps_setting(500, le=2000)


class BiasMetrics(Metrics):
    """How both networks do, and where their boundaries lie."""

    variants: Array = shared("with and without biases", kind="label")
    accuracies: Array = metric("share of the points that the network gets right with biases, and without", unit="share")
    accuracy_with: Array = metric("share of the points that the network with biases gets right", unit="share")
    accuracy_without: Array = metric("share of the points that the network without biases gets right", unit="share")
    loss_with: Array = metric("log loss of the network with biases", unit="nats")
    loss_without: Array = metric("log loss of the network without biases", unit="nats")
    origin_with: Array = metric("output at the origin of the network with biases")
    origin_without: Array = metric("output at the origin of the network without biases")
    right_distance: Array = metric("distance of the right line from the origin")
    distance_with: Array = metric("distance of the boundary from the origin with biases, to the nearest 0.02")
    distance_without: Array = metric("distance of the boundary from the origin without biases, to the nearest 0.02")
    output_bias: Array = metric("the output's bias that the network with biases learned")
    biases_learned: Array = metric("biases that the network with biases has", unit="parameters")


def beyond_a_line(seeds: Array, shift: float) -> Data:
    """Points even over the square from -1 to 1; yes further out than `shift` in a direction that is drawn."""
    inputs = uniform(seeds, [-1, -1], [1, 1], POINTS)
    angle = draw(seeds, "direction", lambda rng: rng.uniform(0, 2 * np.pi, 1))
    along = np.cos(angle) * inputs[:, 0] + np.sin(angle) * inputs[:, 1]  # (R, N)
    return Data(inputs, (along > shift).astype(float)[:, None], PLANE, YES)


def outputs_at(trained: Trained, points: Array) -> Array:
    """The outputs (R, N) at points (2, N)."""
    return outputs(trained.network, trained.weights, points[None].astype(np.float32))[:, 0]


def boundary_distance(trained: Trained) -> Array:
    """The radius of the smallest circle about the origin where not all answers are alike, (R,); else nan."""
    radius, angle = np.meshgrid(RADII, ANGLES, indexing="ij")
    circle = np.stack((radius * np.cos(angle), radius * np.sin(angle))).reshape(2, -1)
    yes = (outputs_at(trained, circle) > 0.5).reshape(-1, len(RADII), len(ANGLES)).mean(axis=2)
    crossed = (yes > 0) & (yes < 1)  # (R, radii)
    return np.where(crossed.any(axis=1), RADII[crossed.argmax(axis=1)], np.nan)


def measure(params: BiasParams, trained: dict[str, Trained]) -> BiasMetrics:
    """Compare the two networks on their points, at the origin and by their boundaries."""
    data = trained["with"].data
    origin = {name: outputs_at(one, np.zeros((2, 1)))[:, 0] for name, one in trained.items()}
    right = {name: accuracy_on(data, one) for name, one in trained.items()}
    sizes = trained["with"].network.sizes
    return BiasMetrics(
        variants=np.array(("with biases", "without biases")),
        accuracies=np.stack((right["with"], right["without"]), axis=1),
        accuracy_with=right["with"],
        accuracy_without=right["without"],
        loss_with=trained["with"].loss,
        loss_without=trained["without"].loss,
        origin_with=origin["with"],
        origin_without=origin["without"],
        right_distance=np.full(len(data.inputs), params.shift),
        distance_with=boundary_distance(trained["with"]),
        distance_without=boundary_distance(trained["without"]),
        output_bias=trained["with"].weights[-1][:, -1, 0],
        biases_learned=np.full(len(data.inputs), sum(sizes[1:])),
    )


def run(params: BiasParams, seeds: Array) -> Generator[Frame, None, Outcome[BiasMetrics]]:
    """Train the same network with and without biases, from the same start, on the same points."""
    data = beyond_a_line(seeds, params.shift)
    config = TrainingConfig(learning_rate=0.1, steps=params.steps)
    trained: dict[str, Trained] = {}
    for name in ("with", "without"):
        hidden = [params.hidden] if params.hidden else []
        network: Network = dense(2, hidden, 1, params.activation, "sigmoid", bias=name == "with")
        trained[name] = yield from train(network, data, config, seeds, name=f"{name} biases")
    return Outcome(trained[params.biases], measure(params, trained))


EXPERIMENT = Experiment(
    "The bias removed",
    BiasParams,
    BiasMetrics,
    run,
    views=(
        View("network", "Where the network draws its boundary"),
        View("bars", "Share of the points that each network gets right", y=("accuracies",), x="variants"),
        View("histogram", "From the origin to the boundary", y=("distance_with", "distance_without"),
             names=("distance with biases", "distance without biases")),
        View("loss", "Loss while training"),
    ),
)
