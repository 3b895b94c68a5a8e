"""The printed loss is that of the very batch that each update saw, and means are means."""

import numpy as np
import pytest

from sims.engine.batches import Batches
from sims.engine.experiment import perform
from sims.engine.network import mean_loss
from sims.engine.registry import find
from sims.noisy_curve import TEN, running_mean

EXPERIMENT = find("noisy_curve")


def test_with_all_examples_the_printed_loss_is_the_loss_on_all() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(batch_size=120, updates=40), seed=3, replicas=2).metrics
    assert m.printed == pytest.approx(m.true, rel=1e-5)
    assert m.measured_all == pytest.approx(1, rel=0.1)


def test_over_an_epoch_the_batches_are_all_examples() -> None:
    run = perform(EXPERIMENT, EXPERIMENT.params(batch_size=TEN, updates=40), seed=3, replicas=2)
    batches = Batches(run.shown.data, TEN, run.seeds, np.float32)
    weights = run.shown.frames[0].weights
    each = [mean_loss(run.shown.network, weights, inputs[:, :-1], targets, "log_loss")
            for inputs, _, targets, _ in map(batches.at, range(12))]
    assert np.mean(each, axis=0) == pytest.approx(run.shown.frames[0].loss, rel=1e-5)
    assert run.metrics.printed[:, 0] == pytest.approx(each[0], rel=1e-5)


def test_a_running_mean_keeps_nine_tenths_of_itself() -> None:
    assert running_mean(np.array([[1.0, 0.0, 0.0]]))[0] == pytest.approx([1, 0.9, 0.81])
