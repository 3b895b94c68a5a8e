"""The coordinates that training computes in, where a sigmoid costs two passes over the activations instead of four.

sigmoid(z) = (1 + tanh(z/2)) / 2. A hidden layer with half the weights and the activation 1 + tanh therefore gives twice
the sigmoid, and the layer above makes up for it with half the kernel. For log loss on a sigmoid output, whose
derivative by z is sigmoid(z) - y = (tanh(z/2) - (2y - 1)) / 2, tanh and targets of -1 and 1 do.

The factors are powers of two, so that no digit is lost on the way there and back.
"""

import numpy as np

from sims.engine.activations import Array
from sims.engine.network import Network


def halved(network: Network, loss: str) -> tuple[Network, list[Array]]:
    """The network that training computes with, and by which factors its weights are smaller, (n_in + 1, n_out) for
    each layer. Its fused log loss wants targets of -1 and 1 where `signed_targets`."""
    names = ["doubled sigmoid" if name == "sigmoid" else name for name in network.activations[:-1]]
    names.append("tanh" if signed_targets(network, loss) else network.activations[-1])
    factors = [np.ones(shape) for shape in network.shapes]
    for layer, name in enumerate(network.activations):
        if names[layer] != name:
            factors[layer] *= 2
        if layer and names[layer - 1] != network.activations[layer - 1]:
            factors[layer][:-1] *= 2
    return Network(network.sizes, tuple(names), network.bias), factors


def signed_targets(network: Network, loss: str) -> bool:
    """Whether the output is a sigmoid with log loss, whose labels 0 and 1 become -1 and 1."""
    return (network.activations[-1], loss) == ("sigmoid", "log_loss")
