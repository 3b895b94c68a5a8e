"""Networks of scikit-learn: `MLPClassifier` and `MLPRegressor`."""

from typing import Any

from bot.diagnosis.code.choices import activation_of
from bot.diagnosis.code.evaluate import Trace
from bot.diagnosis.code.values import Array, Call, Value, dimension, is_number
from bot.diagnosis.draft import Draft
from bot.diagnosis.spec import Layer
from bot.diagnosis.vocabulary import OPTIMIZERS, plain


def read_sklearn(trace: Trace) -> list[Draft]:
    """The networks that scikit-learn code makes, with the library's defaults."""
    return [_read(call) for call in trace.calls if call.last in ("MLPClassifier", "MLPRegressor")]


def _read(call: Call) -> Draft:
    draft = Draft()
    draft.put("framework", "sklearn", call.line)
    activation = call.get("activation", 1, default="relu")
    kind: Any = activation_of(activation) if isinstance(activation, str) else None
    line = call.line_of("hidden_layer_sizes", 0)
    units = _sizes(call.get("hidden_layer_sizes", 0, default=(100,)))
    if units is not None:
        draft.put("layers", tuple(Layer(units=one, activation=kind, line=line) for one in units), line)
    if call.last == "MLPRegressor":
        draft.put("output_activation", "linear", call.line)
        draft.put("loss", "squared_error", call.line)
        draft.put("task", "regression", call.line)
    else:
        draft.put("task", "classes", call.line)
    _training(draft, call)
    return draft


def _sizes(value: Value) -> list[int] | None:
    if isinstance(value, Array) and value.rows is not None:
        value = tuple(value.rows.ravel().tolist())
    units = [dimension(one) for one in (value if isinstance(value, tuple) else (value,))]
    return [one for one in units if one] if units and all(units) else None


def _training(draft: Draft, call: Call) -> None:
    solver = call.get("solver", "algorithm", 2, default="adam")
    kind = OPTIMIZERS.get(plain(solver)) if isinstance(solver, str) else None
    momentum = call.get("momentum", default=0.9)
    if kind == "sgd" and is_number(momentum) and momentum > 0:  # the library's default is Nesterov with 0.9
        kind = "momentum" if call.get("nesterovs_momentum") is False else "nesterov"
        draft.put("momentum", float(momentum), call.line_of("momentum"))
    draft.put("optimizer", kind, call.line_of("solver", 2))
    rate = call.get("learning_rate_init", 6)
    if not is_number(rate):
        rate = call.get("learning_rate")
    draft.put("learning_rate", float(rate) if is_number(rate) else None, call.line_of("learning_rate_init", 6))
    batch = call.get("batch_size", 4)
    draft.put("batch_size", dimension(batch), call.line_of("batch_size", 4))
    draft.put("epochs", dimension(call.get("max_iter", 8, default=200)), call.line_of("max_iter", 8))
    alpha = call.get("alpha", 3)
    draft.put("l2", float(alpha) if is_number(alpha) and alpha > 0 else None, call.line_of("alpha", 3))
    for name in ("shuffle", "early_stopping"):
        value = call.get(name)
        draft.put(name, value if isinstance(value, bool) else None, call.line_of(name))
