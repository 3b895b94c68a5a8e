"""Networks with skip connections, R replicas at once: around a hidden layer, or from the inputs to the output.

Around a hidden layer (He et al., 2016, in its plainest form): a <- a + f(W a + b), for every hidden layer as wide as
what it gets. From the inputs to the output: the output's pre-activation gets D x besides. In the backward pass the
derivative by a layer's input is W^T delta plus, around the layer, the derivative by its output itself. With neither of
the two this is the plain dense network.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from sims.engine.activations import ACTIVATIONS, Array
from sims.engine.datasets import Data
from sims.engine.losses import losses, output_delta
from sims.engine.network import Network, initial_weights
from sims.engine.optimizers import OPTIMIZERS
from sims.engine.schedules import rate_at
from sims.engine.training import TrainingConfig
from sims.engine.untrained import training_is_left_out


class Skipping:
    """A network of R replicas: `weights`, one (R, n_in + 1, n_out) a layer with the bias in the last row, and `direct`
    (R, n_inputs, n_out) from the inputs to the output, zero and fixed unless `from_inputs`; `around` adds the input of
    a hidden layer to its output, where both are equally wide."""

    def __init__(self, network: Network, seeds: Array, *, around: bool = False, from_inputs: bool = False,
                 start: Sequence[Array] | None = None, dtype: type = np.float32) -> None:
        self.network, self.from_inputs = network, from_inputs
        begin = list(start) if start is not None else initial_weights(network, seeds)
        direct = np.zeros((len(seeds), network.sizes[0], network.sizes[-1]))
        every = [*begin, direct]
        self.flat = np.concatenate([np.asarray(layer, dtype).ravel() for layer in every])
        edges = np.cumsum([0, *(layer.size for layer in every)])
        self.shapes, self.edges = [layer.shape for layer in every], edges
        *self.weights, self.direct = self.views(self.flat)
        hidden = len(network.activations) - 1
        self.around = [around and i < hidden and n_in == n_out
                       for i, (n_in, n_out) in enumerate(pairwise(network.sizes))]

    def views(self, flat: Array) -> list[Array]:
        """The layers' parts of a flat vector, and the direct connections' as the last one."""
        return [flat[first:last].reshape(shape)
                for (first, last), shape in zip(pairwise(self.edges), self.shapes, strict=True)]

    def forward(self, inputs: Array) -> tuple[list[Array], list[Array], Array]:
        """For inputs (R, n_in, N) the layers' inputs (R, n, N), what their activation functions gave, and the output's
        pre-activations (R, n_out, N)."""
        a = inputs
        taken: list[Array] = []
        given: list[Array] = []
        for layer, name, around in zip(self.weights, self.network.activations, self.around, strict=True):
            taken.append(a)
            z = layer[:, :-1].transpose(0, 2, 1) @ a
            z += layer[:, -1][:, :, None]
            if layer is self.weights[-1]:
                if self.from_inputs:
                    z += self.direct.transpose(0, 2, 1) @ inputs
                return taken, given, z
            ACTIVATIONS[name].apply(z)
            given.append(z)
            a = a + z if around else z
        raise AssertionError("a network has an output layer")

    def outputs(self, inputs: Array) -> Array:
        """The outputs (R, n_out, N) of inputs (R, n_in, N)."""
        z = self.forward(inputs.astype(self.flat.dtype))[2].copy()
        ACTIVATIONS[self.network.activations[-1]].apply(z)
        return z

    def loss(self, data: Data, loss: str) -> Array:
        """The mean loss of each replica on the examples, (R,)."""
        dtype = self.flat.dtype
        z = self.forward(data.inputs.astype(dtype))[2]
        return losses(loss, self.network.activations[-1], z, data.targets.astype(dtype)).mean(axis=-1)

    def gradient(self, inputs: Array, targets: Array, loss: str) -> Array:
        """The gradient of the mean loss, flat like the parameters; zero for direct connections that are not there."""
        taken, given, z = self.forward(inputs)
        name = self.network.activations[-1]
        ACTIVATIONS[name].apply(z)
        found = np.zeros_like(self.flat)
        *layers, direct = self.views(found)
        delta, fused = output_delta(loss, name, z, targets)
        delta = delta / targets.shape[-1]
        if not fused:
            delta = ACTIVATIONS[name].backward(z, delta)
        if self.from_inputs:
            np.matmul(inputs, delta.transpose(0, 2, 1), out=direct)
        for i in reversed(range(len(layers))):
            if i < len(given):
                passed, delta = delta, ACTIVATIONS[self.network.activations[i]].backward(given[i], delta)
            np.matmul(taken[i], delta.transpose(0, 2, 1), out=layers[i][:, :-1])
            delta.sum(axis=2, out=layers[i][:, -1])
            if i:
                delta = self.weights[i][:, :-1] @ delta
                if self.around[i]:
                    delta += passed
        return found


def updates(net: Skipping, data: Data, config: TrainingConfig) -> Callable[[int], None]:
    """A function that makes the step t, counted from 0, on all examples. `ValueError` where `config` asks for what is
    not built in: batches, l1, l2, weight decay, dropout, or a learning rate for each replica."""
    prices = config.l1 or config.l2 or config.weight_decay
    if config.batch_size or prices or config.dropout or isinstance(config.learning_rate, np.ndarray):
        raise ValueError("skip connections take full batches, no l1, l2 or dropout, and one learning rate")
    dtype = net.flat.dtype.type
    optimize = OPTIMIZERS[config.optimizer](net.flat.size, dtype, rate_at(config, config.rate_of()), config.momentum)
    inputs, targets = data.inputs.astype(dtype), data.targets.astype(dtype)

    def update(t: int) -> None:
        optimize(net.flat, net.gradient(inputs, targets, config.loss), t + 1)

    return update


def train_skipping(net: Skipping, data: Data, config: TrainingConfig, every: int = 5) -> tuple[Array, Array]:
    """Train in place: the steps at which the loss was looked at, the first, each `every`-th and the last one, (k,), and
    the loss of each replica at those, (R, k)."""
    update, steps, curve = updates(net, data, config), [0], [net.loss(data, config.loss)]
    for t in range(config.steps):
        if not training_is_left_out():
            update(t)
        if (t + 1) % every == 0 or t + 1 == config.steps:
            steps.append(t + 1)
            curve.append(net.loss(data, config.loss))
    return np.array(steps), np.stack(curve, axis=1)
