"""Weight decay or L2: one and the same with plain descent, two things with Adam.

A linear neuron whose four inputs have different spreads, so that the loss is steep for one weight and flat for another.
L2 adds a price to the loss, and its gradient goes through the optimizer like any other. Weight decay takes a share off
each weight beside the optimizer's step (Loshchilov and Hutter, 2019: AdamW). Plain descent subtracts rate times
gradient, so both are the same sum. Adam divides each gradient by its recent size: trained to the end it still finds the
minimum of the loss with its price, where flat weights pay most. Decay past Adam acts like a bound: Adam's steps are at
most about the rate, so no weight stays above 1 / lambda (Xie and Li, 2024).
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.randomness import draw
from sims.engine.settings import rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

INPUTS, POINTS, NOISE, WIDEST = 4, 60, 0.5, 2.0
AXES = tuple(Axis(f"input {i + 1}", low=-4, high=4) for i in range(INPUTS))
TARGET = (Axis("y", low=-8, high=8),)
NETWORK = dense(INPUTS, [], 1, "tanh", "linear")
NAMES = ("Adam, decay", "Adam, L2", "plain descent, decay", "plain descent, L2")


class DecayParams(Params):
    """The strength of both, and how unlike the inputs are."""

    strength: float = setting(1.0, ge=0, le=2, step=0.1, title="strength",
                              description="lambda of L2 and of weight decay",
                              words=("lambda", "weight decay", "l2", "decay", "wd"))
    weakest: float = setting(0.25, ge=0.2, le=2, step=0.05, title="spread of the weakest input",
                             description="standard deviation of the fourth input; the first has 2",
                             words=("weakest", "spread", "scale"))
    learning_rate: float = rate_setting(0.05, le=0.1, ge=0.005)
    steps: int = steps_setting(400, le=800, ge=20)


class DecayMetrics(Metrics):
    """The weights that each way ends with, and how much of the unpriced weights that is."""

    inputs: Array = shared("the four inputs, from the steepest to the flattest", kind="label")
    kept_decay: Array = metric("weight with Adam and decay over the weight without a price, for each input")
    kept_l2: Array = metric("weight with Adam and L2 over the weight without a price, for each input")
    kept_plain: Array = metric("weight with plain descent and L2 over the weight without a price, for each input")
    steep_decay: Array = metric("weight of the steepest input with Adam and decay over the one without a price")
    flat_decay: Array = metric("weight of the flattest input with Adam and decay over the one without a price")
    steep_l2: Array = metric("weight of the steepest input with Adam and L2 over the one without a price")
    flat_l2: Array = metric("weight of the flattest input with Adam and L2 over the one without a price")
    even_l2: Array = metric("smallest over largest share of the weights that is left, Adam and L2")
    bound: Array = shared("one over the strength, a billion where that is zero")
    largest_decay: Array = metric("size of the largest weight with Adam and decay")
    largest_l2: Array = metric("size of the largest weight with Adam and L2")
    largest_free: Array = metric("size of the largest weight without a price")
    smallest_free: Array = metric("size of the smallest weight without a price")
    last_decay: Array = metric("size of the flattest input's weight with Adam and decay")
    first_decay: Array = metric("size of the steepest input's weight with Adam and decay")
    differ_adam: Array = metric("largest difference of a weight between decay and L2, Adam")
    differ_plain: Array = metric("largest difference of a weight between decay and L2, plain descent")
    differ_l2: Array = metric("largest difference of a weight between Adam and plain descent, L2")


def examples(seeds: Array, weakest: float) -> Data:
    """Inputs with spreads from 2 down to the weakest, and a noisy sum of them with weights of sizes from 1.5 to 2.5."""
    spreads = np.geomspace(WIDEST, weakest, INPUTS)[:, None]
    inputs = spreads * draw(seeds, "inputs", lambda rng: rng.normal(0, 1, (INPUTS, POINTS)))
    size = (1, INPUTS)
    true = draw(seeds, "true weights", lambda rng: rng.choice([-1, 1], size) * rng.uniform(1.5, 2.5, size))
    noise = draw(seeds, "noise", lambda rng: rng.normal(0, NOISE, (1, POINTS)))
    return Data(inputs, true @ inputs + noise, AXES, TARGET)


def unpriced(data: Data) -> Array:
    """The weights of least squares without a price, (R, INPUTS)."""
    ones = np.ones((len(data.inputs), 1, data.inputs.shape[2]))
    x = np.concatenate((data.inputs, ones), axis=1)
    return np.linalg.solve(x @ x.transpose(0, 2, 1), x @ data.targets.transpose(0, 2, 1))[:, :INPUTS, 0]


def weights_of(trained: Trained) -> Array:
    """The weight of every input, (R, INPUTS)."""
    return trained.weights[0][:, :-1, 0].astype(float)


def run(params: DecayParams, seeds: Array) -> Generator[Frame, None, Outcome[DecayMetrics]]:
    """Adam and plain descent, each with decay and with L2 of the same strength, on the same examples."""
    data = examples(seeds, params.weakest)
    nets: list[Trained] = []
    for name, optimizer, decays in zip(NAMES, ("adam", "adam", "sgd", "sgd"), (True, False) * 2, strict=True):
        config = TrainingConfig(loss="squared_error", optimizer=optimizer, learning_rate=params.learning_rate,
                                steps=params.steps, l2=0 if decays else params.strength,
                                weight_decay=params.strength if decays else 0)
        nets.append((yield from train(NETWORK, data, config, seeds, name=name, frames=60 if name == NAMES[1] else 2)))
    decay, price, plain_decay, plain_price = (weights_of(net) for net in nets)
    free = unpriced(data)
    left = {"decay": decay / free, "l2": price / free}
    shares = np.abs(left["l2"])
    return Outcome(nets[1], DecayMetrics(
        inputs=np.array([axis.name for axis in AXES]), kept_decay=left["decay"], kept_l2=left["l2"],
        kept_plain=plain_price / free, steep_decay=left["decay"][:, 0], flat_decay=left["decay"][:, -1],
        steep_l2=left["l2"][:, 0], flat_l2=left["l2"][:, -1], even_l2=shares.min(axis=1) / shares.max(axis=1),
        bound=np.array(1 / max(params.strength, 1e-9)), largest_decay=np.abs(decay).max(axis=1),
        largest_l2=np.abs(price).max(axis=1), largest_free=np.abs(free).max(axis=1),
        smallest_free=np.abs(free).min(axis=1), last_decay=np.abs(decay[:, -1]), first_decay=np.abs(decay[:, 0]),
        differ_adam=np.abs(decay - price).max(axis=1), differ_plain=np.abs(plain_decay - plain_price).max(axis=1),
        differ_l2=np.abs(price - plain_price).max(axis=1),
    ))


EXPERIMENT = Experiment(
    "Weight decay or L2",
    DecayParams,
    DecayMetrics,
    run,
    views=(
        View("bars", "What is left of each weight, from the steepest to the flattest input", x="inputs",
             y=("kept_decay", "kept_l2", "kept_plain"), names=("Adam, decay", "Adam, L2", "plain descent, L2"),
             y_title="share of the unpriced weight"),
        View("network", "The neuron with Adam and L2"),
        View("loss", "Loss with Adam and L2"),
    ),
)
