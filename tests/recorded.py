"""Recordings for the player's tests, and what numpy says of the same networks."""

from typing import Any

import numpy as np

from bot.present.recordings import recording
from sims import (
    activation_shapes,
    coffee_roasting,
    dead_relu,
    gradient_flow,
    regression_output,
    relu_pieces,
    softmax_or_sigmoids,
    superposition,
    top_seller,
)
from sims.engine.activations import Array
from sims.engine.codec import pack
from sims.engine.coffee import AXES, GOOD
from sims.engine.datasets import Data, standardised
from sims.engine.experiment import Run, perform
from sims.engine.network import Network, buffers, forward
from sims.engine.training import Trained, TrainingConfig, untrained

RUNS: dict[str, Run[Any, Any]] = {
    module.__name__.removeprefix("sims."): perform(module.EXPERIMENT, replicas=2)
    for module in (activation_shapes, coffee_roasting, dead_relu, gradient_flow, regression_output, relu_pieces,
                   softmax_or_sigmoids, superposition, top_seller)
}


def by_hand(activation: str, first: list[list[float]]) -> bytes:
    """A 2-2-1 network over roasts with hidden weights that are set by hand."""
    rng = np.random.default_rng(0)
    weights = [np.array([first]), np.array([[[4.0], [-3.0], [0.5]]])]
    values = rng.uniform([[150], [11.5]], [[285], [15.5]], (1, 2, 200))
    data = Data(standardised(values, AXES), np.zeros((1, 1, 200)), AXES, GOOD)
    return pack(untrained(Network((2, 2, 1), (activation, "sigmoid")), weights, data, TrainingConfig()))


def weighted() -> Trained:
    """A 2-1 network over roasts, half of which count four times."""
    rng = np.random.default_rng(1)
    values = rng.uniform([[150], [11.5]], [[285], [15.5]], (1, 2, 50))
    good = rng.integers(0, 2, (1, 1, 50)).astype(float)
    data = Data(standardised(values, AXES), good, AXES, GOOD, 1 + 3 * good)
    return untrained(Network((2, 1), ("sigmoid",)), [np.array([[[1.0], [-0.5], [0.3]]])], data, TrainingConfig())


COLD, SHORT = (175 - AXES[0].offset) / AXES[0].scale, (12 - AXES[1].offset) / AXES[1].scale
RECORDINGS = {name: recording(run) for name, run in RUNS.items()} | {
    "leaky": by_hand("leaky_relu", [[-9, 0], [0, 9], [9 * COLD, -9 * SHORT]]),
    "softplus": by_hand("softplus", [[-9, 0], [0, 9], [9 * COLD, -9 * SHORT]]),
    "step": by_hand("step", [[-9, 0], [0, 9], [9 * COLD, -9 * SHORT]]),
}
WEIGHTED = weighted()
RECORDINGS |= {"weighted": pack(WEIGHTED), "cut": RECORDINGS["coffee_roasting"][:-200], "empty": b"",
               "other": b"GIF89a and more", "new": b"NRN\x07" + bytes(20)}


def numpy_values(run: Run[Any, Any], inputs: Array, frame: int = -1) -> tuple[list[Array], list[Array]]:
    """Pre-activations and activations of the first replica's layers, each (units, N)."""
    weights, z = [layer[:1] for layer in run.shown.frames[frame].weights], list[Array]()
    a = buffers(run.shown.network, inputs, 1, np.float32)
    forward(run.shown.network, weights, a, z)
    return [layer[0] for layer in z], [layer[0, :-1] for layer in a[1:]]


def roast(temperature: float, duration: float) -> Array:
    return standardised(np.array([[[temperature], [duration]]]), AXES).astype(np.float32)
