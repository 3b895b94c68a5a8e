"""Activation functions, each a record of two functions that work in place on (R, units, N) arrays.

The derivative is always written in terms of the activation `a`, because training keeps only that:
sigmoid' = a(1 - a), tanh' = 1 - a^2 (Goodfellow, Bengio and Courville, *Deep Learning*, 2016, chapter 6).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from sims.engine.hyperbolic import SIGMOID, TANH
from sims.engine.hyperbolic import Array as Array  # the engine's name for what numpy makes

LEAK = 0.01  # slope of leaky ReLU below zero, as in Maas, Hannun and Ng (2013)


@dataclass(frozen=True)
class Activation:
    """`apply(z)` turns pre-activations (R, units, N) into activations in place.

    `derivative(a, out)` writes the derivative by the pre-activation into `out`, an array like `a`; softmax, which mixes
    the units, has none.
    """

    apply: Callable[[Array], Any]
    derivative: Callable[[Array, Array], Any] | None

    def backward(self, a: Array, da: Array, out: Array | None = None) -> Array:
        """The loss's derivative by the pre-activation, from the one by the activation; all (R, units, N).

        It is written into `out` where that is given.
        """
        dz = np.empty_like(a) if out is None else out
        if self.derivative is None:
            np.subtract(da, (da * a).sum(axis=-2, keepdims=True), dz)  # the Jacobian is diag(a) - a a^T
            return np.multiply(a, dz, dz)
        self.derivative(a, dz)
        return np.multiply(dz, da, dz)


# 0-d arrays: the fastest constants
ONE, TWO = ({np.dtype(kind): np.array(value, kind) for kind in (np.float32, np.float64)} for value in (1, 2))


def _sigmoid(z: Array) -> None:
    SIGMOID[z.dtype](z)


def _sigmoid_derivative(a: Array, out: Array) -> None:
    np.multiply(a, a, out)
    np.subtract(a, out, out)


def _doubled_sigmoid(z: Array) -> None:
    TANH[z.dtype](z)
    np.add(z, ONE[z.dtype], z)


def _doubled_sigmoid_derivative(a: Array, out: Array) -> None:
    np.subtract(TWO[a.dtype], a, out)
    np.multiply(a, out, out)


def _negated_sigmoid(z: Array) -> None:
    one = ONE[z.dtype]
    np.exp(z, z)  # where it overflows the sigmoid is 0, as it should be
    np.add(z, one, z)
    np.divide(one, z, z)


def _negated_sigmoid_derivative(a: Array, out: Array) -> None:
    np.subtract(a, ONE[a.dtype], out)  # a(a - 1): a pass over one array and a number is faster than over two
    np.multiply(a, out, out)


def _tanh(z: Array) -> None:
    TANH[z.dtype](z)


def _tanh_derivative(a: Array, out: Array) -> None:
    np.multiply(a, a, out)
    np.subtract(ONE[a.dtype], out, out)


@lru_cache(maxsize=64)
def _zeros(points: int, dtype: Any) -> Array:
    return np.zeros(points, dtype)


def _relu(z: Array) -> None:
    np.maximum(z, _zeros(z.shape[-1], z.dtype), out=z)  # numpy's maximum is far slower with a single number


def _relu_derivative(a: Array, out: Array) -> None:
    np.greater(a, 0, out=out)


def _leaky_relu(z: Array) -> None:
    np.maximum(z, z * z.dtype.type(LEAK), out=z)


def _leaky_relu_derivative(a: Array, out: Array) -> None:
    np.greater(a, 0, out=out)
    np.maximum(out, a.dtype.type(LEAK), out=out)


def _softplus(z: Array) -> None:
    beyond = np.log1p(np.exp(-np.abs(z)))
    np.maximum(z, _zeros(z.shape[-1], z.dtype), out=z)
    np.add(z, beyond, z)


def _softplus_derivative(a: Array, out: Array) -> None:
    np.negative(a, out)
    np.expm1(out, out)
    np.negative(out, out)  # sigmoid(z) = 1 - exp(-softplus(z))


def _linear(z: Array) -> None:
    pass


def _linear_derivative(a: Array, out: Array) -> None:
    out.fill(1)


def _step(z: Array) -> None:
    np.greater(z, 0, out=z)


def _step_derivative(a: Array, out: Array) -> None:
    out.fill(0)  # flat on both sides; at the jump there is no slope, and none is made up


def _softmax(z: Array) -> None:
    z -= z.max(axis=-2, keepdims=True)  # the largest logit becomes 0, so that exp cannot overflow
    np.exp(z, z)
    z /= z.sum(axis=-2, keepdims=True)


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(_sigmoid, _sigmoid_derivative),
    "doubled sigmoid": Activation(_doubled_sigmoid, _doubled_sigmoid_derivative),  # 2 sigmoid(2z) = 1 + tanh(z)
    "negated sigmoid": Activation(_negated_sigmoid, _negated_sigmoid_derivative),  # sigmoid(-z) = 1 / (1 + exp(z))
    "tanh": Activation(_tanh, _tanh_derivative),
    "relu": Activation(_relu, _relu_derivative),
    "leaky_relu": Activation(_leaky_relu, _leaky_relu_derivative),
    "softplus": Activation(_softplus, _softplus_derivative),  # log(1 + exp(z)), a ReLU without its kink
    "linear": Activation(_linear, _linear_derivative),
    "step": Activation(_step, _step_derivative),  # the perceptron's (Rosenblatt, 1958): 1 above zero, else 0
    "softmax": Activation(_softmax, None),
}


def activate(name: str, z: Array) -> Array:
    """The activations of pre-activations `z` (..., units, N), as a new array; softmax runs over the units."""
    a = np.array(z, copy=True)
    ACTIVATIONS[name].apply(a)
    return a
