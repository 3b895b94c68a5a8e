"""A line, a network, and the inputs beyond the examples.

Profits follow the temperature: a straight rise, with a wave on it as large as `bend` says. A linear neuron and
networks with one hidden layer learn them from the same examples within a range. Inside, a network follows the wave
and a line cannot; where there is no wave, a line has less to get wrong. Beyond the range nothing holds either to the
truth: tanh units level off, ReLU units go on straight (Xu et al., 2021). A network that was given examples from
there, as many in all, does well there: it is the data that are missing, not the network that is unable.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, outputs
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, points_setting, steps_setting
from sims.engine.side_by_side import train_variants
from sims.engine.training import Frame, Trained, TrainingConfig, train

FRESH, NOISE, RATE = 500, 0.3, 0.03
EDGE, BEYOND = 1.0, 2.0  # the examples reach from -EDGE to EDGE; what lies beyond is judged up to BEYOND
MODELS = ("line", "tanh network", "ReLU network", "tanh network, examples from everywhere")
GRID = np.linspace(-BEYOND, BEYOND, 121)

Shown = Literal["line", "tanh network", "ReLU network"]


class LineParams(Params):
    """The truth, the examples and the networks."""

    shown: Shown = setting("tanh network", title="model on the screen", words=("shown", "model", "network"),
                           description="which of the three models is drawn")
    bend: float = setting(1.0, ge=0, le=2, step=0.1, title="bend", words=("bend", "curvature", "wave", "nonlinearity"),
                          description="height of the wave on the straight rise; 0 is a straight line")
    points: int = points_setting(60, le=300, ge=15)
    hidden: int = hidden_setting(8, le=16)
    steps: int = steps_setting(390, le=800)


class LineMetrics(Metrics):
    """Typical distances from the true curve, within the examples' range and beyond it, in hundred pounds."""

    models: Array = shared("the models", kind="label")
    inside: Array = metric("typical distance from the true curve within the range, by model", unit="hundred pounds")
    outside: Array = metric("typical distance from the true curve beyond the range, by model", unit="hundred pounds")
    inside_line: Array = metric("typical distance of the line from the true curve within the range",
                                unit="hundred pounds")
    inside_net: Array = metric("typical distance of the tanh network from the true curve within the range",
                               unit="hundred pounds")
    inside_relu: Array = metric("typical distance of the ReLU network from the true curve within the range",
                                unit="hundred pounds")
    outside_line: Array = metric("typical distance of the line from the true curve beyond the range",
                                 unit="hundred pounds")
    outside_net: Array = metric("typical distance of the tanh network from the true curve beyond the range",
                                unit="hundred pounds")
    outside_relu: Array = metric("typical distance of the ReLU network from the true curve beyond the range",
                                 unit="hundred pounds")
    outside_wide: Array = metric("typical distance from the true curve beyond the range, tanh network with as many "
                                 "examples from the whole of it", unit="hundred pounds")
    train_line: Array = metric("typical error of the line on the training examples", unit="hundred pounds")
    train_net: Array = metric("typical error of the tanh network on the training examples", unit="hundred pounds")
    said_far: Array = metric("what the tanh network says at x = 20", unit="hundred pounds")
    said_farther: Array = metric("what the tanh network says at x = 40", unit="hundred pounds")
    relu_far: Array = metric("what the ReLU network says at x = 20", unit="hundred pounds")
    relu_farther: Array = metric("what the ReLU network says at x = 40", unit="hundred pounds")
    ceiling: Array = metric("sizes of the tanh network's output weights and bias, added up", unit="hundred pounds")
    line_far: Array = metric("what the line says at x = 20", unit="hundred pounds")
    true_edge: Array = metric("true profit at x = 2", unit="hundred pounds")
    net_edge: Array = metric("what the tanh network says at x = 2", unit="hundred pounds")
    relu_edge: Array = metric("what the ReLU network says at x = 2", unit="hundred pounds")
    line_edge: Array = metric("what the line says at x = 2", unit="hundred pounds")
    line_weights: Array = metric("weight and bias of the line")
    weights_line: Array = metric("weights and biases of the line", unit="parameters")
    weights_net: Array = metric("weights and biases of a network", unit="parameters")
    grid: Array = shared("input")
    truth: Array = metric("true curve", unit="hundred pounds")
    curve_line: Array = metric("line", unit="hundred pounds")
    curve_net: Array = metric("tanh network", unit="hundred pounds")
    curve_relu: Array = metric("ReLU network", unit="hundred pounds")


def true_curve(params: LineParams, seeds: Array, x: Array) -> Array:
    """The true profit (R, N) at inputs (R or 1, N)."""
    slope = draw(seeds, "slope", lambda rng: rng.uniform(0.5, 1.5, 1))
    phase = draw(seeds, "phase", lambda rng: rng.uniform(0, 2 * np.pi, 1))
    return slope * x + params.bend * (np.sin(4 * x + phase) - np.sin(phase))


def examples(params: LineParams, seeds: Array, reach: float, purpose: str) -> Data:
    """Noisy examples, even from -reach to reach."""
    x = reach * draw(seeds, purpose, lambda rng: rng.uniform(-1, 1, params.points))
    noise = NOISE * draw(seeds, "noise", lambda rng: rng.normal(size=params.points))
    return Data(x[:, None], (true_curve(params, seeds, x) + noise)[:, None], (Axis("input", low=-BEYOND, high=BEYOND),),
                (Axis("profit", "hundred pounds", low=-4, high=4),))


def said_by(net: Trained, x: Array) -> Array:
    """Predictions (R, N) for inputs (R or 1, N)."""
    return outputs(net.network, net.weights, x[:, None].astype(np.float32))[:, 0].astype(float)


def typical(errors: Array) -> Array:
    """The root of the mean square over the last axis."""
    return np.sqrt((errors**2).mean(axis=-1))


def trainings(params: LineParams, seeds: Array) -> Generator[Frame, None, dict[str, Trained]]:
    """The four models, by name."""
    near, wide = examples(params, seeds, EDGE, "data"), examples(params, seeds, BEYOND, "data")
    config = TrainingConfig("squared_error", "adam", RATE, params.steps)
    line = yield from train(Network((1, 1), ("linear",)), near, config, seeds, name=MODELS[0])
    tanh = yield from train_variants(dense(1, [params.hidden], 1, "tanh", "linear"),
                                     {MODELS[1]: near, MODELS[3]: wide}, config, seeds)
    relu = yield from train(dense(1, [params.hidden], 1, "relu", "linear"), near, config, seeds, name=MODELS[2])
    return {MODELS[0]: line, MODELS[1]: tanh[MODELS[1]], MODELS[2]: relu, MODELS[3]: tanh[MODELS[3]]}


def run(params: LineParams, seeds: Array) -> Generator[Frame, None, Outcome[LineMetrics]]:
    """Train all on the examples of the range, one network on examples from everywhere, and judge both sides."""
    nets = yield from trainings(params, seeds)
    even = draw(seeds, "fresh", lambda rng: rng.uniform(-1, 1, FRESH))
    beyond = np.sign(even) * EDGE + (BEYOND - EDGE) * even
    inside, outside = (np.stack([typical(said_by(net, x) - true_curve(params, seeds, x)) for net in nets.values()],
                                axis=1) for x in (EDGE * even, beyond))
    far, edge, grid = np.array([[20.0, 40.0]]), np.array([[BEYOND]]), GRID[None]
    line, tanh, relu = (nets[name] for name in MODELS[:3])
    replicas = len(seeds)
    distant = {name: said_by(net, far) for name, net in (("tanh", tanh), ("relu", relu), ("line", line))}
    return Outcome(nets[params.shown], LineMetrics(
        models=np.array(MODELS), inside=inside, outside=outside, inside_line=inside[:, 0], inside_net=inside[:, 1],
        inside_relu=inside[:, 2], outside_line=outside[:, 0], outside_net=outside[:, 1], outside_relu=outside[:, 2],
        outside_wide=outside[:, 3], train_line=np.sqrt(line.loss), train_net=np.sqrt(tanh.loss),
        said_far=distant["tanh"][:, 0], said_farther=distant["tanh"][:, 1], relu_far=distant["relu"][:, 0],
        relu_farther=distant["relu"][:, 1], ceiling=np.abs(tanh.weights[1][:, :, 0]).sum(axis=1, dtype=float),
        line_far=distant["line"][:, 0],
        true_edge=true_curve(params, seeds, edge)[:, 0], net_edge=said_by(tanh, edge)[:, 0],
        relu_edge=said_by(relu, edge)[:, 0], line_edge=said_by(line, edge)[:, 0],
        line_weights=line.weights[0][:, :, 0].astype(float),
        weights_line=np.full(replicas, 2), weights_net=np.full(replicas, tanh.network.parameters), grid=GRID,
        truth=true_curve(params, seeds, grid), curve_line=said_by(line, grid), curve_net=said_by(tanh, grid),
        curve_relu=said_by(relu, grid),
    ))


EXPERIMENT = Experiment(
    "A line or a network",
    LineParams,
    LineMetrics,
    run,
    views=(
        View("lines", "The models within the examples (from -1 to 1) and beyond", x="grid", x_title="input",
             y=("truth", "curve_line", "curve_net", "curve_relu"), y_title="profit (hundred pounds)",
             names=("true curve", "line", "tanh network", "ReLU network")),
        View("table", "Distance from the true curve", x="models", y=("inside", "outside"),
             names=("within the range", "beyond it")),
        View("network", "The model on the screen"),
        View("loss", "Loss while training"),
    ),
)
