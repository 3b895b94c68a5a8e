"""Your network: any small dense network, on a well-known small task or on rows of your own, trained as it is written.

Nothing is mended on the way: squared error on a sigmoid, a softmax over one unit, weights that all start at zero, raw
prices as inputs and the slips of scripts written by hand are trained like anything else, because what they do is what
people ask about. What would take too long is made smaller, and `shown_as` says so.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.batches import updates_per_epoch
from sims.engine.experiment import Experiment, Outcome, View
from sims.engine.general.cost import frames_of, scaled_down
from sims.engine.general.examples import Examples, make_examples
from sims.engine.general.measures import measure
from sims.engine.general.metrics import NetworkMetrics
from sims.engine.general.settings import NetworkParams
from sims.engine.general.starts import starting_weights
from sims.engine.general.steps import train_with_steps
from sims.engine.network import Network
from sims.engine.training import Frame, TrainingConfig, train

INSIDE = {"log_loss_from_logits": ("sigmoid", "log_loss"), "cross_entropy_from_logits": ("softmax", "cross_entropy")}


def network_and_loss(params: NetworkParams, examples: Examples) -> tuple[Network, str]:
    """The network as it is trained. A linear output with a loss from logits is shown with the output activation that
    the loss holds: that is the same network, and its outputs are then probabilities."""
    output, loss = str(params.output), str(params.loss)
    if loss in INSIDE and output == "linear":
        output, loss = INSIDE[loss]
    sizes = (len(examples.train.axes), *params.widths, len(examples.train.target_axes))
    return Network(sizes, (*params.activations, output), params.bias), loss


def recipe_of(params: NetworkParams, loss: str, examples: Examples) -> TrainingConfig:
    """The configuration in the engine's terms, whose losses are means over the examples."""
    points, rate = examples.train.inputs.shape[-1], params.learning_rate
    batch = min(params.batch_size or points, points)
    if params.summed:
        rate *= batch / (2 if loss == "squared_error" else 1)  # by hand the 2 of the square is usually left out
    return TrainingConfig(loss, params.optimizer, rate, params.epochs * updates_per_epoch(points, batch),
                          batch if batch < points else None, params.momentum, params.l2,
                          params.dropout if params.widths else 0)


def is_plain(params: NetworkParams, config: TrainingConfig, network: Network, examples: Examples) -> bool:
    """Whether the engine's plain loop makes these steps."""
    one_hot = config.loss != "cross_entropy" or bool(np.isclose(examples.train.targets.sum(axis=1), 1).all())
    in_order = params.order == "shuffled" or config.batch_size is None
    return params.slip == "none" and not params.batch_norm and in_order and one_hot


def run(params: NetworkParams, seeds: Array) -> Generator[Frame, None, Outcome[NetworkMetrics]]:
    """Train the network as it is written, or a smaller one where that would take too long."""
    params, shown_as = scaled_down(params)
    examples = make_examples(params, seeds)
    network, loss = network_and_loss(params, examples)
    config = recipe_of(params, loss, examples)
    start = starting_weights(params.start, network, seeds, params.start_spread, params.start_low, params.start_high)
    frames = frames_of(network, config.steps)
    if is_plain(params, config, network, examples):
        trained = yield from train(network, examples.train, config, seeds, weights=start,
                                   validation=examples.validation, frames=frames)
    else:
        trained = yield from train_with_steps(network, examples.train, config, params, seeds, start,
                                              examples.validation, frames)
    epoch = config.steps // params.epochs
    return Outcome(trained, measure(trained, examples, params, seeds, epoch, shown_as))


EXPERIMENT = Experiment(
    "Your network",
    NetworkParams,
    NetworkMetrics,
    run,
    views=(
        View("network", "What the units of your network mark"),
        View("loss", "Loss while training"),
        View("table", "What it says", y=("first_outputs", "first_targets"), x="first_examples",
             names=("output", "target")),
        View("histogram", "Score over all runs", y=("score",)),
    ),
)
