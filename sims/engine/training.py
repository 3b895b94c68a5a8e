"""Training: R replicas at once, recorded at about 60 steps; a generator that a caller can cease to iterate.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.losses import losses, output_delta
from sims.engine.network import Network, backward, forward, initial_weights, room
from sims.engine.optimizers import OPTIMIZERS
from sims.engine.randomness import stream

CHUNK_BYTES = 300_000  # activations of the replicas trained together: what fits in the second-level cache


@dataclass(frozen=True)
class Recipe:
    """How to train. `batch_size` None means full batch; `l2` adds l2/2 times the sum of squared weights, biases
    excluded; `dropout` is the share of hidden activations switched off at each step."""

    loss: str = "log_loss"
    optimizer: str = "adam"
    learning_rate: float = 0.1
    steps: int = 1000
    batch_size: int | None = None
    momentum: float = 0.9
    l2: float = 0.0
    dropout: float = 0.0


@dataclass(frozen=True)
class HiddenLabels:
    """A loss of its own on hidden units: log loss against `targets` (R, k, N) for the first k units of hidden layer
    `layer` (sigmoid), times `weight`."""

    targets: Array
    weight: float
    layer: int = 0


@dataclass(frozen=True)
class Frame:
    """The state after `step` updates: `loss` (R,) averaged over the examples, in nats for the log losses, and the
    weights of every layer (R, n_in + 1, n_out), whose last row is the bias."""

    step: int
    loss: Array
    weights: tuple[Array, ...]
    validation_loss: Array | None = None
    name: str = ""


@dataclass(frozen=True)
class Trained:
    """R trained replicas: their recording, and `diverged_at` (R,), the step at which a weight ceased to be finite, or
    -1. A diverged replica keeps its last finite recorded weights."""

    network: Network
    data: Data
    recipe: Recipe
    frames: tuple[Frame, ...]
    diverged_at: Array
    validation: Data | None = None
    name: str = ""

    @property
    def weights(self) -> tuple[Array, ...]:
        """The final weights, layer by layer: (R, n_in + 1, n_out)."""
        return self.frames[-1].weights

    @property
    def loss(self) -> Array:
        """The final loss of each replica, (R,)."""
        return self.frames[-1].loss


Training = Generator[Frame, None, Trained]


def recorded_steps(steps: int, frames: int = 60) -> list[int]:
    """At most `frames` steps from 0 to `steps`, denser at the start, where most of the change is."""
    return sorted({round(steps * (i / (frames - 1)) ** 2) for i in range(frames)})


def train(network: Network, data: Data, recipe: Recipe, seeds: Array, *, weights: Sequence[Array] | None = None,
          validation: Data | None = None, labels: HiddenLabels | None = None, dtype: Any = np.float32,
          name: str = "", frames: int = 60) -> Training:
    """Train one network for each seed; yield frames and return all of it as `Trained`.

    `weights` are the starting weights (by default random, by `initial_weights`). `name` tells one training from
    another where an experiment has several. A replica gets the same result alone and among others.
    """
    start = list(weights) if weights is not None else initial_weights(network, seeds)
    chunks = [
        _Chunk(network, data, recipe, seeds, start, labels, dtype, part)
        for part in _parts(network, data, recipe, len(seeds))
    ]
    recorded: list[Frame] = []
    losses_on = [_meter(network, some, recipe.loss, len(seeds), dtype) for some in (data, validation) if some]
    done = 0
    with np.errstate(all="ignore"):  # divergence is looked for and reported, not warned of
        for step in recorded_steps(recipe.steps, frames):
            for chunk in chunks:
                chunk.advance(done, step)
            done = step
            now = tuple(np.concatenate(layer) for layer in zip(*(chunk.snapshot() for chunk in chunks), strict=True))
            loss, *on_validation = (measure(now) for measure in losses_on)
            recorded.append(Frame(step, loss, now, on_validation[0] if on_validation else None, name))
            yield recorded[-1]
            if all((chunk.diverged_at >= 0).all() for chunk in chunks):
                break
    diverged_at = np.concatenate([chunk.diverged_at for chunk in chunks])
    return Trained(network, data, recipe, tuple(recorded), diverged_at, validation, name)


def train_all(trainings: Iterable[Training]) -> Generator[Frame, None, list[Trained]]:
    """Several trainings one after another, yielding the frames of all; the results in their order."""
    done = []
    for training in trainings:
        done.append((yield from training))
    return done


def untrained(network: Network, weights: Sequence[Array], data: Data, recipe: Recipe) -> Trained:
    """A network whose weights (R, n_in + 1, n_out) are set by hand, as a recording of the one frame at step
    0."""
    kept = tuple(layer.astype(np.float32) for layer in weights)
    loss = _meter(network, data, recipe.loss, len(kept[0]), np.float32)(kept)
    return Trained(network, data, recipe, (Frame(0, loss, kept),), np.full(len(loss), -1))


def _meter(network: Network, data: Data, loss: str, replicas: int,
           dtype: Any) -> Callable[[Sequence[Array]], Array]:
    """A function from weights to the loss of each replica (R,) on all of `data`; its buffers are made once."""
    a, targets = room(network, data.inputs, replicas, dtype), data.targets.astype(dtype)

    def measure(weights: Sequence[Array]) -> Array:
        z: list[Array] = []
        forward(network, weights, a, z)
        return losses(loss, network.activations[-1], z[-1], targets).mean(axis=-1)

    return measure


def _parts(network: Network, data: Data, recipe: Recipe, replicas: int) -> list[slice]:
    points = recipe.batch_size or data.inputs.shape[-1]
    at_once = max(1, min(32, CHUNK_BYTES // (4 * points * (sum(network.sizes) + len(network.sizes)))))
    edges = np.linspace(0, replicas, -(-replicas // at_once) + 1).round().astype(int)  # equal parts
    return [slice(first, last) for first, last in pairwise(edges)]


class _Chunk:
    """The replicas that are trained together, with the buffers of their inner loop."""

    def __init__(self, network: Network, data: Data, recipe: Recipe, seeds: Array, start: Sequence[Array],
                 labels: HiddenLabels | None, dtype: Any, part: slice) -> None:
        self.network, self.recipe, self.seeds = network, recipe, seeds[part]
        self.data = data.part(part).astype(dtype)
        self.labels = replace(labels, targets=_cut(labels.targets, part).astype(dtype)) if labels else None
        replicas = len(self.seeds)
        self.flat, self.weights = _flat(network, replicas, dtype)
        self.gradient, self.gradients = _flat(network, replicas, dtype)
        for mine, given in zip(self.weights, start, strict=True):
            mine[...] = _cut(given, part)
        self.kernel, kernels = _flat(network, replicas, dtype)  # 1 for weights, 0 for biases
        for layer in kernels:
            layer[:, :-1] = 1
        self.update = OPTIMIZERS[recipe.optimizer](self.flat.size, dtype, recipe.learning_rate, recipe.momentum)
        self.batches = _Batches(self.data, recipe.batch_size, self.seeds, dtype)
        self.a = [self.batches.inputs, *room(network, self.batches.inputs[:, :-1], replicas, dtype)[1:]]
        self.drops = [stream(seed, "dropout") for seed in self.seeds] if recipe.dropout else []
        self.share = np.array(1 / self.batches.size, dtype)  # of an example in the mean
        self.diverged_at = np.full(replicas, -1)
        self.last_finite = self.flat.copy()
        self.frozen: Array | None = None  # which entries of `flat` belong to diverged replicas

    def advance(self, first: int, last: int) -> None:
        for t in range(first, last):
            self.step(t)

    def snapshot(self) -> list[Array]:
        self.last_finite[:] = self.flat
        return [layer.copy() for layer in self.weights]

    def step(self, t: int) -> None:
        recipe, a = self.recipe, self.a
        a[0], targets, example_weights = self.batches.at(t)
        masks = self.masks() if recipe.dropout else None
        out = forward(self.network, self.weights, a, masks=masks)
        delta, fused = output_delta(recipe.loss, self.network.activations[-1], out, targets)
        if self.data.example_weights is not None:
            delta *= example_weights
        keep = 1 - recipe.dropout
        backward(self.network, self.weights, a, delta, fused, self.gradients, self.pull(), masks, keep)
        self.gradient *= self.share
        if recipe.l2:
            self.gradient += recipe.l2 * self.kernel * self.flat
        if not self.network.bias:
            self.gradient *= self.kernel
        self.update(self.flat, self.gradient, t + 1)
        if self.frozen is not None:
            np.copyto(self.flat, self.last_finite, where=self.frozen)
        if not self.flat.dot(self.flat) < np.inf:  # one cheap test a step for nan, inf and weights beyond 1e19
            self.freeze_diverged(t + 1)

    def masks(self) -> dict[int, Array]:
        keep, points = 1 - self.recipe.dropout, self.a[0].shape[-1]
        return {
            layer: np.stack([rng.random((size, points)) < keep for rng in self.drops]).astype(self.flat.dtype) / keep
            for layer, size in enumerate(self.network.sizes[1:-1])
        }

    def pull(self) -> dict[int, Array] | None:
        if self.labels is None or not self.labels.weight:
            return None
        units = self.a[self.labels.layer + 1][:, :-1]
        named = self.labels.targets.shape[1]
        pull = np.zeros_like(units)
        by_logit = units[:, :named] - self.labels.targets
        pull[:, :named] = units.dtype.type(self.labels.weight) * by_logit
        return {self.labels.layer: pull}

    def freeze_diverged(self, step: int) -> None:
        finite = np.ones(len(self.seeds), bool)
        for layer in self.weights:
            finite &= np.isfinite(np.square(layer).sum(axis=(1, 2)))
        self.diverged_at[~finite & (self.diverged_at < 0)] = step
        frozen, layers = _flat(self.network, len(self.seeds), np.bool_)
        for layer in layers:
            layer[self.diverged_at >= 0] = True
        self.frozen = frozen
        np.copyto(self.flat, self.last_finite, where=frozen)


class _Batches:
    """The examples of each step: all of them, or each replica's own shuffle cut into batches (a remainder that does
    not fill a batch waits for the next shuffle)."""

    def __init__(self, data: Data, size: int | None, seeds: Array, dtype: Any) -> None:
        points = data.inputs.shape[-1]
        self.size = min(size or points, points)
        self.per_epoch = points // self.size
        self.shuffles = [stream(seed, "shuffle") for seed in seeds] if self.per_epoch > 1 else []
        # Rows: inputs, ones, targets, example weights; examples last. Memory: batch, row, replica, example.
        every = max(len(seeds) if self.shuffles else 1, len(data.inputs), len(data.targets))
        ones = np.ones((every, 1, points), dtype)
        shares = ones if data.example_weights is None else data.example_weights
        self.rows = np.concatenate([np.broadcast_to(part, (every, *part.shape[1:]))
                                    for part in (data.inputs, ones, data.targets, shares)], axis=1)
        self.split = data.inputs.shape[1] + 1
        self.batch = np.empty((self.per_epoch, self.rows.shape[1], every, self.size), dtype)
        batches = [batch.transpose(1, 0, 2) for batch in self.batch]
        self.views = [(now[:, : self.split], now[:, self.split : -1], now[:, -1:]) for now in batches]
        self.fill(None)

    @property
    def inputs(self) -> Array:
        return self.at(1)[0]  # step 1: reading it must not shuffle

    def fill(self, orders: list[Array] | None) -> None:
        used = self.per_epoch * self.size
        for r in range(self.rows.shape[0]):
            rows = self.rows[r][:, orders[r][:used]] if orders else self.rows[r, :, :used]
            self.batch[:, :, r] = rows.reshape(len(rows), self.per_epoch, self.size).swapaxes(0, 1)

    def at(self, t: int) -> tuple[Array, Array, Array]:
        """Inputs with ones (R, n_in + 1, B), targets (R, n_out, B), and example weights (R, 1, B)."""
        if self.shuffles and t % self.per_epoch == 0:
            self.fill([rng.permutation(self.rows.shape[-1]) for rng in self.shuffles])
        return self.views[t % self.per_epoch]


def _cut(array: Array, part: slice) -> Array:
    return array if len(array) == 1 else array[part]


def _flat(network: Network, replicas: int, dtype: Any) -> tuple[Array, list[Array]]:
    """One flat vector of zeros for all layers, and its views (R, n_in + 1, n_out), in memory (R, n_out, n_in + 1):
    forward and backward multiply with the transpose."""
    sizes = [replicas * rows * columns for rows, columns in network.shapes]
    flat = np.zeros(sum(sizes), dtype)
    edges = np.cumsum([0, *sizes])
    views = [flat[first:last].reshape(replicas, columns, rows).transpose(0, 2, 1)
             for first, last, (rows, columns) in zip(edges, edges[1:], network.shapes, strict=False)]
    return flat, views
