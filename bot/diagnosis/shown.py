"""A specification as settings of the experiment `your_network`: the network as read, and what had to be supposed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.diagnosis import stand_ins
from bot.diagnosis.spec import Layer, NetworkSpec
from bot.settings import bounds, make_params
from sims.engine.general.cost import scaled_down
from sims.engine.general.rows import Rows, write_rows
from sims.engine.general.settings import LAYERS, WIDEST, NetworkParams
from sims.engine.general.tasks import GATES

OWN_TASKS = {*GATES, "circles", "moons", "spirals", "blobs", "line", "sine", "square"}
USUAL_UNITS, USUAL_EPOCHS, USUAL_RATE = 8, 100, 0.1
KERAS_BATCH = 32
MOST_OUTPUTS = 12
PICTURES = ("mnist", "fashion_mnist", "cifar10")
FEW_PICTURES, LONGER, FEWEST = 500, 5, 10  # an epoch over a hundredth of the pictures has a hundredth of the updates


@dataclass(frozen=True)
class Shown:
    """Settings of the run; `otherwise` tells in words what is smaller than or different from what was read, `assumed`
    what was not said."""

    params: NetworkParams
    otherwise: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def shown_as(spec: NetworkSpec, show: Mapping[str, Any] | None = None, mend: Mapping[str, Any] | None = None) -> Shown:
    """The settings of a specification; `show` fills in what it does not say, `mend` changes what it does."""
    notes = _Notes()
    settings: dict[str, Any] = {}
    _data(spec, show or {}, settings, notes)
    _layers(spec, show or {}, settings, notes)
    _output(spec, show or {}, settings, notes)
    _training(spec, show or {}, settings, notes)
    _start(spec, show or {}, settings)
    settings |= {name: value for name, value in _slips(spec).items()}
    wanted = {**(show or {}), **settings, **(mend or {})}
    params, smaller = scaled_down(_bounded(wanted))
    return Shown(params, (*notes.otherwise, *smaller), tuple(notes.assumed))


class _Notes:
    """What is said beside the run."""

    def __init__(self) -> None:
        self.otherwise: list[str] = []
        self.assumed: list[str] = []

    def other(self, what: Any, shown: Any) -> None:
        """Note that something is shown as something else."""
        self.otherwise.append(f"{what} is shown as {shown}")

    def suppose(self, what: str) -> None:
        """Note what was not said."""
        self.assumed.append(what)


def _data(spec: NetworkSpec, show: Mapping[str, Any], settings: dict[str, Any], notes: _Notes) -> None:
    """The data, and how they are scaled."""
    data = str(spec.data or "")
    if spec.rows and len(spec.rows) == len(spec.targets) and data not in GATES and len(spec.rows[0]) <= 16:
        settings |= {"data": "own", "own": _own(spec)}
    elif data in OWN_TASKS:
        settings["data"] = data
    elif data in stand_ins.DATA:
        settings["data"], called = stand_ins.DATA[data]
        if called and data not in PICTURES:
            notes.other(stand_ins.CALLED.get(data, data), called)
    elif "data" not in show:
        settings["data"] = _usual_data(spec)
        notes.suppose(f"the data are not in the post: {settings['data']}")
    if spec.data in PICTURES:
        settings["points"] = FEW_PICTURES
    elif spec.examples:
        settings["points"] = spec.examples
    task = str(settings.get("data", show.get("data", "")))
    if spec.scaling:
        settings["scaling"] = stand_ins.SCALINGS[spec.scaling]
    elif task in stand_ins.UNSAID_SCALING and "scaling" not in show:
        settings["scaling"] = stand_ins.UNSAID_SCALING[task]
    if spec.target_scaling and spec.target_scaling != "none":
        settings["target_scaling"] = "standardised"


def _usual_data(spec: NetworkSpec) -> str:
    if spec.task == "regression" or (spec.task is None and spec.output_activation in ("linear", "relu")
                                     and spec.loss in ("squared_error", "absolute_error", "huber")):
        return "sine" if spec.inputs == 1 else "houses"
    if spec.classes == 10 or (spec.inputs or 0) in (64, 784, 3072):
        return "digits"
    if (spec.classes or 0) > 2 or (spec.outputs or 0) > 2:
        return "blobs"
    small = sum(layer.units or 0 for layer in spec.layers) <= 8
    return "xor" if spec.inputs in (2, None) and small else "moons"


def _own(spec: NetworkSpec) -> str:
    inputs, targets = np.array(spec.rows, float), np.array(spec.targets, float)
    names, said = ([f"{name} {k + 1}" for k in range(part.shape[1])] for name, part in (("input", inputs),
                                                                                        ("target", targets)))
    return write_rows(Rows(inputs, targets, tuple(names), tuple(said)))


def _layers(spec: NetworkSpec, show: Mapping[str, Any], settings: dict[str, Any], notes: _Notes) -> None:
    """Widths and activations of the hidden layers; those that are too many or too wide are shown smaller."""
    known = bool(spec.layers) or spec.outputs is not None or spec.output_activation is not None
    if not known and any(name.startswith("hidden") for name in show):
        return
    layers = spec.layers if known else (Layer(units=USUAL_UNITS, activation="relu"),)
    if not known:
        notes.suppose(f"the layers are not in the post: one of {USUAL_UNITS} ReLU units")
    wide = [layer.units or USUAL_UNITS for layer in layers]
    widths = [_narrower(width, max(wide), spec.data in PICTURES) for width in wide[:LAYERS]]
    if spec.data in PICTURES or widths != wide:
        ends = (64 if spec.data in PICTURES else spec.inputs, spec.outputs)
        before, after = ("-".join(str(n) for n in (first, *middle, ends[1]) if n)
                         for first, middle in ((spec.inputs, wide), (ends[0], widths)))
        on = (f" on {stand_ins.CALLED[str(spec.data)]}", " on 8×8 digits") if spec.data in PICTURES else ("", "")
        notes.other(before + on[0], after + on[1])
    for number in range(1, LAYERS + 1):
        settings[f"hidden{number}"] = widths[number - 1] if number <= len(widths) else 0
    for number, layer in enumerate(layers[:LAYERS], 1):
        settings[f"activation{number}"] = _named(layer.activation or "linear", stand_ins.ACTIVATIONS, notes)
    settings["dropout"] = max((layer.dropout for layer in layers), default=0.0)
    settings["batch_norm"] = any(layer.batch_norm for layer in layers)


def _narrower(width: int, widest: int, pictures: bool) -> int:
    if pictures and width > 16:
        return int(np.clip(width // 4, 16, WIDEST))
    return width if widest <= WIDEST else max(1, round(width * WIDEST / widest))


def _named(name: str, table: Mapping[str, str], notes: _Notes) -> str:
    if name not in table:
        return name
    note = f"the activation {name} is shown as {table[name]}"
    if name not in ("log_softmax", "other") and note not in notes.otherwise:
        notes.otherwise.append(note)
    return table[name]


def _output(spec: NetworkSpec, show: Mapping[str, Any], settings: dict[str, Any], notes: _Notes) -> None:
    """The output layer and the loss."""
    numbers = spec.task == "regression" or settings.get("data", show.get("data")) in ("line", "sine", "square", "houses")
    several = (spec.outputs or 0) > 1 or (spec.classes or 2) > 2 or settings.get("data", show.get("data")) in ("digits",
                                                                                                              "blobs")
    if spec.output_activation is not None:
        settings["output"] = _named(spec.output_activation, stand_ins.ACTIVATIONS, notes)
    elif "output" not in show:
        settings["output"] = "linear" if numbers else "softmax" if several else "sigmoid"
    if settings.get("output") == "leaky_relu":
        settings["output"] = "relu"
    if spec.loss is not None:
        settings["loss"] = stand_ins.LOSSES.get(spec.loss, spec.loss)
        if spec.loss in stand_ins.LOSSES and spec.loss not in stand_ins.SAME_LOSS:
            notes.other(f"the loss ({spec.loss})", settings["loss"].replace("_", " "))
    elif "loss" not in show:
        settings["loss"] = "squared_error" if numbers else "cross_entropy" if several else "log_loss"
        notes.suppose(f"the loss is not in the post: {settings['loss'].replace('_', ' ')}")
    if spec.from_logits and settings.get("loss") in ("log_loss", "cross_entropy"):
        settings["loss"] += "_from_logits"
    if spec.outputs and spec.outputs <= MOST_OUTPUTS:
        settings["outputs"] = spec.outputs


def _training(spec: NetworkSpec, show: Mapping[str, Any], settings: dict[str, Any], notes: _Notes) -> None:
    """Optimizer, rate, batches and epochs."""
    if spec.optimizer:
        settings["optimizer"] = stand_ins.OPTIMIZERS.get(spec.optimizer, spec.optimizer)
        if spec.optimizer in stand_ins.OPTIMIZERS:
            notes.other(f"the optimizer {spec.optimizer}", settings["optimizer"])
    elif "optimizer" not in show:
        settings["optimizer"] = "adam" if spec.framework == "sklearn" else "sgd"
    if spec.learning_rate is not None:
        settings["learning_rate"] = spec.learning_rate
    elif "learning_rate" not in show:
        by_library = spec.framework in ("keras", "pytorch", "sklearn")
        rate = stand_ins.DEFAULT_RATES[settings.get("optimizer", "sgd")] if by_library else USUAL_RATE
        settings["learning_rate"] = rate
        notes.suppose(f"the learning rate is not in the post: {rate:g}")
    if spec.batch_size is not None:
        settings["batch_size"] = spec.batch_size
    elif "batch_size" not in show:
        settings["batch_size"] = KERAS_BATCH if spec.framework == "keras" else 0
    if epochs := spec.epochs or spec.steps:
        settings["epochs"] = epochs
        if spec.data in PICTURES and settings.get("batch_size", 0) and epochs < LONGER * FEWEST:
            settings["epochs"] = min(LONGER * epochs, LONGER * FEWEST)
            notes.other(f"{epochs} epochs over all pictures", f"{settings['epochs']} over {FEW_PICTURES} of ours")
    elif "epochs" not in show:
        settings["epochs"] = USUAL_EPOCHS
        notes.suppose(f"the number of epochs is not in the post: {USUAL_EPOCHS}")
    given = {"momentum": spec.momentum, "bias": spec.bias}
    settings |= {name: value for name, value in given.items() if value is not None}
    if spec.l2:
        settings["l2"] = spec.l2 * (2 if spec.framework in ("keras", "tensorflow") else 1)  # Keras has no half before it
    if spec.shuffle is False and "order" not in show:
        settings["order"] = "fixed"


def _start(spec: NetworkSpec, show: Mapping[str, Any], settings: dict[str, Any]) -> None:
    """How the weights start: as written, or as the library has it."""
    name = spec.start or next((layer.start for layer in spec.layers if layer.start), None)
    if name is not None:
        settings["start"] = stand_ins.STARTS.get(name, name)
    elif "start" not in show:
        settings["start"] = stand_ins.DEFAULT_STARTS.get(str(spec.framework), "glorot_uniform")
    spread = spec.start_std if name == "normal" else spec.start_constant if name == "constant" else None
    given = {"start_spread": spread, "start_low": spec.start_low, "start_high": spec.start_high}
    settings |= {key: value for key, value in given.items() if value is not None}


def _slips(spec: NetworkSpec) -> dict[str, Any]:
    """What is wrong with the training code."""
    found: dict[str, Any] = {}
    flags = [slip for flag, slip in stand_ins.SLIPS.items() if getattr(spec, flag)]
    if spec.sign_of_update == "wrong":
        flags.append("wrong_sign")
    if spec.label_shape == "broadcast":
        flags.append("targets_broadcast")
    if spec.derivative_at and spec.derivative_written_for and spec.derivative_at != spec.derivative_written_for:
        flags.append(f"derivative_given_{spec.derivative_at}")
    if flags:
        found["slip"] = flags[0]
    if spec.eval_missing:
        found["left_in_training"] = True
    if spec.gradient_not_averaged:
        found["summed"] = True
    return found


def _bounded(wanted: Mapping[str, Any]) -> NetworkParams:
    """Settings within their bounds."""
    kept = dict(wanted)
    for name, field in NetworkParams.model_fields.items():
        low, high = bounds(field)
        if name in kept and low is not None and high is not None:
            kept[name] = type(field.default)(min(max(kept[name], low), high))
    params = make_params(NetworkParams, kept)
    assert isinstance(params, NetworkParams)
    return params
