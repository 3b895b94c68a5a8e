"""A finished run as bytes and back, for other processes: numbers and names, nothing that is executed when it is read.

The arrays lie in a safetensors file; a tree of JSON in its header says where each of them belongs, and holds all else.
An array that several frames have in common is there once.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from bot.content.errors import OurError
from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Run
from sims.engine.network import Network
from sims.engine.registry import find
from sims.engine.training import Frame, HiddenLabels, Trained, TrainingConfig

KNOWN = {kind.__name__: kind for kind in (Trained, Frame, Data, Axis, Network, TrainingConfig, HiddenLabels)}
TREE, KIND = "tree", "is"  # the header's key; the key that tells what a JSON object stands for
NUMBERS = "fiub"  # kinds of arrays that safetensors holds


class Unreadable(OurError, ValueError):
    """Bytes that are no run, or cannot be made from one."""


def packed(name: str, run: Run[Any, Any]) -> bytes:
    """A run of the experiment `name` as bytes; `Unreadable` where it holds what has no form here."""
    arrays: dict[str, Array] = {}
    seen: dict[int, tuple[str, Array]] = {}  # with the array itself: the id of one that is gone is another's

    def put(value: Array) -> str:
        if id(value) not in seen:
            name = str(len(arrays))
            seen[id(value)] = name, value
            arrays[name] = np.ascontiguousarray(value).reshape(value.shape)
        return seen[id(value)][0]

    metrics = {name: getattr(run.metrics, name) for name in type(run.metrics).model_fields}
    tree = {"experiment": name, "params": run.params.model_dump_json(), "seconds": run.seconds,
            **{part: _plain(value, put) for part, value in
               {"seeds": run.seeds, "shown": run.shown, "metrics": metrics}.items()}}
    return save(arrays, {TREE: json.dumps(tree)})


def unpacked(content: bytes) -> Run[Any, Any]:
    """The run that `packed` made bytes of; `Unreadable` where it is none."""
    try:
        arrays, tree = load(content), json.loads(_header(content)[TREE])
        experiment = find(tree["experiment"])
        seeds, shown, metrics = (_made(tree[part], arrays) for part in ("seeds", "shown", "metrics"))
        params = experiment.params.model_validate_json(tree["params"])
        return Run(experiment, params, seeds, shown, experiment.metrics(**metrics), float(tree["seconds"]))
    except (SafetensorError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"that is no run: {type(error).__name__}") from error


def _header(content: bytes) -> Mapping[str, Any]:
    size = int.from_bytes(content[:8], "little")
    found: Mapping[str, Any] = json.loads(content[8 : 8 + size])["__metadata__"]
    return found


def _plain(value: Any, put: Callable[[Array], str]) -> Any:
    """A value as JSON has it; arrays of numbers are put aside."""
    if isinstance(value, np.ndarray | np.generic):
        return _plain_array(value, put)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return {KIND: type(value).__name__, "of": [_plain(one, put) for one in value]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {KIND: "dict", "of": {key: _plain(one, put) for key, one in value.items()}}
    kind = type(value).__name__
    if KNOWN.get(kind) is not type(value):
        raise Unreadable(f"a run that holds a {kind} cannot be shared")
    return {KIND: kind, "of": {field.name: _plain(getattr(value, field.name), put) for field in fields(value)}}


def _plain_array(value: Any, put: Callable[[Array], str]) -> Any:
    if isinstance(value, np.generic):
        return {KIND: "number", "of": _plain_array(np.asarray(value), put)}
    if value.dtype.kind in NUMBERS:
        return {KIND: "array", "of": put(value)}
    if value.dtype.kind == "U":
        return {KIND: "text", "of": value.ravel().tolist(), "shape": value.shape, "length": value.itemsize // 4}
    raise Unreadable(f"a run that holds an array of {value.dtype} cannot be shared")


def _made(plain: Any, arrays: Mapping[str, Array]) -> Any:
    """The value that `_plain` made `plain` of."""
    if not isinstance(plain, dict):
        return plain
    kind, of = plain[KIND], plain["of"]
    if kind == "array":
        return arrays[of]
    if kind == "number":
        return _made(of, arrays)[()]
    if kind == "text":
        return np.array(of, dtype=f"U{int(plain['length'])}").reshape(plain["shape"])
    if kind in ("tuple", "list"):
        made = [_made(one, arrays) for one in of]
        return tuple(made) if kind == "tuple" else made
    parts = {name: _made(one, arrays) for name, one in of.items()}
    return parts if kind == "dict" else KNOWN[kind](**parts)
