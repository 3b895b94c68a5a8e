"""The work that is timed: the same data, start and recipe for everybody.

W1 is a 2-3-1 sigmoid network on 200 roasts, full batch, Adam, 1,000 steps. `start` is one network's first weights.
"""

import numpy as np

from sims.engine.activations import Array
from sims.engine.coffee import roasts
from sims.engine.datasets import Data
from sims.engine.experiment import drain
from sims.engine.network import dense, initial_weights
from sims.engine.randomness import ensemble_seeds
from sims.engine.training import Trained, TrainingConfig, train

STEPS, POINTS, RATE = 1000, 200, 0.01
WIDTHS, SEEDS = range(1, 17), 20


def data(replicas: int, points: int = POINTS) -> Data:
    """The same roasts for every replica: peers train on one data set, so we do too."""
    one = roasts(ensemble_seeds(0, 1), points)
    return Data(np.repeat(one.inputs, replicas, 0), np.repeat(one.targets, replicas, 0), one.axes, one.target_axes)


def start(hidden: int, replicas: int = 1) -> list[Array]:
    """The first weights, (replicas, n_in + 1, n_out) for each of the two layers."""
    return initial_weights(dense(2, [hidden], 1, "sigmoid", "sigmoid"), ensemble_seeds(0, replicas))


def ours(hidden: int = 3, replicas: int = 32, steps: int = STEPS, dtype: type = np.float32, frames: int = 60,
         points: int = POINTS) -> Trained:
    """W1 by the engine, recording as a learner's run does."""
    network = dense(2, [hidden], 1, "sigmoid", "sigmoid")
    config = TrainingConfig(learning_rate=RATE, steps=steps)
    seeds = ensemble_seeds(0, replicas)
    return drain(train(network, data(replicas, points), config, seeds, weights=start(hidden, replicas), dtype=dtype,
                       frames=frames))


def sweep() -> None:
    """320 networks: widths 1 to 16, 20 seeds each; equal widths are trained together."""
    for hidden in WIDTHS:
        ours(hidden, SEEDS, frames=2)


def playground() -> None:
    """TensorFlow Playground's work: 2-8-8-1 tanh, 500 points, batches of 10, 32 replicas, 1,000 steps."""
    network = dense(2, [8, 8], 1, "tanh", "sigmoid")
    config = TrainingConfig(optimizer="sgd", learning_rate=0.03, steps=STEPS, batch_size=10)
    drain(train(network, data(32, 500), config, ensemble_seeds(0, 32)))
