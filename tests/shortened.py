"""Any experiment at its default settings with trainings that end early, for tests that go through all of them."""

from typing import Any

import pytest

from bot.content.settings import bounds, described
from sims.engine.experiment import Experiment, Params

LENGTHS = ("steps", "epochs", "updates")  # units of settings that say how long a training is
SHORTER = 12  # so many times
short_and_whole = pytest.mark.parametrize(
    "is_whole", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["short", "whole"])


def params_of(experiment: Experiment[Any, Any], is_whole: bool = False) -> Params:
    """The default settings, with trainings as long as by default or shortened."""
    fields = experiment.params.model_fields
    lengths = [name for name in fields if described(fields[name]).get("unit") in LENGTHS and not is_whole]
    return experiment.params(**{name: max(fields[name].default // SHORTER, bounds(fields[name])[0])
                                for name in lengths})
