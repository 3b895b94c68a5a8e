"""Which input matters: four answers, and the truth, which is known here.

A network learns rents from size, rooms, age, distance and the door number. Size and rooms go together and both count;
very old and very new flats are dear, so that age acts along a curve; the door number does nothing. Since we made the
rents, we know what each input is worth. Four ways of asking the trained network are set against that: the sizes of
its weights, their products along the paths (Olden et al., 2004), the error after an input was shuffled among fresh
examples (Breiman, 2001), and the error of a network trained again without the input. Shuffling asks what this network
uses, training again what cannot be had from the other inputs. Of two inputs that tell the same, the first says
"both", the second "neither".
"""

from collections.abc import Generator, Iterable
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, mean_loss
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

TEST_POINTS, REACH = 600, 3**0.5
SIZE, ROOMS, AGE, DISTANCE, DOOR = range(5)
NAMES = ("size", "rooms", "age", "distance", "door number")
AXES = tuple(Axis(name, low=-2, high=2) for name in NAMES)
RENT = (Axis("rent", low=-3, high=3),)
OF_SIZE, OF_ROOMS, OF_AGE, OF_DISTANCE = 0.6, 0.6, 0.8, -0.5  # what the inputs do to the true rent
NOISE = 0.3


class ImportanceParams(Params):
    """Settings of the rents and of the network."""

    alike: float = setting(0.95, ge=0, le=0.99, step=0.01, title="likeness of size and rooms",
                           description="correlation between the size of a flat and its number of rooms",
                           words=("correlation", "correlated", "alike", "likeness", "collinearity"))
    curve: float = setting(1.0, ge=0, le=1, step=0.25, title="curve of age",
                           description="how far the effect of age is a curve, dear at both ends; 0 is a straight line",
                           words=("curve", "bend", "curvature"))
    hidden: int = hidden_setting(6)
    points: int = points_setting(200, "flats", le=400, ge=50)
    steps: int = steps_setting(120, le=400)
    learning_rate: float = rate_setting(0.05)


class ImportanceMetrics(Metrics):
    """What each input is worth, asked in four ways; errors are on 600 fresh flats, against the rents' variance."""

    inputs: Array = shared("the five inputs", kind="label")
    error: Array = metric("squared error of the network on fresh flats", unit="of the variance", part="output")
    truth: Array = metric("rise of the true rule's error when each input is shuffled", unit="of the variance")
    shuffled: Array = metric("rise of the network's error when each input is shuffled", unit="of the variance")
    dropped: Array = metric("rise of the error when a network is trained without each input", unit="of the variance",
                            kind="number")
    weight_sizes: Array = metric("mean size of each input's weights to the hidden units")
    paths: Array = metric("size of the sum over the hidden units of weight in times weight out, for each input")
    correlations: Array = metric("size of the correlation of each input with the rent", unit="correlation")
    miss_shuffled: Array = metric(
        "largest distance between shuffling's share of the importance and the true one, over the inputs", unit="share")
    miss_weights: Array = metric(
        "largest distance between the share of the weights' size and the true importance, over the inputs",
        unit="share")
    miss_paths: Array = metric(
        "largest distance between the share of the summed path products and the true importance, over the inputs",
        unit="share")
    shuffled_size: Array = metric("rise of the error when size is shuffled", unit="of the variance")
    shuffled_rooms: Array = metric("rise of the error when the rooms are shuffled", unit="of the variance")
    shuffled_age: Array = metric("rise of the error when age is shuffled", unit="of the variance")
    shuffled_distance: Array = metric("rise of the error when distance is shuffled", unit="of the variance")
    shuffled_door: Array = metric("rise of the error when the door number is shuffled", unit="of the variance")
    true_age: Array = metric("rise of the true rule's error when age is shuffled", unit="of the variance")
    shuffled_both: Array = metric("rise of the error when size and rooms are shuffled together", unit="of the variance")
    dropped_size: Array = metric("rise of the error when a network is trained without size", unit="of the variance")
    dropped_age: Array = metric("rise of the error when a network is trained without age", unit="of the variance")
    dropped_both: Array = metric("rise of the error when a network is trained without size and rooms",
                                 unit="of the variance")
    correlation_age: Array = metric("size of the correlation of age with the rent", unit="correlation")
    correlation_distance: Array = metric("size of the correlation of distance with the rent", unit="correlation")
    path_age: Array = metric("size of the sum over the hidden units of weight in times weight out, for age")
    path_distance: Array = metric("size of the sum over the hidden units of weight in times weight out, for distance")
    weight_door: Array = metric("mean size of the door number's weights to the hidden units")
    weight_distance: Array = metric("mean size of distance's weights to the hidden units")
    size_of_both: Array = metric("size's share of what shuffling size and shuffling rooms cost", unit="share")
    share_door: Array = metric("the door number's share of what shuffling each input costs", unit="share")
    share_door_weights: Array = metric("the door number's share of the sizes of the weights", unit="share")


def rule(x: Array, curve: float) -> Array:
    """The true rent for inputs (R, 5, N), without noise: (R, 1, N). Age is even over -sqrt(3) to sqrt(3)."""
    bent = (x[:, AGE] ** 2 - 1) / 0.8**0.5
    of_age = curve * bent + (1 - curve) * x[:, AGE]
    rent: Array = OF_SIZE * x[:, SIZE] + OF_ROOMS * x[:, ROOMS] + OF_AGE * of_age + OF_DISTANCE * x[:, DISTANCE]
    return rent[:, None]


def flats(seeds: Array, points: int, alike: float, curve: float, purpose: str) -> Data:
    """Flats with standardised inputs, each replica its own."""
    def one(rng: np.random.Generator) -> Array:
        x = rng.normal(size=(len(NAMES), points))
        x[ROOMS] = alike * x[SIZE] + np.sqrt(1 - alike**2) * x[ROOMS]
        x[AGE] = rng.uniform(-REACH, REACH, points)
        return x

    inputs = draw(seeds, purpose, one)
    noise = draw(seeds, purpose + " noise", lambda rng: rng.normal(0, NOISE, (1, points)))
    return Data(inputs, rule(inputs, curve) + noise, AXES, RENT)


def shuffled(data: Data, seeds: Array, which: Iterable[int]) -> Data:
    """The data with some inputs shuffled among the examples, all in the same order."""
    order = draw(seeds, "shuffled input", lambda rng: rng.permutation(data.inputs.shape[-1]))
    inputs = data.inputs.copy()
    for place in which:
        inputs[:, place] = np.take_along_axis(inputs[:, place], order, axis=1)
    return replace(data, inputs=inputs)


def without(data: Data, which: Iterable[int]) -> Data:
    """The data without some inputs."""
    return replace(data, inputs=np.delete(data.inputs, list(which), axis=1))


def error(net: Trained, data: Data) -> Array:
    """The squared error against the variance of the targets, (R,)."""
    found = mean_loss(net.network, net.weights, data.inputs.astype(np.float32), data.targets, "squared_error")
    return found / data.targets[:, 0].var(axis=1)


def shares(values: Array) -> Array:
    """Values (R, 5), those below zero as zero, as shares of their sum."""
    kept = np.maximum(values, 0)
    share: Array = kept / kept.sum(axis=1, keepdims=True)
    return share


def measure(params: ImportanceParams, full: Trained, fewer: list[Trained], test: Data,
            seeds: Array) -> ImportanceMetrics:
    """Ask in all ways; `fewer` were trained without each input in turn, and the last one without size and rooms."""
    at_first, spread = error(full, test), test.targets[:, 0].var(axis=1)
    each = [(i,) for i in range(len(NAMES))]
    mixed = [shuffled(test, seeds, which) for which in (*each, (SIZE, ROOMS))]
    rises = [error(full, data) - at_first for data in mixed]
    dropped = [error(net, without(test, which)) - at_first
               for net, which in zip(fewer, (*each, (SIZE, ROOMS)), strict=True)]
    noiseless = ((rule(test.inputs, params.curve) - test.targets) ** 2).mean(axis=(1, 2))
    truth = np.stack([((rule(data.inputs, params.curve) - test.targets) ** 2).mean(axis=(1, 2)) - noiseless
                      for data in mixed[:-1]], axis=1) / spread[:, None]
    into, out = full.weights[0][:, :-1].astype(float), full.weights[1][:, :-1].astype(float)
    sizes, paths = np.abs(into).mean(axis=2), np.abs((into @ out)[:, :, 0])  # (R, 5)
    alone = np.stack(rises[:-1], axis=1)
    x, y = (values - values.mean(axis=2, keepdims=True) for values in (test.inputs, test.targets))
    correlations = np.abs((x * y).sum(axis=2)) / np.sqrt((x**2).sum(axis=2) * (y**2).sum(axis=2))
    right = shares(truth)
    return ImportanceMetrics(
        inputs=np.array(NAMES), error=at_first, truth=truth, shuffled=alone, dropped=np.stack(dropped[:-1], axis=1),
        weight_sizes=sizes, paths=paths, correlations=correlations,
        miss_shuffled=np.abs(shares(alone) - right).max(axis=1), miss_weights=np.abs(shares(sizes) - right).max(axis=1),
        miss_paths=np.abs(shares(paths) - right).max(axis=1),
        shuffled_size=alone[:, SIZE], shuffled_rooms=alone[:, ROOMS], shuffled_age=alone[:, AGE],
        shuffled_distance=alone[:, DISTANCE], shuffled_door=alone[:, DOOR], true_age=truth[:, AGE],
        shuffled_both=rises[-1], dropped_size=dropped[SIZE], dropped_age=dropped[AGE], dropped_both=dropped[-1],
        correlation_age=correlations[:, AGE], correlation_distance=correlations[:, DISTANCE],
        path_age=paths[:, AGE], path_distance=paths[:, DISTANCE],
        weight_door=sizes[:, DOOR], weight_distance=sizes[:, DISTANCE],
        share_door=shares(alone)[:, DOOR], share_door_weights=shares(sizes)[:, DOOR],
        size_of_both=alone[:, SIZE] / (alone[:, SIZE] + alone[:, ROOMS]),
    )


def run(params: ImportanceParams, seeds: Array) -> Generator[Frame, None, Outcome[ImportanceMetrics]]:
    """Train on all inputs, then without each, then without size and rooms."""
    known = flats(seeds, params.points, params.alike, params.curve, "data")
    test = flats(seeds, TEST_POINTS, params.alike, params.curve, "test")
    config = TrainingConfig("squared_error", learning_rate=params.learning_rate, steps=params.steps)
    tasks = [Task(dense(len(NAMES), [params.hidden], 1, "tanh", "linear"), known, config)]
    for which in (*((i,) for i in range(len(NAMES))), (SIZE, ROOMS)):
        network = dense(len(NAMES) - len(which), [params.hidden], 1, "tanh", "linear")
        name = "without " + " and ".join(NAMES[i] for i in which)
        tasks.append(Task(network, without(known, which), config, name=name, frames=2))
    full, *fewer = yield from train_together(tasks, seeds)
    return Outcome(full, measure(params, full, fewer, test, seeds))


EXPERIMENT = Experiment(
    "Which input matters",
    ImportanceParams,
    ImportanceMetrics,
    run,
    views=(
        View("bars", "Rise of the error when an input is shuffled", x="inputs", y=("truth", "shuffled", "dropped"),
             names=("the true rule, shuffled", "the network, shuffled", "trained without it"),
             y_title="share of the rents' variance"),
        View("bars", "Size of each input's weights", x="inputs", y=("weight_sizes", "paths"),
             names=("mean size of the weights", "sum of weight in × weight out")),
        View("bars", "Size of the correlation with the rent", x="inputs", y=("correlations",)),
        View("loss", "Loss while training"),
    ),
)
