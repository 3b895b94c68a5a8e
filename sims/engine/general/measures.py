"""Measuring any trained network: success, what its outputs look like, and what its units and gradients do."""

from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.backprop import loss_gradients
from sims.engine.datasets import Data
from sims.engine.general.examples import Examples, decided
from sims.engine.general.metrics import NetworkMetrics
from sims.engine.general.settings import NetworkParams
from sims.engine.general.steps import masks_of
from sims.engine.losses import LOSSES
from sims.engine.network import Network, buffers, forward
from sims.engine.randomness import stream
from sims.engine.training import Trained

SOLVED, FAILED = 0.99, 0.05  # of the variance of numbers
ALIKE = 0.01  # of the targets' range: outputs this near are the same
END = 0.02  # of an activation's range: nearer to its ends it is saturated
FEW = 100  # examples that units and gradients are measured on
FIRST = 8  # examples in the table


def measure(trained: Trained, examples: Examples, params: NetworkParams, seeds: Array, epoch: int,
            shown_as: tuple[str, ...]) -> NetworkMetrics:
    """All metrics; `epoch` is how many steps one has."""
    said = said_of(trained, trained.data.inputs, params, seeds)
    alive = trained.diverged_at < 0
    success = _success(said, examples, trained.data, params)
    success["undecided"] = _undecided(trained, said, examples, params, seeds)
    found = {**success, **_losses(trained, epoch), **_outputs(trained, said), **_units(trained), **_gradients(trained),
             **_held_out(trained, examples, params, seeds, epoch), **_first(trained, said),
             "loss_constant": loss_of_constant(trained)}
    kept = ("diverged", "diverged_epoch", "first_targets", "target_least", "target_most", "majority", "loss_constant",
            "loss_start", "gradient_first", "gradient_last", "saturated_start", "dead_start")
    every = {name: _each(value, len(seeds)) for name, value in found.items()}
    every = {name: value if name in kept else _only(value, alive) for name, value in every.items()}
    every["solved"] = np.where(alive, every["solved"], 0.0)
    every["failed"] = np.where(alive, every["failed"], 1.0)
    return NetworkMetrics(**every, first_examples=_labels(trained), shown_as=np.array(shown_as or ("",)))


def said_of(trained: Trained, inputs: Array, params: NetworkParams, seeds: Array, again: int = 0) -> Array:
    """The outputs (R, n_out, N), with dropout still on where the network was left in training mode."""
    dice = [stream(seed, f"asked {again}") for seed in seeds] if params.left_in_training and params.dropout else []
    masks = masks_of(trained.network, dice, inputs.shape[-1], params.dropout)
    return _run(trained.network, trained.weights, inputs, masks)[-1][:, :-1]


def loss_of_constant(trained: Trained) -> Array:
    """The least loss of an output that is the same for all examples, each output's own: the mean target, the median
    for absolute error. (R or 1,)"""
    targets, loss = trained.data.targets, trained.config.loss
    values = np.median(targets, axis=-1, keepdims=True) if loss == "absolute_error" else targets.mean(-1, keepdims=True)
    if loss.endswith("from_logits"):
        loss, values = loss.removesuffix("_from_logits"), np.clip(values, 1e-9, 1)
    constant = np.broadcast_to(values, targets.shape)
    return LOSSES[loss].per_example(constant, targets).mean(axis=-1) * share_of(trained)


def share_of(trained: Trained) -> float:
    """What the sum over the outputs is multiplied with: 1, or what makes the mean of it."""
    shares = trained.data.example_weights
    return 1.0 if shares is None else float(shares.flat[0])


def _run(network: Network, weights: Any, inputs: Array, masks: dict[int, Array] | None = None) -> list[Array]:
    """The activations of all layers, (R, units + 1, N) each, those below the first being the inputs."""
    a = buffers(network, inputs, len(weights[0]), np.float32)
    for layer, name in enumerate(network.activations):
        forward(Network(network.sizes[layer : layer + 2], (name,)), weights[layer : layer + 1], a[layer : layer + 2])
        if masks and layer in masks:
            a[layer + 1][:, :-1] *= masks[layer]
    return a


def _success(said: Array, examples: Examples, data: Data, params: NetworkParams) -> dict[str, Array]:
    targets, scale = data.targets, np.array([axis.scale for axis in data.target_axes])[:, None]
    found = {name: _nan(said) for name in ("accuracy", "majority", "one_answer", "explained")}
    found |= {"error": np.sqrt(((said - targets) ** 2 * scale**2).mean(axis=(1, 2))),
              "hits": ((said[:, 0] > 0.5) == targets[:, 0]).mean(axis=-1)}
    if not examples.classes:
        explained = explained_variance(said, targets)
        return found | {"solved": (explained >= SOLVED).astype(float), "score": explained, "explained": explained,
                        "failed": (explained < FAILED).astype(float)}
    answer = decided(said, examples.classes, params)
    right = (answer == examples.answers[:, 0]).mean(axis=-1)
    majority = np.broadcast_to(_commonest(examples.answers[:, 0].astype(int)), right.shape)
    return found | {"solved": (right == 1).astype(float), "score": right, "accuracy": right, "majority": majority,
                    "one_answer": _commonest(answer), "failed": (right <= majority).astype(float)}


def explained_variance(said: Array, targets: Array) -> Array:
    """1 less the squared error over the targets' variance, over all outputs, (R,)."""
    left = ((said - targets) ** 2).sum(axis=(1, 2))
    return 1 - left / ((targets - targets.mean(axis=2, keepdims=True)) ** 2).sum(axis=(1, 2))


def _commonest(answers: Array) -> Array:
    """The share of the commonest value in each row of whole numbers (R, N): (R,)."""
    values = np.arange(answers.max() + 1)[:, None]
    return (answers[:, None] == values).mean(axis=-1).max(axis=-1)


def _losses(trained: Trained, epoch: int) -> dict[str, Array]:
    curve = np.stack([frame.loss for frame in trained.frames], axis=1)  # (R, frames)
    steps = np.array([frame.step for frame in trained.frames])
    middle = int(np.searchsorted(steps, steps[-1] / 2))
    went = trained.diverged_at >= 0
    return {
        "loss_start": curve[:, 0], "loss": curve[:, -1], "loss_least": curve.min(axis=1),
        "late_fall": 1 - curve[:, -1] / curve[:, middle],
        "rises": (np.diff(curve, axis=1) > 1e-4 * np.abs(curve[:, :1])).mean(axis=1) if len(steps) > 1 else 0 * went,
        "diverged": went.astype(float), "diverged_epoch": np.where(went, np.ceil(trained.diverged_at / epoch), np.nan),
    }


def _held_out(trained: Trained, examples: Examples, params: NetworkParams, seeds: Array,
              epoch: int) -> dict[str, Array]:
    if trained.validation is None or examples.validation_answers is None:
        names = ("validation_loss", "validation_least", "validation_best_epoch", "validation_score")
        return dict.fromkeys(names, np.full(len(seeds), np.nan))
    curve = np.stack([frame.validation_loss for frame in trained.frames if frame.validation_loss is not None], axis=1)
    steps = np.array([frame.step for frame in trained.frames])
    said = said_of(trained, trained.validation.inputs, params, seeds)
    score = explained_variance(said, trained.validation.targets)
    if examples.classes:
        score = (decided(said, examples.classes, params) == examples.validation_answers[:, 0]).mean(axis=-1)
    best = steps[np.nan_to_num(curve, nan=np.inf).argmin(axis=1)] / epoch
    return {"validation_loss": curve[:, -1], "validation_least": curve.min(axis=1), "validation_best_epoch": best,
            "validation_score": score}


def _outputs(trained: Trained, said: Array) -> dict[str, Array]:
    axes, targets = trained.data.target_axes, trained.data.targets
    scale, offset = (np.array([getattr(axis, name) for axis in axes])[:, None] for name in ("scale", "offset"))
    values, wanted = offset + scale * said, offset + scale * targets
    spread = np.ptp(values, axis=2)
    return {
        "output_least": values.min(axis=(1, 2)), "output_most": values.max(axis=(1, 2)),
        "output_mean": values.mean(axis=(1, 2)), "output_spread": spread.max(axis=1),
        "outputs_equal": (spread <= ALIKE * np.ptp(wanted, axis=2)).all(axis=1).astype(float),
        "target_least": wanted.min(axis=(1, 2)), "target_most": wanted.max(axis=(1, 2)),
    }


def _units(trained: Trained) -> dict[str, Array]:
    """What hidden units do before training and at the end, on some of the examples."""
    network, inputs = trained.network, trained.data.inputs[..., :: max(1, trained.data.inputs.shape[-1] // FEW)]
    found: dict[str, Array] = {}
    for ending, weights in (("_start", trained.frames[0].weights), ("", trained.weights)):
        layers = [layer[:, :-1] for layer in _run(network, weights, inputs)[1:-1]]
        named = list(zip(network.activations, layers, strict=False))
        ends = [_near_ends(name, a) for name, a in named if name in ("sigmoid", "tanh")]
        dead = [(a <= 0).all(axis=2) for name, a in named if name == "relu"]
        found[f"saturated{ending}"] = np.concatenate(ends, axis=1).mean(axis=(1, 2)) if ends else _nan(weights[0])
        found[f"dead{ending}"] = np.concatenate(dead, axis=1).mean(axis=1) if dead else _nan(weights[0])
    first = trained.weights[0]
    apart = np.ptp(first, axis=2).max(axis=1) if len(trained.weights) > 1 and first.shape[2] > 1 else _nan(first)
    equal = np.where(np.isnan(apart), np.nan, apart <= 1e-6 * np.abs(first).max(axis=(1, 2)))
    return {**found, "units_apart": apart, "units_equal": equal, "weights_moved": _moved(trained, None),
            "first_moved": _moved(trained, 1)}


def _moved(trained: Trained, layers: int | None) -> Array:
    """How far the weights of the first layers moved, against their length at the end, (R,)."""
    now, then = (np.concatenate([layer.reshape(len(layer), -1) for layer in frame.weights[:layers]], axis=1)
                 for frame in (trained.frames[-1], trained.frames[0]))
    return np.linalg.norm(now - then, axis=1) / np.maximum(np.linalg.norm(now, axis=1), 1e-12)


def _near_ends(name: str, a: Array) -> Array:
    low, high = (-1, 1) if name == "tanh" else (0, 1)
    return (a < low + END * (high - low)) | (a > high - END * (high - low))


def _gradients(trained: Trained) -> dict[str, Array]:
    few = slice(None, None, max(1, trained.data.inputs.shape[-1] // FEW))
    inputs, targets = (part[..., few].astype(float) for part in (trained.data.inputs, trained.data.targets))
    start = [layer.astype(float) for layer in trained.frames[0].weights]
    layers = loss_gradients(trained.network, start, inputs, targets, trained.config.loss)
    first, last = (np.linalg.norm(layer[:, :-1], axis=(1, 2)) for layer in (layers[0], layers[-1]))
    return {"gradient_first": share_of(trained) * first, "gradient_last": share_of(trained) * last}


def _undecided(trained: Trained, said: Array, examples: Examples, params: NetworkParams, seeds: Array) -> Array:
    if not examples.classes or not params.left_in_training:
        return np.zeros(len(seeds))
    again = said_of(trained, trained.data.inputs, params, seeds, again=1)
    return (decided(said, examples.classes, params) != decided(again, examples.classes, params)).mean(axis=-1)


def _first(trained: Trained, said: Array) -> dict[str, Array]:
    targets = np.broadcast_to(trained.data.targets, said.shape)[..., :FIRST]
    said = said[..., :FIRST]
    if said.shape[1] == 1:
        axis = trained.data.target_axes[0]
        return {name: axis.offset + axis.scale * part[:, 0] for name, part in (("first_outputs", said),
                                                                             ("first_targets", targets))}
    right = targets.argmax(axis=1)[:, None]
    return {"first_outputs": np.take_along_axis(said, right, axis=1)[:, 0],
            "first_targets": np.take_along_axis(targets, right, axis=1)[:, 0]}


def _labels(trained: Trained) -> Array:
    """The first examples as people read them; numbered where they have many inputs or are each replica's own."""
    data = trained.data
    values = np.array([axis.offset for axis in data.axes])[:, None] + np.array(
        [axis.scale for axis in data.axes])[:, None] * data.inputs[0, :, :FIRST]
    if len(data.inputs) > 1 or len(values) > 4:
        return np.array([f"example {k + 1}" for k in range(values.shape[1])])
    return np.array([", ".join(f"{value:.3g}" for value in column) for column in values.T])


def _nan(like: Array) -> Array:
    return np.full(len(like), np.nan)


def _each(values: Array, replicas: int) -> Array:
    return np.broadcast_to(values, (replicas, *values.shape[1:]))


def _only(values: Array, alive: Array) -> Array:
    """The values of replicas that did not diverge; nan for the others."""
    return np.where(alive.reshape(-1, *[1] * (values.ndim - 1)), values, np.nan)
