"""Losses from logits: how many digits are right, over the whole range of logits, in float32 and float64."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.engine.losses import LOSSES, from_logits, losses

LEAST = {np.float32: 1.2e-38, np.float64: 2.3e-308}  # below, numbers have fewer digits
SIZES = np.concatenate([[0.0], np.geomspace(1e-30, 3e38, 100_001), np.linspace(0, 120, 120_001)])
LOGITS = np.concatenate([-SIZES, SIZES])


def softplus(z: np.ndarray) -> Any:
    """log(1 + exp(z)) in extended precision, two formulas for its two sides so that nothing overflows or cancels."""
    return np.where(z > 0, z, 0) + np.log1p(np.exp(-np.abs(z)))


def relative(found: np.ndarray, exact: np.ndarray, dtype: Any) -> float:
    inside = (exact > LEAST[dtype]) & (exact < np.finfo(dtype).max)
    return float((np.abs(found - exact)[inside] / exact[inside]).max())


@pytest.mark.parametrize(("dtype", "within"), [(np.float32, 1e-6), (np.float64, 1e-15)])
def test_log_loss_has_its_digits_at_every_logit(dtype: Any, within: float) -> None:
    z = LOGITS.astype(dtype)[None, None]
    exact_z = z[0, 0].astype(np.longdouble)
    for target, exact in ((1.0, softplus(-exact_z)), (0.0, softplus(exact_z))):
        found = from_logits("sigmoid", z, np.full_like(z, target))
        assert found.dtype == dtype
        assert np.isfinite(found).all()
        assert relative(found[0, 0], exact, dtype) < within


@given(target=st.floats(0, 1, width=32))
def test_log_loss_of_a_soft_label_has_its_digits_too(target: float) -> None:
    z = LOGITS[::50].astype(np.float32)[None, None]
    exact_z, y = z[0, 0].astype(np.longdouble), np.longdouble(target)
    exact = y * softplus(-exact_z) + (1 - y) * softplus(exact_z)
    assert relative(from_logits("sigmoid", z, np.full_like(z, target))[0, 0], exact, np.float32) < 1e-6


@pytest.mark.parametrize(("dtype", "within"), [(np.float32, 1e-5), (np.float64, 1e-13)])
def test_cross_entropy_has_its_digits_over_the_range_of_logits(dtype: Any, within: float) -> None:
    rng, points = np.random.default_rng(0), 50_000
    z = (rng.normal(size=(1, 4, points)) * 10 ** rng.uniform(-6, 30, points)).astype(dtype)
    right = rng.integers(4, size=points)
    y = (np.arange(4)[:, None] == right).astype(dtype)[None]
    gaps = (z - np.take_along_axis(z, right[None, None], axis=1).astype(np.longdouble))[0]  # (4, N)
    gaps[right, np.arange(points)] = -np.inf
    top = np.maximum(gaps.max(axis=0), 0)
    exact = np.where(top > 0, top + np.log(np.exp(-top) + np.exp(gaps - top).sum(axis=0)),
                     np.log1p(np.exp(np.minimum(gaps, 0)).sum(axis=0)))  # log(1 + sum of exp(gaps))
    found = from_logits("softmax", z, y)
    assert np.isfinite(found).all()
    assert relative(found[0].sum(axis=0), exact, dtype) < within


def test_the_farthest_logits_give_the_largest_number_not_nan() -> None:
    edge = np.finfo(np.float32).max
    z, y = np.array([[[edge], [-edge]]]), np.array([[[1.0], [0.0]]], np.float32)
    assert from_logits("softmax", z, y).sum() == 0
    assert from_logits("softmax", z, y[:, ::-1]).sum() == edge


def test_from_probabilities_digits_are_lost_where_they_are_rounded() -> None:
    z, y = np.full((1, 1, 1), 16, np.float32), np.ones((1, 1, 1), np.float32)
    exact = np.log1p(np.exp(-16.0))
    assert losses("log_loss", "sigmoid", z, y)[0, 0] == pytest.approx(exact, rel=1e-6)
    assert LOSSES["log_loss"].per_example(1 / (1 + np.exp(-z)), y)[0, 0] != pytest.approx(exact, rel=0.01)


def test_absolute_error_and_huber_are_their_formulas() -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    a, y = rng.normal(0, 2, (2, 3, 40)), rng.normal(0, 2, (2, 3, 40))
    ours, theirs = (torch.tensor(values) for values in (a, y))
    for name, by_torch in (("absolute_error", torch.nn.L1Loss), ("huber", torch.nn.HuberLoss),
                           ("squared_error", torch.nn.MSELoss)):
        found = by_torch(reduction="none")(ours, theirs).numpy()
        np.testing.assert_allclose(LOSSES[name].per_output(a, y), found, rtol=1e-12)
        np.testing.assert_allclose(losses(name, "linear", a, y), found.sum(axis=1), rtol=1e-12)


def test_one_wild_target_moves_the_mean_but_neither_the_median_nor_hubers_middle() -> None:
    targets = np.array([0.0, 0.1, 0.2, 0.3, 100.0])[None, None]
    guesses = np.linspace(0, 30, 3001)[:, None, None]
    best = {name: float(guesses[LOSSES[name].per_example(guesses, targets).mean(axis=1).argmin()].item())
            for name in ("squared_error", "absolute_error", "huber")}
    assert best == pytest.approx({"squared_error": 20.12, "absolute_error": 0.2, "huber": 0.4}, abs=0.01)
