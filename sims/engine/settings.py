"""Settings that many experiments share, with the words that learners use for them."""

from typing import Any, Literal

from sims.engine.experiment import setting

HiddenActivation = Literal["sigmoid", "tanh", "relu", "leaky_relu", "linear"]
Optimizer = Literal["sgd", "momentum", "adam"]


def hidden_setting(default: int, le: int = 8, ge: int = 1) -> Any:
    """The width of a hidden layer."""
    return setting(default, ge=ge, le=le, title="hidden units", description="units in the hidden layer",
                   words=("hidden neurons", "neurons", "units", "nodes", "hidden nodes", "width", "hidden size",
                          "hidden layer size", "hidden layer of", "layer of size", "wider layer", "wider"))


def layers_setting(default: int, le: int, ge: int = 1) -> Any:
    """The number of hidden layers."""
    return setting(default, ge=ge, le=le, title="hidden layers", description="hidden layers, one after another",
                   words=("layers", "depth", "deep"))


def activation_setting(default: str) -> Any:
    """The activation of the hidden layers."""
    return setting(default, title="hidden activation", description="activation function of the hidden units",
                   words=("activation", "activation function", "non-linearity"))


def rate_setting(default: float, le: float = 1.0, ge: float = 0.0001) -> Any:
    """The learning rate."""
    return setting(default, ge=ge, le=le, title="learning rate", description="size of each step downhill",
                   words=("lr", "alpha", "step size", "rate", "eta"))


def steps_setting(default: int, le: int = 3000, ge: int = 1) -> Any:
    """The number of updates."""
    return setting(default, ge=ge, le=le, title="training steps", description="updates of the weights", unit="steps",
                   words=("steps", "epochs", "iterations", "updates"))


def points_setting(default: int, what: str = "examples", le: int = 500, ge: int = 10) -> Any:
    """The number of training examples."""
    return setting(default, ge=ge, le=le, title=f"training {what}", description=f"{what} to train on", unit=what,
                   words=("points", "examples", "samples", "data points", "training examples", "data",
                          what.lower(), what.lower().removeprefix("t-")))
