"""Four places of zero_grad(), against the engine's own descent and momentum."""

import numpy as np
import pytest

from sims.engine.datasets import noisy_logistic
from sims.engine.experiment import drain, perform
from sims.engine.network import dense
from sims.engine.registry import find
from sims.engine.training import TrainingConfig, train
from sims.kept_gradients import POINTS, SLOPE

EXPERIMENT = find("kept_gradients")


@pytest.mark.parametrize(("kept", "optimizer", "momentum"), [(0, "sgd", 0), (0.9, "momentum", 0.9),
                                                            (1, "momentum", 1.0)])
def test_what_is_kept_is_the_factor_of_momentum(kept: float, optimizer: str, momentum: float) -> None:
    run = perform(EXPERIMENT, EXPERIMENT.params(kept=kept, steps=30), seed=4, replicas=2)
    data = noisy_logistic(run.seeds, POINTS, "data", SLOPE)[0]
    config = TrainingConfig(optimizer=optimizer, learning_rate=0.5, steps=30, momentum=momentum)
    same = drain(train(dense(2, [4], 1, "tanh", "sigmoid"), data, config, run.seeds, dtype=np.float64))
    assert run.metrics.loss_never == pytest.approx(same.loss, rel=1e-9)
    assert np.allclose(run.shown.weights[0], same.weights[0], atol=1e-6)


def test_before_and_after_are_one_training_and_between_is_none() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(steps=30), seed=4, replicas=3).metrics
    assert np.array_equal(m.curve_before[:, -1], m.loss_after)
    assert np.ptp(m.curve_between, axis=1) == pytest.approx(0)
    assert np.all(m.loss_before < m.loss_between)


def test_the_quarters_average_to_the_gradient_of_all_and_two_calls_add() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(steps=20), seed=4, replicas=3).metrics
    assert m.whole == pytest.approx(m.quarters.mean(axis=1))
    assert m.stored == pytest.approx(m.first + m.second)
    assert np.all(m.quarters_off < 1e-12)
