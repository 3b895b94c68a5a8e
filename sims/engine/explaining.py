"""One answer of a network with one hidden layer of tanh units and a sigmoid output: its gradient by the inputs, what
changes when inputs are put back to the average, which is 0, and the nearest inputs with another answer.

Inputs are (R, n, N); a `Net` holds the two layers' weights, (R, n + 1, units) and (R, units + 1, 1), biases last.
"""

from collections.abc import Sequence
from itertools import product
from math import factorial

import numpy as np

from sims.engine.activations import Array, activate

Net = Sequence[Array]
ROUNDS, PACE, FARTHEST = 30, 0.5, 1.0  # of the search: rounds, share of each step that is made, longest step
STRETCHES = np.linspace(0.1, 4, 40)  # of a direction that are tried
HALVINGS = 12


def logits_of(net: Net, x: Array) -> Array:
    """The logits, (R, N)."""
    return _above(net, _hidden(net, x))


def gradient_of(net: Net, x: Array) -> tuple[Array, Array]:
    """The logits (R, N) and their gradients by the inputs (R, n, N)."""
    h = _hidden(net, x)
    into, out = net[0][:, :-1], net[1][:, :-1]
    return _above(net, h), into @ (out * (1 - h * h))


def put_back(x: Array, which: Array) -> Array:
    """The inputs with some, (R, n, N) or (n, 1) true, put back to the average."""
    return np.where(which, 0, x)


def one_input_at_a_time(net: Net, x: Array) -> Array:
    """The output less the output with each input in turn put back to the average, (R, n, N)."""
    p = activate("sigmoid", logits_of(net, x))
    places = np.eye(x.shape[1], dtype=bool)[:, :, None]
    return np.stack([p - activate("sigmoid", logits_of(net, put_back(x, place))) for place in places], axis=1)


def shapley(net: Net, x: Array) -> Array:
    """Shapley's share of each input in the difference between the output and that for the average, (R, n, N): what
    the input changes when it comes in, averaged over all orders in which the inputs can come in."""
    n = x.shape[1]
    worth = {kept: activate("sigmoid", logits_of(net, put_back(x, ~np.array(kept)[:, None])))
             for kept in product((False, True), repeat=n)}
    found = np.zeros(x.shape)
    for kept, value in worth.items():
        before = sum(kept) - 1  # inputs that came in before the last one
        for i in np.flatnonzero(kept):
            without = tuple(other and place != i for place, other in enumerate(kept))
            found[:, i] += factorial(before) * factorial(n - 1 - before) / factorial(n) * (value - worth[without])
    return found


def nearest_change(net: Net, x: Array) -> Array:
    """The smallest change found for each example (R, n, N) that brings it to the border, where the logit is 0, or nan.
    There are two searches, from the example and from the average; the shorter way is taken."""
    first, second = (_to_border(net, x, _towards_border(net, x, start)) for start in (x, np.zeros_like(x)))
    lengths = [np.nan_to_num((way * way).sum(axis=1, keepdims=True), nan=np.inf) for way in (first, second)]
    return np.where(lengths[0] <= lengths[1], first, second)


def _towards_border(net: Net, x: Array, start: Array) -> Array:
    """Each round goes towards the nearest point of the border as the gradient has it: the way from `x`, (R, n, N)."""
    at = start.copy()
    for _ in range(ROUNDS):
        z, slope = gradient_of(net, at)
        along = ((slope * (at - x)).sum(axis=1) - z) / np.maximum((slope * slope).sum(axis=1), 1e-9)
        step = x + slope * along[:, None] - at
        length = np.sqrt((step * step).sum(axis=1, keepdims=True))
        at = at + PACE * step * np.minimum(1, FARTHEST / np.maximum(length, 1e-9))
    return at - x


def _to_border(net: Net, x: Array, direction: Array) -> Array:
    """The directions (R, n, N), stretched to where the logit first changes its sign; nan where it does not."""
    yes = logits_of(net, x) > 0
    beyond = np.full(yes.shape, np.nan, x.dtype)
    for stretch in STRETCHES[::-1].astype(x.dtype):
        beyond = np.where((logits_of(net, x + stretch * direction) > 0) != yes, stretch, beyond)
    low, high = beyond - x.dtype.type(STRETCHES[1] - STRETCHES[0]), beyond
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        turned = (logits_of(net, x + middle[:, None] * direction) > 0) != yes
        low, high = np.where(turned, low, middle), np.where(turned, middle, high)
    return high[:, None] * direction


def _hidden(net: Net, x: Array) -> Array:
    return np.tanh(net[0][:, :-1].transpose(0, 2, 1) @ x + net[0][:, -1, :, None])


def _above(net: Net, h: Array) -> Array:
    z: Array = (net[1][:, :-1].transpose(0, 2, 1) @ h)[:, 0] + net[1][:, -1]
    return z
