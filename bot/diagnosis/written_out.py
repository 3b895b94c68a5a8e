"""A model of Keras, PyTorch or scikit-learn that is there, written out as the code that makes such a one, to be read
like code that is pasted.

None of these libraries is imported: an object is known by the module of its class, and asked for plain attributes.
"""

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np

from bot.content.errors import OurError

RATES = ("p", "rate")


class NotANetwork(OurError, TypeError):
    """What is to be explained is neither code nor a model of a library that is known."""

    title = "That is no network"


def code_of(model: Any, loss: Any = None, optimizer: Any = None) -> str:
    """The code of a model, of its loss and its optimizer; `NotANetwork` where it is none that is known."""
    library = library_of(model)
    if library == "sklearn":
        return f"model = {model!r}\nmodel.fit(X, y)\n"
    if library == "torch":
        return "\n".join(_torch(model, loss, optimizer)) + "\n"
    if library == "keras":
        return "\n".join(_keras(model, loss, optimizer)) + "\n"
    raise NotANetwork(f"{type(model).__name__} is neither code nor a model of Keras, PyTorch or scikit-learn")


def library_of(model: Any) -> str:
    """sklearn, torch or keras, by the modules of the object's class and those that it is derived from; or empty."""
    tops = [f"{kind.__module__}." for kind in type(model).__mro__]
    for name, starts in (("sklearn", ("sklearn.neural_network.",)),  # keras first: its models may be torch's as well
                         ("keras", ("keras.", "tensorflow.python.keras.", "tf_keras.")), ("torch", ("torch.nn.",))):
        if any(top.startswith(starts) for top in tops):
            return name
    return ""


def _torch(model: Any, loss: Any, optimizer: Any) -> Iterator[str]:
    if _in_a_row(model):
        leaves = [one for one in model.modules() if not list(one.children())]
        yield "model = nn.Sequential("
        yield from (f"    nn.{_torch_layer(one)}," for one in leaves)
        yield ")"
        yield from (_equal_start(number, value) for number, one in enumerate(leaves)
                    if _is_dense(one) and (value := _one_value(one.weight)) is not None)
    else:
        yield _source(model) or "\n".join(_definition(model))
    if loss is not None:
        yield f"criterion = nn.{type(loss).__name__}()"
    if optimizer is not None:
        group = optimizer.param_groups[0]
        more = "".join(f", {name}={group[name]!r}" for name in ("momentum", "weight_decay") if group.get(name))
        yield f"optimizer = torch.optim.{type(optimizer).__name__}(model.parameters(), lr={group['lr']!r}{more})"


def _in_a_row(model: Any) -> bool:
    """Whether a model's layers stand in the order in which they are called; of others only forward() knows that."""
    return all(type(one).__name__ == "Sequential" for one in model.modules() if list(one.children()))


def _equal_start(number: int, value: float) -> str:
    weights = f"model[{number}].weight"
    return f"nn.init.constant_({weights}, {value:g})" if value else f"nn.init.zeros_({weights})"


def _definition(model: Any) -> Iterator[str]:
    """The layers of a model whose source is not to be had; what is done between them stays unsaid."""
    yield "class Network(nn.Module):\n    def __init__(self):"
    for number, one in enumerate(one for one in model.modules() if _is_dense(one)):
        yield f"        self.layer{number + 1} = nn.{_torch_layer(one)}"


def _is_dense(layer: Any) -> bool:
    return type(layer).__name__ in ("Linear", "Dense")


def _torch_layer(layer: Any) -> str:
    if _is_dense(layer):
        return f"Linear({layer.in_features}, {layer.out_features}, bias={layer.bias is not None})"
    return f"{type(layer).__name__}({_rate(layer)})"


def _rate(layer: Any) -> str:
    return next((repr(float(getattr(layer, name))) for name in RATES if isinstance(getattr(layer, name, None), float)),
                "")


def _source(model: Any) -> str:
    try:
        return inspect.getsource(type(model))
    except (OSError, TypeError):  # typed at a prompt
        return ""


def _one_value(weights: Any) -> float | None:
    """The value that all weights of a layer have; None where they differ, as they should."""
    if weights is None:
        return None
    plain_weights = weights.detach().cpu() if hasattr(weights, "detach") else weights
    values = np.asarray(plain_weights, float)
    return float(values.flat[0]) if values.size > 1 and bool((values == values.flat[0]).all()) else None


def _keras(model: Any, loss: Any, optimizer: Any) -> Iterator[str]:
    yield "model = Sequential(["
    shape = getattr(model, "input_shape", None)
    if isinstance(shape, tuple) and len(shape) == 2 and shape[1]:
        yield f"    Input(shape=({shape[1]},)),"
    yield from (f"    {_keras_layer(layer)}," for layer in model.layers if type(layer).__name__ != "InputLayer")
    yield "])"
    loss = loss if loss is not None else getattr(model, "loss", None)
    optimizer = optimizer if optimizer is not None else getattr(model, "optimizer", None)
    given = [f"loss={_keras_loss(loss)}"] if loss is not None else []
    given += [f"optimizer={_keras_optimizer(optimizer)}"] if optimizer is not None else []
    if given:
        yield f"model.compile({', '.join(given)})"


def _keras_layer(layer: Any) -> str:
    if not _is_dense(layer):
        kind = type(layer).__name__
        name = getattr(getattr(layer, "activation", None), "__name__", "")
        return f"Activation({name!r})" if name and kind == "Activation" else f"{kind}({_rate(layer)})"
    given = [str(layer.units), f"activation={getattr(layer.activation, '__name__', 'linear')!r}"]
    if not getattr(layer, "use_bias", True):
        given.append("use_bias=False")
    if l2 := getattr(getattr(layer, "kernel_regularizer", None), "l2", None):
        given.append(f"kernel_regularizer=l2({float(l2):g})")
    start = type(getattr(layer, "kernel_initializer", None)).__name__
    if start not in ("NoneType", "GlorotUniform"):
        given.append(f"kernel_initializer={start}({_start(layer.kernel_initializer)})")
    return f"Dense({', '.join(given)})"


def _start(initializer: Any) -> str:
    names = ("mean", "stddev", "minval", "maxval", "value")
    return ", ".join(f"{name}={float(getattr(initializer, name))!r}" for name in names
                     if isinstance(getattr(initializer, name, None), int | float))


def _keras_loss(loss: Any) -> str:
    if isinstance(loss, str):
        return repr(loss)
    logits = getattr(loss, "from_logits", None)
    if logits is None:  # where Keras keeps what a loss was made with
        logits = getattr(loss, "_fn_kwargs", {}).get("from_logits")
    name = getattr(loss, "__name__", None)
    return repr(name) if name else f"{type(loss).__name__}({f'from_logits={bool(logits)}' if logits else ''})"


def _keras_optimizer(optimizer: Any) -> str:
    if isinstance(optimizer, str):
        return repr(optimizer)
    rate = float(np.asarray(optimizer.learning_rate))
    momentum = getattr(optimizer, "momentum", 0)
    more = f", momentum={float(momentum)!r}" if isinstance(momentum, int | float) and momentum else ""
    return f"{type(optimizer).__name__}(learning_rate={rate:g}{more})"
