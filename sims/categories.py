"""A category as input: as one number, or as one input for each category (one-hot).

Flats in several districts, each district with a price level of its own, and luck. The districts are numbered in an
order that says nothing of the price. One linear neuron gets the number, another one an input of 0 or 1 for each
district; both are least squares fits. The first can only rise or fall along the numbers. Where the districts are
numbered otherwise, its answers change, and the other one's do not. A network with a hidden layer can bend along the
number, and comes part of the way (Hastie, Tibshirani and Friedman, 2009, section 2.2, on coding).

A third column is an id, another one for each flat: an input for each id learns the training flats by heart.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, TrainingConfig, train

FRESH = 1000
PRICE = (Axis("price", low=-2, high=2),)
MODELS = ("number", "number, hidden layer", "one-hot")


class CategoryParams(Params):
    """The districts and their order, and how the network is trained."""

    categories: int = setting(6, ge=2, le=12, title="districts", description="how many districts there are",
                              words=("categories", "levels", "districts", "classes of the input"))
    order: Literal["none", "rising"] = setting(
        "none", title="order of the numbers", words=("order", "ordinal", "ranked", "nominal"),
        description="none: districts are numbered by chance; rising: from the cheapest to the dearest")
    noise: float = setting(0.3, ge=0.1, le=2, step=0.1, title="luck", description="spread of the prices in a district",
                           words=("noise", "spread"))
    points: int = points_setting(120, "flats", le=400)
    hidden: int = hidden_setting(3)
    steps: int = steps_setting(300, le=1000)
    learning_rate: float = rate_setting(0.05)


class CategoryMetrics(Metrics):
    """How much of the prices of 1000 fresh flats each way explains: 1 is all, 0 is no more than the mean price."""

    models: Array = shared("the ways to put in a district", kind="label")
    explained: Array = metric("part of the fresh prices' variance explained, for each way")
    explained_number: Array = metric("part of the fresh prices' variance explained by one neuron on the number")
    explained_renumbered: Array = metric(
        "part of the fresh prices' variance explained by one neuron on the number after numbering anew")
    explained_one_hot: Array = metric("part of the fresh prices' variance explained by one neuron on one-hot inputs",
                                      part="output")
    explained_network: Array = metric("part of the fresh prices' variance explained by a hidden layer on the number")
    explained_best: Array = metric("part of the fresh prices' variance explained by the districts' true levels")
    explained_ids: Array = metric("part of the fresh prices' variance explained with an input for each id")
    trained_ids: Array = metric("part of the training prices' variance explained with an input for each id")
    trained_one_hot: Array = metric("part of the training prices' variance explained by one-hot districts")
    change_number: Array = metric("root mean square change of the answers on the number after numbering anew")
    change_one_hot: Array = metric("root mean square change of the answers on one-hot inputs after numbering anew")
    numbers: Array = shared("the districts by number", kind="label")
    levels: Array = metric("true price level of each district")
    said_number: Array = metric("what one neuron on the number says for each district")
    said_network: Array = metric("what the hidden layer on the number says for each district")
    said_one_hot: Array = metric("what one neuron on one-hot inputs says for each district")
    flats: Array = metric("training flats in each district", kind="count")
    parameters_number: Array = metric("weights and biases of one neuron on the number", unit="parameters")
    parameters_one_hot: Array = metric("weights and biases of one neuron on one-hot inputs", unit="parameters")
    slope: Array = metric("weight of one neuron on the number: price per number")
    intercept: Array = metric("bias of one neuron on the number")


@dataclass(frozen=True)
class Flats:
    """District numbers from 0 (R, N) and prices (R, N)."""

    district: Array
    price: Array


def flats(seeds: Array, points: int, levels: Array, noise: float, purpose: str) -> Flats:
    """Flats in districts drawn evenly, at the districts' price levels (R, K) and with luck."""
    count = levels.shape[1]
    district = draw(seeds, purpose, lambda rng: rng.permutation(np.arange(points) % count))
    luck = draw(seeds, purpose + " luck", lambda rng: rng.normal(0, noise, points))
    return Flats(district, np.take_along_axis(levels, district, axis=1) + luck)


def one_hot(district: Array, count: int) -> Array:
    """An input for each district: 1 for the flat's own, else 0, (R, K, N)."""
    return (district[:, None] == np.arange(count)[:, None]).astype(float)


def line(number: Array, price: Array) -> tuple[Array, Array]:
    """The least squares weight and bias (R,) of one neuron on a number (R, N)."""
    centred = number - number.mean(axis=1, keepdims=True)
    slope = (centred * price).mean(axis=1) / (centred**2).mean(axis=1)
    return slope, price.mean(axis=1) - slope * number.mean(axis=1)


def district_means(known: Flats, count: int) -> Array:
    """The least squares weights of one neuron on one-hot inputs: the mean price of each district (R, K)."""
    of = one_hot(known.district, count)
    mean: Array = (of * known.price[:, None]).sum(axis=2) / np.maximum(of.sum(axis=2), 1)
    return mean


def explained(said: Array, price: Array) -> Array:
    """The part of the prices' variance that answers (R, N) explain, (R,); negative where the mean would be better."""
    return 1 - ((price - said) ** 2).mean(axis=1) / price.var(axis=1)


def at(levels: Array, district: Array) -> Array:
    """The value of each flat's district, (R, N)."""
    return np.take_along_axis(levels, district, axis=1)


def run(params: CategoryParams, seeds: Array) -> Generator[Frame, None, Outcome[CategoryMetrics]]:
    """Fit a neuron on the number and on one-hot inputs, train the hidden layer, judge all on fresh flats."""
    count, replicas = params.categories, len(seeds)
    levels = draw(seeds, "levels", lambda rng: rng.normal(0, 1, count))
    if params.order == "rising":
        levels = np.sort(levels, axis=1)
    known = flats(seeds, params.points, levels, params.noise, "data")
    fresh = flats(seeds, FRESH, levels, params.noise, "test")
    anew = draw(seeds, "anew", lambda rng: rng.permutation(count))  # the new number of each old one

    axes = tuple(Axis(f"district {k}", low=0, high=1) for k in range(count))
    shown = yield from train(dense(count, [], 1, "linear", "linear"),
                             Data(one_hot(known.district, count), known.price[:, None], axes, PRICE),
                             TrainingConfig(loss="squared_error", learning_rate=0.1, steps=150), seeds, name="one-hot")
    middle, reach = (count - 1) / 2, np.sqrt((count**2 - 1) / 12)
    number = Axis("number", low=0, high=count - 1, offset=middle, scale=reach)
    bent = yield from train(dense(1, [params.hidden], 1, "tanh", "linear"),
                            Data((known.district[:, None] - middle) / reach, known.price[:, None], (number,), PRICE),
                            TrainingConfig(loss="squared_error", learning_rate=params.learning_rate,
                                           steps=params.steps), seeds, name="number, hidden layer", frames=2)
    every = np.broadcast_to((np.arange(count, dtype=np.float32) - np.float32(middle)) / np.float32(reach),
                            (replicas, 1, count))
    said_network = outputs(bent.network, bent.weights, every)[:, 0].astype(float)
    slope, intercept = line(known.district, known.price)
    said_number = intercept[:, None] + slope[:, None] * np.arange(count)
    new_slope, new_intercept = line(at(anew, known.district), known.price)
    said_anew = new_intercept[:, None] + new_slope[:, None] * anew
    means = district_means(known, count)
    means_anew = at(district_means(Flats(at(anew, known.district), known.price), count), anew)

    def worth(said: Array) -> Array:
        return explained(at(said, fresh.district), fresh.price)

    def change(first: Array, second: Array) -> Array:
        return np.sqrt((at(first - second, fresh.district) ** 2).mean(axis=1))

    ways = [worth(said_number), worth(said_network), worth(means)]
    mean_price = np.broadcast_to(known.price.mean(axis=1, keepdims=True), fresh.price.shape)
    return Outcome(shown, CategoryMetrics(
        models=np.array(MODELS), explained=np.stack(ways, axis=1), explained_number=ways[0],
        explained_network=ways[1], explained_one_hot=ways[2], explained_renumbered=worth(said_anew),
        explained_best=worth(levels), explained_ids=explained(mean_price, fresh.price),
        trained_ids=explained(known.price, known.price),
        trained_one_hot=explained(at(means, known.district), known.price),
        change_number=change(said_number, said_anew), change_one_hot=change(means, means_anew),
        numbers=np.array([f"number {k}" for k in range(count)]), levels=levels, said_number=said_number,
        said_network=said_network, said_one_hot=means, flats=one_hot(known.district, count).sum(axis=2).astype(int),
        parameters_number=np.full(replicas, 2), parameters_one_hot=np.full(replicas, count + 1),
        slope=slope, intercept=intercept,
    ))


EXPERIMENT = Experiment(
    "A category as input",
    CategoryParams,
    CategoryMetrics,
    run,
    views=(
        View("bars", "What each way says for each district", x="numbers",
             y=("levels", "said_number", "said_network", "said_one_hot"), y_title="price",
             names=("true level", "number", "number, hidden layer", "one-hot")),
        View("bars", "Part of the fresh prices' variance explained", x="models", y=("explained",),
             y_title="part explained"),
        View("network", "The neuron with an input for each district"),
    ),
)
