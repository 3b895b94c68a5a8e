"""Training: replicas are independent, runs are functions of their seed, divergence is reported."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from sims.engine.activations import ACTIVATIONS
from sims.engine.backprop import loss_gradients
from sims.engine.datasets import Axis, Data, even_axis, standardised, uniform
from sims.engine.experiment import drain
from sims.engine.losses import LOSSES
from sims.engine.masks import Masks
from sims.engine.network import Network, dense, initial_weights, mean_loss, outputs
from sims.engine.randomness import ensemble_seeds
from sims.engine.scores import accuracy
from sims.engine.training import HiddenLabels, Trained, TrainingConfig, recorded_steps, train

NETWORK = dense(2, [3], 1, "tanh", "sigmoid")
DEEP = dense(2, [5, 4], 1, "relu", "sigmoid")
AXES = (Axis("x"), Axis("y"))


def disc(seeds: np.ndarray, points: int = 60) -> Data:
    inputs = uniform(seeds, [-1, -1], [1, 1], points)
    return Data(inputs, ((inputs**2).sum(axis=1, keepdims=True) < 0.5).astype(float), AXES, (Axis("inside"),))


def trained(config: TrainingConfig, first: int = 0, replicas: int = 6, network: Network = NETWORK) -> Trained:
    seeds = ensemble_seeds(first, replicas)
    return drain(train(network, disc(seeds), config, seeds))


CONFIGS = {
    "adam, full batch": TrainingConfig(steps=120),
    "sgd, batches": TrainingConfig(steps=120, optimizer="sgd", learning_rate=0.5, batch_size=7),
    "momentum, l2": TrainingConfig(steps=120, optimizer="momentum", learning_rate=0.1, l2=0.01),
    "dropout": TrainingConfig(steps=120, dropout=0.3, batch_size=20),
}


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("network", [NETWORK, DEEP], ids=["2-3-1", "2-5-4-1"])
def test_a_replica_is_the_same_alone_and_in_the_crowd(name: str, network: Network) -> None:
    crowded = trained(CONFIGS[name], replicas=32, network=network)
    for place in (0, 5, 31):
        alone = trained(CONFIGS[name], first=int(ensemble_seeds(0)[place]), replicas=1, network=network)
        for one, many in zip(alone.weights, crowded.weights, strict=True):
            np.testing.assert_array_equal(one[0], many[place])
        assert alone.loss[0] == crowded.loss[place]


@pytest.mark.parametrize("name", CONFIGS)
def test_a_run_is_a_function_of_its_seed(name: str) -> None:
    first, again, other = trained(CONFIGS[name]), trained(CONFIGS[name]), trained(CONFIGS[name], first=50)
    np.testing.assert_array_equal(first.weights[0], again.weights[0])
    assert not np.array_equal(first.weights[0], other.weights[0])


@pytest.mark.parametrize("name", CONFIGS)
def test_training_learns(name: str) -> None:
    run = trained(CONFIGS[name])
    assert (run.frames[-1].loss < run.frames[0].loss).all()


def test_replicas_start_differently_and_have_data_of_their_own() -> None:
    run = trained(TrainingConfig(steps=1))
    start = run.frames[0].weights[0]
    assert not np.array_equal(start[0], start[1])
    assert not np.array_equal(run.data.inputs[0], run.data.inputs[1])


@pytest.mark.parametrize(("output", "loss"), [(a, b) for a in ACTIVATIONS for b in LOSSES])
@pytest.mark.parametrize("sizes", [(2, 5, 1), (2, 2, 1), (2, 4, 3, 2), (2, 1)], ids=str)
def test_a_step_goes_down_the_gradient_of_the_mean_loss(sizes: tuple[int, ...], output: str, loss: str) -> None:
    seeds = ensemble_seeds(0, 3)
    rate = 0.01
    data = disc(seeds)
    data = replace(data, targets=np.repeat(data.targets, sizes[-1], axis=1))
    for hidden in ACTIVATIONS if len(sizes) > 2 else ["tanh"]:
        network = dense(sizes[0], sizes[1:-1], sizes[-1], hidden, output)
        start = [w + 0.1 for w in initial_weights(network, seeds)]
        config = TrainingConfig(loss, "sgd", rate, steps=1, l2=0.5)
        run = drain(train(network, data, config, seeds, weights=start, dtype=np.float64))
        slopes = loss_gradients(network, start, data.inputs, data.targets, loss)
        for before, after, slope in zip(start, run.weights, slopes, strict=True):
            decay = 0.5 * before
            decay[:, -1] = 0  # biases are spared
            np.testing.assert_allclose((before - after) / rate, slope + decay, rtol=1e-8, atol=1e-10)


def test_labels_on_hidden_units_are_a_log_loss_of_their_own() -> None:
    seeds, rate, nudge = ensemble_seeds(0, 2), 0.01, 1e-6
    data, network = disc(seeds), dense(2, [3], 1, "sigmoid", "sigmoid")
    labels = HiddenLabels((data.inputs > 0).astype(float), 0.7)
    start = initial_weights(network, seeds)

    def loss(weights: list[np.ndarray]) -> np.ndarray:
        units = outputs(Network((2, 3), ("sigmoid",)), weights[:1], data.inputs)[:, :2]
        on_units = LOSSES["log_loss"].per_example(units, labels.targets).mean(axis=-1)
        return mean_loss(network, weights, data.inputs, data.targets, "log_loss") + labels.weight * on_units

    run = drain(train(network, data, TrainingConfig("log_loss", "sgd", rate, 1), seeds, weights=start, labels=labels,
                      dtype=np.float64))
    for layer, row, column in [(0, 0, 0), (0, 1, 1), (0, 2, 2), (0, 2, 1), (1, 1, 0), (1, 3, 0)]:
        sides = []
        for sign in (1, -1):
            moved = [w.copy() for w in start]
            moved[layer][:, row, column] += sign * nudge
            sides.append(loss(moved))
        moved_by = (start[layer] - run.weights[layer])[:, row, column] / rate
        np.testing.assert_allclose(moved_by, (sides[0] - sides[1]) / (2 * nudge), rtol=1e-5, atol=1e-8)


def test_frames_are_few_and_dense_at_the_start() -> None:
    steps = recorded_steps(1000)
    assert steps[0] == 0
    assert steps[-1] == 1000
    assert len(steps) <= 60
    assert steps[1] - steps[0] < steps[-1] - steps[-2]
    assert recorded_steps(3) == [0, 1, 2, 3]
    assert recorded_steps(9, (4, 2)) == recorded_steps(9, range(2, 5, 2)) == [0, 2, 4, 9]


def test_training_stops_when_it_is_no_longer_iterated() -> None:
    seeds = ensemble_seeds(0, 4)
    frames = list(islice(train(NETWORK, disc(seeds), TrainingConfig(steps=10**6), seeds), 2))
    assert [frame.step for frame in frames] == [0, 287]  # a million steps were asked for, and this test ends


def runaway(replicas: int, bad: int) -> Trained:
    """A linear network on squared error whose replica `bad` has inputs a thousand times too large."""
    seeds = ensemble_seeds(0, replicas)
    inputs = uniform(seeds, [-1, -1], [1, 1], 30)
    inputs[bad] *= 1000
    data = Data(inputs, inputs.sum(axis=1, keepdims=True), AXES, (Axis("sum"),))
    network = dense(2, [], 1, "linear", "linear")
    return drain(train(network, data, TrainingConfig("squared_error", "sgd", 0.1, 400), seeds))


def test_a_diverged_replica_is_reported_and_keeps_its_last_finite_weights() -> None:
    run = runaway(4, bad=2)
    assert run.diverged_at[2] > 0
    assert (np.delete(run.diverged_at, 2) == -1).all()
    assert np.isfinite(run.weights[0]).all()
    assert (np.delete(run.loss, 2) < 1e-3).all()  # the others go on unharmed
    last_good = max(f.step for f in run.frames if f.step < run.diverged_at[2])
    good = next(f for f in run.frames if f.step == last_good)
    np.testing.assert_array_equal(run.weights[0][2], good.weights[0][2])
    assert run.shown_step.tolist() == [400, 400, last_good, 400]


def test_weights_are_diverged_when_they_are_nan_or_infinite_and_not_before() -> None:
    seeds, rate = ensemble_seeds(0, 3), np.array([0.05, 12.0, 40.0])[:, None, None]
    x = uniform(seeds, [-1, -1], [1, 1], 30) * rate**0.5  # as if each had a learning rate of its own
    data = Data(x, np.zeros((3, 1, 30)), AXES, (Axis("zero"),))
    network = dense(2, [], 1, "linear", "linear", bias=False)
    run = drain(train(network, data, TrainingConfig("squared_error", "sgd", 1.0, 200), seeds, frames=401))
    hessian, w = 2 * x @ x.transpose(0, 2, 1) / 30, run.frames[0].weights[0][:, :2].astype(float)
    by_hand = np.full(3, -1)
    for step in range(1, 201):
        w = w - hessian @ w
        by_hand[(np.abs(w).max(axis=(1, 2)) > np.finfo(np.float32).max) & (by_hand < 0)] = step
    assert by_hand[0] == -1
    assert (by_hand[1:] > 0).all()
    np.testing.assert_allclose(run.diverged_at, by_hand, atol=2)
    for replica in (1, 2):
        steps = [np.abs(frame.weights[0][replica]).max() for frame in run.frames]
        assert np.isfinite(steps).all()
        assert max(steps) > 1e25  # their squares overflow long before
        assert run.shown_step[replica] == run.diverged_at[replica] - 1


def test_divergence_is_the_same_alone_and_in_the_crowd() -> None:
    assert runaway(1, bad=0).diverged_at[0] > 0
    crowd_of_four = runaway(4, bad=0)
    assert runaway(1, bad=0).diverged_at[0] == crowd_of_four.diverged_at[0]


def test_training_ends_when_all_have_diverged() -> None:
    run = runaway(1, bad=0)
    assert run.frames[-1].step < 400


def test_without_bias_the_biases_stay_zero() -> None:
    seeds = ensemble_seeds(0, 3)
    run = drain(train(dense(2, [3], 1, "tanh", "sigmoid", bias=False), disc(seeds), TrainingConfig(steps=50), seeds))
    assert all((layer[:, -1] == 0).all() for layer in run.weights)
    assert all((layer[:, :-1] != 0).any() for layer in run.weights)


def test_l2_makes_weights_smaller_and_spares_biases() -> None:
    seeds = ensemble_seeds(0, 3)
    network = dense(2, [], 1, "linear", "linear")
    inputs = uniform(seeds, [-1, -1], [1, 1], 200)
    data = Data(inputs, np.full((3, 1, 200), 5.0), AXES, (Axis("five"),))
    run = drain(train(network, data, TrainingConfig("squared_error", steps=600, l2=100.0), seeds))
    np.testing.assert_allclose(run.weights[0][:, -1, 0], 5, atol=0.05)  # the bias alone carries the answer
    assert np.abs(run.weights[0][:, :-1]).max() < 0.05


def test_example_weights_weigh() -> None:
    seeds = ensemble_seeds(0, 2)
    inputs = uniform(seeds, [-1, -1], [1, 1], 40)
    targets = np.zeros((2, 1, 40))
    targets[..., 20:] = 1
    shares = np.ones((2, 1, 40))
    shares[..., 20:] = 3
    data = Data(np.zeros_like(inputs), targets, AXES, (Axis("y"),), shares)
    run = drain(train(dense(2, [], 1, "linear", "sigmoid"), data, TrainingConfig(steps=800), seeds))
    said = outputs(run.network, run.weights, np.zeros((2, 2, 1), np.float32))
    np.testing.assert_allclose(said, 0.75, atol=0.01)  # three votes for yes against one for no


def test_hidden_labels_pull_units_to_their_targets() -> None:
    seeds = ensemble_seeds(0, 4)
    data = disc(seeds)
    wanted = (data.inputs[:, :1] > 0).astype(float)
    network = dense(2, [3], 1, "sigmoid", "sigmoid")

    def agreement(weight: float) -> float:
        run = drain(train(network, data, TrainingConfig(steps=400), seeds, labels=HiddenLabels(wanted, weight)))
        units = outputs(Network((2, 3), ("sigmoid",)), run.weights[:1], data.inputs.astype(np.float32))
        return float(accuracy(units[:, :1], wanted).min())

    assert agreement(3.0) > 0.9
    assert agreement(0.0) < 0.9


def test_given_weights_are_where_training_starts() -> None:
    seeds = ensemble_seeds(0, 2)
    start = initial_weights(NETWORK, seeds, scale=3.0)
    run = drain(train(NETWORK, disc(seeds), TrainingConfig(steps=1), seeds, weights=start))
    np.testing.assert_allclose(run.frames[0].weights[0], start[0], rtol=1e-6)


def test_float64_and_float32_agree_at_first() -> None:
    seeds = ensemble_seeds(0, 3)
    config = TrainingConfig(steps=50)
    ends = [drain(train(NETWORK, disc(seeds), config, seeds, dtype=d)) for d in (np.float32, np.float64)]
    np.testing.assert_allclose(ends[0].weights[0], ends[1].weights[0], atol=1e-3)
    assert ends[1].weights[0].dtype == np.float64


def test_many_replicas_are_trained_in_chunks_with_the_same_result() -> None:
    many, few = trained(TrainingConfig(steps=30), replicas=70), trained(TrainingConfig(steps=30), replicas=5)
    np.testing.assert_array_equal(many.weights[0][:5], few.weights[0])
    assert many.weights[0].shape[0] == 70


def test_bad_architectures_are_refused() -> None:
    with pytest.raises(ValueError, match="activations"):
        Network((2, 3, 1), ("tanh",))
    with pytest.raises(ValueError, match="unknown activation 'swish'"):
        Network((2, 1), ("swish",))


def test_axes_turn_units_into_what_the_network_sees() -> None:
    axis = even_axis("temperature", "°C", 150, 285)
    values = np.linspace(150, 285, 100_001).reshape(1, 1, -1)
    seen = standardised(values, (axis,))
    assert seen.mean() == pytest.approx(0, abs=1e-9)
    assert seen.std() == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(axis.offset + axis.scale * seen, values)
    assert axis.title == "temperature (°C)"


def test_outputs_are_the_formula() -> None:
    weights = [np.array([[[1.0], [-2.0], [0.5]]])]
    said = outputs(dense(2, [], 1, "linear", "sigmoid"), weights, np.array([[[3.0], [1.0]]]))
    assert said[0, 0, 0] == pytest.approx(1 / (1 + np.exp(-(3 - 2 + 0.5))))


def test_dropout_masks_keep_their_share_and_are_each_replicas_own() -> None:
    network, seeds = dense(2, [5, 4], 1, "relu", "sigmoid"), ensemble_seeds(0, 3)
    crowded, alone = (Masks(network, 50, 0.3, some, np.float32) for some in (seeds, seeds[2:]))
    kept = []
    for t in range(40):  # more than are drawn at once
        masks, own = crowded.at(t, 50), alone.at(t, 50)
        assert [masks[0].shape, masks[1].shape] == [(3, 5, 50), (3, 4, 50)]
        np.testing.assert_array_equal(masks[1][2], own[1][0])
        kept.append(masks[0].copy())
    shares = np.stack(kept)
    assert set(np.unique(shares)) == {np.float32(0), np.float32(1 / 0.7)}
    assert (shares > 0).mean() == pytest.approx(0.7, abs=0.01)
    assert len({mask.tobytes() for mask in kept}) == 40
