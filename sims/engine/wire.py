"""A recording as it is sent: one network's architecture, examples, losses and weights at every frame, in few bytes.

A header in JSON (its length first, as four bytes), then little-endian float32: inputs, targets, the losses, and frame
by frame every layer's weights. A browser reads it with DataView and Float32Array and evaluates the network itself.
"""

import json
import struct
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.training import Trained

FLOAT = np.dtype("<f4")


def pack(trained: Trained, replica: int = 0) -> bytes:
    """The recording of one replica. A 2-3-1 network with 200 examples takes about 7 KB."""
    data, frames = trained.data, trained.frames
    inputs, targets = (part[min(replica, len(part) - 1)] for part in (data.inputs, data.targets))
    validation = [frame.validation_loss for frame in frames if frame.validation_loss is not None]
    header = {
        "sizes": trained.network.sizes, "activations": trained.network.activations, "points": inputs.shape[-1],
        "steps": [frame.step for frame in frames], "validation": bool(validation),
        "diverged_at": int(trained.diverged_at[replica]),
        "axes": [asdict(axis) for axis in data.axes], "target_axes": [asdict(axis) for axis in data.target_axes],
    }
    losses = [frame.loss[replica] for frame in frames] + [loss[replica] for loss in validation]
    weights = [layer[replica].ravel() for frame in frames for layer in frame.weights]
    numbers = np.concatenate([inputs.ravel(), targets.ravel(), losses, *weights]).astype(FLOAT)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)  # the numbers start at a multiple of four bytes
    return struct.pack("<I", len(text)) + text + numbers.tobytes()


def unpack(sent: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """The header, and `inputs`, `targets`, `losses` (frames,), `validation_losses` and `layer 0`, `layer 1` ...

    Layers are (frames, n_in + 1, n_out). `ValueError` where the bytes are cut short or not a recording.
    """
    try:
        (length,) = struct.unpack_from("<I", sent)
        header: dict[str, Any] = json.loads(sent[4 : 4 + length])
        numbers = np.frombuffer(sent, FLOAT, offset=4 + length)
        sizes, points, frames = header["sizes"], header["points"], len(header["steps"])
    except (struct.error, ValueError, KeyError, UnicodeDecodeError) as error:
        raise ValueError(f"this is not a recording: {error}") from error
    shapes = [(rows + 1, columns) for rows, columns in pairwise(sizes)]
    each = sum(rows * columns for rows, columns in shapes)
    curves = frames * (2 if header["validation"] else 1)
    if numbers.size != (sizes[0] + sizes[-1]) * points + curves + frames * each:
        raise ValueError("this recording is cut short")
    cuts = np.cumsum([sizes[0] * points, sizes[-1] * points, frames, curves - frames])
    inputs, targets, losses, validation, rest = np.split(numbers, cuts)
    found = {"inputs": inputs.reshape(-1, points), "targets": targets.reshape(-1, points), "losses": losses,
             "validation_losses": validation}
    edges = np.cumsum([0, *(rows * columns for rows, columns in shapes)])
    by_frame = rest.reshape(frames, each)
    for number, shape in enumerate(shapes):
        found[f"layer {number}"] = by_frame[:, edges[number] : edges[number + 1]].reshape(frames, *shape)
    return header, found
