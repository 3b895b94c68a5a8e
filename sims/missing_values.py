"""Gaps in an input: filled with 0, with the mean, with a value that none has, or with 0 and a flag beside it.

A stall's profit is a hill over the temperature, and some days' temperatures were not written down. To a network, a
gap that is filled with 0 is a day of 0 degrees. Where such days exist it cannot tell the two apart, and answers
something between what is right for each. A flag, a second input that is 1 where the value is missing, tells them
apart; so does a filling far outside the range, since the network can learn another answer there. Where nothing lies
near 0, zero is such a filling. The networks have the same shape and start: those without a flag get a second input
that is always 0 (on gaps at random and others: Little and Rubin, 2019).
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, points_setting, steps_setting
from sims.engine.side_by_side import times, train_variants
from sims.engine.training import Frame, Trained, TrainingConfig

FRESH, NOISE, RATE = 1000, 0.2, 0.03
NEAR = 0.2  # of the middle of the range, where the hill has its top
FAR = 3.0  # below the middle: a filling that no day has
HILL = 0.45  # its width
WAYS = ("zero", "mean", "far", "flag", "left out")
Way = Literal["zero", "mean", "far", "flag", "left out"]
GRID = np.linspace(-1, 1, 81)


class MissingParams(Params):
    """How many temperatures are missing, on which days, and where 0 lies."""

    way: Way = setting("zero", title="gaps on the screen", words=("fill", "filling", "imputation", "method", "way"),
                       description="what the network on the screen gets in place of a missing temperature")
    missing: float = setting(0.3, ge=0.05, le=0.7, step=0.05, title="share missing",
                             words=("missing", "gaps", "nan", "missing share"),
                             description="share of the days whose temperature is missing")
    middle: float = setting(0.0, ge=0, le=3, step=0.5, title="middle of the range", unit="10 °C",
                            words=("middle", "centre", "offset"),
                            description="middle of the temperatures, in tens of degrees; they reach 1 either way")
    telling: float = setting(0.0, ge=-1, le=2, step=0.5, title="what a gap tells", unit="hundred pounds",
                             words=("telling", "informative", "not at random"),
                             description="how much more is sold on days whose temperature is missing")
    points: int = points_setting(150, "days", le=400, ge=50)
    hidden: int = hidden_setting(6, le=12)
    steps: int = steps_setting(235, le=600)


class MissingMetrics(Metrics):
    """Errors on fresh days by way to fill a gap. All are typical errors against the true mean profit, in hundred
    pounds."""

    ways: Array = shared("ways to fill a gap", kind="label")
    near: Array = metric("typical error near the middle of the range, by way", unit="hundred pounds")
    gaps: Array = metric("typical error on days without a temperature, by way", unit="hundred pounds")
    near_zero: Array = metric("typical error on days in the middle of the range, gaps filled with 0",
                              unit="hundred pounds")
    near_mean: Array = metric("typical error on days in the middle of the range, gaps filled with the mean",
                              unit="hundred pounds")
    near_far: Array = metric("typical error on days in the middle of the range, gaps filled with a value that none has",
                             unit="hundred pounds")
    near_flag: Array = metric("typical error on days in the middle of the range, gaps with a flag",
                              unit="hundred pounds")
    near_out: Array = metric("typical error on days in the middle of the range, days with gaps left out of training",
                             unit="hundred pounds")
    gaps_zero: Array = metric("typical error on days without a temperature, gaps filled with 0", unit="hundred pounds")
    gaps_mean: Array = metric("typical error on days without a temperature, gaps filled with the mean",
                              unit="hundred pounds")
    gaps_flag: Array = metric("typical error on days without a temperature, gaps with a flag", unit="hundred pounds")
    gaps_out: Array = metric("typical error on days without a temperature, gaps left out of training and filled with "
                             "the mean afterwards", unit="hundred pounds")
    top_true: Array = metric("true mean profit in the middle of the range", unit="hundred pounds")
    top_zero: Array = metric("answer in the middle of the range, gaps filled with 0", unit="hundred pounds")
    top_mean: Array = metric("answer in the middle of the range, gaps filled with the mean", unit="hundred pounds")
    top_flag: Array = metric("answer in the middle of the range, gaps with a flag", unit="hundred pounds")
    gap_true: Array = metric("true mean profit on days without a temperature", unit="hundred pounds")
    gap_zero: Array = metric("answer to a gap filled with 0", unit="hundred pounds")
    gap_mean: Array = metric("answer to a gap filled with the mean", unit="hundred pounds")
    gap_flag: Array = metric("answer to a gap with a flag", unit="hundred pounds")
    gap_out: Array = metric("answer to a gap filled with the mean, by a network that saw no gap in training",
                            unit="hundred pounds")
    days_missing: Array = metric("training days without a temperature", unit="examples")
    days_near: Array = metric("training days with a temperature in the middle of the range", unit="examples")
    moved_zero: Array = metric("change of the answer at an input of 0 when all weights of that input are doubled",
                               unit="hundred pounds")
    moved_one: Array = metric("change of the answer at an input of 1 when all weights of that input are doubled",
                              unit="hundred pounds")
    first_unit: Array = metric("the weight of the temperature to the first hidden unit, and that unit's bias, gaps "
                               "filled with 0")
    grid: Array = shared("temperature less the middle of its range")
    truth: Array = metric("true mean profit", unit="hundred pounds")
    said_zero: Array = metric("answer, gaps filled with 0", unit="hundred pounds")
    said_mean: Array = metric("answer, gaps filled with the mean", unit="hundred pounds")
    said_flag: Array = metric("answer, gaps with a flag", unit="hundred pounds")


def profit(away: Array) -> Array:
    """The mean profit at temperatures less the middle of their range: a hill."""
    return 2 * np.exp(-((away / HILL) ** 2))


def days(params: MissingParams, seeds: Array, points: int, purpose: str) -> tuple[Array, Array, Array]:
    """Temperatures less the middle, mean profits, and which temperatures are missing, all (R, N)."""
    away = draw(seeds, purpose, lambda rng: rng.uniform(-1, 1, points))
    gone = draw(seeds, purpose + " gaps", lambda rng: rng.random(points)) < params.missing
    return away, profit(away) + params.telling * gone, gone


def seen(way: str, away: Array, gone: Array, mean: Array, middle: float) -> Array:
    """What a network gets, (R, 2, N): the temperature or its filling, less the middle, and the flag or 0. `mean`
    (R, 1) is of the temperatures less the middle that were written down in training."""
    values: dict[str, float | Array] = {"zero": -middle, "flag": 0.0, "mean": mean, "left out": mean, "far": -FAR}
    filling = np.asarray(values[way])
    flag = gone if way == "flag" else np.zeros_like(gone)
    return np.stack([np.where(gone, filling, away), flag.astype(float)], axis=1)


def typical(errors: Array, where: Array) -> Array:
    """The root of the mean square (R,) over the places that count, both (R, N)."""
    return np.sqrt((errors**2 * where).sum(axis=1) / where.sum(axis=1))


def said(net: Trained, inputs: Array) -> Array:
    """The answers (R, N) to inputs (R or 1, 2, N)."""
    return outputs(net.network, net.weights, inputs.astype(np.float32))[:, 0].astype(float)


def doubled(net: Trained) -> Trained:
    """The network with all weights of the temperature twice as large."""
    first, *rest = (layer.copy() for layer in net.weights)
    first[:, 0] *= 2
    return replace(net, frames=(replace(net.frames[-1], weights=(first, *rest)),))


def run(params: MissingParams, seeds: Array) -> Generator[Frame, None, Outcome[MissingMetrics]]:
    """Train the same network on the same days, the gaps filled in each of five ways."""
    away, usual, gone = days(params, seeds, params.points, "days")
    sold = usual + NOISE * draw(seeds, "noise", lambda rng: rng.normal(size=params.points))
    middle, kept = params.middle, ~gone
    mean = ((away * kept).sum(axis=1) / kept.sum(axis=1))[:, None]
    axes = (Axis("temperature", "10 °C", low=middle - 1, high=middle + 1, offset=middle), Axis("flag", low=0, high=1))
    target = (Axis("profit", "hundred pounds", low=-1, high=3),)
    sets = {way: Data(seen(way, away, gone, mean, middle), sold[:, None], axes, target) for way in WAYS}
    sets["left out"] = times(sets["left out"], kept[:, None] * params.points / kept.sum(axis=1)[:, None, None])
    config = TrainingConfig("squared_error", "adam", RATE, params.steps)
    nets = yield from train_variants(dense(2, [params.hidden], 1, "tanh", "linear"), sets, config, seeds)
    here, truth, missing = days(params, seeds, FRESH, "fresh")
    of_gaps = (truth * missing).sum(axis=1) / missing.sum(axis=1)
    answers = {way: said(net, seen(way, here, missing, mean, middle)) for way, net in nets.items()}
    near = {way: typical(a - truth, (np.abs(here) < NEAR) & ~missing) for way, a in answers.items()}
    gaps = {way: typical(a - truth, missing) for way, a in answers.items()}
    none, some = np.zeros((len(seeds), 1), bool), np.ones((len(seeds), 1), bool)
    top = {way: said(net, seen(way, np.zeros((len(seeds), 1)), none, mean, middle))[:, 0]
           for way, net in nets.items()}
    gap = {way: said(net, seen(way, np.zeros((len(seeds), 1)), some, mean, middle))[:, 0] for way, net in nets.items()}
    zero, points = nets["zero"], np.array([[[0.0, 1.0], [0.0, 0.0]]])
    moved = np.abs(said(doubled(zero), points) - said(zero, points))
    line = np.broadcast_to(GRID, (len(seeds), len(GRID)))
    curves = {way: said(net, seen(way, line, np.zeros_like(line, bool), mean, middle)) for way, net in nets.items()}
    return Outcome(nets[params.way], MissingMetrics(
        ways=np.array(WAYS), near=np.stack(list(near.values()), axis=1), gaps=np.stack(list(gaps.values()), axis=1),
        near_zero=near["zero"], near_mean=near["mean"], near_far=near["far"], near_flag=near["flag"],
        near_out=near["left out"], gaps_zero=gaps["zero"], gaps_mean=gaps["mean"], gaps_flag=gaps["flag"],
        gaps_out=gaps["left out"], top_true=np.full(len(seeds), profit(np.zeros(1))[0]), top_zero=top["zero"],
        top_mean=top["mean"], top_flag=top["flag"], gap_true=of_gaps, gap_zero=gap["zero"], gap_mean=gap["mean"],
        gap_flag=gap["flag"], gap_out=gap["left out"], days_missing=gone.sum(axis=1),
        days_near=((np.abs(away) < NEAR) & kept).sum(axis=1), moved_zero=moved[:, 0], moved_one=moved[:, 1],
        first_unit=zero.weights[0][:, [0, 2], 0].astype(float), grid=GRID,
        truth=np.broadcast_to(profit(GRID), (len(seeds), len(GRID))),
        said_zero=curves["zero"], said_mean=curves["mean"], said_flag=curves["flag"],
    ))


EXPERIMENT = Experiment(
    "Gaps in the data",
    MissingParams,
    MissingMetrics,
    run,
    views=(
        View("lines", "Answers where the temperature is known", x="grid", x_title="temperature less its middle (10 °C)",
             y=("truth", "said_zero", "said_mean", "said_flag"), y_title="profit (hundred pounds)",
             names=("true mean", "gaps filled with 0", "with the mean", "with a flag")),
        View("bars", "Error in the middle of the range", x="ways", y=("near",), y_title="hundred pounds"),
        View("table", "Errors by way", x="ways", y=("near", "gaps"),
             names=("in the middle of the range", "where it is missing")),
        View("network", "The network on the screen"),
        View("loss", "Loss while training"),
    ),
)
