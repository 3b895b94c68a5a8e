"""What is chosen by what the processor has: each choice is right, and trains alike, on every processor."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.engine import backprop, coordinates, hyperbolic, loop
from sims.engine.activations import Array
from sims.engine.coffee import roasts
from sims.engine.datasets import Data
from sims.engine.experiment import drain
from sims.engine.hyperbolic import (
    LOG1P,
    SIGMOID,
    TANH,
    log1p_by_log,
    numpy_tanh,
    rational_tanh,
    sigmoid_by_exp,
    sigmoid_by_tanh,
)
from sims.engine.memory import aligned
from sims.engine.network import dense
from sims.engine.processor import PROCESSOR, Processor, read
from sims.engine.products import FEW_POINTS, MANY_POINTS, MOST_VECTORS, sums_over_examples, weighted_sums
from sims.engine.randomness import ensemble_seeds
from sims.engine.training import HiddenLabels, Trained, TrainingConfig, train

FLOAT = np.dtype(np.float32)
OLD, AVX2, AVX512, ARM = (Processor(*has) for has in ((True, False, False), (True, True, False), (True, True, True),
                                                      (False, False, False)))


@pytest.mark.parametrize(("features", "processor"), [
    (("X86_V2",), OLD), (("X86_V2", "X86_V3"), AVX2), (("X86_V2", "X86_V3", "X86_V4", "AVX512_ICL"), AVX512),
    (("SSE", "SSE2", "SSE3", "SSE41", "AVX"), OLD), (("SSE", "SSE3", "AVX2"), OLD), (("SSE", "FMA3", "AVX2"), AVX2),
    (("SSE", "AVX2", "FMA3", "AVX512F", "AVX512CD"), AVX2), (("SSE", "AVX512F", "AVX512_SKX"), AVX512),
    (("NEON", "NEON_VFPV4", "ASIMD", "ASIMDHP"), ARM),
])
def test_a_processor_is_read_from_numpys_names_old_and_new(features: tuple[str, ...], processor: Processor) -> None:
    assert read(features) == processor


def test_the_choices_follow_the_processor() -> None:
    kinds = (OLD, AVX2, AVX512, ARM)
    assert [hyperbolic.tangent(kind) for kind in kinds] == [rational_tanh, *[numpy_tanh] * 3]
    assert [hyperbolic.sigmoid(kind) is sigmoid_by_exp for kind in kinds] == [False, True, False, False]
    assert [hyperbolic.log1p(kind) is log1p_by_log for kind in kinds] == [False, True, False, False]
    assert TANH[FLOAT] is hyperbolic.tangent(PROCESSOR)
    assert SIGMOID[FLOAT] is hyperbolic.sigmoid(PROCESSOR)
    assert LOG1P[FLOAT] is hyperbolic.log1p(PROCESSOR)
    network = dense(2, [3], 1, "sigmoid", "sigmoid")
    assert [hyperbolic.in_scratch(kind, FLOAT, 3 * 200) for kind in kinds] == [False, True, False, False]
    assert not hyperbolic.in_scratch(AVX2, FLOAT, 2 * 100)
    assert not hyperbolic.in_scratch(AVX2, np.dtype(np.float64), 3 * 200)
    assert [coordinates.fastest(network, "log_loss", kind).reversed for kind in kinds] == [False, True, False, False]
    small = [sums_over_examples(3, 3, 200, kind) is np.matmul for kind in (OLD, AVX2, AVX512, ARM)]
    assert small == [False, False, True, True]
    large = [(MOST_VECTORS + 1, MOST_VECTORS + 1, 200), (4, 3, MANY_POINTS - 1), (1, 3, 200),
             (1, MOST_VECTORS, FEW_POINTS)]
    assert all(sums_over_examples(*shape, AVX2) is np.matmul for shape in large)


def rational(values: Array) -> Array:
    z = values.astype(np.float32)
    rational_tanh(z)
    return z


def every_float(low: float, high: float, stride: int) -> Array:
    """Every `stride`-th float32 from `low` to `high`."""
    first, last = np.array([low, high], np.float32).view(np.int32)
    return np.arange(first, last, stride, dtype=np.int32).view(np.float32)


def test_the_rational_tangent_is_within_two_ten_millionths_odd_and_bounded() -> None:
    x = np.concatenate([every_float(1e-38, 40, 997), np.linspace(0, 10, 2_000_001, dtype=np.float32)])
    found = rational(x)
    np.testing.assert_allclose(found, np.tanh(x.astype(np.float64)), rtol=4e-7, atol=0)
    assert np.abs(found - np.tanh(x.astype(np.float64))).max() <= 2e-7
    assert found.max() <= 1
    np.testing.assert_array_equal(rational(-x), -found)


def test_the_rational_tangent_falls_nowhere_by_more_than_its_rounding_error() -> None:
    for start in (1e-3, 0.1, 0.5, 1.0, 2.0, 4.0, 8.0, 8.5):
        neighbours = every_float(start, start * 1.05, 1)[:300_000]
        assert np.diff(rational(neighbours)).min() >= -2e-7
    apart = rational(np.linspace(-4, 4, 1001))
    assert (np.diff(apart) > 0).all()


def test_the_rational_tangent_of_what_is_no_number_or_none_at_all() -> None:
    edge = np.array([np.nan, np.inf, -np.inf, 3e38, 0.0, -0.0, 1e-45], np.float32)
    found = rational(edge)
    np.testing.assert_allclose(found, np.tanh(edge), atol=2e-7)
    assert np.signbit(found).tolist()[2:6] == [True, False, False, True]


@given(shape=st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 70)), offset=st.integers(0, 9),
       seed=st.integers(0, 99))
def test_a_rational_tangent_depends_on_its_argument_alone_with_scratch_arrays_or_without(
        shape: tuple[int, int, int], offset: int, seed: int) -> None:
    numbers = np.random.default_rng(seed).normal(0, 3, np.prod(shape) + offset).astype(np.float32)
    alone = np.array([rational(number[None])[0] for number in numbers[offset:]])
    memory = numbers.copy()
    view = memory[offset:].reshape(shape).transpose(1, 0, 2)  # anywhere in memory, and not in its order
    rational_tanh(view)
    np.testing.assert_array_equal(memory[offset:], alone)
    block = numbers[offset:].reshape(shape)
    scratch = hyperbolic.scratch_for(block)
    for _ in range(2):  # what is left in the scratch arrays does not matter
        again = block.copy()
        rational_tanh(again, scratch)
        np.testing.assert_array_equal(again.ravel(), alone)


@pytest.mark.parametrize("sigmoid", [sigmoid_by_exp, sigmoid_by_tanh])
def test_either_sigmoid_is_within_two_ten_millionths_and_bounded(sigmoid: Callable[[Array], None]) -> None:
    x = np.concatenate([every_float(1e-38, 1e38, 99_991), np.linspace(0, 20, 500_001, dtype=np.float32)])
    x = np.concatenate([x, -x, np.array([np.inf, -np.inf, 0, -0.0], np.float32)])
    found = x.copy()
    with np.errstate(all="raise", under="ignore"):
        sigmoid(found)
    assert np.abs(found - (1 + np.tanh(x.astype(np.float64) / 2)) / 2).max() <= 2e-7
    assert found.min() >= 0
    assert found.max() == 1
    lost = np.array([np.nan], np.float32)
    sigmoid(lost)
    assert np.isnan(lost).all()


@given(points=st.integers(1, 70), offset=st.integers(0, 9), seed=st.integers(0, 99))
def test_a_sigmoid_and_a_logarithm_depend_on_their_argument_alone(points: int, offset: int, seed: int) -> None:
    numbers = np.random.default_rng(seed).normal(0, 3, points + offset).astype(np.float32)
    for change in (sigmoid_by_exp, lambda z: np.copyto(z, log1p_by_log(np.exp(-np.abs(z))))):
        alone = [number[None].copy() for number in numbers[offset:]]
        for one in alone:
            change(one)
        together = numbers.copy()[offset:]
        change(together)
        np.testing.assert_array_equal(together, np.concatenate(alone))


def test_the_logarithm_of_a_little_more_than_one_keeps_its_digits() -> None:
    x = np.concatenate([every_float(1e-37, 1, 997), np.ones(1, np.float32)])
    np.testing.assert_allclose(log1p_by_log(x), np.log1p(x.astype(np.float64)), rtol=4e-7)
    assert log1p_by_log(np.zeros(1, np.float32))[0] == 0


def test_arrays_begin_at_a_cache_line() -> None:
    for shape in ((3, 5, 7), (1, 1, 1), (33, 2, 3)):
        made = [aligned(shape, kind) for kind in (np.float32, np.float64)]
        assert all(array.ctypes.data % 64 == 0 and array.shape == shape for array in made)
        assert [array.dtype for array in made] == [np.float32, np.float64]


@given(rows=st.integers(1, MOST_VECTORS + 2), columns=st.integers(1, MOST_VECTORS + 2), replicas=st.integers(1, 3),
       points=st.sampled_from([1, 2, 3, 7, 15, 16, MANY_POINTS - 1, MANY_POINTS, MANY_POINTS + 1, 250]))
def test_products_are_products_on_every_processor(rows: int, columns: int, replicas: int, points: int) -> None:
    rng = np.random.default_rng(points)
    left, right = rng.normal(size=(rows, replicas, points)), rng.normal(size=(columns, replicas, points))
    sums = np.einsum("irn,jrn->rij", left, right)
    for kind in (AVX2, AVX512):
        found = np.empty((replicas, rows, columns))
        sums_over_examples(rows, columns, points, kind)(left.transpose(1, 0, 2), right.transpose(1, 2, 0), found)
        np.testing.assert_allclose(found, sums, rtol=1e-10, atol=1e-10)
    weights, out = rng.normal(size=(replicas, rows, columns)), np.empty((replicas, rows, points))
    weighted_sums(rows, points)(weights, right.transpose(1, 0, 2), out)
    np.testing.assert_allclose(out, np.einsum("rij,jrn->rin", weights, right), rtol=1e-10, atol=1e-10)


def trained(replicas: int, first: int, hidden: int, points: int) -> Trained:
    seeds = ensemble_seeds(first, replicas)
    network = dense(2, [hidden], 1, "tanh" if hidden % 2 else "sigmoid", "sigmoid")
    return drain(train(network, roasts(seeds, points), TrainingConfig(steps=30), seeds, frames=2))


@pytest.mark.parametrize("tangent", [numpy_tanh, rational_tanh])
@pytest.mark.parametrize("kind", [AVX2, AVX512], ids=["AVX2", "AVX-512"])
@pytest.mark.parametrize("hidden", [2, 3, 8, 12])
def test_with_either_choice_training_is_the_same_alone_and_in_the_crowd_and_nearly_the_same_as_with_the_other(
        tangent: Callable[[Array], None], kind: Processor, hidden: int, monkeypatch: pytest.MonkeyPatch) -> None:
    here = trained(5, 0, hidden, 150)
    monkeypatch.setitem(TANH, FLOAT, tangent)
    for table, choice in ((SIGMOID, hyperbolic.sigmoid), (LOG1P, hyperbolic.log1p)):
        monkeypatch.setitem(table, FLOAT, choice(kind))
    monkeypatch.setattr(loop, "fastest", partial(coordinates.fastest, processor=kind))
    monkeypatch.setattr(backprop, "sums_over_examples", partial(sums_over_examples, processor=kind))
    for points in (1, 33, 150):
        crowded = trained(33, 0, hidden, points)
        for place in (0, 19, 32):
            alone = trained(1, int(ensemble_seeds(0, 33)[place]), hidden, points)
            for one, many in zip(alone.weights, crowded.weights, strict=True):
                np.testing.assert_array_equal(one[0], many[place])
            assert alone.loss[0] == crowded.loss[place]
    for one, other in zip(here.weights, crowded.weights, strict=True):
        np.testing.assert_allclose(one, other[:5], atol=2e-3)


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize(("output", "loss"), [("sigmoid", "log_loss"), ("sigmoid", "squared_error"),
                                              ("linear", "squared_error"), ("softmax", "cross_entropy")])
@pytest.mark.parametrize("hidden", ["sigmoid", "tanh"])
def test_the_coordinates_of_either_processor_train_the_same_network(
        hidden: str, output: str, loss: str, labelled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = ensemble_seeds(1, 3)
    network = dense(2, [4, 3], 2, hidden, output)
    known = roasts(seeds, 40)
    yes = known.targets
    data = Data(known.inputs, np.concatenate([yes, 1 - yes], axis=1), known.axes, known.target_axes * 2)
    labels = HiddenLabels(yes, 0.5, 1) if labelled and hidden == "sigmoid" else None
    config = TrainingConfig(loss, steps=60, l2=0.01, dropout=0.0 if labelled else 0.2)
    found = []
    for kind in (AVX2, AVX512):
        monkeypatch.setattr(loop, "fastest", partial(coordinates.fastest, processor=kind))
        found.append(drain(train(network, data, config, seeds, labels=labels, dtype=np.float64)))
    for one, other in zip(*(net.weights for net in found), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-7, atol=1e-9)
