"""Irrelevant inputs: what a network does with columns that have nothing to do with the answer.

Two inputs decide (a disc inside a ring), the others are pure noise. The network is not told which is which.
Its weights to the noise start as large as the others and end smaller, relative to them, but not at zero: in
a finite sample every noise column goes with the label a little by chance, and nothing in the loss asks for
a weight to be exactly zero. The price is paid on new examples; it is high when there are many such columns
and few examples, and small when there are many examples.

Folklore says that a network "selects its own features", so that useless columns do no harm. The run trains
the same network with the useful columns alone for comparison, with more columns, and with four times as
many examples; it also measures what each input is worth by shuffling it among the fresh examples (Breiman,
2001), which tells useless inputs better than their weights do. An L2 penalty shrinks such weights, and only
an L1 penalty would make some of them exactly zero (Ng, 2004).
"""

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.shapes import rings
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

TEST_POINTS = 500
USEFUL = 2
COUNTS = (0, 4, 8, 16)  # noise columns of the sweep
MORE = 4  # times as many examples, for comparison
SPREAD = 0.2  # of the rings
NOISE = 0.7  # standard deviation of a noise column, about that of the useful ones


class IrrelevantParams(Params):
    """Settings of the data and of the network."""

    noise_columns: int = setting(
        4, ge=1, le=16, title="noise columns", description="inputs that have nothing to do with the answer",
        words=("junk", *(f"{kind} {what}"
                         for kind in ("noise", "useless", "irrelevant", "junk", "random", "meaningless")
                         for what in ("columns", "features", "inputs"))))
    points: int = points_setting(120, le=160, ge=20)
    hidden: int = hidden_setting(6)
    l2: float = setting(0.01, ge=0, le=0.1, step=0.005, title="L2 penalty",
                        description="penalty on large weights in the network that is compared",
                        words=("l2", "weight decay", "lambda", "regularisation", "regularization"))
    steps: int = steps_setting(105, le=500)
    learning_rate: float = rate_setting(0.05)


class IrrelevantMetrics(Metrics):
    """What the noise columns get and what they cost; accuracies are on 500 fresh examples."""

    accuracy: Array = metric("share right of the network with the noise columns", unit="share", part="output")
    accuracy_without: Array = metric(
        "share right of a network that has only the two useful columns", unit="share")
    accuracy_muted: Array = metric(
        "share right when the noise columns of the trained network are set to zero afterwards", unit="share")
    train_accuracy: Array = metric(
        "share of its training examples that the network with noise columns gets right", unit="share", part="output")
    train_accuracy_without: Array = metric(
        "share of its training examples that the network with only the useful columns gets right", unit="share")
    accuracy_more: Array = metric(
        "share right with the noise columns and four times as many examples", unit="share")
    accuracy_more_without: Array = metric(
        "share right without the noise columns and with four times as many examples", unit="share")
    accuracy_l2: Array = metric("share right with the noise columns and the L2 penalty", unit="share")
    cost: Array = metric("accuracy that the noise columns cost", unit="share")
    cost_more: Array = metric("accuracy that the noise columns cost with four times as many examples", unit="share")
    useful_start: Array = metric("mean size of the weights from the useful columns before training")
    noise_start: Array = metric("mean size of the weights from the noise columns before training")
    useful_end: Array = metric("mean size of the weights from the useful columns at the end")
    noise_end: Array = metric("mean size of the weights from the noise columns at the end")
    ratio_start: Array = metric("noise weights against useful weights, in size, before training")
    ratio_end: Array = metric("noise weights against useful weights, in size, at the end")
    ratio_more: Array = metric(
        "noise weights against useful weights, in size, at the end with four times as many examples")
    ratio_l2: Array = metric("noise weights against useful weights, in size, at the end with the L2 penalty")
    exactly_zero: Array = metric(
        "share of the weights from noise columns that are exactly zero at the end", unit="share")
    nearly_zero: Array = metric(
        "share of the weights from noise columns that are below 0.01 in size at the end", unit="share")
    worth_useful: Array = metric("accuracy lost by shuffling a useful column, mean", unit="share")
    worth_noise: Array = metric("accuracy lost by shuffling a noise column, mean", unit="share")

    inputs: Array = shared("the names of the inputs", kind="label")
    weight_sizes: Array = metric("mean size of each input's weights at the end")
    worth: Array = metric("accuracy lost by shuffling each input", unit="share")
    counts: Array = shared("noise columns", unit="columns")
    accuracy_by_count: Array = metric("share right for each number of noise columns", unit="share")


def noise_for(data: Data, seeds: Array, purpose: str) -> Array:
    """Normal noise for the largest number of further inputs, (R, 16, N)."""
    points = data.inputs.shape[-1]
    return draw(seeds, purpose + " noise", lambda rng: rng.normal(0, NOISE, (max(COUNTS), points)))


def with_noise(data: Data, every: Array, columns: int) -> Data:
    """The examples with the first columns of noise as further inputs."""
    noise = every[:, :columns]  # so that more columns leave the first ones as they are
    axes = tuple(Axis(f"noise {i + 1}", low=-2, high=2) for i in range(columns))
    return replace(data, inputs=np.concatenate((data.inputs, noise), axis=1), axes=data.axes + axes)


def weight_sizes(weights: Array) -> Array:
    """The mean size of each input's weights, (R, n_in + 1, n_out) to (R, n_in)."""
    sizes: Array = np.abs(weights[:, :-1].astype(float)).mean(axis=2)
    return sizes


def worth(trained: Trained, test: Data, seeds: Array) -> Array:
    """The accuracy lost when each input in turn is shuffled among the examples, (R, n_in)."""
    whole, lost = accuracy_on(test, trained), []
    order = draw(seeds, "shuffled input", lambda rng: rng.permutation(test.inputs.shape[-1]))
    shuffled = test.inputs.astype(np.float32)
    for i in range(test.inputs.shape[1]):
        kept = shuffled[:, i].copy()
        shuffled[:, i] = np.take_along_axis(kept, order, axis=1)
        lost.append(whole - accuracy_on(replace(test, inputs=shuffled), trained))
        shuffled[:, i] = kept
    return np.stack(lost, axis=1)


def ratio(sizes: Array) -> Array:
    """The mean size of the noise columns' weights against that of the useful ones', (R, n_in) to (R,)."""
    share: Array = sizes[:, USEFUL:].mean(axis=1) / sizes[:, :USEFUL].mean(axis=1)
    return share


def of_weights(trained: Trained) -> dict[str, Array]:
    """What the weights of useful and of noise columns have become."""
    start, end = (weight_sizes(frame.weights[0]) for frame in (trained.frames[0], trained.frames[-1]))
    noise = np.abs(trained.weights[0][:, USEFUL:-1])
    return {"useful_start": start[:, :USEFUL].mean(axis=1), "noise_start": start[:, USEFUL:].mean(axis=1),
            "useful_end": end[:, :USEFUL].mean(axis=1), "noise_end": end[:, USEFUL:].mean(axis=1),
            "ratio_start": ratio(start), "ratio_end": ratio(end),
            "exactly_zero": (noise == 0).mean(axis=(1, 2)), "nearly_zero": (noise < 0.01).mean(axis=(1, 2)),
            "weight_sizes": end}


@dataclass(frozen=True)
class Fits:
    """What is trained: by number of noise columns, with more examples (with the columns, and without), with
    L2."""

    by_count: dict[int, Trained]
    more: Trained
    more_without: Trained
    priced: Trained


def measure(fits: Fits, columns: int, test: Data, seeds: Array) -> IrrelevantMetrics:
    """Judge all networks on the fresh examples, and what each input of the shown one is worth."""
    noise = noise_for(test, seeds, "test")
    tests = {count: with_noise(test, noise, count) for count in fits.by_count}
    right = {count: accuracy_on(tests[count], trained) for count, trained in fits.by_count.items()}
    shown, seen = fits.by_count[columns], tests[columns]
    silent = np.zeros_like(seen.inputs[:, USEFUL:])
    muted = replace(seen, inputs=np.concatenate((test.inputs, silent), axis=1))
    more, more_without = accuracy_on(seen, fits.more), accuracy_on(test, fits.more_without)
    worths = worth(shown, seen, seeds)
    return IrrelevantMetrics(
        accuracy=right[columns], accuracy_without=right[0], accuracy_muted=accuracy_on(muted, shown),
        train_accuracy=accuracy_on(shown.data, shown),
        train_accuracy_without=accuracy_on(fits.by_count[0].data, fits.by_count[0]),
        accuracy_more=more, accuracy_more_without=more_without, accuracy_l2=accuracy_on(seen, fits.priced),
        cost=right[0] - right[columns], cost_more=more_without - more,
        **of_weights(shown),
        ratio_more=ratio(weight_sizes(fits.more.weights[0])),
        ratio_l2=ratio(weight_sizes(fits.priced.weights[0])),
        worth_useful=worths[:, :USEFUL].mean(axis=1), worth_noise=worths[:, USEFUL:].mean(axis=1),
        worth=worths,
        inputs=np.array([axis.name for axis in seen.axes]),
        counts=np.array(COUNTS), accuracy_by_count=np.stack([right[count] for count in COUNTS], axis=1),
    )


def run(params: IrrelevantParams, seeds: Array) -> Generator[Frame, None, Outcome[IrrelevantMetrics]]:
    """Train with the noise columns and without, with other numbers of columns, and with more examples."""
    sizes = {"data": params.points, "more": MORE * params.points, "test": TEST_POINTS}
    known, more, test = (rings(seeds, points, SPREAD, purpose) for purpose, points in sizes.items())

    noises = {name: noise_for(data, seeds, name) for name, data in (("data", known), ("more", more))}

    def fit(data: Data, columns: int, purpose: str, l2: float = 0.0, frames: int = 2) -> Task:
        network = dense(USEFUL + columns, [params.hidden], 1, "tanh", "sigmoid")
        config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps, l2=l2)
        name = f"{columns} noise columns, {data.inputs.shape[-1]} examples" + (", L2" if l2 else "")
        return Task(network, with_noise(data, noises[purpose], columns), config, name=name, frames=frames)

    counts = list(dict.fromkeys((*COUNTS, params.noise_columns)))
    nets = yield from train_together([
        *(fit(known, columns, "data", frames=30 if columns == params.noise_columns else 2) for columns in counts),
        fit(more, params.noise_columns, "more"), fit(more, 0, "more"),
        fit(known, params.noise_columns, "data", params.l2)], seeds)
    by_count = dict(zip(counts, nets, strict=False))
    fits = Fits(by_count, *nets[len(counts):])
    return Outcome(by_count[params.noise_columns], measure(fits, params.noise_columns, test, seeds))


EXPERIMENT = Experiment(
    "Irrelevant inputs",
    IrrelevantParams,
    IrrelevantMetrics,
    run,
    views=(
        View("bars", "Size of each input's weights", x="inputs", y=("weight_sizes",)),
        View("bars", "Accuracy lost when an input is shuffled", x="inputs", y=("worth",)),
        View("lines", "Share of fresh examples right", x="counts", y=("accuracy_by_count",),
             x_title="noise columns", y_title="share right"),
        View("bars", "With and without the noise columns", y_title="share right",
             y=("accuracy", "accuracy_without", "accuracy_muted", "accuracy_more", "accuracy_l2"),
             names=("with noise columns", "without", "columns set to zero", "four times the examples", "L2 penalty")),
    ),
)
