"""When something happened in a run, worked out from the weights of its recorded frames, to the nearest frame."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sims.engine.activations import Array
from sims.engine.datasets import Axis
from sims.engine.network import Network, buffers, forward, outputs
from sims.engine.scores import DECIDING, accuracy, decides
from sims.engine.training import Frame, Trained

SIDE = 20  # points along a side of the picture at which a boundary is looked for
SEEN = 0.02  # a boundary is in the picture where it has a larger share than this on either side of it
MOST = 4  # events of units that are told

Truths = NDArray[np.bool_]


class Event(NamedTuple):
    """`kind` is one of "ninetyPercent", "tenth", "overfit", "diverged" of the run, and "appears", "leaves",
    "takesSides", "silent" of the unit in a layer, counted from 0 at the first after the input."""

    frame: int
    kind: str
    layer: int = -1
    unit: int = -1


def events(trained: Trained, frames: Sequence[Frame], replica: int = 0) -> list[Event]:
    """What happened to a replica in these frames, in order; nothing is told of fewer than three."""
    if len(frames) < 3:
        return []
    weights = [np.stack([frame.weights[layer][replica] for frame in frames]) for layer in range(len(trained.weights))]
    inputs, targets = (part[min(replica, len(part) - 1)] for part in (trained.data.inputs, trained.data.targets))
    with np.errstate(all="ignore"):
        units = sorted(_of_units(trained, weights, inputs), key=lambda event: (-event.layer, event.frame))[:MOST]
        return sorted([*_of_run(trained, frames, weights, inputs, targets, replica), *units], key=lambda m: m.frame)


def _of_run(trained: Trained, frames: Sequence[Frame], weights: Sequence[Array], inputs: Array, targets: Array,
            replica: int) -> Iterator[Event]:
    if decides(trained):
        said = outputs(trained.network, weights, inputs[None].astype(weights[0].dtype))
        yield from _from_then("ninetyPercent", accuracy(said, targets[None]) >= 0.9)
    else:
        loss = np.array([frame.loss[replica] for frame in frames])
        yield from _from_then("tenth", loss <= 0.1 * loss[0])
    told = [frame.validation_loss[replica] for frame in frames if frame.validation_loss is not None]
    if told and told[-1] > 1.02 * min(told):
        yield Event(int(np.argmin(told)), "overfit")
    if trained.diverged_at[replica] >= 0:
        later = (k for k, frame in enumerate(frames) if frame.step >= trained.diverged_at[replica])
        yield Event(next(later, len(frames) - 1), "diverged")


def _of_units(trained: Trained, weights: Sequence[Array], inputs: Array) -> Iterator[Event]:
    network, flat = trained.network, trained.network.sizes[0] <= 2
    on_examples = _above(network, weights, inputs)
    in_view = _above(network, weights, _picture(trained.data.axes)) if flat else on_examples
    for layer, (shares, seen) in enumerate(zip(in_view, on_examples, strict=True)):
        if shares is None or seen is None:
            continue
        crosses = (shares > SEEN) & (shares < 1 - SEEN)  # (F, units)
        for unit in range(shares.shape[1]):
            yield from _from_then("appears" if flat else "takesSides", crosses[:, unit], layer, unit)
            if network.activations[layer] == "relu":
                yield from _from_then("silent", seen[:, unit] == 0, layer, unit)
            elif flat:
                yield from _from_then("leaves", ~crosses[:, unit], layer, unit)


def _from_then(kind: str, holds: Truths, *where: int) -> Iterator[Event]:
    """The first frame from which it holds to the end; nothing where it always did, or does not at the end."""
    if holds[-1] and not holds.all():
        yield Event(int(np.flatnonzero(~holds)[-1]) + 1, kind, *where)


def _above(network: Network, weights: Sequence[Array], inputs: Array) -> list[Array | None]:
    """For each layer the share of the inputs (n_in, N) at which each unit is above its boundary, frame by frame,
    (F, units); None where it has no boundary."""
    z: list[Array] = []
    forward(network, weights, buffers(network, inputs[None], len(weights[0]), weights[0].dtype), z)
    last = len(z) - 1
    found: list[Array | None] = []
    for layer, (name, values) in enumerate(zip(network.activations, z, strict=True)):  # (F, units, N)
        if name == "linear" or (layer == last and name not in (*DECIDING, "step")):
            found.append(None)
        elif name == "softmax" and values.shape[1] > 1:
            found.append((values == values.max(axis=1, keepdims=True)).mean(axis=-1))
        else:
            found.append((values > 0).mean(axis=-1))
    return found


def _picture(axes: Sequence[Axis]) -> Any:
    """Inputs that fill the picture evenly, (n_in, N)."""
    side = SIDE if len(axes) == 2 else 8 * SIDE
    shares = (np.arange(side) + 0.5) / side
    lines = [(axis.low + shares * (axis.high - axis.low) - axis.offset) / axis.scale for axis in axes]
    return np.stack([line.ravel() for line in np.meshgrid(*lines)])
