"""Gradient descent: how weights find their values, and how hidden units come to share out the work.

A 2-3-1 network learns the coffee roaster's data by plain gradient descent, w <- w - rate * gradient, full
batch. The rule is checked on the first step, the gradient by finite differences, and "plus" instead of
"minus" climbs. Nobody assigns the edges of the triangle to the units: the same network from another start
gives its units other edges at much the same loss, while the same start on other data mostly keeps them. So
it is the start that decides, by way of the gradient. Rule: Cauchy (1847); features by descent: Rumelhart,
Hinton and Williams (1986).
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.backprop import loss_gradients
from sims.engine.coffee import EDGES, edge_concepts, plane, roasts
from sims.engine.edges import edge_matches, random_lines
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, shared
from sims.engine.network import dense, initial_weights, mean_loss, outputs
from sims.engine.scores import accuracy
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

FIRST_STEPS = 100  # the loss is watched at every one of them
OTHERS = 2  # other starts, and other lots of roasts
MARKS = 0.8  # correlation from which a unit marks an edge
TINY = 1e-5  # by how much a weight is moved to measure a slope


class DescentParams(Params):
    """Settings of the descent."""

    hidden: int = hidden_setting(3, le=6)
    learning_rate: float = rate_setting(1.0, le=8)
    steps: int = steps_setting(1000, le=2000)
    points: int = points_setting(150, "roasts", le=250)


class DescentMetrics(Metrics):
    """What one step did, and which edge of the triangle each unit came to mark."""

    accuracy: Array = metric("share of the training roasts that the network gets right", unit="share", part="output")
    loss: Array = metric("log loss at the end", unit="nats", part="loss")
    loss_start: Array = metric("log loss before the first step", unit="nats", part="loss")
    loss_other_start: Array = metric("log loss at the end from another start", unit="nats")
    loss_plus: Array = metric("log loss after 100 steps with plus instead of minus", unit="nats")
    rising_steps: Array = metric("steps at which the loss rose, of the first 100", unit="steps", part="loss")
    falling_steps: Array = metric("steps at which the loss fell, of the first 100", unit="steps", part="loss")
    weight_names: Array = shared("the name of each weight", kind="label")
    before: Array = metric("each weight before the first step")
    gradient: Array = metric("slope of the loss by each weight before the first step", unit="nats per unit of weight")
    after: Array = metric("each weight after the first step")
    first_weight: Array = metric("the first weight before the first step")
    first_slope: Array = metric(
        "slope of the loss by the first weight before the first step", unit="nats per unit of weight")
    first_weight_after: Array = metric("the first weight after the first step")
    rule_error: Array = metric("largest distance between a weight after one step and before - rate * gradient")
    slope_error: Array = metric(
        "largest distance of a gradient from the slope measured by moving that weight by 0.00001")
    predicted_drop: Array = metric(
        "fall of the loss foretold for the first step: rate times the squared length of the gradient", unit="nats")
    actual_drop: Array = metric("how far the loss fell at the first step", unit="nats")
    frame_steps: Array = shared("the recorded steps", unit="steps")
    match_in_time: Array = metric("mean over the units of the best correlation with an edge, as training goes on")
    match_start: Array = metric(
        "mean over the units of the best correlation with an edge, before training", unit="correlation")
    match_end: Array = metric(
        "mean over the units of the best correlation with an edge, after training", unit="correlation", part="hidden")
    unit_edges: Array = metric("for each unit, the edge that it goes with most", kind="label", part="hidden")
    unit_edges_other_start: Array = metric(
        "for each unit trained from another start, the edge that it goes with most", kind="label")
    unit_edges_other_data: Array = metric(
        "for each unit trained from the same start on other roasts, the edge that it goes with most", kind="label")
    same_edge_other_start: Array = metric(
        "share of the units that go with the same edge when trained from another start", unit="share")
    same_edge_other_data: Array = metric(
        "share of the units that go with the same edge when trained on other roasts", unit="share")
    kept_by_data: Array = metric(
        "share of the units that go with the same edge from the same start, mean over two other lots of roasts",
        unit="share")
    kept_by_start: Array = metric(
        "share of the units that go with the same edge on the same roasts, mean over two other starts", unit="share")
    edges_marked: Array = metric(
        "edges that some unit follows at 0.8 or more", unit="edges", part="hidden")
    match_random: Array = metric(
        "mean over three random lines of the best correlation with an edge", unit="correlation")
    first_activation: Array = metric("activation of the first unit for the first roast before training", part="unit:1")
    first_pre: Array = metric("pre-activation of the first unit for the first roast before training", part="unit:1")
    first_output: Array = metric("output for the first roast before training", unit="probability")
    first_label: Array = metric("label of the first roast", kind="count")
    first_out_weight: Array = metric("weight from the first unit to the output before training", part="unit:1")
    agreement_other_start: Array = metric("share of the plane that both starts decide alike", unit="share")


def flattened(weights: list[Array]) -> Array:
    """All weights of each replica in one row, (R, parameters): unit by unit, its inputs first, then its
    bias."""
    return np.concatenate([layer.transpose(0, 2, 1).reshape(len(layer), -1) for layer in weights], axis=1)


def weight_names(hidden: int) -> list[str]:
    """The names of all weights in the order of `flattened`."""
    first = [
        f"{source} of unit {unit + 1}"
        for unit in range(hidden)
        for source in ("temperature", "duration", "bias")
    ]
    return first + [f"unit {unit + 1} at the output" for unit in range(hidden)] + ["bias of the output"]


def measured_slopes(shown: Trained, weights: list[Array]) -> Array:
    """The loss's slope by each weight from two losses a little apart, (R, parameters), without
    backpropagation."""
    slopes = []
    inputs, targets, name = shown.data.inputs, shown.data.targets, shown.config.loss
    for layer in weights:
        for unit in range(layer.shape[2]):
            for source in range(layer.shape[1]):
                losses = []
                for move in (TINY, -TINY):
                    layer[:, source, unit] += move
                    losses.append(mean_loss(shown.network, weights, inputs, targets, name))
                    layer[:, source, unit] -= move
                slopes.append((losses[0] - losses[1]) / (2 * TINY))
    return np.stack(slopes, axis=1)


def first_step(shown: Trained, start: list[Array], one: Trained) -> dict[str, Array]:
    """Check the rule on the first step, from the starting weights and from training for one step, `one`."""
    rate, data = shown.config.learning_rate, shown.data
    before = flattened(start)
    gradient = flattened(loss_gradients(shown.network, start, data.inputs, data.targets, "log_loss"))
    after = flattened(list(one.weights))
    return {
        "before": before,
        "gradient": gradient,
        "after": after,
        "first_weight": before[:, 0],
        "first_slope": gradient[:, 0],
        "first_weight_after": after[:, 0],
        "rule_error": np.abs(after - (before - rate * gradient)).max(axis=1),
        "slope_error": np.abs(gradient - measured_slopes(shown, [layer.copy() for layer in start])).max(
            axis=1
        ),
        "predicted_drop": rate * (gradient**2).sum(axis=1),
        "actual_drop": one.frames[0].loss - one.frames[-1].loss,
    }


def first_roast(shown: Trained, start: list[Array]) -> dict[str, Array]:
    """The first roast on its way through the untrained network, for a calculation by hand."""
    roast = shown.data.inputs[:, :, :1]
    seen = np.broadcast_to(roast, (len(start[0]), 2, 1))
    pre = (start[0][:, :2, 0] * seen[:, :, 0]).sum(axis=1) + start[0][:, 2, 0]
    return {"first_pre": pre, "first_activation": np.tanh(pre),
            "first_output": outputs(shown.network, start, roast)[:, 0, 0],
            "first_label": np.broadcast_to(shown.data.targets[:, 0, 0], len(pre)),
            "first_out_weight": start[1][:, 0, 0]}


def roles(shown: Trained, starts: list[Trained], lots: list[Trained], seeds: Array) -> dict[str, Array]:
    """Which edge each unit marks, how that came about, and what becomes of it from other starts and on
    other data."""
    in_time = np.stack(
        [edge_matches(shown, frame.weights, 16).max(axis=2).mean(axis=1) for frame in shown.frames], axis=1
    )
    matches = edge_matches(shown, shown.weights, 40)
    edges = matches.argmax(axis=2)  # (R, units)
    by_start, by_data = (
        np.stack([edge_matches(net, net.weights, 40).argmax(axis=2) for net in nets]) for nets in (starts, lots)
    )  # (OTHERS, R, units)
    other, moved, other_start = by_start[0], by_data[0], starts[0]
    seen = plane()[1].astype(np.float32)
    alike = [outputs(net.network, net.weights, seen)[:, 0] > 0.5 for net in (shown, other_start)]
    names = np.array(EDGES)
    return {
        "frame_steps": np.array([frame.step for frame in shown.frames]),
        "match_in_time": in_time,
        "match_start": in_time[:, 0],
        "match_end": in_time[:, -1],
        "unit_edges": names[edges],
        "unit_edges_other_start": names[other],
        "unit_edges_other_data": names[moved],
        "kept_by_data": (by_data == edges).mean(axis=(0, 2)),
        "kept_by_start": (by_start == edges).mean(axis=(0, 2)),
        "edges_marked": (matches.max(axis=1) >= MARKS).sum(axis=1),
        "match_random": random_lines(seeds),
        "same_edge_other_start": (edges == other).mean(axis=1),
        "same_edge_other_data": (edges == moved).mean(axis=1),
        "agreement_other_start": (alike[0] == alike[1]).mean(axis=1),
    }


def run(params: DescentParams, seeds: Array) -> Generator[Frame, None, Outcome[DescentMetrics]]:
    """Descend from one start, from another, and on other data; look closely at the first steps, and climb
    once."""
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    start = initial_weights(network, seeds)
    data = roasts(seeds, params.points)

    def descend(steps: int, name: str, *, sign: int = 1, frames: int) -> Task:
        config = TrainingConfig(optimizer="sgd", learning_rate=sign * params.learning_rate, steps=steps)
        return Task(network, data, config, start, name=name, frames=frames)

    again = {f"start {other}": initial_weights(network, seeds, purpose=f"second start {other}" if other else
                                               "second start") for other in range(OTHERS)}
    others = dict.fromkeys(again, data) | {
        f"data {other}": roasts(seeds, params.points, f"other data {other}" if other else "other data")
        for other in range(OTHERS)}
    plain = TrainingConfig(optimizer="sgd", learning_rate=params.learning_rate, steps=params.steps)
    shown, *nets = yield from train_together([
        Task(network, data, plain, start, name="one start"),
        *(Task(network, on, plain, again.get(name, start), name=name, frames=2) for name, on in others.items())], seeds)
    starts, lots = nets[:OTHERS], nets[OTHERS:]
    # Twice as many frames as steps, because recorded steps lie further apart towards the end.
    one, watched, climbed = yield from train_together([
        descend(1, "one step", frames=2), descend(FIRST_STEPS, "every step", frames=2 * FIRST_STEPS + 1),
        descend(FIRST_STEPS, "plus", sign=-1, frames=2)], seeds)
    every_loss = np.stack([frame.loss for frame in watched.frames], axis=1)  # (R, steps + 1)
    return Outcome(
        shown,
        DescentMetrics(
            accuracy=accuracy(outputs(network, shown.weights, data.inputs.astype(np.float32)), data.targets),
            loss=shown.loss,
            loss_start=shown.frames[0].loss,
            loss_other_start=starts[0].loss,
            loss_plus=climbed.loss,
            rising_steps=(np.diff(every_loss, axis=1) > 0).sum(axis=1).astype(float),
            falling_steps=(np.diff(every_loss, axis=1) < 0).sum(axis=1).astype(float),
            weight_names=np.array(weight_names(params.hidden)),
            **first_step(shown, start, one),
            **first_roast(shown, start),
            **roles(shown, starts, lots, seeds),
        ),
    )


EXPERIMENT = Experiment(
    "Gradient descent",
    DescentParams,
    DescentMetrics,
    run,
    views=(
        View("network", "What each unit comes to mark"),
        View("loss", "Loss while training"),
        View(
            "lines",
            "How the units find the edges",
            x="frame_steps",
            y=("match_in_time",),
            x_title="training step",
            y_title="mean best correlation with an edge",
        ),
        View(
            "table", "The first step, weight by weight", x="weight_names", y=("before", "gradient", "after")
        ),
    ),
    concepts=edge_concepts,
)
