"""The data of a post's code: known sets by name, rows written out, what was done to inputs and labels."""

import ast
import re

import numpy as np
from numpy.typing import NDArray

from bot.diagnosis.code.arithmetic import of_rows
from bot.diagnosis.code.evaluate import Trace, dotted
from bot.diagnosis.code.made import DRAWN, INPUT_NAME, LARGE, TABLE_NAME, TARGET_NAME, appended, sine
from bot.diagnosis.code.matrices import short
from bot.diagnosis.code.tables import same_function, without_ones
from bot.diagnosis.code.values import Array, Call, Value, as_rows, is_number
from bot.diagnosis.draft import Draft

MOST_ROWS, MOST_COLUMNS = 1000, 16

_SETS = {
    "make_circles": "circles", "make_moons": "moons", "make_blobs": "blobs", "load_iris": "iris",
    "load_digits": "digits", "load_breast_cancer": "breast_cancer", "load_wine": "wine", "load_diabetes": "diabetes",
    "load_boston": "housing", "fetch_california_housing": "housing", "make_gaussian_quantiles": "circles",
    "load_planar_dataset": "spirals", "make_classification": "blobs",
}
_MODULES = {"mnist": "mnist", "fashion_mnist": "fashion_mnist", "cifar10": "cifar10", "boston_housing": "housing",
            "california_housing": "housing", "imdb": "imdb", "reuters": "reuters", "MNIST": "mnist",
            "FashionMNIST": "fashion_mnist", "CIFAR10": "cifar10"}
_FILES = {"read_csv", "read_excel", "loadtxt", "genfromtxt", "read_table", "loadmat"}
_DIVIDED = re.compile(r"\.data ?/ ?16\b|/=? ?255\.?|\* ?\(1\.?/255")
_STANDARDISED = re.compile(
    r"[\w)\]] ?- ?([\w.]{1,30}\.mean\(|np\.mean\(|mean\b|mu\b|\w{1,12}_mean\b).{0,60}"
    r"/ ?\(?[\w.]{0,30}(std|sigma|stdev)\b")
_SCALERS = {"StandardScaler": "standardised", "RobustScaler": "standardised", "MinMaxScaler": "minmax",
            "MaxAbsScaler": "minmax", "Normalizer": "other", "QuantileTransformer": "other",
            "PowerTransformer": "standardised", "scale": "standardised", "minmax_scale": "minmax"}
_WITH_CLASSES = ("iris", "wine", "digits", "mnist", "fashion_mnist", "cifar10", "reuters")
_RECODED = re.compile(  # labels of 0 and 1 made -1 and 1: y[y == 0] = -1, y = 2 * y - 1
    r"\b(y\w{0,8}|labels?|targets?)(?:\[\1 ?== ?0(?:\.0?)?\] ?= ?-1\b| ?= ?(?:2\.?0? ?\* ?\1|\1 ?\* ?2\.?0?) ?- ?1\b)|"
    r"\.(?:map|replace)\(\{[^{}\n]{0,60}: ?-1\b")
_HOT = re.compile(r"hot|ohe\b|to_categorical|dummies|[Bb]inarizer|np_utils|(?<!is)_cat\b")
_SCALING_LAYERS = {"Normalization", "Rescaling", "BatchNormalization", "BatchNorm1d", "normalize", "Normalize",
                   "ToTensor", "preprocess_input"}
_ONE_HOT = {"to_categorical", "get_dummies", "one_hot", "OneHotEncoder", "LabelBinarizer", "np_utils", "eye",
            "label_binarize"}


def read_data(draft: Draft, trace: Trace, text: str) -> None:
    """Fill in what the code shows of the data."""
    _named(draft, trace)
    _scaled(draft, trace, text)
    _rows(draft, trace)
    _labels(draft, trace, text)
    if draft.get("data") in _WITH_CLASSES and not _HOT.search(text):
        draft.put("target", "integers", draft.lines.get("data"))
    _unscaled(draft, trace)


def _unscaled(draft: Draft, trace: Trace) -> None:
    """Inputs that are seen to be made and fitted on, with nothing done to them in between."""
    loaded = next((call for call in trace.calls if call.last in (*_SETS, "load_data", "read_data_sets")), None)
    fitted = any(call.last in ("fit", "fit_generator", "backward", "run") for call in trace.calls)
    made = any(abs(value) > LARGE for row in draft.get("rows") or () for value in row)
    layers = any(call.last in _SCALING_LAYERS for call in trace.calls)
    pictures = draft.get("data") in ("mnist", "fashion_mnist", "cifar10")
    tensors = next((call for call in trace.calls if call.last == "ToTensor"), None)
    if pictures and tensors is not None and not any(call.last == "Normalize" for call in trace.calls):
        draft.put("scaling", "divided", tensors.line)  # it divides by 255
    if layers or (loaded is not None and loaded.last == "read_data_sets"):
        return
    if (loaded is not None and fitted and loaded.last not in ("make_moons", "make_circles")) or made:
        draft.put("scaling", "none", draft.lines.get("rows") or (loaded.line if loaded else None))


def _named(draft: Draft, trace: Trace) -> None:
    for call in trace.calls:
        if call.last in _SETS:
            draft.put("data", _SETS[call.last], call.line)
        elif call.last in ("load_data", "read_data_sets") or call.last in _MODULES:
            part = next((one for one in call.name.split(".") if one in _MODULES), None)
            module = part or ("mnist" if call.last == "read_data_sets" else None)
            draft.put("data", _MODULES[module] if module else None, call.line)
        count = call.get("n_samples")
        if call.last in _SETS and is_number(count):
            draft.put("examples", int(count), call.line_of("n_samples"))


def _rows(draft: Draft, trace: Trace) -> None:
    """Inputs and targets that stand in the post as numbers."""
    if _pairs(draft, trace) or _whole_table(draft, trace):
        return
    inputs, line = _chosen(trace, _fitted_on(trace, "x", 0), INPUT_NAME)
    targets, at = _chosen(trace, _fitted_on(trace, "y", 1), TARGET_NAME, inputs)
    if inputs is not None and inputs.rows is not None:
        _flat_labels(draft, inputs, targets, at)
        targets_rows = targets.rows if targets is not None else None
        _put_rows(draft, inputs.rows, targets_rows, line, at)
    elif targets is not None and targets.rows is not None and len(targets.rows) <= MOST_ROWS and inputs is None:
        column = targets.rows.reshape(-1, 1) if targets.rows.ndim == 1 else targets.rows
        draft.put("targets", tuple(map(tuple, column.tolist())), at)
    elif inputs is not None and inputs.fill in DRAWN:
        draft.put("data", "random", line)
        if targets is not None and targets.fill in ("uniform", "integers") and targets.high > LARGE:
            draft.put("drawn_targets", (targets.low, targets.high), at)
        draft.put("scaling", "none" if max(abs(inputs.low), abs(inputs.high)) > LARGE else None, line)
        if inputs.shape and len(inputs.shape) == 2:
            draft.put("examples", inputs.shape[0], line)
            draft.put("inputs", inputs.shape[1], line)
    _made(draft, trace)
    if targets is not None and targets.fill == "labels" and draft.get("targets") is None:
        draft.put("label_values", (targets.low, targets.high) if (targets.low, targets.high) != (0, 1) else None, at)
        draft.put("target", "binary", at)
    if any(call.last in _FILES for call in trace.calls):
        draft.put("data", "file", next(call.line for call in trace.calls if call.last in _FILES))


def _made(draft: Draft, trace: Trace) -> None:
    """Data that are made one by one, or by a rule, of which no numbers are known."""
    if draft.get("data") is None and (drawn := appended(trace)) is not None:
        draft.put("data", "random", drawn)
        draft.put("scaling", "none", drawn)
    if draft.get("data") in (None, "random") and draft.get("inputs") in (None, 1) and (wave := sine(trace)):
        draft.fields.pop("data", None)
        draft.put("data", "sine", wave)


def _whole_table(draft: Draft, trace: Trace) -> bool:
    """Put rows whose last number is the target: a table of one more column than a single neuron by hand has weights."""
    if draft.get("framework") != "numpy" or draft.get("layers") or not draft.get("inputs"):
        return False
    for name, value in trace.names.items():
        table = as_rows(value) if TABLE_NAME.search(short(name)) else None
        if table is not None and table.ndim == 2 and len(table) >= 3 and table.shape[1] == draft.get("inputs") + 1:
            line = trace.lines.get(name)
            _put_rows(draft, table[:, :-1], table[:, -1], line, line)
            return "rows" in draft.fields
    return False


def _pairs(draft: Draft, trace: Trace) -> bool:
    """Put the rows of a list of pairs that a loop goes through: `for x, y in [(0, 1), (1, 3)]`."""
    for node, over in trace.loops.values():
        target = getattr(node, "target", None)
        if not (isinstance(over, tuple) and isinstance(target, ast.Tuple) and len(target.elts) == 2):
            continue
        if all(isinstance(one, tuple) and len(one) == 2 for one in over):
            inputs, targets = (as_rows(tuple(one[i] for one in over)) for i in (0, 1))
            if inputs is not None and targets is not None:
                _put_rows(draft, inputs, targets, node.lineno, node.lineno)  # type: ignore[attr-defined]
                return "rows" in draft.fields
    return False


def _flat_labels(draft: Draft, inputs: Array, targets: Array | None, line: int | None) -> None:
    """Labels (n,) against outputs (n, 1) of matrices by hand: their difference is (n, n)."""
    if draft.get("framework") != "numpy" or targets is None or targets.shape is None or not inputs.shape:
        return
    flat = len(targets.shape) == 1 and len(inputs.shape) == 2 and targets.shape[0] == inputs.shape[0]
    if flat and draft.get("outputs") == 1 and draft.get("batch_size") == 0:
        draft.put("label_shape", "broadcast", line)


def _fitted_on(trace: Trace, name: str, place: int) -> Value:
    for call in trace.calls:
        if call.last in ("fit", "train") and call.get(name, place) is not None:
            return call.get(name, place)
    return None


def _chosen(trace: Trace, given: Value, pattern: re.Pattern[str],
            taken: Array | None = None) -> tuple[Array | None, int | None]:
    """The array that is fitted on, or the first one with a fitting name that is not `taken`."""
    name = next((name for name, value in trace.names.items() if value is given), "")
    if isinstance(given, Array | tuple) and (whole := _array(given)) is not None and (
            whole.rows is not None or whole.fill in (*DRAWN, "labels")):
        return whole, trace.lines.get(name)
    plain = {name: (one, trace.lines.get(name)) for name, one in trace.names.items()}
    plain |= {step.targets[0]: (step.value, step.line) for step in trace.steps  # a function's x is another x
              if not step.scope and len(step.targets) == 1 and isinstance(step.value, Array | tuple)}
    for name, (one, line) in plain.items():
        own, value = name.rsplit(".", 1)[-1], _array(one)
        flat = value is not None and (value.rows is None or value.rows.ndim <= 2)
        if flat and value is not taken and pattern.match(own):
            return value, line
    return None, None


def _array(value: Value) -> Array | None:
    if isinstance(value, tuple) and as_rows(value) is not None:
        whole = of_rows(value)
        return whole if isinstance(whole, Array) else None
    return value if isinstance(value, Array) else None


def _put_rows(draft: Draft, inputs: NDArray[np.float64], targets: NDArray[np.float64] | None,
              line: int | None, at: int | None) -> None:
    if inputs.ndim > 2 or (targets is not None and targets.ndim > 2):
        return  # pictures or sequences: no rows
    columns = inputs.reshape(-1, 1) if inputs.ndim == 1 else inputs
    outputs = None if targets is None else targets.reshape(-1, 1) if targets.ndim == 1 else targets
    if outputs is not None and len(columns) != len(outputs):
        if columns.shape[1] == outputs.shape[-1]:  # examples stand in columns
            columns, outputs = columns.T, outputs.T
        elif outputs.size in (len(columns), columns.shape[1]):
            columns = columns if outputs.size == len(columns) else columns.T
            outputs = outputs.reshape(-1, 1)
    if len(columns) > MOST_ROWS or columns.shape[1] > MOST_COLUMNS or len(columns) < 2:
        return
    draft.put("rows", tuple(map(tuple, columns.tolist())), line)
    draft.put("examples", len(columns), line)
    draft.put("inputs", columns.shape[1], line)
    if outputs is not None and len(outputs) == len(columns):
        draft.put("targets", tuple(map(tuple, outputs.tolist())), at)
        draft.put("data", same_function(without_ones(columns), outputs), line)
    draft.put("data", "inline", line)


def _scaled(draft: Draft, trace: Trace, text: str) -> None:
    scalers = [call for call in trace.calls if call.last in _SCALERS and (call.last[0].isupper() or call.args)]
    for call in scalers:
        given = _given_to(trace, call.target)
        about_targets = _about_targets(call.target) or _about_targets(call.words.get(0, "")) or (
            bool(given) and all(map(_about_targets, given)))
        draft.put("target_scaling" if about_targets else "scaling", _SCALERS[call.last], call.line)
    if scalers:
        _fitted_scaler(draft, trace)
    if match := _DIVIDED.search(text):
        draft.put("scaling", "divided", text.count("\n", 0, match.start()) + 1)
    elif match := _STANDARDISED.search(text):
        draft.put("scaling", "standardised", text.count("\n", 0, match.start()) + 1)


def _given_to(trace: Trace, scaler: str) -> set[str]:
    """The variables that a scaler is fitted on: `y` of `scaler.fit_transform(y.values.reshape(-1, 1))`."""
    given = set()
    for step in trace.steps if scaler else ():
        for node in ast.walk(step.node):
            if isinstance(node, ast.Call) and node.args and dotted(node.func) in (
                    f"{scaler}.fit_transform", f"{scaler}.fit"):
                given |= {next((one.id for one in ast.walk(node.args[0]) if isinstance(one, ast.Name)), "")}
    return given


def _about_targets(name: str) -> bool:
    own = name.lower()
    return bool(own) and (own.startswith("y") or "target" in own or "label" in own or own.endswith("_y"))


def _fitted_scaler(draft: Draft, trace: Trace) -> None:
    split = next((i for i, call in enumerate(trace.calls) if call.last == "train_test_split"), None)
    for i, call in enumerate(trace.calls):
        if call.last not in ("fit_transform", "fit") or not call.args or not _is_scaler(call):
            continue
        name = call.words.get(0, "").lower()
        if "test" in name or "val" in name:
            draft.fields["scaler_fitted_on"] = "test"
            draft.lines["scaler_fitted_on"] = call.line
            return
        if "train" in name or split is not None:
            before = split is not None and i < split and "train" not in name
            draft.put("scaler_fitted_on", "all" if before else "train", call.line)


def _is_scaler(call: Call) -> bool:
    receiver = call.of
    made_by = receiver.last if isinstance(receiver, Call) else ""
    return made_by in _SCALERS or "scaler" in call.name.lower() or call.name.lower().startswith(("sc.", "ss.", "mm."))


def _labels(draft: Draft, trace: Trace, text: str) -> None:
    for call in trace.calls:
        if call.last in _ONE_HOT or (call.last == "read_data_sets" and call.get("one_hot") is True):
            about = call.words.get(0, "")
            if call.last == "eye" and not call.target:
                continue
            if not about or _about_targets(about) or call.last in ("to_categorical", "LabelBinarizer", "one_hot"):
                draft.put("target", "one_hot", call.line)
        elif call.last == "fit" and _HOT.search(call.words.get(1, "") or call.words.get("y", "")):
            draft.put("target", "one_hot", call.line_of(1, "y"))
        elif call.last in ("MultiLabelBinarizer", "make_multilabel_classification"):
            draft.put("target", "multi_label", call.line)
    if (match := _RECODED.search(text)) and draft.get("targets") is None:
        draft.put("label_values", (-1.0, 1.0), text.count("\n", 0, match.start()) + 1)
    targets = np.array(draft.get("targets") or ())
    if targets.size:
        draft.put("target", kind_of(targets), draft.lines.get("targets"))


def kind_of(targets: NDArray[np.float64]) -> str:
    """What targets (n, outputs) are: binary, integers, one_hot, multi_label or real."""
    values = set(np.unique(targets).tolist())
    if values <= {0.0, 1.0} or values <= {-1.0, 1.0}:
        if targets.shape[1] == 1:
            return "binary"
        return "one_hot" if (targets.sum(axis=1) == 1).all() and 0.0 in values else "multi_label"
    few = targets.shape[1] == 1 and len(values) <= max(3, len(targets) // 4) and min(values) >= 0
    return "integers" if few and all(value == int(value) for value in values) else "real"


