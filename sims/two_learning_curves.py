"""Two learning curves: the accuracy on training and on fresh examples as the training set grows.

A disc and a ring, a tenth of the labels wrong. A network that is too small (one unit, one straight line) and one that
is large enough train on 20, 40, 80, 160 and 320 examples. The small one's two curves meet early and low: more examples
do not help it. The large one's are far apart at first and come together high: it wants examples. That is how learning
curves are read for bias and variance (Cortes et al., 1993; Ng's course calls it diagnosing).

The other curve with this name is the loss against the step of one training; the network on the screen has it.
"""

from collections.abc import Generator, Sequence

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, initial_weights
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, steps_setting
from sims.engine.splits import best_frame, drawn, loss_curves
from sims.engine.training import Frame, Trained, TrainingConfig, train

SIZES = (20, 40, 80, 160, 320)
FEW, MOST = 1, 4  # places in SIZES: 40 and 320
JUDGED_ON = 1000  # fresh examples


class CurvesParams(Params):
    """The two networks and the data."""

    hidden: int = hidden_setting(8, le=12, ge=2)
    small: int = setting(1, ge=1, le=4, title="units of the small network", unit="units",
                         description="hidden units of the network that is too small", words=("small", "small network"))
    wrong_labels: float = setting(0.1, ge=0, le=0.5, step=0.05, title="wrong labels", unit="share",
                                  description="share of the labels that are flipped",
                                  words=("noise", "label noise", "labels", "wrong", "flipped"))
    steps: int = steps_setting(150, le=400, ge=20)


class CurvesMetrics(Metrics):
    """Shares right by the number of training examples."""

    sizes: Array = shared("training examples", unit="examples")
    train_small: Array = metric("training accuracy of the small network at each size", unit="share")
    fresh_small: Array = metric("accuracy of the small network on 1000 fresh examples at each size", unit="share")
    train_large: Array = metric("training accuracy of the large network at each size", unit="share")
    fresh_large: Array = metric("accuracy of the large network on 1000 fresh examples at each size", unit="share")
    train_small_few: Array = metric("training accuracy of the small network on 40 examples", unit="share")
    fresh_small_few: Array = metric("fresh accuracy of the small network, trained on 40 examples", unit="share")
    train_small_most: Array = metric("training accuracy of the small network on 320 examples", unit="share")
    fresh_small_most: Array = metric("fresh accuracy of the small network, trained on 320 examples", unit="share")
    train_large_few: Array = metric("training accuracy of the large network on 40 examples", unit="share")
    fresh_large_few: Array = metric("fresh accuracy of the large network, trained on 40 examples", unit="share",
                                    part="output")
    train_large_most: Array = metric("training accuracy of the large network on 320 examples", unit="share")
    fresh_large_most: Array = metric("fresh accuracy of the large network, trained on 320 examples", unit="share")
    gap_small_few: Array = metric("training minus fresh accuracy of the small network at 40 examples", unit="share")
    gap_small_most: Array = metric("training minus fresh accuracy of the small network at 320 examples", unit="share")
    gap_large_few: Array = metric("training minus fresh accuracy of the large network at 40 examples", unit="share")
    gap_large_most: Array = metric("training minus fresh accuracy of the large network at 320 examples", unit="share")
    gain_small: Array = metric("fresh accuracy that the small network gains from 40 to 320 examples", unit="share")
    gain_large: Array = metric("fresh accuracy that the large network gains from 40 to 320 examples", unit="share")
    best_step: Array = metric("step with the lowest validation loss, large network on 40 examples", unit="steps",
                              part="loss")
    validation_best: Array = metric("lowest validation loss of the large network on 40 examples", unit="nats",
                                    part="loss")
    validation_end: Array = metric("validation loss of the large network on 40 examples at the end", unit="nats",
                                   part="loss")
    train_end: Array = metric("training loss of the large network on 40 examples at the end", unit="nats",
                              part="loss")


def grown(hidden: int, sets: Sequence[Data], seeds: Array, steps: int,
          validation: Data | None = None) -> Generator[Frame, None, list[Trained]]:
    """One architecture, trained on each of the training sets; where there is `validation` data, the training on 40
    examples is recorded step by step."""
    config, nets = TrainingConfig(learning_rate=0.05, steps=steps), []
    network = dense(2, [hidden], 1, "tanh", "sigmoid")
    start = initial_weights(network, seeds)
    for size, data in zip(SIZES, sets, strict=True):
        on_screen = validation is not None and size == SIZES[FEW]
        nets.append((yield from train(network, data, config, seeds, weights=start,
                                      validation=validation if on_screen else None, frames=24 if on_screen else 2,
                                      name=f"{hidden} units, {size} examples")))
    return nets


def measure(nets: dict[str, list[Trained]], test: Data) -> CurvesMetrics:
    """Both networks at every size, and the training of the large one on 40 examples step by step."""
    found: dict[str, Array] = {}
    for name, each in nets.items():
        on_train = np.stack([accuracy_on(net.data, net) for net in each], axis=1)  # (R, sizes)
        on_fresh = np.stack([accuracy_on(test, net) for net in each], axis=1)
        found |= {f"train_{name}": on_train, f"fresh_{name}": on_fresh,
                  f"gain_{name}": on_fresh[:, MOST] - on_fresh[:, FEW]}
        for when, place in (("few", FEW), ("most", MOST)):
            found |= {f"train_{name}_{when}": on_train[:, place], f"fresh_{name}_{when}": on_fresh[:, place],
                      f"gap_{name}_{when}": on_train[:, place] - on_fresh[:, place]}
    shown = nets["large"][FEW]
    loss, validation = loss_curves(shown)
    steps = np.array([frame.step for frame in shown.frames])
    return CurvesMetrics(
        sizes=np.array(SIZES), **found, best_step=steps[best_frame(shown)], validation_best=validation.min(axis=1),
        validation_end=validation[:, -1], train_end=loss[:, -1],
    )


def run(params: CurvesParams, seeds: Array) -> Generator[Frame, None, Outcome[CurvesMetrics]]:
    """Train both networks on training sets of every size; the large one on 40 examples is on the screen."""
    sets = [drawn(seeds, size, params.wrong_labels, "train")[0] for size in SIZES]
    validation, test = (drawn(seeds, JUDGED_ON, params.wrong_labels, purpose)[0] for purpose in ("validation", "test"))
    small = yield from grown(params.small, sets, seeds, params.steps)
    large = yield from grown(params.hidden, sets, seeds, params.steps, validation)
    return Outcome(large[FEW], measure({"small": small, "large": large}, test))


EXPERIMENT = Experiment(
    "Two learning curves",
    CurvesParams,
    CurvesMetrics,
    run,
    views=(
        View("lines", "Share right by training examples", x="sizes", x_title="training examples", y_title="share right",
             y=("train_small", "fresh_small", "train_large", "fresh_large"), log_x=True,
             names=("small: training", "small: fresh", "large: training", "large: fresh")),
        View("loss", "The other curve: loss by step, the large network on 40 examples"),
        View("network", "The large network, trained on 40 examples"),
    ),
)
