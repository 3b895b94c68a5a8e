"""Learning-rate schedules: what share of the learning rate a step has.

Each is a function of how much of the training is done, from 0 to 1, and of `final`, the share of the learning rate that
is left at its end. All start at 1 and, but for the constant one, come down to `final`, so that they can be compared.
"""

import math
from collections.abc import Callable
from typing import Any

from sims.engine.training_config import TrainingConfig

STAGES = 4  # of the schedule that falls in steps

Schedule = Callable[[float, float], float]
RateAt = Callable[[int], Any]  # the learning rate at a step counted from 1: a number, or one for each parameter


def constant(done: float, final: float) -> float:
    """A rate that stays as it is."""
    return 1.0


def step(done: float, final: float) -> float:
    """Four equal stages, each with the same fraction of the rate before: `step decay`."""
    return final ** (math.floor(STAGES * done) / (STAGES - 1))


def exponential(done: float, final: float) -> float:
    """The same fraction of the rate is lost at every step."""
    return final**done


def cosine(done: float, final: float) -> float:
    """Half a period of the cosine: slow at both ends (Loshchilov and Hutter, 2017, without restarts)."""
    return final + (1 - final) * (1 + math.cos(math.pi * done)) / 2


def inverse(done: float, final: float) -> float:
    """1 / (1 + k t), `1/t decay`: the classic of Robbins and Monro (1951)."""
    return 1 / (1 + done * (1 / final - 1))


SCHEDULES: dict[str, Schedule] = {
    "constant": constant, "step": step, "exponential": exponential, "cosine": cosine, "inverse": inverse,
}


def rate_at(config: TrainingConfig, rate: Any) -> RateAt:
    """The learning rate at each step of a training that begins with `rate`, a number or an array."""
    schedule = SCHEDULES[config.schedule]
    if schedule is constant:
        return lambda t: rate
    return lambda t: rate * schedule((t - 1) / config.steps, config.final_rate)
