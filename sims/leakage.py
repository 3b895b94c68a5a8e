"""Leakage: test examples that have had a say in the training, and how much the score flatters.

The labels are coin flips, so that nobody can be right more often than one time in two on new rows. Four ways to prepare
the data before the split: the most telling columns chosen with all rows (Hastie, Tibshirani and Friedman, 2009, section
7.10.2, "the wrong way"), rows copied (oversampling), a column filled in after the event, and the scaler fitted to all
rows. Each is measured beside the same done after the split, with the training rows alone. The scaler hardly matters
here: what counts is whether labels, or whole rows, cross over.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

FRESH = 500
KEPT = 8  # columns that the network gets
TELLS = 0.9  # how often the column of hindsight agrees with the label
YES = (Axis("yes", low=0, high=1),)
COLUMNS = tuple(Axis(f"column {k + 1}", low=-3, high=3) for k in range(KEPT))
WAYS = ("columns chosen before", "columns chosen after", "copies before", "copies after", "hindsight column",
        "scaled before", "scaled after")


class LeakParams(Params):
    """How many rows and columns, and whether there is anything to learn."""

    rows: int = setting(80, ge=20, le=300, step=10, title="rows", unit="rows", words=("rows", "samples", "examples"),
                        description="rows before the split; half of them are the test set")
    columns: int = setting(400, ge=KEPT, le=600, title="columns", unit="columns",
                           words=("columns", "features", "variables", "inputs"),
                           description="columns to choose from; the network gets eight of them")
    signal: float = setting(0.0, ge=0, le=2, step=0.1, title="signal", words=("signal", "effect"),
                            description="how far yes and no differ in the first three columns; 0 is pure chance")
    hidden: int = hidden_setting(4)
    steps: int = steps_setting(60, le=400)
    learning_rate: float = rate_setting(0.05)


class LeakMetrics(Metrics):
    """Test scores with leaks, and what the same networks are worth on 500 new rows."""

    ways: Array = shared("ways to prepare the data", kind="label")
    test_scores: Array = metric("accuracy on the test rows for each way to prepare the data", unit="share")
    true_scores: Array = metric("accuracy on new rows for each way to prepare the data", unit="share")
    chosen_before: Array = metric("accuracy on the test rows, columns chosen with all rows", unit="share",
                                  part="output")
    chosen_before_true: Array = metric("accuracy on new rows, columns chosen with all rows", unit="share")
    chosen_after: Array = metric("accuracy on the test rows, columns chosen with the training rows", unit="share")
    chosen_train: Array = metric("accuracy on the training rows, columns chosen with all rows", unit="share")
    copies_before: Array = metric("accuracy on the test rows, rows copied before the split", unit="share")
    copies_after: Array = metric("accuracy on the test rows, rows copied after the split", unit="share")
    copies_true: Array = metric("accuracy on new rows, rows copied before the split", unit="share")
    met_before: Array = metric("share of the test rows with a copy among the training rows, copied before the split",
                               unit="share")
    hindsight: Array = metric("accuracy on the test rows with a column filled in after the event", unit="share")
    hindsight_true: Array = metric("accuracy on new rows where that column is not filled in yet", unit="share")
    scaled_before: Array = metric("accuracy on the test rows, scaler fitted to all rows", unit="share")
    scaled_after: Array = metric("accuracy on the test rows, scaler fitted to the training rows", unit="share")
    scaler_gain: Array = metric("what fitting the scaler to all rows adds to the accuracy on the test rows",
                                unit="share", kind="number")
    choice_gain: Array = metric("what choosing the columns with all rows adds to the accuracy on the test rows",
                                unit="share", kind="number")
    best_correlation: Array = metric("largest correlation of a column with the label over all rows, without its sign")
    true_correlation: Array = metric("correlation of that column with the label over new rows, without its sign")
    test_rows: Array = shared("test rows", unit="rows", kind="count")


def table(seeds: Array, rows: int, params: LeakParams, purpose: str) -> tuple[Array, Array]:
    """Columns (R, columns, rows) of noise and labels (R, rows) of coin flips; where there is a signal, the first three
    columns know of it."""
    yes = draw(seeds, purpose + " labels", lambda rng: rng.random(rows)) < 0.5
    noise = draw(seeds, purpose, lambda rng: rng.standard_normal((params.columns, rows), np.float32))
    noise[:, :3] += params.signal * np.float32(1) * (yes[:, None] - 0.5)
    return noise, yes


def correlations(columns: Array, yes: Array) -> Array:
    """The size of each column's correlation with the label, (R, columns)."""
    a = columns - columns.mean(axis=2, keepdims=True)
    y = yes - yes.mean(axis=1, keepdims=True)
    return np.abs(np.einsum("rcn,rn->rc", a, y)) / np.sqrt((a * a).sum(axis=2) * (y * y).sum(axis=1)[:, None])


def most_telling(columns: Array, yes: Array) -> Array:
    """The columns that correlate most with the label, (R, KEPT), the first one most."""
    return np.argsort(-correlations(columns, yes), axis=1)[:, :KEPT]


def of(columns: Array, chosen: Array) -> Array:
    """The chosen columns (R, KEPT) of (R, columns, rows)."""
    return np.take_along_axis(columns, chosen[:, :, None], axis=1)


def as_data(columns: Array, yes: Array) -> Data:
    """Eight columns and the labels as data."""
    return Data(columns.astype(float), yes[:, None].astype(float), COLUMNS, YES)


def split(columns: Array, yes: Array, known: int) -> tuple[Data, Data]:
    """The first `known` rows to train on, the others to test with."""
    return as_data(columns[:, :, :known], yes[:, :known]), as_data(columns[:, :, known:], yes[:, known:])


def copied(seeds: Array, columns: Array, yes: Array, times: int, purpose: str) -> tuple[Array, Array, Array]:
    """Rows drawn with replacement, `times` as many, and which ones they are, (R, times * rows)."""
    rows = yes.shape[1]
    which = draw(seeds, purpose, lambda rng: rng.integers(0, rows, times * rows))
    return (np.take_along_axis(columns, which[:, None], axis=2), np.take_along_axis(yes, which, axis=1), which)


def prepared(seeds: Array, params: LeakParams) -> tuple[dict[str, tuple[Data, Data, Data]], dict[str, Array]]:
    """For each way the training, the test and the new rows, and what is known of the preparation."""
    columns, yes = table(seeds, params.rows, params, "table")
    new, new_yes = table(seeds, FRESH, params, "new")
    known = params.rows // 2
    every, mine = most_telling(columns, yes), most_telling(columns[:, :, :known], yes[:, :known])
    ways = {WAYS[0]: (*split(of(columns, every), yes, known), as_data(of(new, every), new_yes)),
            WAYS[1]: (*split(of(columns, mine), yes, known), as_data(of(new, mine), new_yes))}
    few, few_new = columns[:, :KEPT], as_data(new[:, :KEPT], new_yes)
    many, many_yes, which = copied(seeds, few, yes, 2, "copies")
    ways[WAYS[2]] = (*split(many, many_yes, params.rows), few_new)
    after, after_yes, _ = copied(seeds, few[:, :, :known], yes[:, :known], 2, "copies after")
    ways[WAYS[3]] = (as_data(after, after_yes), split(few, yes, known)[1], few_new)
    agrees = draw(seeds, "hindsight", lambda rng: rng.random(params.rows)) < TELLS
    told = few.copy()
    told[:, 0] = np.where(agrees, yes, ~yes) * 2 - 1
    not_yet = new[:, :KEPT].copy()
    not_yet[:, 0] = 0
    ways[WAYS[4]] = (*split(told, yes, known), as_data(not_yet, new_yes))
    for name, rows in ((WAYS[5], params.rows), (WAYS[6], known)):
        mean, spread = (how(few[:, :, :rows], axis=2, keepdims=True) for how in (np.mean, np.std))
        ways[name] = (*split((few - mean) / spread, yes, known), as_data((new[:, :KEPT] - mean) / spread, new_yes))
    best = every[:, :1]
    return ways, {
        "met_before": np.stack([np.isin(w[params.rows:], w[: params.rows]).mean() for w in which]),
        "best_correlation": correlations(of(columns, best), yes)[:, 0],
        "true_correlation": correlations(of(new, best), new_yes)[:, 0]}


def run(params: LeakParams, seeds: Array) -> Generator[Frame, None, Outcome[LeakMetrics]]:
    """Train the same network on each preparation."""
    ways, facts = prepared(seeds, params)
    network = dense(KEPT, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    nets: dict[str, Trained] = {}
    for name, (known, _, _) in ways.items():
        nets[name] = yield from train(network, known, config, seeds, name=name, frames=60 if name == WAYS[0] else 2)
    test = [accuracy_on(ways[name][1], nets[name]) for name in WAYS]
    true = [accuracy_on(ways[name][2], nets[name]) for name in WAYS]
    return Outcome(nets[WAYS[0]], LeakMetrics(
        ways=np.array(WAYS), test_scores=np.stack(test, axis=1), true_scores=np.stack(true, axis=1),
        chosen_before=test[0], chosen_before_true=true[0], chosen_after=test[1],
        chosen_train=accuracy_on(ways[WAYS[0]][0], nets[WAYS[0]]), copies_before=test[2], copies_true=true[2],
        copies_after=test[3], hindsight=test[4], hindsight_true=true[4], scaled_before=test[5], scaled_after=test[6],
        scaler_gain=test[5] - test[6], choice_gain=test[0] - test[1],
        test_rows=np.array(params.rows - params.rows // 2), **facts,
    ))


EXPERIMENT = Experiment(
    "Leakage",
    LeakParams,
    LeakMetrics,
    run,
    views=(
        View("table", "What the test rows say, and what is true", x="ways", y=("test_scores", "true_scores"),
             names=("accuracy on the test rows", "accuracy on new rows")),
        View("histogram", "Columns chosen before the split and after it", y=("chosen_before", "chosen_after"),
             names=("chosen before the split", "chosen after it")),
        View("network", "What the network made of the chosen columns"),
        View("loss", "Loss while training"),
    ),
)
