"""Any small network: trained as PyTorch trains it, right or wrong; and what is measured on it."""

import json
from typing import Any

import numpy as np
import pytest
import torch

from bot.present.charts.views import draw
from bot.present.recordings import as_json, recording
from sims.engine.codec import unpack
from sims.engine.experiment import Run, perform
from sims.engine.general.settings import SLIPS, NetworkParams
from sims.engine.general.starts import starting_weights
from sims.engine.network import Network, outputs
from sims.your_network import EXPERIMENT

ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "linear": lambda z: z,
               "softmax": lambda z: torch.softmax(z, 1)}
LOSSES = {
    "log_loss": torch.nn.functional.binary_cross_entropy,
    "log_loss_from_logits": torch.nn.functional.binary_cross_entropy_with_logits,
    "cross_entropy": lambda p, y: -(y * torch.log(p)).sum(1).mean(),
    "cross_entropy_from_logits": torch.nn.functional.cross_entropy,
    "squared_error": torch.nn.functional.mse_loss,
    "absolute_error": torch.nn.functional.l1_loss,
}


def run_of(seed: int = 0, replicas: int = 2, **settings: Any) -> Run[Any, Any]:
    return perform(EXPERIMENT, NetworkParams(**settings), seed, replicas)


def optimizer_of(params: NetworkParams, weights: list[torch.Tensor]) -> torch.optim.Optimizer:
    """PyTorch's, with the constants of this project's."""
    rate, momentum = params.learning_rate, params.momentum if params.optimizer in ("momentum", "nesterov") else 0
    if params.optimizer == "adam":
        return torch.optim.Adam(weights, rate)
    if params.optimizer == "rmsprop":
        return torch.optim.RMSprop(weights, rate, alpha=0.9, eps=1e-7)
    return torch.optim.SGD(weights, rate, momentum, nesterov=params.optimizer == "nesterov")


def torch_trains(run: Run[Any, Any], keep_gradients: bool = False, broadcast: bool = False) -> list[np.ndarray]:
    """The weights that PyTorch ends with from the same start and data as the run's network on the screen."""
    params, shown = run.params, run.shown
    weights = [torch.tensor(layer[0].astype(float), requires_grad=True) for layer in shown.frames[0].weights]
    x, y = (torch.tensor(part[0].T.astype(float)) for part in (shown.data.inputs, shown.data.targets))
    optimizer, ones = optimizer_of(params, weights), torch.ones(len(x), 1, dtype=torch.double)
    for _ in range(shown.config.steps):
        a = x
        for w, name in zip(weights, shown.network.activations, strict=True):
            a = ACTIVATIONS[name](torch.cat([a, ones], 1) @ w)
        loss = ((a - y.T) ** 2).mean() if broadcast else LOSSES[shown.config.loss](a, y)
        if not keep_gradients:
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return [w.detach().numpy() for w in weights]


def assert_same_weights(run: Run[Any, Any], theirs: list[np.ndarray]) -> None:
    for mine, other in zip(run.shown.weights, theirs, strict=True):
        np.testing.assert_allclose(mine[0], other, rtol=2e-3, atol=2e-4)


SETTINGS: dict[str, dict[str, Any]] = {
    "sigmoid and log loss": {},
    "sigmoid twice": {"loss": "log_loss_from_logits"},
    "softmax twice": {"data": "blobs", "points": 30, "output": "softmax", "loss": "cross_entropy_from_logits"},
    "linear output with log loss from logits": {"output": "linear", "loss": "log_loss_from_logits"},
    "squared error on a sigmoid": {"loss": "squared_error", "optimizer": "sgd", "learning_rate": 0.5},
    "squared error on several outputs": {"data": "blobs", "points": 30, "output": "softmax", "loss": "squared_error",
                                         "optimizer": "sgd"},
    "log loss on softmax": {"data": "blobs", "points": 30, "output": "softmax", "optimizer": "sgd"},
    "ReLU, two layers, momentum": {"hidden2": 3, "activation1": "relu", "activation2": "tanh", "optimizer": "momentum"},
    "Nesterov": {"optimizer": "nesterov", "learning_rate": 0.05},
    "RMSprop": {"optimizer": "rmsprop", "learning_rate": 0.01, "data": "circles", "points": 40},
    "absolute error": {"data": "sine", "points": 31, "output": "linear", "loss": "absolute_error", "optimizer": "sgd"},
    "softmax as hidden activation": {"activation1": "softmax", "optimizer": "sgd"},
    "an order that is never shuffled": {"order": "fixed", "data": "circles", "points": 40},
    "a learner's own rows": {"data": "own", "own": "1,2|3;2,1|5;0,0|1;4,1|2", "output": "linear", "optimizer": "sgd",
                             "loss": "squared_error", "learning_rate": 0.01},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_network_is_trained_as_pytorch_trains_it(name: str) -> None:
    run = run_of(**{"epochs": 40, **SETTINGS[name]})
    assert_same_weights(run, torch_trains(run))
    assert np.abs(run.shown.weights[0] - run.shown.frames[0].weights[0]).max() > 1e-3


def test_a_forgotten_zero_grad_is_pytorchs() -> None:
    run = run_of(slip="gradients_kept", optimizer="sgd", learning_rate=0.02, epochs=40)
    assert_same_weights(run, torch_trains(run, keep_gradients=True))
    assert run_of(slip="gradients_kept", epochs=40).metrics.weights_moved[0] > 0


def test_targets_of_another_shape_are_compared_each_with_each_as_in_pytorch() -> None:
    broadcast = {"data": "sine", "points": 21, "output": "linear", "loss": "squared_error", "optimizer": "sgd"}
    run = run_of(**broadcast, slip="targets_broadcast", epochs=60)
    assert_same_weights(run, torch_trains(run, broadcast=True))
    longer = run_of(**broadcast, slip="targets_broadcast", epochs=2000)
    assert (longer.metrics.outputs_equal == 1).all()
    np.testing.assert_allclose(longer.metrics.output_mean, longer.shown.data.targets.mean(axis=(1, 2)), atol=0.02)


def test_softmax_over_one_unit_says_1_and_never_moves() -> None:
    for loss in ("log_loss", "cross_entropy", "squared_error"):
        run = run_of(output="softmax", outputs=1, loss=loss, epochs=50, replicas=4)
        assert (run.metrics.output_least == 1).all()
        assert (run.metrics.weights_moved == 0).all(), loss
        assert (run.metrics.gradient_last == 0).all()
        assert (run.metrics.accuracy == 0.5).all()


def test_a_sigmoid_before_a_loss_that_has_one_cannot_reach_loss_zero() -> None:
    twice = run_of(loss="log_loss_from_logits", epochs=2000, replicas=8)
    floor = (np.log(2) + np.log1p(np.exp(-1))) / 2  # logits 0 for no and 1 for yes are the best there are
    assert (twice.metrics.loss > floor - 1e-6).all()
    once = run_of(output="linear", loss="log_loss_from_logits", epochs=2000, replicas=8).metrics
    assert (once.loss[once.solved == 1] < 0.01).all()
    assert once.solved.sum() >= 6


DEVIATIONS = {
    "glorot_uniform": (2 / 100) ** 0.5, "glorot_normal": (2 / 100) ** 0.5, "he_uniform": (2 / 60) ** 0.5,
    "he_normal": (2 / 60) ** 0.5, "lecun_uniform": (1 / 60) ** 0.5, "lecun_normal": (1 / 60) ** 0.5,
    "pytorch": 1 / (3 * 60) ** 0.5, "sklearn": (2 / 100 / 3) ** 0.5, "normal": 0.7, "uniform": 1 / 12**0.5,
    "constant": 0.0, "zeros": 0.0,
}
NETWORK = Network((60, 40, 1), ("sigmoid", "sigmoid"))


@pytest.mark.parametrize("name", DEVIATIONS)
def test_starts_have_the_spread_that_their_recipe_says(name: Any) -> None:
    first, _ = starting_weights(name, NETWORK, np.arange(20), 0.7)
    assert first[:, :-1].std() == pytest.approx(DEVIATIONS[name], rel=0.02, abs=1e-12)
    assert first[:, :-1].mean() == pytest.approx({"uniform": 0.5, "constant": 0.7}.get(name, 0.0), abs=0.01)
    assert bool(first[:, -1].any()) == (name in ("pytorch", "sklearn"))


def test_pytorchs_own_layer_starts_with_that_spread() -> None:
    torch.manual_seed(0)
    theirs = torch.nn.Linear(60, 4000)
    first, _ = starting_weights("pytorch", Network((60, 40, 1), ("relu", "sigmoid")), np.arange(100))
    assert first[:, :-1].std() == pytest.approx(theirs.weight.std().item(), rel=0.02)
    assert first[:, -1].std() == pytest.approx(theirs.bias.std().item(), rel=0.05)


def test_equal_starts_leave_hidden_units_equal() -> None:
    for start_name in ("zeros", "constant"):
        metrics = run_of(start=start_name, optimizer="sgd", learning_rate=0.5, epochs=300).metrics
        assert (metrics.units_equal == 1).all()
        assert (metrics.units_apart == 0).all()
        assert (metrics.solved == 0).all()
    assert (run_of().metrics.units_equal == 0).all()


def test_xor_with_two_sigmoid_units_is_solved_in_some_runs_and_not_in_others() -> None:
    shares = [run_of(seed, 32, hidden1=2, loss="squared_error", optimizer="sgd", learning_rate=0.5, start="normal",
                     epochs=10_000).metrics.solved.mean() for seed in (0, 1, 2)]
    assert 0.5 <= np.mean(shares) <= 0.9, shares  # 69 of 96 when measured


def test_raw_degrees_and_minutes_are_not_learned_and_scaled_ones_are() -> None:
    raw, scaled = (run_of(data="coffee", scaling=scaling, replicas=8).metrics for scaling in ("raw", "standardised"))
    assert raw.saturated_start.mean() > 0.8
    assert scaled.saturated_start.mean() < 0.2
    assert (raw.accuracy < 0.85).mean() >= 0.75
    assert (scaled.accuracy > 0.95).mean() >= 0.75


def test_scaling_shifts_what_the_network_sees_and_the_axes_shift_it_back() -> None:
    for scaling in ("raw", "standardised", "zero_to_one"):
        data = run_of(data="coffee", scaling=scaling, epochs=1).shown.data
        values = data.inputs * np.array([[axis.scale] for axis in data.axes]) + np.array(
            [[axis.offset] for axis in data.axes])
        assert 150 <= values[:, 0].min() < values[:, 0].max() <= 285
        assert scaling == "raw" or np.abs(data.inputs).max() < 3
    assert run_of(data="digits", epochs=1, output="softmax", loss="cross_entropy").shown.data.inputs.max() == 255


@pytest.mark.parametrize("slip", [slip for slip in SLIPS if slip != "none"])
def test_every_slip_leads_elsewhere(slip: Any) -> None:
    usual = {"optimizer": "sgd", "learning_rate": 2.0, "epochs": 40, "loss": "squared_error", "start": "normal"}
    right, wrong = run_of(**usual), run_of(**usual, slip=slip)
    apart = max(np.abs(a - b).max() for a, b in zip(right.shown.weights, wrong.shown.weights, strict=True))
    assert apart > 1e-3


def test_steps_of_the_other_kind_are_the_plain_ones_where_nothing_slips() -> None:
    usual = {"data": "circles", "points": 40, "epochs": 30, "l2": 0.01, "hidden2": 3}
    plain, other = run_of(**usual), run_of(**usual, order="fixed", batch_size=40)
    assert plain.shown.plain
    assert plain.shown.data.inputs.shape == other.shown.data.inputs.shape
    slipped = run_of(**usual, slip="early_update", learning_rate=1e-6)  # so small a step that the slip is none
    for mine, theirs in zip(run_of(**usual, learning_rate=1e-6).shown.weights, slipped.shown.weights, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)


def test_batch_normalisation_with_dropout_learns() -> None:
    metrics = run_of(data="circles", hidden1=16, activation1="relu", batch_norm=True, dropout=0.2, batch_size=20,
                     epochs=40, learning_rate=0.01, replicas=4).metrics
    assert (metrics.accuracy > 0.9).all()


def test_dropout_left_on_changes_answers_from_one_time_to_the_next() -> None:
    usual = {"data": "circles", "hidden1": 16, "activation1": "relu", "dropout": 0.5, "learning_rate": 0.01}
    left, right = (run_of(**usual, left_in_training=on, epochs=200, replicas=4).metrics for on in (True, False))
    assert (left.undecided > 0.02).all()
    assert (right.undecided == 0).all()
    assert left.accuracy.mean() < right.accuracy.mean()


def test_examples_held_out_are_not_trained_on() -> None:
    run = run_of(data="circles", held_out=0.25, noise=0.3, epochs=20)
    assert run.shown.data.inputs.shape[-1] == 150
    assert run.shown.validation is not None
    assert run.shown.validation.inputs.shape[-1] == 50
    assert np.isfinite(run.metrics.validation_loss).all()
    assert (run.metrics.validation_least <= run.metrics.validation_loss + 1e-6).all()


def test_sorted_examples_stand_sorted_by_their_class() -> None:
    targets = run_of(data="circles", order="sorted", batch_size=10, epochs=2).shown.data.targets
    assert (np.diff(targets[:, 0], axis=-1) >= 0).all()
    mixed = run_of(data="circles", order="fixed", batch_size=10, epochs=2).shown.data.targets
    assert (np.diff(mixed[:, 0], axis=-1) < 0).any()


def test_a_diverged_replica_has_no_numbers_and_has_not_solved_it() -> None:
    metrics = run_of(data="houses", hidden1=0, output="linear", loss="squared_error", optimizer="sgd",
                     epochs=100).metrics
    assert (metrics.diverged == 1).all()
    assert (metrics.solved == 0).all()
    assert (metrics.diverged_epoch >= 1).all()
    assert np.isnan(metrics.loss).all()


def test_labels_and_widths_of_outputs() -> None:
    plus = run_of(labels="plus_minus", output="tanh", loss="squared_error", epochs=1).shown.data.targets
    assert set(np.unique(plus)) == {-1, 1}
    softmax = {"data": "blobs", "output": "softmax", "loss": "cross_entropy", "epochs": 1, "points": 30}
    assert run_of(**softmax).shown.network.sizes == (2, 4, 3)
    assert run_of(**softmax, outputs=5).shown.network.sizes == (2, 4, 5)
    numbers = run_of(**softmax | {"output": "linear", "loss": "squared_error"}, labels="number").shown
    assert numbers.network.sizes == (2, 4, 1)
    assert set(np.unique(numbers.data.targets)) == {0, 1, 2}


def test_the_metric_accuracy_means_nothing_for_numbers() -> None:
    metrics = run_of(data="houses", scaling="standardised", target_scaling="standardised", output="linear", hidden1=8,
                     activation1="tanh", loss="squared_error", learning_rate=0.01, replicas=4).metrics
    assert (metrics.explained > 0.9).all()
    assert (metrics.hits < 0.01).all()
    assert np.isnan(metrics.accuracy).all()


OWN = "age,height|sex;20,1.8|m;30,1.7|f;40,1.9|m;25,1.6|f"


SHOWN: tuple[dict[str, Any], ...] = (
    {}, {"hidden1": 0, "data": "circles"}, {"data": "sine", "output": "linear", "loss": "squared_error"},
    {"data": "digits", "points": 50, "output": "softmax", "loss": "cross_entropy"},
    {"data": "blobs", "output": "softmax", "loss": "cross_entropy_from_logits", "held_out": 0.2},
    {"data": "houses", "hidden1": 0, "output": "linear", "loss": "squared_error", "optimizer": "sgd"},
    {"data": "own", "own": OWN, "batch_norm": True},
)


@pytest.mark.parametrize("settings", SHOWN)
def test_any_network_can_be_drawn_and_recorded(settings: dict[str, Any]) -> None:
    run = run_of(**settings, epochs=20)
    assert {picture.title for picture in draw(run)} >= {"Loss while training", "What it says"}
    header, found = unpack(recording(run))
    assert header["sizes"] == list(run.shown.network.sizes)
    assert found["layer 0"].shape[0] == len(header["steps"])
    assert "own rows" not in dict(header["settings"])
    json.dumps(as_json(run), allow_nan=False)


def test_params_can_be_sent_as_json() -> None:
    params = NetworkParams(data="own", own=OWN)
    assert NetworkParams(**json.loads(params.model_dump_json())) == params


def test_the_table_holds_what_the_network_says() -> None:
    run = run_of()
    said = outputs(run.shown.network, run.shown.weights, run.shown.data.inputs.astype(np.float32))
    np.testing.assert_allclose(run.metrics.first_outputs, said[:, 0], rtol=1e-6)
    assert list(run.metrics.first_examples) == ["0, 0", "0, 1", "1, 0", "1, 1"]
    np.testing.assert_array_equal(run.metrics.first_targets[0], [0, 1, 1, 0])


def test_several_targets_have_an_output_each_whatever_is_asked_for() -> None:
    params = NetworkParams(data="own", own="0,0|0,1;0,1|1,0;1,0|1,1", outputs=5, epochs=2)
    assert perform(EXPERIMENT, params, 0, 2).shown.network.sizes[-1] == 2
