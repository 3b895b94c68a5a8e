"""Variants trained as one crowd: each is what its own training gives."""

import numpy as np
import pytest

from sims.engine.datasets import Axis, Data
from sims.engine.experiment import drain
from sims.engine.network import dense, initial_weights
from sims.engine.randomness import draw, ensemble_seeds
from sims.engine.side_by_side import times, train_variants
from sims.engine.training import TrainingConfig, train
from sims.engine.untrained import without_training

SEEDS = ensemble_seeds(5, 3)
NET = dense(2, [3], 1, "tanh", "linear")
CONFIG = TrainingConfig("squared_error", "adam", 0.05, 40)


def examples(purpose: str) -> Data:
    inputs = draw(SEEDS, purpose, lambda rng: rng.normal(size=(2, 12)))
    return Data(inputs, inputs[:, :1] ** 2, (Axis("a"), Axis("b")), (Axis("y"),))


def test_a_variant_is_what_training_on_it_alone_gives() -> None:
    sets = {"one": examples("one"), "other": examples("other"), "three times": times(examples("one"), 3)}
    together = drain(train_variants(NET, sets, CONFIG, SEEDS, rates={"other": 0.1}))
    for name, data in sets.items():
        config = TrainingConfig("squared_error", "adam", 0.1 if name == "other" else 0.05, 40)
        alone = drain(train(NET, data, config, SEEDS))
        for mine, theirs in zip(together[name].weights, alone.weights, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)
        assert together[name].loss == pytest.approx(alone.loss, rel=1e-5)
        assert (together[name].name, together[name].data) == (name, data)


def test_a_factor_multiplies_the_loss_and_untrained_variants_share_their_start() -> None:
    data = examples("one")
    with without_training():
        nets = drain(train_variants(NET, {"as it is": data, "three times": times(data, 3)}, CONFIG, SEEDS))
    assert nets["three times"].loss == pytest.approx(3 * nets["as it is"].loss)
    np.testing.assert_array_equal(nets["three times"].weights[0], nets["as it is"].weights[0])


def test_a_variant_can_have_a_start_of_its_own() -> None:
    data, begun = examples("one"), initial_weights(NET, SEEDS, purpose="another start")
    together = drain(train_variants(NET, {"usual": data, "own": data}, CONFIG, SEEDS, starts={"own": begun}))
    for name, weights in (("usual", None), ("own", begun)):
        alone = drain(train(NET, data, CONFIG, SEEDS, weights=weights))
        for mine, theirs in zip(together[name].weights, alone.weights, strict=True):
            np.testing.assert_array_equal(mine, theirs)
