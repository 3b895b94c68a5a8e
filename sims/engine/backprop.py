"""Backpropagation: passes forward and backward through layers whose arrays and views are made once.

In networks as small as these, making a view or an array costs as much time as the arithmetic on it, and a function of
numpy takes 0.6 microseconds more for an array whose axes are not in the order of its memory. The formulas are those of
Bishop, *Pattern Recognition and Machine Learning* (2006), section 5.3, for R replicas at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from sims.engine.activations import ACTIVATIONS, Activation, Array
from sims.engine.hyperbolic import in_scratch, rational_tanh, scratch_for
from sims.engine.losses import output_delta
from sims.engine.network import Network, buffers, with_ones
from sims.engine.processor import PROCESSOR, Processor
from sims.engine.products import Products, sums_over_examples, weighted_sums


@dataclass(frozen=True)
class Layer:
    """One layer's weights, gradient and activations, the buffers of its passes, and how these multiply.

    `weights` and `gradient` are (R, n_out, n_in + 1), the last column the bias; `kernel` (R, n_in, n_out) is a view of
    the weights without it. `a` (R, n_out + 1, N) has a last row of ones, `out` (R, n_out, N) is a view without it. A
    `block` is such an array in the order of its memory, (n_out, R, N).
    """

    activation: Activation
    activate: Callable[[], object]  # turns pre-activations in `out` into activations
    weights: Array
    kernel: Array
    gradient: Array
    a: Array
    a_transposed: Array  # (R, N, n_out + 1)
    out: Array
    out_block: Array
    delta: Array  # buffer for the loss's derivative by the activations, (R, n_out, N)
    derivative: Array  # buffer for the one by the pre-activations, (R, n_out, N)
    derivative_block: Array
    weighed_block: Array  # buffer for the values below times a delta that all units share, (n_in + 1, R, N)
    weighed_transposed: Array  # (R, N, n_in + 1)
    forwards: Products
    backwards: Products


def layers_of(network: Network, weights: Sequence[Array], gradients: Sequence[Array], points: int) -> list[Layer]:
    """The layers of a network for batches of `points` examples; weights and gradients (R, n_in + 1, n_out) are kept
    as views, so that whoever changes them changes the layers."""
    made = []
    for name, w, gradient in zip(network.activations, weights, gradients, strict=True):
        replicas, rows, units = w.shape
        widths = (units, units, units, rows - 1)
        a, delta, derivative, weighed = (with_ones(width, replicas, points, w.dtype) for width in widths)
        out, slope = a[:, :-1], derivative[:, :-1]
        made.append(Layer(
            ACTIVATIONS[name], activation_of(name, out), w.transpose(0, 2, 1), w[:, :-1], gradient.transpose(0, 2, 1),
            a, a.transpose(0, 2, 1), out, _block(out), delta[:, :-1], slope, _block(slope), _block(weighed),
            weighed.transpose(0, 2, 1), weighted_sums(units, points), sums_over_examples(units, rows, points)))
    return made


def activation_of(name: str, out: Array, processor: Processor = PROCESSOR) -> Callable[[], object]:
    """The function that turns pre-activations in `out` (R, n_out, N) into activations, in place."""
    if name == "tanh" and in_scratch(processor, out.dtype, out.shape[1] * out.shape[2]):
        return partial(rational_tanh, _block(out), scratch_for(_block(out)))
    apply = ACTIVATIONS[name].apply
    return partial(apply, out if name == "softmax" else _block(out))  # softmax goes along the units


def _block(array: Array) -> Array:
    return array.transpose(1, 0, 2)


def pass_forward(layers: Sequence[Layer], inputs: Array, masks: Mapping[int, Array] | None = None) -> Array:
    """Fill the layers' activations from `inputs` (R, n_in + 1, N) with their row of ones; the outputs (R, n_out, N).

    `masks` {layer: (R, units, N)} multiply the activations of hidden layers: that is dropout.
    """
    below = inputs
    for number, layer in enumerate(layers):
        layer.forwards(layer.weights, below, layer.out)
        layer.activate()
        if masks and number in masks:
            np.multiply(layer.out, masks[number], layer.out)
        below = layer.a
    return layers[-1].out


def pass_backward(layers: Sequence[Layer], inputs: Array, inputs_transposed: Array, delta: Array, fused: bool,
                  auxiliary: Mapping[int, Array] | None = None, masks: Mapping[int, Array] | None = None,
                  keep: float = 1.0) -> None:
    """Backpropagate `delta`, the loss's derivative by the outputs (R, n_out, N), into the layers' gradients.

    `inputs` are those of `pass_forward`, `inputs_transposed` the same (R, N, n_in + 1). `fused` says that `delta` is
    already the derivative by the pre-activation. `auxiliary` are gradients to be added, {layer: (R, k, N)}: those of a
    loss of its own on the first k units of a hidden layer, by their pre-activations. `masks` are those of
    `pass_forward`, of 0 and 1 / `keep`.
    """
    scale: Array | None = None  # (R, units, 1), a factor of `delta` that is still to be multiplied in
    for number in reversed(range(len(layers))):
        layer = layers[number]
        below = layers[number - 1] if number else None
        if masks and number in masks:
            delta *= masks[number]
            np.multiply(layer.out, keep, layer.out)  # what is dropped has delta 0: only the kept need their value back
        if scale is not None and below is None and layer.out.shape[1] > inputs.shape[1]:
            _gradient_by_inputs(layer, inputs, delta, scale)
            return
        if not fused:
            delta = _by_pre_activations(layer, delta)
        fused = False
        if auxiliary and number in auxiliary:
            delta[:, : auxiliary[number].shape[1]] += auxiliary[number]
        layer.backwards(delta, below.a_transposed if below else inputs_transposed, layer.gradient)
        if scale is not None:
            np.multiply(layer.gradient, scale, layer.gradient)
        if below is None:
            return
        kernel = layer.kernel if scale is None else layer.kernel * scale.transpose(0, 2, 1)
        scale = None
        if delta.shape[1] > 1:
            delta = np.matmul(kernel, delta, below.delta)
        elif masks or auxiliary or below.activation.derivative is None:
            delta = np.multiply(kernel, delta, below.delta)
        else:  # one unit above: delta stays (R, 1, N), and the small gradient is scaled instead
            scale = kernel


def _by_pre_activations(layer: Layer, delta: Array) -> Array:
    """The loss's derivative by a layer's pre-activations, from the one by its activations or a factor of it that all
    units share, (R, n_out or 1, N)."""
    if layer.activation.derivative is None:
        return layer.activation.backward(layer.out, delta, layer.derivative)
    layer.activation.derivative(layer.out_block, layer.derivative_block)
    np.multiply(layer.derivative_block, _block(delta), layer.derivative_block)
    return layer.derivative


def _gradient_by_inputs(layer: Layer, inputs: Array, delta: Array, scale: Array) -> None:
    """The gradient of a first layer whose units share a delta (R, 1, N): it is cheaper to multiply that with the few
    inputs than with the many units. `scale` (R, n_out, 1) is each unit's own factor."""
    assert layer.activation.derivative
    layer.activation.derivative(layer.out_block, layer.derivative_block)
    np.multiply(_block(inputs), _block(delta), layer.weighed_block)
    layer.backwards(layer.derivative, layer.weighed_transposed, layer.gradient)
    np.multiply(layer.gradient, scale, layer.gradient)


def loss_gradients(network: Network, weights: Sequence[Array], inputs: Array, targets: Array, loss: str) -> list[Array]:
    """The gradient of each replica's mean loss by every weight, shaped like `weights`."""
    gradients = [np.empty_like(w) for w in weights]
    layers = layers_of(network, weights, gradients, inputs.shape[-1])
    seen = buffers(network, inputs, len(weights[0]), weights[0].dtype)[0]
    out = pass_forward(layers, seen)
    delta, fused = output_delta(loss, network.activations[-1], out, targets)
    pass_backward(layers, seen, seen.transpose(0, 2, 1), delta / inputs.shape[-1], fused)
    return gradients
