"""Training: R replicas at once, recorded at about 60 steps; a generator that a caller can cease to iterate.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.crowd import Crowd
from sims.engine.crowd import Task as Task  # part of this module's interface, as are the next two
from sims.engine.datasets import Data
from sims.engine.losses import losses
from sims.engine.network import Network, buffers, forward, initial_weights, with_linear_output
from sims.engine.training_config import HiddenLabels as HiddenLabels
from sims.engine.training_config import TrainingConfig as TrainingConfig
from sims.engine.untrained import training_is_left_out


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
    task = Task(network, data, config, weights, validation, labels, name, frames)
    return (yield from train_together([task], seeds, dtype))[0]


def train_together(tasks: Iterable[Task], seeds: Array,
                   dtype: Any = np.float32) -> Generator[Frame, None, list[Trained]]:
    """Several trainings, those of one kind as one crowd (`sims/engine/crowd.py`); the results in their order.

    Each is bit for bit what `train` gives, but that the frames of one in a crowd go on to the end where all its
    replicas diverge.
    """
    wanted = list(tasks)
    kinds: dict[object, list[int]] = {}
    for number, task in enumerate(wanted):
        kinds.setdefault(task.kind, []).append(number)
    found: dict[int, Trained] = {}
    for numbers in kinds.values():
        trained = yield from _as_one([wanted[number] for number in numbers], seeds, dtype)
        found.update(zip(numbers, trained, strict=True))
    return [found[number] for number in range(len(wanted))]


def _as_one(tasks: Sequence[Task], seeds: Array, dtype: Any) -> Generator[Frame, None, list[Trained]]:
    """Train tasks of one kind, step by step together."""
    for rates in (task.config.learning_rate for task in tasks):
        if np.ndim(rates) and np.shape(rates) != seeds.shape:
            raise ValueError(f"{np.size(rates)} learning rates for {len(seeds)} replicas")
    starts = [list(task.weights) if task.weights is not None else initial_weights(task.network, seeds)
              for task in tasks]
    if training_is_left_out():
        return (yield from train_all(_unmoved(task, start, seeds, dtype)
                                     for task, start in zip(tasks, starts, strict=True)))
    crowd = Crowd(tasks, starts, seeds, dtype)
    meters = [_meters(task, len(seeds), dtype) for task in tasks]
    at = [recorded_steps(task.config.steps, task.frames) for task in tasks]
    recorded: list[list[Frame]] = [[] for _ in tasks]
    done, unseen = 0, np.full(len(seeds), np.nan)
    with np.errstate(all="ignore"):  # divergence is looked for and reported, not warned of
        for step in sorted(set().union(*at)):
            crowd.advance(done, step)
            done = step
            for number, task in enumerate(tasks):
                if step in at[number]:
                    now = crowd.snapshot(number)
                    seen = task.losses or step == at[number][-1]
                    loss, *on_validation = (measure(now) if seen else unseen for measure in meters[number])
                    recorded[number].append(
                        Frame(step, loss, now, on_validation[0] if on_validation else None, task.name))
                    yield recorded[number][-1]
            if len(tasks) == 1 and crowd.is_gone:
                break
    return [_told(task, frames, crowd.diverged_at(number))
            for number, (task, frames) in enumerate(zip(tasks, recorded, strict=True))]


def _told(task: Task, frames: Sequence[Frame], diverged_at: Array) -> Trained:
    return Trained(task.network, task.data, task.config, tuple(frames), diverged_at, task.validation, task.name,
                   task.labels, plain=not task.config.weight_decay)


def _unmoved(task: Task, start: Sequence[Array], seeds: Array, dtype: Any) -> Training:
    """The recording of a training that makes no step: the same weights at every step."""
    kept = tuple(np.broadcast_to(layer, (len(seeds), *layer.shape[1:])).astype(dtype) for layer in start)
    loss, *on_validation = (measure(kept) for measure in _meters(task, len(seeds), dtype))
    recorded = tuple(Frame(step, loss, kept, on_validation[0] if on_validation else None, task.name)
                     for step in recorded_steps(task.config.steps, task.frames))
    yield recorded[-1]
    return _told(task, recorded, np.full(len(loss), -1))


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


def _meters(task: Task, replicas: int, dtype: Any) -> list[Callable[[Sequence[Array]], Array]]:
    """What measures the loss on a task's examples, and on those for validation where there are any."""
    return [_meter(task.network, some, task.config.loss, replicas, dtype)
            for some in (task.data, task.validation) if some]
