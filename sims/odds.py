"""Hours of study, a test passed or not: shares bend, log-odds lie on a line.

Students study from 0 to 10 hours, and pass with a probability of sigmoid(w (hours - h)), with w and h drawn anew in
each run. The odds of passing are p / (1 - p), and the logit is their logarithm, which is the neuron's pre-activation z.
Where the truth is of that form, each hour multiplies the odds by e^w, and the log-odds of the shares lie on a line,
up to luck; the shares themselves flatten at both ends (Hosmer and Lemeshow, 1989). In the other world too many hours
harm. Then the log-odds bend, and no single factor is true.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Axis, Data, coin_flips
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.randomness import draw
from sims.engine.settings import rate_setting, steps_setting
from sims.engine.training import Frame, TrainingConfig, train

HOURS = np.arange(11)
MIDDLE, SPREAD = 5.0, 10**0.5  # mean and standard deviation of the hours
AXES = (Axis("hours", "h", low=0, high=10, offset=MIDDLE, scale=SPREAD),)
PASS = (Axis("passed", low=0, high=1),)


class OddsParams(Params):
    """The students, and what hours do to them."""

    truth: Literal["steady", "too much harms"] = setting(
        "steady", title="what hours do", words=("truth", "world"),
        description="steady: each hour multiplies the odds alike; too much harms: from the seventh hour on worse")
    students: int = setting(400, ge=20, le=400, title="students per hour", unit="students",
                            description="students for each number of hours", words=("students", "examples", "points"))
    steps: int = steps_setting(200, le=1000)
    learning_rate: float = rate_setting(0.1)


class OddsMetrics(Metrics):
    """Shares, odds and log-odds by hours of study."""

    hours: Array = shared("hours of study", unit="h")
    share: Array = metric("share of the students that passed, by hours")
    said: Array = metric("probability that the neuron gives, by hours")
    log_odds: Array = metric("logarithm of the odds of passing among the students, by hours")
    logit: Array = metric("the neuron's pre-activation z, by hours")
    odds: Array = metric("odds that the neuron gives, by hours")
    straight_log_odds: Array = metric(
        "how straight the students' log-odds are over the hours: squared correlation with the hours")
    straight_share: Array = metric(
        "how straight the students' shares are over the hours: squared correlation with the hours")
    factor: Array = metric("factor of the odds for each further hour, by the neuron: e to its weight", unit="times")
    true_factor: Array = metric("true factor of the odds for each further hour", unit="times")
    off: Array = metric("distance of the neuron's factor from the true one, as a part of the true one")
    weight: Array = metric("the neuron's weight for one hour", part="output")
    bias: Array = metric("the neuron's logit at zero hours")
    worked_odds: Array = metric("the neuron's odds after 5 hours, from weight and bias to three places, logit to two")
    worked_factor: Array = metric("factor of the odds for an hour, from the weight to three places", unit="times")
    step_middle: Array = metric("largest rise of the probability by one further hour, by the neuron")
    step_edge: Array = metric("smallest rise of the probability by one further hour, by the neuron")
    factor_spread: Array = metric("largest factor of the odds from one hour to the next divided by the smallest one")
    rise_early: Array = metric("rise of the students' log-odds from 2 to 5 hours")
    rise_late: Array = metric("rise of the students' log-odds from 5 to 8 hours")
    share_early: Array = metric("share passed after 2 hours", unit="share")
    share_middle: Array = metric("share passed after 5 hours", unit="share")
    share_late: Array = metric("share passed after 8 hours", unit="share")


def chance(params: OddsParams, seeds: Array, hours: Array) -> tuple[Array, Array]:
    """The probability of passing at each of some hours (N,), (R, 1, N), and the true weight of an hour (R,)."""
    weight = draw(seeds, "weight", lambda rng: rng.uniform(0.6, 1, 1))
    even = draw(seeds, "even", lambda rng: rng.uniform(4, 6, 1))  # hours at which the odds are one
    useful = hours if params.truth == "steady" else np.where(hours <= 6, hours, 12 - 1.5 * (hours - 2))
    return activate("sigmoid", weight[:, :, None] * (useful - even[:, :, None])), weight[:, 0]


def squared_correlation(values: Array, with_: Array) -> Array:
    """The squared correlation of values (R, k) with numbers (k,), (R,)."""
    a = values - values.mean(axis=1, keepdims=True)
    b = with_ - with_.mean()
    result: Array = (a @ b) ** 2 / ((a**2).sum(axis=1) * (b @ b))
    return result


def run(params: OddsParams, seeds: Array) -> Generator[Frame, None, Outcome[OddsMetrics]]:
    """Let the students sit the test, train the neuron on who passed, and read its odds."""
    hours = np.repeat(HOURS, params.students)
    p, true_weight = chance(params, seeds, hours)
    passed = coin_flips(seeds, p)
    seen = ((hours - MIDDLE) / SPREAD)[None, None].repeat(len(seeds), 0)
    # As many students share their hours, a neuron need see each number of hours once for passed and once for failed.
    counts = passed.reshape(len(seeds), 1, len(HOURS), params.students).sum(axis=3)
    data = Data(seen[:, :, :: params.students].repeat(2, axis=2), np.tile([1.0, 0.0], (len(seeds), 1, len(HOURS))),
                AXES, PASS, example_weights=2 * np.stack((counts, params.students - counts), axis=3).reshape(
                    len(seeds), 1, -1) / params.students)
    shown = yield from train(dense(1, [], 1, "linear", "sigmoid"), data,
                             TrainingConfig(learning_rate=params.learning_rate, steps=params.steps), seeds)
    w = shown.weights[0][:, :, 0].astype(float) / np.array([SPREAD, 1])
    weight, bias = w[:, 0], w[:, 1] - MIDDLE * w[:, 0]
    logit = weight[:, None] * HOURS + bias[:, None]
    said, odds = activate("sigmoid", logit), np.exp(logit)
    share = counts[:, 0] / params.students
    half = 0.5 / params.students  # so that a share of 0 or 1 has a logarithm, too
    log_odds = np.log((share + half) / (1 - share + half))
    steps, factors = np.diff(said, axis=1), odds[:, 1:] / odds[:, :-1]
    return Outcome(shown, OddsMetrics(
        hours=HOURS, share=share, said=said, log_odds=log_odds, logit=logit, odds=odds,
        straight_log_odds=squared_correlation(log_odds, HOURS), straight_share=squared_correlation(share, HOURS),
        factor=np.exp(weight), true_factor=np.exp(true_weight), off=np.abs(np.exp(weight - true_weight) - 1),
        worked_odds=np.exp(np.round(5 * np.round(weight, 3) + np.round(bias, 3), 2)),
        worked_factor=np.exp(np.round(weight, 3)),
        weight=weight, bias=bias, step_middle=steps.max(axis=1), step_edge=steps.min(axis=1),
        factor_spread=factors.max(axis=1) / factors.min(axis=1), rise_early=log_odds[:, 5] - log_odds[:, 2],
        rise_late=log_odds[:, 8] - log_odds[:, 5], share_early=share[:, 2], share_middle=share[:, 5],
        share_late=share[:, 8],
    ))


EXPERIMENT = Experiment(
    "Odds and logits",
    OddsParams,
    OddsMetrics,
    run,
    views=(
        View("lines", "Log-odds of passing", x="hours", x_title="hours", y=("log_odds", "logit"), y_title="log-odds",
             names=("students", "neuron's z")),
        View("lines", "Share passed", x="hours", x_title="hours", y=("share", "said"), y_title="share",
             names=("students", "neuron")),
        View("network", "The neuron's probability over the hours"),
    ),
)
