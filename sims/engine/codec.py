"""A recording as it is sent: one network's architecture, examples, losses and weights at every frame, and where all
replicas ended, in few bytes.

"NRN" and the version, the header's length (four bytes), the header in JSON, then little-endian float32: what the
numbers are and in which order, `LAYOUT` says. Last come the concepts' values, a byte each, from 0 to 255 for 0 to 1.
A browser reads them with DataView and Float32Array and evaluates the network itself.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.events import events
from sims.engine.network import outputs
from sims.engine.scores import accuracy, decides
from sims.engine.training import Frame, Trained

FLOAT = np.dtype("<f4")
MAGIC, VERSION = b"NRN", 2
FRAMES = 60  # at most; longer recordings are thinned evenly
LAYOUT = ("inputs", "targets", "losses", "validation_losses", "weights", "final_losses", "final_accuracies",
          "final_weights", "example_weights")


def pack(trained: Trained, about: Mapping[str, Any] | None = None, concepts: Mapping[str, Array] | None = None,
         seeds: Sequence[int] = (), replica: int = 0) -> bytes:
    """The recording of one replica, with every replica's final state.

    `about` goes into the header; `concepts` {name: (N,)} are values from 0 to 1 for the replica's examples; `seeds`
    are the replicas'. A 2-3-1 network with 200 examples takes 7 KB, of 32 replicas 9 KB.
    """
    data, frames = trained.data, thinned(trained.frames)
    inputs, targets = (part[min(replica, len(part) - 1)] for part in (data.inputs, data.targets))
    validation = [frame.validation_loss for frame in frames if frame.validation_loss is not None]
    shares = _shares(data, replica)
    names = dict(concepts or {})
    right = _accuracies(trained)
    header = {
        **(about or {}), "sizes": trained.network.sizes, "activations": trained.network.activations,
        "bias": trained.network.bias, "loss": trained.config.loss, "points": inputs.shape[-1],
        "steps": [frame.step for frame in frames], "validation": bool(validation), "concepts": list(names),
        "accuracies": right is not None, "weighted": len(shares), "replica": replica,
        "replicas": [int(s) for s in seeds] or len(trained.loss),
        "moments": [event[: 2 if event.unit < 0 else 4] for event in events(trained, frames, replica)],
        "diverged_at": int(trained.diverged_at[replica]), "diverged": np.flatnonzero(trained.diverged_at >= 0).tolist(),
        **({"begins": trained.begins} if trained.begins else {}),
        "axes": [asdict(axis) for axis in data.axes], "target_axes": [asdict(axis) for axis in data.target_axes],
    }
    numbers = [
        inputs, targets, [frame.loss[replica] for frame in frames],
        [loss[replica] for loss in validation], *[layer[replica] for frame in frames for layer in frame.weights],
        trained.loss, right if right is not None else [],
        *[layer[r] for r in range(len(trained.loss)) for layer in trained.weights], shares,
    ]
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    text += b" " * (-len(text) % 4)  # the numbers start at a multiple of four bytes
    floats = np.concatenate([np.ravel(part) for part in numbers]).astype(FLOAT)
    degrees = np.array(list(names.values())).clip(0, 1) * 255
    return (MAGIC + bytes([VERSION]) + struct.pack("<I", len(text)) + text + floats.tobytes()
            + degrees.round().astype(np.uint8).tobytes())


def unpack(sent: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """The header, and what `LAYOUT` names: `inputs` and `targets` (n, N), `concepts` (C, N), `losses` and
    `validation_losses` (frames,), `final_losses` and `final_accuracies` (R,), `example_weights` (n, N) where n is 0, 1
    or the number of outputs, and instead of the two kinds of weights `layer 0`, `layer 1` ... (frames, n_in + 1, n_out)
    and `final layer 0` ... (R, n_in + 1, n_out).

    `ValueError` where the bytes are no recording, are of another version, or are cut short.
    """
    header, rest = _opened(sent)
    try:
        shapes = [(rows + 1, columns) for rows, columns in pairwise(header["sizes"])]
        counts = _counts(header, sum(rows * columns for rows, columns in shapes))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"this recording's header lacks something: {error}") from error
    points, end = header["points"], FLOAT.itemsize * sum(counts)
    if len(rest) != end + len(header["concepts"]) * points:
        raise ValueError(f"this recording is cut short or damaged: it holds {len(rest)} bytes of numbers")
    parts = dict(zip(LAYOUT, np.split(np.frombuffer(rest[:end], FLOAT), np.cumsum(counts)[:-1]), strict=True))
    found: dict[str, Array] = {name: parts[name].reshape(-1, points)
                               for name in ("inputs", "targets", "example_weights")}
    found["concepts"] = np.frombuffer(rest[end:], np.uint8).reshape(-1, points) / 255
    found |= {name: part for name, part in parts.items() if name.endswith(("losses", "accuracies"))}
    return header, {**found, **_layers(parts["weights"], shapes, "layer"),
                    **_layers(parts["final_weights"], shapes, "final layer")}


def _shares(data: Data, replica: int) -> Array:
    """What the replica's examples count, (1 or n_out, N); no row where they all count alike."""
    if data.example_weights is None or (data.example_weights == 1).all():
        return np.empty((0, data.inputs.shape[-1]))
    return data.example_weights[min(replica, len(data.example_weights) - 1)]


def _opened(sent: bytes) -> tuple[dict[str, Any], bytes]:
    """The header, and the bytes of the numbers."""
    if sent[:3] != MAGIC:
        raise ValueError("this is not a recording: it does not begin with NRN")
    if sent[3:4] != bytes([VERSION]):
        raise ValueError(f"this recording is of version {sent[3] if len(sent) > 3 else 'unknown'}, not {VERSION}")
    try:
        (length,) = struct.unpack_from("<I", sent, 4)
        header: Any = json.loads(sent[8 : 8 + length])
        if not isinstance(header, dict):
            raise ValueError("the header is not an object")
        return header, sent[8 + length :]
    except (struct.error, ValueError) as error:
        raise ValueError(f"this recording is cut short or damaged: {error}") from error


def _counts(header: Mapping[str, Any], each: int) -> list[int]:
    """How many numbers each part of `LAYOUT` has; `each` is the number of weights of a network."""
    sizes, points, frames = header["sizes"], int(header["points"]), len(header["steps"])
    replicas = header["replicas"] if isinstance(header["replicas"], int) else len(header["replicas"])
    return [sizes[0] * points, sizes[-1] * points, frames, frames if header["validation"] else 0, frames * each,
            replicas, replicas if header["accuracies"] else 0, replicas * each, header.get("weighted", 0) * points]


def _layers(weights: Array, shapes: Sequence[tuple[int, int]], name: str) -> dict[str, Array]:
    edges = np.cumsum([0, *(rows * columns for rows, columns in shapes)])
    every = weights.reshape(-1, edges[-1])
    return {f"{name} {number}": every[:, edges[number] : edges[number + 1]].reshape(-1, *shape)
            for number, shape in enumerate(shapes)}


def thinned(frames: Sequence[Frame]) -> Sequence[Frame]:
    """The frames that a recording keeps."""
    if len(frames) <= FRAMES:
        return frames
    return [frames[round(i)] for i in np.linspace(0, len(frames) - 1, FRAMES)]


def _accuracies(trained: Trained) -> Array | None:
    """The accuracy (R,) of each replica on its own examples, where the output decides between classes."""
    if not decides(trained):
        return None
    with np.errstate(all="ignore"):
        said = outputs(trained.network, trained.weights, trained.data.inputs.astype(trained.weights[0].dtype))
    return accuracy(said, trained.data.targets)
