"""Loss functions: a value for every output of every example, and the derivative that starts backpropagation.

All take outputs `a` and targets `y`, both (R, n_out, N). A loss is summed over the outputs and averaged over the
examples, each multiplied with its weight where there are any; in nats for the two log losses. Formulas: Bishop,
*Pattern Recognition and Machine Learning* (2006), sections 4.3 and 5.2.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.hyperbolic import LOG1P

BEND = 1.0  # from which error on Huber's loss grows as a straight line


@dataclass(frozen=True)
class Loss:
    """`per_output(a, y)` is the loss of every output and example, and `derivative(a, y)` its derivative by that output;
    both are (R, n_out, N)."""

    per_output: Callable[[Array, Array], Array]
    derivative: Callable[[Array, Array], Array]

    def per_example(self, a: Array, y: Array) -> Array:
        """The loss of every example, summed over the outputs, (R, N)."""
        return self.per_output(a, y).sum(axis=-2)


def smallest_probability(a: Array) -> float:
    """Outputs are clipped this far from 0 and 1 before a logarithm: 1e-7 in float32, 1e-12 in float64."""
    return 1e-7 if a.dtype == np.float32 else 1e-12


def _clipped(a: Array) -> Array:
    edge = smallest_probability(a)
    return np.clip(a, edge, 1 - edge)


def _inside(a: Array) -> Array:
    edge = smallest_probability(a)
    return (a > edge) & (a < 1 - edge)  # where clipping holds the value still, the derivative is zero


def _log_loss(a: Array, y: Array) -> Array:
    p = _clipped(a)
    return -(y * np.log(p) + (1 - y) * np.log1p(-p))


def _log_loss_derivative(a: Array, y: Array) -> Array:
    p = _clipped(a)
    return (p - y) / (p * (1 - p)) * _inside(a)


def _cross_entropy(a: Array, y: Array) -> Array:
    return -y * np.log(_clipped(a))


def _cross_entropy_derivative(a: Array, y: Array) -> Array:
    return -y / _clipped(a) * _inside(a)


def _squared_error(a: Array, y: Array) -> Array:
    return (a - y) ** 2


def _squared_error_derivative(a: Array, y: Array) -> Array:
    return 2 * (a - y)


def _absolute_error(a: Array, y: Array) -> Array:
    return np.abs(a - y)


def _absolute_error_derivative(a: Array, y: Array) -> Array:
    return np.sign(a - y)  # at the kink, where there is none, zero


def _huber(a: Array, y: Array) -> Array:
    size = np.abs(a - y)
    inside = np.minimum(size, BEND)
    return inside * (size - inside / 2)


def _huber_derivative(a: Array, y: Array) -> Array:
    return np.clip(a - y, -BEND, BEND)


def _log_loss_from_logits(a: Array, y: Array) -> Array:
    return from_logits("sigmoid", a, y)


def _log_loss_from_logits_derivative(a: Array, y: Array) -> Array:
    return activate("sigmoid", a) - y


def _cross_entropy_from_logits(a: Array, y: Array) -> Array:
    return from_logits("softmax", a, y)


def _cross_entropy_from_logits_derivative(a: Array, y: Array) -> Array:
    return activate("softmax", a) * y.sum(axis=-2, keepdims=True) - y


LOSSES: dict[str, Loss] = {
    "log_loss": Loss(_log_loss, _log_loss_derivative),  # binary, one independent yes or no for each output
    "cross_entropy": Loss(_cross_entropy, _cross_entropy_derivative),  # categorical, the outputs sum to one
    "squared_error": Loss(_squared_error, _squared_error_derivative),
    "absolute_error": Loss(_absolute_error, _absolute_error_derivative),
    "huber": Loss(_huber, _huber_derivative),  # half the square up to BEND, a straight line beyond (Huber, 1964)
    # Losses that apply sigmoid or softmax to the outputs themselves: on a linear output they are the two above, on an
    # output that has been through it already the function is applied twice.
    "log_loss_from_logits": Loss(_log_loss_from_logits, _log_loss_from_logits_derivative),
    "cross_entropy_from_logits": Loss(_cross_entropy_from_logits, _cross_entropy_from_logits_derivative),
}

# For these pairs the derivative by the pre-activation is just a - y, and the value can be had from the logits
# without the loss of digits that a clipped probability means.
FUSED = {("sigmoid", "log_loss"), ("softmax", "cross_entropy")}


def from_logits(activation: str, z: Array, y: Array) -> Array:
    """The loss of a fused pair from its logits `z`, for every output and example: (R, n_out, N).

    All that is added is positive, so that no digits cancel: in float32 the relative error stays below 1e-6 for the
    sigmoid and 1e-5 for softmax, for every finite logit whose loss is above the least float32 of full precision, 1e-38.
    """
    if activation == "sigmoid":
        each = np.subtract(y, z > 0, dtype=np.result_type(y, z))
        size = np.negative(z)
        np.multiply(each, size, each)  # |z| times 1 - y where z > 0, else times y
        np.abs(z, size)
        np.negative(size, size)
        np.exp(size, size)
        return np.add(each, LOG1P[z.dtype](size), each)
    limit = np.finfo(z.dtype).max / 2
    z = np.clip(z, -limit, limit)  # so that no difference is infinite: times a target of 0 that would be nan
    best = z.argmax(axis=-2, keepdims=True)
    below = np.take_along_axis(z, best, axis=-2) - z  # how far each logit is below the largest one
    others = np.exp(-below)
    np.put_along_axis(others, best, 0, axis=-2)
    return y * (np.log1p(others.sum(axis=-2, keepdims=True)) + below)


def losses(loss: str, activation: str, z: Array, y: Array, weights: Array | None = None) -> Array:
    """The loss of every example (R, N) from the output layer's pre-activations `z` (R, n_out, N), each times its weight
    (R, 1, N), or each output times its own (R, n_out, N)."""
    if (activation, loss) in FUSED:
        each = from_logits(activation, z, y)
    else:
        each = LOSSES[loss].per_output(activate(activation, z), y)
    return (each if weights is None else each * weights).sum(axis=-2)


def output_delta(loss: str, activation: str, a: Array, y: Array) -> tuple[Array, bool]:
    """The derivative of each example's loss that backpropagation starts from, (R, n_out, N).

    The second value tells whether it is already the derivative by the pre-activation (a fused pair).
    """
    if (activation, loss) in FUSED:
        sums = y.sum(axis=-2, keepdims=True) if activation == "softmax" else 1  # 1, unless the targets are no shares
        return a * sums - y, True
    return LOSSES[loss].derivative(a, y), False
