"""Where a network's weights start: the recipes of libraries, and those of scripts written by hand."""

from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.network import Network
from sims.engine.randomness import stream

StartName = Literal["glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal",
                    "pytorch", "sklearn", "normal", "uniform", "constant", "zeros"]
GAIN = {"glorot": 2.0, "he": 2.0, "lecun": 1.0}  # of the variance, over n_in (Glorot: over n_in + n_out)
WITH_BIASES = ("pytorch", "sklearn")  # their biases start at random, too


def starting_weights(name: StartName, network: Network, seeds: Array, spread: float = 1.0, low: float = 0.0,
                     high: float = 1.0) -> list[Array]:
    """The weights of every layer, (R, n_in + 1, n_out) in float64, the last row the biases.

    `spread` is the standard deviation of "normal" and the value of "constant"; "uniform" lies between `low` and `high`.
    Biases start at 0, but for PyTorch and scikit-learn. Glorot and Bengio (2010), He et al. (2015), LeCun et al.
    (1998); Keras' default is "glorot_uniform".
    """
    layers = [np.zeros((len(seeds), *shape)) for shape in network.shapes]
    for r, seed in enumerate(seeds):
        rng = stream(seed, "weights")
        for layer, activation in zip(layers, network.activations, strict=True):
            rows = layer.shape[1] - (0 if name in WITH_BIASES and network.bias else 1)
            shape = (rows, layer.shape[2])
            layer[r, :rows] = _drawn(rng, name, shape, layer.shape[1] - 1, activation, spread, low, high)
    return layers


def _drawn(rng: np.random.Generator, name: StartName, shape: tuple[int, int], n_in: int, activation: str, spread: float,
           low: float, high: float) -> Array:
    """A layer's starting weights; `n_in` inputs lead into each of its shape[1] units."""
    if name in ("zeros", "constant"):
        return np.full(shape, spread if name == "constant" else 0.0)
    if name == "normal":
        return rng.normal(0, spread, shape)
    if name == "uniform":
        return rng.uniform(min(low, high), max(low, high), shape)
    if name == "pytorch":
        return rng.uniform(-1, 1, shape) / np.sqrt(n_in)
    if name == "sklearn":
        reach = np.sqrt((2 if activation == "sigmoid" else 6) / (n_in + shape[1]))
        return rng.uniform(-reach, reach, shape)
    rule, _, kind = name.partition("_")
    deviation = np.sqrt(GAIN[rule] / (n_in + shape[1] if rule == "glorot" else n_in))
    if kind == "normal":
        return rng.normal(0, deviation, shape)
    reach = np.sqrt(3) * deviation  # a uniform draw within r has the standard deviation r / sqrt(3)
    return rng.uniform(-reach, reach, shape)
