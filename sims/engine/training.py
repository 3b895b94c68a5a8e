"""Training: R replicas at once, recorded at about 60 steps; a generator that a caller can cease to iterate.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.loop import Chunk
from sims.engine.losses import losses
from sims.engine.network import Network, buffers, forward, initial_weights, with_linear_output
from sims.engine.training_config import HiddenLabels as HiddenLabels  # both are part of this module's interface
from sims.engine.training_config import TrainingConfig as TrainingConfig
from sims.engine.untrained import training_is_left_out

CHUNK_BYTES = 1_100_000  # activations of the replicas trained together; more of them fall out of the caches


@dataclass(frozen=True)
class Frame:
    """The state after `step` updates: the weights of every layer (R, n_in + 1, n_out), whose last row is the bias, and
    the `loss` (R,), in nats for the log losses.

    It is what training makes small, averaged over all examples and weighed by their weights, but without what the
    configuration adds for the weights' size, without dropout, and without the labels of hidden units.
    """

    step: int
    loss: Array
    weights: tuple[Array, ...]
    validation_loss: Array | None = None
    name: str = ""


@dataclass(frozen=True)
class Trained:
    """R trained replicas: their recording, and `diverged_at` (R,), the step at which a weight became nan or infinite,
    or -1. From then on a diverged replica keeps the weights of the last frame that was recorded before. `plain` tells
    that `train` made the steps, without decoupled weight decay, `labels` which hidden units it gave a loss of their
    own. `begins` says when the first frame is, such as "after round one", where that network was trained before; empty
    for "before training"."""

    network: Network
    data: Data
    config: TrainingConfig
    frames: tuple[Frame, ...]
    diverged_at: Array
    validation: Data | None = None
    name: str = ""
    labels: HiddenLabels | None = None
    plain: bool = False
    begins: str = ""

    @property
    def weights(self) -> tuple[Array, ...]:
        """The final weights, layer by layer: (R, n_in + 1, n_out)."""
        return self.frames[-1].weights

    @property
    def loss(self) -> Array:
        """The final loss of each replica, (R,)."""
        return self.frames[-1].loss

    @property
    def shown_step(self) -> Array:
        """The step whose weights stand in the last frame, (R,): the last one recorded, or recorded before diverging."""
        steps = np.array([frame.step for frame in self.frames])
        last = np.searchsorted(steps, self.diverged_at) - 1  # of the frames before it diverged
        return np.where(self.diverged_at >= 0, steps[np.maximum(last, 0)], steps[-1])


Training = Generator[Frame, None, Trained]


def recorded_steps(steps: int, frames: int | Sequence[int] = 60) -> list[int]:
    """At most `frames` steps from 0 to `steps`, denser at the start, where most of the change is; or 0, `steps` and the
    steps between that `frames` names."""
    if not isinstance(frames, int):
        return sorted({0, steps, *frames})
    return sorted({round(steps * (i / (frames - 1)) ** 2) for i in range(frames)})


def train(network: Network, data: Data, config: TrainingConfig, seeds: Array, *, weights: Sequence[Array] | None = None,
          validation: Data | None = None, labels: HiddenLabels | None = None, dtype: Any = np.float32,
          name: str = "", frames: int | Sequence[int] = 60) -> Training:
    """Train one network for each seed; yield frames and return all of it as `Trained`.

    `weights` are the starting weights (by default random, by `initial_weights`). `name` tells one training from
    another where an experiment has several. A replica gets the same result alone and among others.
    """
    if np.ndim(config.learning_rate) and np.shape(config.learning_rate) != seeds.shape:
        raise ValueError(f"{np.size(config.learning_rate)} learning rates for {len(seeds)} replicas")
    start = list(weights) if weights is not None else initial_weights(network, seeds)
    if training_is_left_out():
        kept = tuple(np.broadcast_to(layer, (len(seeds), *layer.shape[1:])).astype(dtype) for layer in start)
        return (yield from _unmoved(network, data, config, kept, validation, labels, name, frames))
    chunks = [
        Chunk(network, data.part(part), config.part(part), seeds[part], [_cut(layer, part) for layer in start],
              replace(labels, targets=_cut(labels.targets, part)) if labels else None, dtype)
        for part in _parts(network, data, config, len(seeds))
    ]
    recorded: list[Frame] = []
    losses_on = [_meter(network, some, config.loss, len(seeds), dtype) for some in (data, validation) if some]
    done = 0
    with np.errstate(all="ignore"):  # divergence is looked for and reported, not warned of
        for step in recorded_steps(config.steps, frames):
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
    return Trained(network, data, config, tuple(recorded), diverged_at, validation, name, labels,
                   plain=not config.weight_decay)


def _unmoved(network: Network, data: Data, config: TrainingConfig, kept: tuple[Array, ...], validation: Data | None,
             labels: HiddenLabels | None, name: str, frames: int | Sequence[int]) -> Training:
    """The recording of a training that makes no step: the same weights at every step."""
    loss, *on_validation = (_meter(network, some, config.loss, len(kept[0]), kept[0].dtype.type)(kept)
                            for some in (data, validation) if some)
    recorded = tuple(Frame(step, loss, kept, on_validation[0] if on_validation else None, name)
                     for step in recorded_steps(config.steps, frames))
    yield recorded[-1]
    return Trained(network, data, config, recorded, np.full(len(loss), -1), validation, name, labels,
                   plain=not config.weight_decay)


def train_all(trainings: Iterable[Training]) -> Generator[Frame, None, list[Trained]]:
    """Several trainings one after another, yielding the frames of all; the results in their order."""
    done = []
    for training in trainings:
        done.append((yield from training))
    return done


def until(trained: Trained, config: TrainingConfig) -> Trained:
    """What training for the fewer steps of `config`, which is the same otherwise, would have given: the recording up to
    there. It must have a frame at that step, and the learning rate must be constant."""
    frames = tuple(frame for frame in trained.frames if frame.step <= config.steps)
    diverged_at = np.where(trained.diverged_at <= config.steps, trained.diverged_at, -1)
    return replace(trained, config=config, frames=frames, diverged_at=diverged_at)


def at_start(trained: Trained) -> Trained:
    """The replicas as they were before the first step: what is measured on these, training did not do."""
    return replace(trained, frames=trained.frames[:1], diverged_at=np.full(len(trained.loss), -1))


def untrained(network: Network, weights: Sequence[Array], data: Data, config: TrainingConfig) -> Trained:
    """A network whose weights (R, n_in + 1, n_out) are set by hand, as a recording of the one frame at step
    0."""
    kept = tuple(layer.astype(np.float32) for layer in weights)
    loss = _meter(network, data, config.loss, len(kept[0]), np.float32)(kept)
    return Trained(network, data, config, (Frame(0, loss, kept),), np.full(len(loss), -1))


def _meter(network: Network, data: Data, loss: str, replicas: int,
           dtype: Any) -> Callable[[Sequence[Array]], Array]:
    """A function from weights to the loss of each replica (R,) on all of `data`, weighed as it is trained on; its
    buffers are made once."""
    a, data = buffers(network, data.inputs, replicas, dtype), data.astype(dtype)
    to_logits, last = with_linear_output(network), network.activations[-1]

    def measure(weights: Sequence[Array]) -> Array:
        z = forward(to_logits, weights, a)
        return losses(loss, last, z, data.targets, data.example_weights).mean(axis=-1)

    return measure


def _parts(network: Network, data: Data, config: TrainingConfig, replicas: int) -> list[slice]:
    points = min(config.batch_size or data.inputs.shape[-1], data.inputs.shape[-1])
    at_once = max(1, min(128, CHUNK_BYTES // (4 * points * (sum(network.sizes) + len(network.sizes)))))
    edges = np.linspace(0, replicas, -(-replicas // at_once) + 1).round().astype(int)  # equal parts
    return [slice(first, last) for first, last in pairwise(edges)]


def _cut(array: Array, part: slice) -> Array:
    return array if len(array) == 1 else array[part]
