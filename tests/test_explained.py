"""Which entries explain a network: derived from how they are asked for and from the diagnoses, and there are such."""

from collections.abc import Generator
from typing import Any

import pytest
from known import ENTRIES

from bot.content.settings import make_params
from bot.diagnosis.answer import answering_settings
from bot.diagnosis.explained import MOST, explained_by
from sims.engine.experiment import Run, drain, start
from sims.engine.general.settings import NetworkParams
from sims.engine.training import Frame
from sims.your_network import EXPERIMENT


def brief(params: NetworkParams, seed: int) -> Generator[Frame, None, Run[Any, Any]]:
    """A run of one epoch: what explains a network does not depend on how its training ends."""
    return start(EXPERIMENT, params.model_copy(update={"epochs": 1}), seed, 1)


def found(**settings: Any) -> tuple[str, ...]:
    params = make_params(NetworkParams, {"epochs": 3, **settings})
    assert isinstance(params, NetworkParams)
    return explained_by(drain(answering_settings(params, 0, brief)), ENTRIES)


@pytest.mark.parametrize(("settings", "about"), [
    ({"data": "xor"}, "xor"), ({"data": "coffee"}, "coffee-roasting"), ({"start": "constant"},
     "zero-initialisation-symmetry"), ({"start": "normal", "start_spread": 3.0}, "initial-weight-scale"),
    ({"bias": False, "data": "moons"}, "bias-term"), ({"dropout": 0.5}, "dropout"), ({"l2": 0.1}, "regularization"),
    ({"learning_rate": 0.3}, "learning-rate"), ({"batch_size": 2}, "batch-size"), ({"batch_norm": True}, "batch-norm"),
    ({"scaling": "standardised"}, "feature-scaling"), ({"activation1": "relu"}, "relu-vs-sigmoid"),
    ({"data": "sine", "output": "linear", "loss": "squared_error"}, "regression-output-activation"),
])
def test_an_entry_about_a_setting_is_among_the_first(settings: dict[str, Any], about: str) -> None:
    assert about in found(**settings)


def test_those_of_the_diagnoses_come_first_and_all_exist() -> None:
    slugs = found(start="zeros", hidden1=2)
    assert slugs[0] == "zero-initialisation-symmetry"
    assert len(slugs) == len(set(slugs)) <= MOST
    assert set(slugs) <= ENTRIES.keys()
