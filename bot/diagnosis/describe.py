"""A specification in words: the short sentence "2-2-1, sigmoid, squared error, SGD 0.1", and chips with lines."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.diagnosis.spec import Layer, NetworkSpec

ACTIVATIONS = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU", "selu": "SELU", "gelu": "GELU",
               "log_softmax": "log softmax", "hard_sigmoid": "hard sigmoid", "other": "an activation of its own"}
LOSSES = {"log_loss": "log loss", "cross_entropy": "cross-entropy", "sparse_cross_entropy": "sparse cross-entropy",
          "nll": "negative log likelihood", "squared_error": "squared error", "absolute_error": "absolute error",
          "huber": "Huber loss", "hinge": "hinge loss", "other": "a loss of its own"}
OPTIMIZERS = {"sgd": "SGD", "momentum": "SGD with momentum", "nesterov": "SGD with Nesterov momentum",
              "rmsprop": "RMSprop", "adam": "Adam", "adagrad": "Adagrad", "adadelta": "Adadelta", "adamax": "Adamax",
              "lbfgs": "L-BFGS", "other": "an optimizer of its own"}
STARTS = {"zeros": "all weights 0", "pytorch": "PyTorch's start", "glorot_uniform": "Glorot's uniform start",
          "glorot_normal": "Glorot's normal start", "he_uniform": "He's uniform start",
          "he_normal": "He's normal start", "lecun_uniform": "LeCun's uniform start",
          "lecun_normal": "LeCun's normal start", "orthogonal": "an orthogonal start", "other": "a start of its own"}
DATA = {"xor": "XOR", "and": "AND", "or": "OR", "mnist": "MNIST", "fashion_mnist": "Fashion-MNIST",
        "cifar10": "CIFAR-10", "imdb": "IMDB", "breast_cancer": "the breast cancer data", "line": "a straight line",
        "sine": "a sine", "square": "a parabola", "moons": "two moons", "circles": "two circles",
        "spirals": "two spirals", "blobs": "clouds of points", "iris": "the iris data", "housing": "house prices",
        "digits": "8×8 digits", "houses": "house prices", "parity": "parity", "titanic": "the Titanic data",
        "coffee": "the coffee roasts", "imbalanced": "a common and a rare cloud",
        "wine": "the wine data", "diabetes": "the diabetes data", "reuters": "the Reuters news",
        "own": "your rows", "inline": "the rows in your post"}


@dataclass(frozen=True)
class Chip:
    """One fact that was read: the field it fills, what it says, and its line."""

    field: str
    says: str
    line: int | None = None


def chips(spec: NetworkSpec) -> tuple[Chip, ...]:
    """What was read, fact by fact; nothing for what is not known."""
    found = [Chip("layers", says, spec.lines.get("layers") or spec.lines.get("outputs")) for says in _sizes(spec)]
    found += [Chip("layers", says, spec.lines.get("layers")) for says in _hidden(spec)]
    return (*found, *(Chip(field, says, spec.lines.get(field)) for field, says in _rest(spec)))


def sentence(spec: NetworkSpec) -> str:
    """All of it in a row: "2-2-1, sigmoid hidden units, sigmoid output, squared error, SGD at 0.1"."""
    if rows_alone(spec):
        inputs, targets = len(spec.rows[0]), len(spec.targets[0])
        return (f"{len(spec.rows)} rows with {inputs} input{'s' * (inputs > 1)} and {targets} target"
                f"{'s' * (targets > 1)}")
    return ", ".join(chip.says for chip in chips(spec))


def rows_alone(spec: NetworkSpec) -> bool:
    """Whether a post holds rows of data, and no network."""
    said = spec.framework or spec.layers or spec.outputs
    return bool(spec.rows and spec.targets) and not said


def _sizes(spec: NetworkSpec) -> Iterator[str]:
    sizes = [spec.inputs, *(layer.units for layer in spec.layers), spec.outputs]
    if any(sizes):
        yield "-".join("?" if size is None else str(size) for size in sizes)


def _hidden(spec: NetworkSpec) -> Iterator[str]:
    kinds = list(dict.fromkeys(_activation(layer) for layer in spec.layers))
    if kinds and any(layer.activation for layer in spec.layers):
        yield f"{', then '.join(kinds)} hidden units" if kinds != ["linear"] else "no activation between the layers"
    if rates := sorted({layer.dropout for layer in spec.layers if layer.dropout}):
        yield "dropout " + " and ".join(f"{rate:g}" for rate in rates)
    if any(layer.batch_norm for layer in spec.layers):
        yield "batch normalisation"


def _activation(layer: Layer) -> str:
    return ACTIVATIONS.get(str(layer.activation), str(layer.activation or "unknown"))


def _rest(spec: NetworkSpec) -> Iterator[tuple[str, str]]:
    if spec.other_layers:
        yield "other_layers", "with layers that are not dense: " + ", ".join(spec.other_layers)
    if spec.output_activation:
        yield "output_activation", f"{ACTIVATIONS.get(spec.output_activation, spec.output_activation)} output"
    if spec.loss:
        yield "loss", LOSSES[spec.loss] + (" from logits" if spec.from_logits else "")
    yield from _training(spec)
    if spec.start:
        yield "start", _start(spec)
    if spec.bias is False:
        yield "bias", "no biases"
    if spec.scaling:
        yield "scaling", "inputs as they are" if spec.scaling == "none" else f"inputs {_SCALED[spec.scaling]}"
    yield from _told(spec)
    if spec.data:
        yield "data", "on " + DATA.get(spec.data, f"{spec.data} data")


def _told(spec: NetworkSpec) -> Iterator[tuple[str, str]]:
    """What words, or a condition in code, say of the sizes of inputs and targets."""
    if spec.said_largest:
        yield "said_largest", f"inputs up to {spec.said_largest:,.10g}"
    if spec.label_values:
        yield "label_values", "labels {:g} and {:g}".format(*spec.label_values)
    if spec.said_targets:
        yield "said_targets", "targets from {:,.10g} to {:,.10g}".format(*spec.said_targets)


def _training(spec: NetworkSpec) -> Iterator[tuple[str, str]]:
    if spec.optimizer:
        rate = f" at {spec.learning_rate:g}" if spec.learning_rate is not None else ""
        yield "optimizer", OPTIMIZERS[spec.optimizer] + rate
    elif spec.learning_rate is not None:
        yield "learning_rate", f"a learning rate of {spec.learning_rate:g}"
    if spec.batch_size is not None:
        yield "batch_size", f"batches of {spec.batch_size}" if spec.batch_size else "all examples at once"
    if spec.epochs:
        yield "epochs", f"{spec.epochs:,} epochs"
    elif spec.steps:
        yield "steps", f"{spec.steps:,} steps"


_SCALED = {"standardised": "standardised", "minmax": "scaled to 0 to 1", "divided": "divided by their largest value",
           "other": "scaled"}


def _start(spec: NetworkSpec) -> str:
    if spec.start == "constant":
        return "all weights the same" if spec.start_constant is None else f"all weights {spec.start_constant:g}"
    if spec.start == "uniform" and spec.start_low is not None and spec.start_high is not None:
        return f"weights from {spec.start_low:g} to {spec.start_high:g}"
    if spec.start in ("uniform", "normal"):
        spread = f" with a spread of {spec.start_std:g}" if spec.start_std is not None else ""
        return ("normal weights" if spec.start == "normal" else "uniform weights") + spread
    return STARTS[str(spec.start)]
