"""A specification as settings of the experiment `your_network`: the network as read, and what had to be supposed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.content.settings import bounds, make_params
from bot.diagnosis import stand_ins
from bot.diagnosis.shown_training import put_output, put_slips, put_start, put_training
from bot.diagnosis.sketch import Sketch
from bot.diagnosis.spec import Layer, NetworkSpec
from sims.engine.general.cost import scaled_down
from sims.engine.general.rows import MOST_COLUMNS, Rows, write_rows
from sims.engine.general.settings import LAYERS, WIDEST, NetworkParams
from sims.engine.general.tasks import GATES

TASKS = {*GATES, "circles", "moons", "spirals", "blobs", "line", "sine", "square"}
USUAL_UNITS = 8
FEW_PICTURES = 500
SMALL = 8  # hidden units of a network that could be for XOR
OF_ITS_DATA = ("data", "own", "noise", "labels", "scaling", "target_scaling", "output", "outputs", "loss")
LARGE = 20      # inputs beyond this, told in words, are shown unscaled
NARROWEST = 16  # of a layer over 8×8 digits that was wider over larger pictures


@dataclass(frozen=True)
class Shown:
    """Settings of the run; `otherwise` tells in words what is smaller than or different from what was read, `assumed`
    what was not said."""

    params: NetworkParams
    otherwise: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def shown_as(spec: NetworkSpec, show: Mapping[str, Any] | None = None, mend: Mapping[str, Any] | None = None) -> Shown:
    """The settings of a specification; `show` fills in what it does not say, `mend` changes what it does."""
    sketch = Sketch(spec, _fitting(spec, show or {}))
    for put in (_data, _scaling, _layers, put_output, put_training, put_start, put_slips):
        put(sketch)
    params, smaller = scaled_down(_bounded({**sketch.show, **sketch.settings, **(mend or {})}))
    return Shown(params, (*sketch.otherwise, *smaller), tuple(sketch.assumed))


def at_settings(params: NetworkParams, mend: Mapping[str, Any] | None = None) -> Shown:
    """A network as it was chosen, with a change; what would take too long is smaller, and said to be."""
    params, smaller = scaled_down(_bounded({**params.model_dump(), **(mend or {})}))
    return Shown(params, tuple(smaller))


def _fitting(spec: NetworkSpec, show: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is to be shown, without the data and the output where they are for another kind of answers than the
    network's."""
    kind, shown = _kind(spec), stand_ins.KINDS.get(str(show.get("data")))
    if kind is None or shown is None or kind == shown:
        return show
    return {name: value for name, value in show.items() if name not in OF_ITS_DATA}


def _kind(spec: NetworkSpec) -> int | None:
    """0 for a network of numbers, else its number of classes as the tasks have it: 2, 3 or 10; None: not known."""
    numbers = spec.output_activation in ("linear", "relu") and spec.loss in ("squared_error", "absolute_error", "huber")
    if spec.task == "regression" or (spec.task is None and numbers):
        return 0 if (spec.classes or 2) == 2 else 10 if spec.classes == 10 else 3
    classes = spec.classes or (spec.outputs if (spec.outputs or 1) > 1 else None)
    if classes is not None:
        return classes if classes in (2, 10) else 3
    if spec.task == "classes" and spec.outputs == 1:
        return 2
    return stand_ins.KINDS.get(stand_ins.DATA.get(str(spec.data), (str(spec.data), ""))[0])


def _data(sketch: Sketch) -> None:
    spec, name = sketch.spec, str(sketch.spec.data or "")
    rows = spec.rows and len(spec.rows) == len(spec.targets) and len(spec.rows[0]) <= MOST_COLUMNS
    if rows and name not in GATES:
        sketch.put(data="own", own=_own(spec))
    elif name in TASKS:
        sketch.put(data=name)
    elif name in stand_ins.DATA:
        data, called = stand_ins.DATA[name]
        sketch.put(data=data)
        if called and not sketch.pictures:
            sketch.instead(stand_ins.CALLED.get(name, name), called)
    else:
        sketch.suppose("data", _usual_data(spec), "the data are")
    sketch.put(points=FEW_PICTURES if sketch.pictures else spec.examples)


def _usual_data(spec: NetworkSpec) -> str:
    """Data that a network of this kind could be for."""
    kind = _kind(spec)
    if kind == 0:
        return "sine" if spec.inputs == 1 else "houses"
    if kind == 2 and (spec.said_largest or 0) > LARGE:
        return "coffee"  # degrees and minutes
    if kind == 10 or spec.inputs in (64, 784, 3072):
        return "digits"
    if kind == 3:
        return "blobs"
    small = sum(layer.units or 0 for layer in spec.layers) <= SMALL
    return "xor" if spec.inputs in (2, None) and small else "moons"


def _own(spec: NetworkSpec) -> str:
    inputs, targets = np.array(spec.rows, float), np.array(spec.targets, float)
    names = tuple(f"input {k + 1}" for k in range(inputs.shape[1]))
    return write_rows(Rows(inputs, targets, names, tuple(f"target {k + 1}" for k in range(targets.shape[1]))))


def _scaling(sketch: Sketch) -> None:
    spec, usual = sketch.spec, stand_ins.UNSAID_SCALING.get(str(sketch.get("data")))
    if spec.scaling:
        sketch.put(scaling=stand_ins.SCALINGS[spec.scaling])
    elif sketch.get("data") == "own" and spec.framework in (None, "words"):
        sketch.suppose("scaling", "standardised", "the scaling of the inputs is")
    elif (spec.said_largest or 0) > LARGE:
        sketch.put(scaling="raw")
    elif usual:
        sketch.suppose("scaling", usual)
    if spec.target_scaling not in (None, "none"):
        sketch.put(target_scaling="standardised")


def _layers(sketch: Sketch) -> None:
    """Widths and activations of the hidden layers; those that are too many or too wide are shown smaller."""
    spec, layers = sketch.spec, sketch.spec.layers
    if not layers and spec.outputs is None:
        if any(name.startswith("hidden") for name in sketch.show):
            return
        layers = (Layer(units=USUAL_UNITS, activation="relu"),)
        sketch.assumed.append(f"the layers are not in the post: one of {USUAL_UNITS} ReLU units")
    read = [layer.units or USUAL_UNITS for layer in layers]
    widths = [_narrower(width, max(read), bool(sketch.pictures)) for width in read[:LAYERS]]
    if sketch.pictures or widths != read:
        sketch.instead(_written(spec.inputs, read, spec.outputs, sketch.pictures),
                       _written(64 if sketch.pictures else spec.inputs, widths, spec.outputs,
                                "8×8 digits" if sketch.pictures else ""))
    for number in range(1, LAYERS + 1):
        sketch.settings[f"hidden{number}"] = widths[number - 1] if number <= len(widths) else 0
    unsaid = "sigmoid" if sum(read) <= SMALL else "relu"
    if any(layer.activation is None for layer in layers):
        sketch.assumed.append(f"the activation is not in the post: {unsaid}")
    for number, layer in enumerate(layers[:LAYERS], 1):
        name = sketch.named(layer.activation or unsaid, stand_ins.ACTIVATIONS, "the activation")
        sketch.settings[f"activation{number}"] = name
    sketch.put(dropout=max((layer.dropout for layer in layers), default=0.0),
               batch_norm=any(layer.batch_norm for layer in layers))


def _narrower(width: int, widest: int, pictures: bool) -> int:
    if pictures and width > NARROWEST:
        return int(np.clip(width // 4, NARROWEST, WIDEST))
    return width if widest <= WIDEST else max(1, round(width * WIDEST / widest))


def _written(inputs: int | None, widths: list[int], outputs: int | None, on: str) -> str:
    sizes = "-".join(str(size) for size in (inputs, *widths, outputs) if size)
    return f"{sizes} on {on}" if on else sizes


def _bounded(wanted: Mapping[str, Any]) -> NetworkParams:
    """Settings within their bounds."""
    kept = dict(wanted)
    for name, setting in NetworkParams.model_fields.items():
        low, high = bounds(setting)
        if name in kept and low is not None and high is not None:
            kept[name] = type(setting.default)(min(max(kept[name], low), high))
    params = make_params(NetworkParams, kept)
    assert isinstance(params, NetworkParams)
    return params
