"""Networks of Keras, old and new: Sequential, functional, `tf.keras`, names of Keras 1."""

import math
from collections.abc import Mapping, Sequence

from bot.diagnosis.code.choices import activation_of, is_loss, is_optimizer, name_of, put_loss, put_optimizer
from bot.diagnosis.code.evaluate import Trace
from bot.diagnosis.code.loops import looped_over
from bot.diagnosis.code.softmaxes import read_axis_of_library
from bot.diagnosis.code.tape import read_tape
from bot.diagnosis.code.values import Array, Call, Sym, Value, batch_of, dimension, dimensions, is_number
from bot.diagnosis.draft import Draft, Part, assemble, put_start
from bot.diagnosis.vocabulary import ACTIVATIONS, METRICS, other_layer, plain

_ACTIVATION_LAYERS = {"LeakyReLU", "ReLU", "PReLU", "ELU", "ThresholdedReLU", "Softmax", "SReLU"}
_FIT_WORDS = {"epochs", "nb_epoch", "batch_size", "validation_data", "verbose", "validation_split", "steps_per_epoch",
              "callbacks", "shuffle"}
_WRAPPERS = {"KerasClassifier", "KerasRegressor"}  # scikit-learn's names for a model of Keras and how it is fitted
_DEFAULTS = {"uniform": (-0.05, 0.05), "randomuniform": (-0.05, 0.05), "normal": (0.05,), "randomnormal": (0.05,),
             "gaussian": (0.05,), "truncatednormal": (0.05,)}


def read_keras(trace: Trace) -> list[Draft]:
    """The networks that Keras code builds: the first, and those after it that are compiled by themselves."""
    segments = [(calls, draft) for calls in _by_model(trace.calls) if (draft := _read_model(calls)) is not None]
    training = [call for call in trace.calls if call.last in ("compile", "fit", "fit_generator", "train_on_batch")]
    compiled = _compiles(training)
    if not segments:
        draft = _read_model(trace.calls)
        if draft is None and not compiled and not any(call.last == "fit" and _is_model_fit(call) for call in training):
            return []
        return [_trained(draft or Draft(), trace, trace.calls)]
    together = {call.target: name for name, made in looped_over(trace).items() for call in made}
    own = [(calls, draft) for calls, draft in segments[1:] if not compiled or _is_compiled(calls, compiled, together)]
    if len(segments) > 1 and not own and compiled:
        segments[0][1].assumed.append("several networks are in the post; this is the first")
    return [_trained(draft, trace, calls) for calls, draft in [segments[0], *own]]


def _compiles(calls: Sequence[Call]) -> list[Call]:
    return [call for call in calls if call.last == "compile" and not call.name.startswith("re.")]


def _is_compiled(calls: Sequence[Call], compiled: Sequence[Call], together: Mapping[str, str]) -> bool:
    """Whether a model that is built by these calls is compiled by one of them, or in a loop over several models."""
    made = {call.target for call in calls if call.target and not _joins_networks(call)}
    looped = {together[name] for name in made if name in together}
    return any(call.name.removesuffix(".compile") in made for call in _compiles(calls)) or any(
        call.name.removesuffix(".compile") in looped for call in compiled)


def _joins_networks(call: Call) -> bool:
    """Whether a `Sequential` holds others: `Sequential([encoder, decoder])`."""
    given = call.args[0] if call.args and isinstance(call.args[0], tuple) else call.args
    return any(isinstance(one, Call) and one.last in ("Sequential", "Model") for one in given)


def _trained(draft: Draft, trace: Trace, own: Sequence[Call]) -> Draft:
    """A network with how it is trained, by calls that stand with it before those that stand elsewhere."""
    draft.put("framework", "keras")
    calls = [*own, *trace.calls]
    compiles = _compiles(calls)[:1] or [_listed_settings(trace)]
    for call in compiles:
        _compiled(draft, call)
    for call in calls:
        if (call.last in ("fit", "fit_generator") and _is_model_fit(call)) or call.last in _WRAPPERS:
            _fitted(draft, call, trace)
    for call in calls:
        if is_optimizer(call) and (call.keywords or any(is_number(one) for one in call.args)):
            put_optimizer(draft, call, call.line)
    read_tape(draft, trace)
    read_axis_of_library(draft, trace)
    return draft


def _listed_settings(trace: Trace) -> Call:
    """Settings that a post lists without their call, as if it stood there: `loss='mse', optimizer='adam'`."""
    named = {name: trace.names[name] for name in ("loss", "optimizer", "metrics")
             if isinstance(trace.names.get(name), str | tuple)}
    return Call("compile", keywords=named, lines={name: trace.lines[name] for name in named if name in trace.lines})


def _is_model_fit(call: Call) -> bool:
    return bool(_FIT_WORDS & set(call.keywords)) or len(call.args) == 4 or "model" in call.name.lower().split(".")


def _by_model(calls: Sequence[Call]) -> list[list[Call]]:
    """The calls of each network, where several are built one after another."""
    segments: list[list[Call]] = [[]]
    filled = closed = False
    for call in calls:
        by_parts = call.last == "Input" and not closed and not any(one.last == "Sequential" for one in segments[-1])
        fresh = call.last in ("Sequential", "Input") and not _holds_layers(call) and not by_parts
        if filled and (fresh or (closed and call.last in ("Dense", "Conv2D", "LSTM"))):
            segments.append([])
            filled = closed = False
        segments[-1].append(call)
        filled |= call.last == "Dense"
        trained = call.last in ("compile", "fit") and bool(call.args or call.keywords)  # not "my loop, like fit()"
        closed |= trained or call.last == "Model" or (call.last == "Sequential" and _holds_layers(call))
    return segments


def _holds_layers(call: Call) -> bool:
    """Whether layers stand in the brackets of a `Sequential`."""
    return any(isinstance(one, tuple | Call) and one for one in call.args) or "layers" in call.keywords


def _read_model(calls: Sequence[Call]) -> Draft | None:
    draft = Draft()
    parts = [part for call in calls for part in _parts(call, draft)]
    if not any(part.kind in ("dense", "other") for part in parts):
        return None
    built = any(call.last in ("add", "Sequential", "Model", "compile", "Input") for call in calls)
    said = any(part.kind == "dense" and part.activation for part in parts)
    assemble(draft, parts, "linear", built or said)
    return draft


def _parts(call: Call, draft: Draft) -> list[Part]:
    name = call.last
    if name in ("Dense", "TimeDistributedDense", "DenseLayer") and not _is_foreign(call):
        return [_dense(call, draft)] if call.args or call.keywords else []  # "many Dense() layers", in a sentence
    if name == "Activation":
        return [Part("activation", call.line, activation=activation_of(call.get("activation", 0)))]
    if name in _ACTIVATION_LAYERS:
        return [Part("activation", call.line, activation=ACTIVATIONS.get(plain(name), "other"))]
    if name == "Dropout":
        rate = call.get("rate", "p", 0)
        return [Part("dropout", call.line, rate=float(rate) if is_number(rate) and 0 <= rate < 1 else 0.5)]
    if name == "BatchNormalization":
        return [Part("batch_norm", call.line)]
    if name in ("Flatten", "Input", "InputLayer", "Rescaling", "Normalization", "Masking", "Reshape"):
        return _shaping(call, draft)
    kind = other_layer(name)
    return [Part("other", call.line, name=kind)] if kind and name[0].isupper() else []


def _is_foreign(call: Call) -> bool:
    """Whether a `Dense` is not of Keras: DenseLayer of Lasagne takes the network first."""
    return call.last == "DenseLayer" and not is_number(call.get("units", 0))


def _shaping(call: Call, draft: Draft) -> list[Part]:
    if call.last == "Normalization":
        draft.put("scaling", "standardised", call.line)
    if call.last == "Rescaling":
        draft.put("scaling", "divided", call.line)
    shape = call.get("shape", "input_shape", "batch_input_shape", 0 if call.last in ("Input", "InputLayer") else "")
    return [Part("flatten", call.line, inputs=_product(shape))] if shape is not None else []


def _product(shape: Value) -> int | None:
    if isinstance(shape, Array | Call | Sym) or shape is None:
        return None
    sizes = [size for size in dimensions(shape) if size != -1]
    if isinstance(shape, tuple):
        sizes = [size for size, given in zip(dimensions(shape), shape, strict=True) if given is not None]
    return math.prod(size for size in sizes if size) if sizes and None not in sizes else None


def _dense(call: Call, draft: Draft) -> Part:
    units = dimension(call.get("units", "output_dim", "num_units", 0))
    activation = call.get("activation", "nonlinearity")
    if activation is None:
        activation = next((one for one in call.args[1:] if plain(name_of(one)) in ACTIVATIONS), None)
    inputs = dimension(call.get("input_dim", "input_size")) or _product(call.get("input_shape", "batch_input_shape"))
    bias = call.get("use_bias", "bias")
    start = call.get("kernel_initializer", "init", "kernel_init", "weights_initializer")
    _note_start(draft, start, call.line_of("kernel_initializer", "init"))
    return Part("dense", call.line, units=units, inputs=inputs, activation=activation_of(activation), start=None,
                bias=bias if isinstance(bias, bool) else True, l2=_l2(call))


def _l2(call: Call) -> float:
    given = call.get("kernel_regularizer", "W_regularizer", default=next(
        (one for one in call.args if isinstance(one, Call) and one.last in ("l2", "L2")), None))
    if isinstance(given, Call) and given.last in ("l2", "L2", "l1_l2"):
        strength = given.get("l2", "l", 0)
        return float(strength) if is_number(strength) else 0.01
    return 0.01 if given == "l2" else 0.0


def _note_start(draft: Draft, start: Value, line: int) -> None:
    name = name_of(start)
    if not name:
        return
    numbers: Sequence[Value] = ()
    if isinstance(start, Call):
        given = start.get("stddev", "std", "scale", "value", "minval", "min", 1 if "ormal" in name else 0)
        numbers = (given, start.get("maxval", "max", 1))
    if not any(is_number(one) for one in numbers):
        numbers = _DEFAULTS.get(plain(name), ())
    put_start(draft, name, [one if is_number(one) else None for one in numbers], line)


def _compiled(draft: Draft, call: Call) -> None:
    loss = call.get("loss", default=next((one for one in call.args[:2] if is_loss(one)), None))
    put_loss(draft, loss, call.line_of("loss"))
    optimizer = call.get("optimizer", default=next((one for one in call.args[:2] if is_optimizer(one)), None))
    put_optimizer(draft, optimizer, call.line_of("optimizer", 0))
    metrics = call.get("metrics", "weighted_metrics", 2)
    given = metrics if isinstance(metrics, tuple) else (metrics,)
    names = [plain(name_of(one)) for one in given]
    read = tuple(dict.fromkeys(METRICS[name] for name in names if name in METRICS))
    draft.put("metrics", read or None, call.line_of("metrics"))


def _is_old(trace: Trace) -> bool:
    """Whether names of Keras 1 are used, whose `fit` had another default."""
    return any({"nb_epoch", "output_dim", "init"} & set(call.keywords) for call in trace.calls)


def _fitted(draft: Draft, call: Call, trace: Trace) -> None:
    epochs = call.get("epochs", "nb_epoch", "n_epoch", "nb_epochs", 3)
    plain = call.last == "fit" and len(call.args) >= 2 and not call.args[2:] and not _is_old(trace)
    if plain and not {"epochs", "nb_epoch", "n_epoch", "nb_epochs", "**"} & set(call.keywords):
        draft.put("epochs", 1, call.line)  # Keras' own default
    batch = call.get("batch_size", 2)
    draft.put("epochs", dimension(epochs), call.line_of("epochs", "nb_epoch", "n_epoch", "nb_epochs", 3))
    draft.put("batch_size", batch_of(batch), call.line_of("batch_size", 2))
    shuffle = call.get("shuffle")
    draft.put("shuffle", shuffle if isinstance(shuffle, bool) else None, call.line_of("shuffle"))
    callbacks = call.get("callbacks")
    given = callbacks if isinstance(callbacks, tuple) else (callbacks,)
    if any(isinstance(one, Call) and one.last == "EarlyStopping" for one in given):
        draft.put("early_stopping", True, call.line_of("callbacks"))


def arguments_of_fit(trace: Trace) -> tuple[Value, Value]:
    """What a model is fitted on: inputs and targets."""
    for call in trace.calls:
        if call.last == "fit" and len(call.args) + len({"x", "y"} & set(call.keywords)) >= 2:
            return call.get("x", 0), call.get("y", 1)
    return None, None
