"""The coordinates that training computes in, where a sigmoid costs few passes over the activations.

Where the tangent is fast, by sigmoid(z) = (1 + tanh(z/2)) / 2. A hidden layer with half the weights and the activation
1 + tanh gives twice the sigmoid, and the layer above makes up for it with half the kernel. For log loss on a sigmoid
output, whose derivative by z is sigmoid(z) - y = (tanh(z/2) - (2y - 1)) / 2, tanh and targets of -1 and 1 do.

Where the exponential is the faster one, by sigmoid(z) = 1 / (1 + exp(-z)): with negated weights a layer's
pre-activations are what the exponential is to be taken of.

All factors are powers of two or -1, so that no digit is lost on the way there and back.
"""

from dataclasses import dataclass

import numpy as np

from sims.engine.activations import Array
from sims.engine.hyperbolic import has_avx2_alone
from sims.engine.network import Network
from sims.engine.processor import PROCESSOR, Processor


@dataclass(frozen=True)
class Coordinates:
    """What training computes with in place of a network.

    `factors`, (n_in + 1, n_out) for each layer, are how many times as large the network's own weights are. Its fused
    log loss wants targets of -1 and 1 where `signed_targets`, and its derivative has the other sign where `reversed`.
    """

    network: Network
    factors: list[Array]
    signed_targets: bool = False
    reversed: bool = False

    def targets_of_hidden(self, targets: Array, layer: int) -> Array:
        """Labels of hidden sigmoids, 0 to 1, as this network's units would have them."""
        return 2 * targets if self.network.activations[layer] == "doubled sigmoid" else targets

    def sign_of_hidden(self, layer: int) -> int:
        """1, or -1 where a hidden layer's activations fall with its pre-activations."""
        return -1 if self.network.activations[layer] == "negated sigmoid" else 1


def fastest(network: Network, loss: str, processor: Processor = PROCESSOR) -> Coordinates:
    """The coordinates in which a network is trained the fastest on a processor."""
    return negated(network, loss) if has_avx2_alone(processor) else halved(network, loss)


def halved(network: Network, loss: str) -> Coordinates:
    """The coordinates with tangents in place of sigmoids."""
    signed = _sigmoid_with_log_loss(network, loss)
    names = ["doubled sigmoid" if name == "sigmoid" else name for name in network.activations[:-1]]
    names.append("tanh" if signed else network.activations[-1])
    factors = [np.ones(shape) for shape in network.shapes]
    for layer, name in enumerate(network.activations):
        if names[layer] != name:
            factors[layer] *= 2
        if layer and names[layer - 1] != network.activations[layer - 1]:
            factors[layer][:-1] *= 2
    return Coordinates(Network(network.sizes, tuple(names), network.bias), factors, signed_targets=signed)


def negated(network: Network, loss: str) -> Coordinates:
    """The coordinates with exponentials in place of sigmoids."""
    names = tuple("negated sigmoid" if name == "sigmoid" else name for name in network.activations)
    factors = [np.full(shape, -1.0 if name == "sigmoid" else 1.0)
               for shape, name in zip(network.shapes, network.activations, strict=True)]
    return Coordinates(Network(network.sizes, names, network.bias), factors,
                       reversed=_sigmoid_with_log_loss(network, loss))


def _sigmoid_with_log_loss(network: Network, loss: str) -> bool:
    return (network.activations[-1], loss) == ("sigmoid", "log_loss")
