"""The inner loop of training: replicas that are trained together, step by step, in one set of arrays."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.backprop import Layer, layers_of, pass_backward, pass_forward
from sims.engine.batches import Batches
from sims.engine.coordinates import Coordinates, fastest
from sims.engine.datasets import Data
from sims.engine.losses import FUSED, LOSSES
from sims.engine.masks import Masks
from sims.engine.network import Network
from sims.engine.optimizers import OPTIMIZERS
from sims.engine.schedules import rate_at
from sims.engine.training_config import HiddenLabels, TrainingConfig


class Chunk:
    """The replicas that are trained together, with the arrays of their inner loop.

    The parameters of all layers and replicas are one flat vector, so that the optimizer needs few calls. The passes
    compute with `inner`, the same parameters in the coordinates that are the fastest.
    """

    def __init__(self, network: Network, data: Data, config: TrainingConfig, seeds: Array, start: Sequence[Array],
                 labels: HiddenLabels | None, dtype: Any) -> None:
        self.network, self.config, self.seeds = network, config, seeds
        self.flat, self.weights = flat_layers(network, len(seeds), dtype, start)
        within = fastest(network, config.loss)
        if within.signed_targets:
            data = replace(data, targets=2 * data.targets - 1)
        self.batches = Batches(data, config.batch_size, seeds, dtype)
        self.weighted = data.example_weights is not None
        self.shares = flat_layers(network, len(seeds), dtype, [1 / factor for factor in within.factors])[0]
        self.inner, layers = flat_layers(network, len(seeds), dtype)
        np.multiply(self.flat, self.shares, self.inner)
        self.gradient, gradients = flat_layers(network, len(seeds), dtype)
        self.layers = {size: layers_of(within.network, layers, gradients, size) for size in self.batches.sizes}
        kernel = flat_layers(network, len(seeds), dtype, [_kernel(shape) for shape in network.shapes])[0]
        learned = self.shares if network.bias else self.shares * kernel
        self.means = {size: learned / dtype(size) for size in self.batches.sizes}  # from a sum by `inner` to a mean
        self.priced = bool(np.any(config.l2))
        self.decay = kernel * np.asarray(self.spread(config.l2), dtype)
        self.fused = (network.activations[-1], config.loss) in FUSED
        self.reversed = within.reversed
        softmax = self.fused and network.activations[-1] == "softmax"
        self.scaled = softmax and not np.allclose(data.targets.sum(axis=1), 1)  # targets that are no shares
        self.loss_derivative = LOSSES[config.loss].derivative
        self.rate = rate_at(config, self.spread(config.learning_rate))
        self.update = OPTIMIZERS[config.optimizer](self.flat.size, dtype, self.rate, config.momentum)
        self.l1 = kernel * dtype(config.l1)
        self.weight_decay = kernel * dtype(config.weight_decay)
        self.masks = Masks(network, self.batches.size, config.dropout, seeds, dtype) if config.dropout else None
        self.labels = _within(labels, within, dtype) if labels and labels.weight else None
        self.refuse_what_is_not_built_in()
        self.diverged_at = np.full(len(seeds), -1)
        self.last_finite, self.kept = flat_layers(network, len(seeds), dtype, start)
        self.frozen: Array | None = None  # which entries of `flat` belong to diverged replicas

    def refuse_what_is_not_built_in(self) -> None:
        """`ValueError` for combinations whose gradient would be another one than that of the shown loss."""
        if self.fused and self.network.activations[-1] == "softmax" and self.batches.weights > 1:
            raise ValueError("outputs that share one softmax cannot have weights of their own")
        if self.labels and self.batches.per_epoch > 1:
            raise ValueError("labels of hidden units need all examples in each step: leave batch_size None")

    def advance(self, first: int, last: int) -> None:
        """Make the steps from `first` to `last`."""
        for t in range(first, last):
            self.step(t)

    def snapshot(self, part: slice = slice(None)) -> list[Array]:
        """A copy of some replicas' weights, which are also what these fall back to when they diverge."""
        for layer, kept in zip(self.weights, self.kept, strict=True):
            kept[part] = layer[part]
        return [layer[part].copy() for layer in self.weights]

    def step(self, t: int) -> None:
        """One update of the weights; t counts from 0."""
        flat, gradient = self.flat, self.gradient
        inputs, transposed, targets, example_weights = self.batches.at(t)
        size = targets.shape[-1]
        layers = self.layers[size]
        masks = self.masks.at(t, size) if self.masks else None
        out = pass_forward(layers, inputs, masks)
        if self.scaled:
            out *= targets.sum(axis=-2, keepdims=True)
        if self.fused:
            delta = np.subtract(targets, out, out) if self.reversed else np.subtract(out, targets, out)
        else:
            delta = self.loss_derivative(out, targets)
        if self.weighted:
            delta *= example_weights
        auxiliary = self.auxiliary_gradient(layers) if self.labels else None
        pass_backward(layers, inputs, transposed, delta, self.fused, auxiliary, masks, 1 - self.config.dropout)
        np.multiply(gradient, self.means[size], gradient)
        if self.priced:
            gradient += self.decay * flat
        if self.config.weight_decay:
            flat -= self.weight_decay * flat.dtype.type(self.rate(t + 1)) * flat
        self.update(flat, gradient, t + 1)
        if self.config.l1:
            threshold = self.l1 * self.flat.dtype.type(self.rate(t + 1))
            flat -= np.clip(flat, -threshold, threshold)  # the proximal step: towards zero, but not beyond
        if self.frozen is not None:
            np.copyto(flat, self.last_finite, where=self.frozen)
        if not flat.dot(flat) < np.inf:  # one cheap test a step; finite weights beyond 1e19 do not pass it either
            self.freeze_diverged(t + 1)
        np.multiply(flat, self.shares, self.inner)

    def spread(self, numbers: float | Array) -> float | Array:
        """One number as it is, or one for each replica (R,) as one for each entry of `flat`, in float64."""
        if not isinstance(numbers, np.ndarray):
            return numbers
        each = [numbers[:, None, None]] * len(self.network.shapes)
        return flat_layers(self.network, len(self.seeds), np.float64, each)[0]

    def auxiliary_gradient(self, layers: Sequence[Layer]) -> dict[int, Array]:
        """The derivative of the log loss on labelled hidden units by their pre-activations: {layer: (R, k, N)}."""
        assert self.labels
        targets = self.labels.targets
        auxiliary = layers[self.labels.layer].out[:, : targets.shape[1]] - targets
        auxiliary *= self.labels.weight
        return {self.labels.layer: auxiliary}

    def freeze_diverged(self, step: int) -> None:
        """Note which replicas have a weight that is nan or infinite, and keep these from now on as they were when they
        were last recorded."""
        finite = np.all([np.isfinite(layer).all(axis=(1, 2)) for layer in self.weights], axis=0)
        if finite.all():
            return
        self.diverged_at[~finite & (self.diverged_at < 0)] = step
        self.frozen, layers = flat_layers(self.network, len(self.seeds), np.bool_)
        for layer in layers:
            layer[self.diverged_at >= 0] = True
        np.copyto(self.flat, self.last_finite, where=self.frozen)


def flat_layers(network: Network, replicas: int, dtype: Any,
                values: Sequence[Array] | None = None) -> tuple[Array, list[Array]]:
    """One flat vector for all layers, and its views (R, n_in + 1, n_out), in memory (R, n_out, n_in + 1): the passes
    multiply with the transpose. `values`, one array a layer, fill it; else it is zero."""
    sizes = [replicas * rows * columns for rows, columns in network.shapes]
    flat = np.zeros(sum(sizes), dtype)
    edges = np.cumsum([0, *sizes])
    views = [flat[first:last].reshape(replicas, columns, rows).transpose(0, 2, 1)
             for first, last, (rows, columns) in zip(edges, edges[1:], network.shapes, strict=False)]
    for view, value in zip(views, values or (), strict=False):
        view[...] = value
    return flat, views


def _within(labels: HiddenLabels, within: Coordinates, dtype: Any) -> HiddenLabels:
    """Labels of hidden units in the coordinates of training."""
    return replace(labels, targets=within.targets_of_hidden(labels.targets, labels.layer).astype(dtype),
                   weight=within.sign_of_hidden(labels.layer) * labels.weight)


def _kernel(shape: tuple[int, int]) -> Array:
    """1 for weights, 0 for biases."""
    ones = np.ones(shape)
    ones[-1] = 0
    return ones
