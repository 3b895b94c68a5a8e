"""A layer is handed on: features learned on one task with many examples serve another with few.

Eight inputs, of which a task sees only two directions, hidden among them and others in each run. The first task asks
for XOR of the two, with many examples; the second whether a point is near the origin in the same two directions, with
few. The first network's hidden layer is kept and frozen, and only an output neuron is trained on the second task
(Yosinski et al., 2014, on when features transfer). Against it stand a network trained on the few examples from random
weights, the same with a layer of random weights frozen, one with a layer learned on two other directions, and one in
which all weights are trained on from the first task's (fine-tuning).
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, hidden_activations, initial_weights
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

INPUTS, TEST_POINTS = 8, 1000
RADIUS = float(np.sqrt(2 * np.log(2)))  # half of all points are nearer to the origin
AXES = tuple(Axis(f"input {i + 1}", low=-2.5, high=2.5) for i in range(INPUTS))
YES = (Axis("yes", low=0, high=1),)
NAMES = ("frozen layer of the first task", "all from random weights", "frozen random layer",
         "frozen layer of other directions", "fine-tuned")


class TransferParams(Params):
    """The two tasks' examples and the network."""

    few: int = setting(40, ge=10, le=400, title="examples of the second task", unit="examples",
                       description="examples to train on in the second task",
                       words=("few", "points", "examples", "new examples", "data", "samples"))
    many: int = setting(400, ge=20, le=600, step=20, title="examples of the first task", unit="examples",
                        description="examples to train the first network on",
                        words=("many", "first task", "source examples", "pretraining examples"))
    hidden: int = hidden_setting(12, le=16, ge=2)
    steps: int = steps_setting(90, le=300, ge=20)


class TransferMetrics(Metrics):
    """What each way gets right of the second task."""

    networks: Array = shared("the five ways", kind="label")
    fresh: Array = metric("share of 1000 fresh examples of the second task that each way gets right", unit="share")
    first_task: Array = metric("share of 1000 fresh examples of the first task right", unit="share")
    frozen: Array = metric("share of fresh examples right with the first task's layer frozen", unit="share",
                           part="output")
    scratch: Array = metric("share of fresh examples right with all weights trained from random ones", unit="share")
    random: Array = metric("share of fresh examples right with a random layer frozen", unit="share")
    other: Array = metric("share of fresh examples right with a frozen layer learned on two other directions",
                          unit="share")
    tuned: Array = metric("share of fresh examples right with all weights trained on from the first task's",
                          unit="share")
    train_frozen: Array = metric("share of the training examples right with the first task's layer frozen",
                                 unit="share")
    train_scratch: Array = metric("share of the training examples right with all weights trained from random ones",
                                  unit="share")
    train_tuned: Array = metric("share of the training examples right with all weights trained on from the first "
                                "task's", unit="share")
    looks: Array = metric("share of the first layer's squared weights that lie in the two directions, after the first "
                          "task", unit="share")
    looks_random: Array = metric("share of the first layer's squared weights that lie in the two directions, random",
                                 unit="share")
    weights_head: Array = shared("weights and biases of the output neuron", unit="parameters")
    weights_all: Array = shared("weights and biases of the whole network", unit="parameters")


def directions(seeds: Array) -> Array:
    """Orthogonal directions among the inputs (R, INPUTS, INPUTS); the first two are those of both tasks."""
    return draw(seeds, "directions", lambda rng: np.linalg.qr(rng.normal(size=(INPUTS, INPUTS)))[0])


def drawn(seeds: Array, points: int, purpose: str, task: str, first: int = 0) -> Data:
    """Examples of a task, "xor" or "near", on two directions beginning with number `first`."""
    inputs = draw(seeds, purpose, lambda rng: rng.normal(0, 1, (INPUTS, points)))
    seen = directions(seeds)[:, first : first + 2] @ inputs  # (R, 2, N)
    yes = seen[:, :1] * seen[:, 1:] < 0 if task == "xor" else np.hypot(seen[:, :1], seen[:, 1:]) < RADIUS
    return Data(inputs, yes.astype(float), AXES, YES)


def seen_through(layer: Array, data: Data) -> Data:
    """The examples as a hidden layer (R, INPUTS + 1, hidden) of tanh units shows them to the output."""
    network = dense(INPUTS, [layer.shape[2]], 1, "tanh", "sigmoid")
    nothing = np.zeros((len(layer), layer.shape[2] + 1, 1), layer.dtype)
    units = hidden_activations(network, [layer, nothing], data.inputs.astype(layer.dtype))
    return replace(data, inputs=units, axes=tuple(Axis(f"unit {j + 1}") for j in range(layer.shape[2])))


def on_frozen(layer: Array, data: Data, config: TrainingConfig, seeds: Array, name: str,
              frames: int = 2) -> Generator[Frame, None, Trained]:
    """An output neuron trained on top of a layer that stays as it is, as one network."""
    layer = layer.astype(np.float32)
    head = yield from train(dense(layer.shape[2], [], 1, "tanh", "sigmoid"), seen_through(layer, data), config, seeds,
                            name=name, frames=frames)
    whole = tuple(replace(frame, weights=(layer, *frame.weights)) for frame in head.frames)
    return replace(head, network=dense(INPUTS, [layer.shape[2]], 1, "tanh", "sigmoid"), data=data, frames=whole,
                   plain=False, begins="before the output is trained")


def looking(layer: Array, seeds: Array) -> Array:
    """The share of a layer's squared weights, biases left out, in the two directions of the tasks, (R,)."""
    turned = directions(seeds) @ layer[:, :-1]  # (R, INPUTS, hidden)
    return (turned[:, :2] ** 2).sum(axis=(1, 2)) / (turned**2).sum(axis=(1, 2))


def run(params: TransferParams, seeds: Array) -> Generator[Frame, None, Outcome[TransferMetrics]]:
    """Train on the first task, and then on the second in five ways."""
    network = dense(INPUTS, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=0.05, steps=params.steps)
    source = drawn(seeds, params.many, "first task", "xor")
    elsewhere = drawn(seeds, params.many, "first task", "xor", first=2)
    data, test = drawn(seeds, params.few, "second task", "near"), drawn(seeds, TEST_POINTS, "test", "near")
    start = initial_weights(network, seeds)
    first = yield from train(network, source, config, seeds, name="first task", frames=2)
    other = yield from train(network, elsewhere, config, seeds, name="first task elsewhere", frames=2)
    shown = yield from on_frozen(first.weights[0], data, config, seeds, NAMES[0], frames=40)
    scratch = yield from train(network, data, config, seeds, name=NAMES[1], frames=2)
    random = yield from on_frozen(start[0], data, config, seeds, NAMES[2])
    unfit = yield from on_frozen(other.weights[0], data, config, seeds, NAMES[3])
    tuned = yield from train(network, data, config, seeds, weights=first.weights, name=NAMES[4], frames=2)
    nets = (shown, scratch, random, unfit, tuned)
    fresh = np.stack([accuracy_on(test, net) for net in nets], axis=1)
    return Outcome(shown, TransferMetrics(
        networks=np.array(NAMES), fresh=fresh, frozen=fresh[:, 0], scratch=fresh[:, 1], random=fresh[:, 2],
        other=fresh[:, 3], tuned=fresh[:, 4],
        first_task=accuracy_on(drawn(seeds, TEST_POINTS, "first test", "xor"), first),
        train_frozen=accuracy_on(data, shown), train_scratch=accuracy_on(data, scratch),
        train_tuned=accuracy_on(data, tuned), looks=looking(first.weights[0], seeds),
        looks_random=looking(start[0], seeds), weights_head=np.array(params.hidden + 1),
        weights_all=np.array(network.parameters),
    ))


EXPERIMENT = Experiment(
    "A layer is handed on",
    TransferParams,
    TransferMetrics,
    run,
    views=(
        View("bars", "Fresh examples of the second task right", x="networks", y=("fresh",), names=("right",),
             y_title="share right"),
        View("network", "The first task's layer with a new output neuron"),
        View("loss", "Loss of the new output neuron while training"),
    ),
)
