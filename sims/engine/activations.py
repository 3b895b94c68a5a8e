"""Activation functions, each a record of two functions that work in place on (R, units, N) arrays.

The derivative is always written in terms of the activation `a`, because training keeps only that:
sigmoid' = a(1 - a), tanh' = 1 - a^2 (Goodfellow, Bengio and Courville, *Deep Learning*, 2016, chapter 6).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LEAK = 0.01  # slope of leaky ReLU below zero, as in Maas, Hannun and Ng (2013)


@dataclass(frozen=True)
class Activation:
    """`apply(z)` turns pre-activations (R, units, N) into activations in place.

    `slope(a)` is the derivative by the pre-activation, a new array like `a`; softmax, which mixes the units, has none.
    """

    apply: Callable[[Array], None]
    slope: Callable[[Array], Array] | None

    def backward(self, a: Array, da: Array) -> Array:
        """The loss's derivative by the pre-activation, from the one by the activation; all (R, units, N)."""
        if self.slope is None:
            return a * (da - (da * a).sum(axis=-2, keepdims=True))  # the Jacobian is diag(a) - a a^T
        dz = self.slope(a)
        dz *= da
        return dz


HALF = {np.dtype(kind): np.array(0.5, kind) for kind in (np.float32, np.float64)}  # 0-d arrays: the fastest constants


def _sigmoid(z: Array) -> None:
    half = HALF[z.dtype]
    np.multiply(z, half, z)  # sigmoid(z) = (1 + tanh(z/2)) / 2: one tanh, and it cannot overflow
    np.tanh(z, z)
    np.multiply(z, half, z)
    np.add(z, half, z)


def _sigmoid_slope(a: Array) -> Array:
    slope = a * a
    return np.subtract(a, slope, slope)


def _tanh(z: Array) -> None:
    np.tanh(z, z)


def _tanh_slope(a: Array) -> Array:
    slope = a * a
    return np.subtract(a.dtype.type(1), slope, slope)


def _relu(z: Array) -> None:
    np.maximum(z, z.dtype.type(0), out=z)


def _relu_slope(a: Array) -> Array:
    return (a > 0).astype(a.dtype)


def _leaky_relu(z: Array) -> None:
    np.maximum(z, z * z.dtype.type(LEAK), out=z)


def _leaky_relu_slope(a: Array) -> Array:
    return np.where(a > 0, a.dtype.type(1), a.dtype.type(LEAK))


def _linear(z: Array) -> None:
    pass


def _linear_slope(a: Array) -> Array:
    return np.ones_like(a)


def _step(z: Array) -> None:
    np.greater(z, 0, out=z)


def _step_slope(a: Array) -> Array:
    return np.zeros_like(a)  # flat on both sides; at the jump there is no slope, and none is made up


def _softmax(z: Array) -> None:
    z -= z.max(axis=-2, keepdims=True)  # the largest logit becomes 0, so that exp cannot overflow
    np.exp(z, z)
    z /= z.sum(axis=-2, keepdims=True)


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(_sigmoid, _sigmoid_slope),
    "tanh": Activation(_tanh, _tanh_slope),
    "relu": Activation(_relu, _relu_slope),
    "leaky_relu": Activation(_leaky_relu, _leaky_relu_slope),
    "linear": Activation(_linear, _linear_slope),
    "step": Activation(_step, _step_slope),  # the perceptron's (Rosenblatt, 1958): 1 above zero, else 0
    "softmax": Activation(_softmax, None),
}


def activate(name: str, z: Array) -> Array:
    """The activations of pre-activations `z` (..., units, N), as a new array; softmax runs over the units."""
    a = np.array(z, copy=True)
    ACTIVATIONS[name].apply(a)
    return a
