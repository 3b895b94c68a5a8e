"""Newton steps: descent that uses the curvature, on a bowl, on one logistic unit, beside a saddle and in a network.

A Newton step divides the gradient by the Hessian, w <- w - H^-1 g: it jumps to where a bowl fitted at this place has
its lowest point. On a true bowl that is the goal, in one step. On a logistic unit, whose loss is convex, a few steps
do. Where the Hessian has a negative eigenvalue the fitted bowl is a saddle, and the step goes to that. For networks
with squared error Levenberg and Marquardt (Marquardt, 1963; Hagan and Menhaj, 1994) take J'J, which has none, for half
the Hessian, J being the outputs' derivatives by the weights, and add a multiple of the identity that shrinks as long as
the loss falls. Backpropagation still gives J; the step is what differs.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.bowls import Bowl, bowl, valley
from sims.engine.datasets import Axis, Data, noisy_logistic, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.losses import from_logits
from sims.engine.network import Network, dense, initial_weights
from sims.engine.randomness import draw
from sims.engine.recording import train_by
from sims.engine.settings import hidden_setting, rate_setting
from sims.engine.training import Frame, TrainingConfig, train
from sims.engine.untrained import training_is_left_out

POINTS, UNIT_STEPS, NEWTON_STEPS, BOWL_STEPS, SADDLE_STEPS, SIDE = 60, 300, 20, 300, 100, 30
RATES = (2.0, 4.0, 1.0, 8.0, 16.0)  # of plain descent on the unit, as multiples of the rate that is safe by theory
NEAR = 1e-6  # nats above the smallest loss: the unit has arrived
ARRIVED = 0.01  # of the starting distance: the bowl's lowest point is reached
LONGER = 25  # times as many steps of Adam
AXES = (Axis("x", low=-2, high=2),), (Axis("y", low=-1.5, high=1.5),)


class NewtonParams(Params):
    """The network, the valley, and the rate of Adam."""

    hidden: int = hidden_setting(4, le=8)
    steps: int = setting(40, ge=5, le=80, title="steps", description="Levenberg-Marquardt steps in the network",
                         unit="steps", words=("steps", "iterations", "epochs"))
    learning_rate: float = rate_setting(0.03, le=0.3, ge=0.001)
    flat: float = setting(0.15, ge=0.1, le=1, step=0.05, title="width along the valley",
                          description="spread of the inputs along the valley against across it; 1 is a round bowl",
                          words=("flat", "width", "stretch", "roundness"))
    beside: float = setting(0.3, ge=0.1, le=1.5, step=0.05, title="start beside the saddle",
                            description="both weights of the pair at the start; the saddle is at 0",
                            words=("start", "distance", "beside"))


class NewtonMetrics(Metrics):
    """How many steps each way takes, and where it ends."""

    left_newton: Array = metric("share of the distance to the bowl's lowest point that is left after one Newton step",
                                unit="share")
    left_descent: Array = metric("share of the distance that is left after one step of plain descent, at 0.9 of its"
                                 " limit", unit="share")
    bowl_steps: Array = metric("steps of plain descent until a hundredth of the distance is left, at 0.9 of its limit;"
                               " 301 where it is not", unit="steps")
    stretch: Array = metric("steepness of the valley across as a multiple of that along", unit="times")
    unit_newton: Array = metric("Newton steps until the logistic unit has arrived; 301 where it has not", unit="steps")
    unit_descent: Array = metric("steps of plain descent until the logistic unit has arrived, at the best of five"
                                 " rates; 301 where it has not", unit="steps")
    saddle_loss: Array = metric("excess loss at the saddle", unit="squared error")
    saddle_newton: Array = metric("excess loss where 100 Newton steps end that began beside the saddle",
                                  unit="squared error")
    saddle_descent: Array = metric("excess loss where 100 steps of plain descent end that began beside the saddle",
                                   unit="squared error")
    loss_start: Array = metric("squared error of the network before training", unit="squared error")
    loss_lm: Array = metric("squared error of the network after the Levenberg-Marquardt steps", unit="squared error")
    loss_adam: Array = metric("squared error of the network after as many steps of Adam", unit="squared error")
    loss_adam_long: Array = metric("squared error of the network after 25 times as many steps of Adam",
                                   unit="squared error")
    noise: Array = metric("squared error of the true curve on the examples", unit="squared error")
    adam_steps: Array = metric("steps of Adam in the long training", unit="steps")
    refused: Array = metric("share of the Levenberg-Marquardt steps that were taken back", unit="share")
    parameters: Array = metric("weights and biases of the network", unit="parameters")
    entries: Array = metric("entries of the matrix that each step solves for")
    w0: Array = metric("first weight of the bowl at the start")
    g0: Array = metric("slope by the weight across the valley at the start")
    h0: Array = metric("curvature across the valley")
    best0: Array = metric("best weight across the valley")
    surface_first: Array = shared("first weights of the loss surface")
    surface_second: Array = shared("second weights of the loss surface")
    surface: Array = metric("squared error at each pair of weights", unit="squared error")
    path: Array = metric("the two weights: the start, and after one Newton step")
    ways: Array = shared("the ways of stepping", kind="label")
    network_loss: Array = metric("squared error of the network at the end, way by way", unit="squared error")
    network_steps: Array = metric("steps of the network, way by way", unit="steps")


def first(there: Array) -> Array:
    """The first step at which a condition (R, S) holds, (R,); S where at none."""
    return np.where(there.any(axis=1), there.argmax(axis=1), there.shape[1])


def on_the_bowl(seeds: Array, params: NewtonParams) -> tuple[dict[str, Array], Bowl]:
    """One Newton step, and plain descent at 0.9 of its limit, on the valley of a linear neuron."""
    data, start = valley(seeds, 100, flat=params.flat)
    theory = bowl(data.inputs, data.targets)
    hessian, w = 2 * theory.gram, np.broadcast_to(start[0][:, :2, 0], (len(seeds), 2))
    gradient = np.einsum("rij,rj->ri", hessian, w - theory.best)
    moving = 0.0 if training_is_left_out() else 1.0
    newton = w - moving * np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
    away, rate = w - theory.best, moving * 0.9 * theory.critical_rate[:, None]
    distances = [np.linalg.norm(away, axis=1)]
    for _ in range(BOWL_STEPS):
        away = away - rate * np.einsum("rij,rj->ri", hessian, away)
        distances.append(np.linalg.norm(away, axis=1))
    far = np.stack(distances, axis=1) / distances[0][:, None]
    return {"left_newton": np.linalg.norm(newton - theory.best, axis=1) / distances[0], "left_descent": far[:, 1],
            "bowl_steps": first(far < ARRIVED), "stretch": theory.stretch, "w0": w[:, 0], "g0": gradient[:, 0],
            "h0": hessian[:, 0, 0], "best0": theory.best[:, 0], "path": np.stack([w, newton], axis=1)}, theory


def on_a_unit(seeds: Array) -> dict[str, Array]:
    """A logistic unit of three weights from zero: Newton, and plain descent at several rates."""
    data = noisy_logistic(seeds, 100, "unit")[0]
    x = np.concatenate([data.inputs, np.ones_like(data.targets)], axis=1)  # (R, 3, N)
    y, points, moving = data.targets[:, 0], x.shape[2], 0.0 if training_is_left_out() else 1.0

    def look(w: Array) -> tuple[Array, Array, Array]:
        """The loss (R,), its gradient (R, 3) and the outputs (R, N) at the weights (R, 3)."""
        z = np.einsum("ri,rin->rn", w, x)
        p = activate("sigmoid", z)
        return from_logits("sigmoid", z, y).mean(axis=1), np.einsum("rin,rn->ri", x, p - y) / points, p

    w, curve = np.zeros((len(seeds), 3)), []
    for _ in range(NEWTON_STEPS + 1):
        loss, gradient, p = look(w)
        curve.append(loss)
        hessian = (x * (p * (1 - p))[:, None]) @ x.transpose(0, 2, 1) / points
        w = w - moving * np.linalg.solve(hessian, gradient[..., None])[..., 0]
    newton = np.stack(curve, axis=1)
    safe = 4 / np.linalg.eigvalsh(x @ x.transpose(0, 2, 1) / points)[:, -1]  # 1 / the largest curvature there can be
    goal = newton[:, -1] + NEAR
    descent = np.full(len(seeds), UNIT_STEPS + 1)
    for times in RATES:
        w, step = np.zeros((len(seeds), 3)), 0
        while step < descent.max():  # what arrives later than with another rate is of no interest
            loss, gradient, _ = look(w)
            descent = np.where(loss < goal, np.minimum(descent, step), descent)
            w, step = w - moving * (times * safe)[:, None] * gradient, step + 1
    here = first(newton < goal[:, None]) if moving else np.full(len(seeds), UNIT_STEPS + 1)
    return {"unit_newton": here, "unit_descent": descent}


def beside_a_saddle(seeds: Array, start: float) -> dict[str, Array]:
    """The pair y = w2 w1 x from w1 = w2 = start, whose loss above the least is G (w1 w2 - s)^2: Newton and descent."""
    slope = draw(seeds, "slope", lambda rng: rng.uniform(0.8, 1.4, (1,)))[:, 0]
    gram = draw(seeds, "pair", lambda rng: rng.normal(0, 1, (50,))).var(axis=1)
    ends, moving = {}, 0.0 if training_is_left_out() else 1.0
    for name in ("newton", "descent"):
        w = np.full(len(seeds), start)  # both weights stay equal, so one number tells
        for _ in range(SADDLE_STEPS):
            g = 2 * gram * (w * w - slope) * w  # by each of the two
            along = 2 * gram * (3 * w * w - slope)  # the Hessian's eigenvalue along the diagonal
            w = w - moving * (g / along if name == "newton" else 0.05 * g)
        ends[f"saddle_{name}"] = gram * (w * w - slope) ** 2
    return {**ends, "saddle_loss": gram * slope**2}


class Marquardt:
    """Levenberg-Marquardt steps of a network with one hidden tanh layer and a linear output, R replicas at once."""

    def __init__(self, data: Data, start: list[Array]) -> None:
        self.x, self.y = data.inputs[:, 0], data.targets[:, 0]  # (R, N)
        self.weights = [layer.copy() for layer in start]
        self.damping, self.refused = np.full(len(self.x), 0.01), [np.zeros(len(self.x))]

    def outputs(self, weights: list[Array]) -> tuple[Array, Array]:
        """Hidden activations (R, hidden, N) and outputs (R, N)."""
        a = np.tanh(weights[0][:, 0, :, None] * self.x[:, None] + weights[0][:, 1, :, None])
        return a, (weights[1][:, :-1] * a).sum(axis=1) + weights[1][:, -1]

    def jacobian(self, a: Array) -> Array:
        """The derivatives of the outputs by all weights, (R, parameters, N), in the order of the layers."""
        inner = self.weights[1][:, :-1] * (1 - a * a)
        return np.concatenate([inner * self.x[:, None], inner, a, np.ones_like(self.x)[:, None]], axis=1)

    def update(self, _: int) -> None:
        """Try one step; where the loss would rise, take it back and step more carefully next time."""
        a, out = self.outputs(self.weights)
        jacobian, error = self.jacobian(a), out - self.y
        matrix = jacobian @ jacobian.transpose(0, 2, 1)
        matrix += self.damping[:, None, None] * np.eye(matrix.shape[1])
        step = np.linalg.solve(matrix, jacobian @ error[:, :, None])[:, :, 0]
        cut = self.weights[0].shape[1] * self.weights[0].shape[2]
        tried = [self.weights[0] - step[:, :cut].reshape(self.weights[0].shape),
                 self.weights[1] - step[:, cut:, None]]
        better = ((self.outputs(tried)[1] - self.y) ** 2).sum(axis=1) < (error**2).sum(axis=1)
        self.weights = [np.where(better[:, None, None], new, old)
                        for new, old in zip(tried, self.weights, strict=True)]
        self.damping = np.clip(np.where(better, self.damping / 2, self.damping * 4), 1e-8, 1e8)
        self.refused.append((~better).astype(float))


def wave(seeds: Array) -> tuple[Data, Array]:
    """Points on a noisy wave, and the squared error of the true wave on them, (R,)."""
    x = uniform(seeds, [-2], [2], POINTS)
    added = draw(seeds, "noise", lambda rng: rng.normal(0, 0.05, (1, POINTS)))
    return Data(x, np.sin(2 * x) + added, *AXES), (added**2).mean(axis=(1, 2))


def run(params: NewtonParams, seeds: Array) -> Generator[Frame, None, Outcome[NewtonMetrics]]:
    """The bowl, the unit and the pair; then the network by Levenberg and Marquardt and by Adam."""
    found, theory = on_the_bowl(seeds, params)
    data, noise = wave(seeds)
    network: Network = dense(1, [params.hidden], 1, "tanh", "linear")
    start = initial_weights(network, seeds)
    marquardt = Marquardt(data, start)
    config = TrainingConfig("squared_error", "adam", params.learning_rate, params.steps)
    shown = yield from train_by(network, data, config, marquardt.update, lambda: marquardt.weights,
                                name="Levenberg-Marquardt")
    long = yield from train(network, data, TrainingConfig("squared_error", "adam", params.learning_rate,
                                                          LONGER * params.steps), seeds, frames=2, name="Adam, long")
    same = yield from train(network, data, config, seeds, frames=2, name="Adam")
    every, axis = np.ones(len(seeds)), np.linspace(-3, 3, SIDE)
    counts = (params.steps, params.steps, LONGER * params.steps)
    return Outcome(shown, NewtonMetrics(
        **found, **on_a_unit(seeds), **beside_a_saddle(seeds, params.beside), loss_start=shown.frames[0].loss,
        loss_lm=shown.loss, loss_adam=same.loss, loss_adam_long=long.loss, noise=noise,
        adam_steps=every * LONGER * params.steps, refused=np.mean(marquardt.refused[1:] or [0 * every], axis=0),
        parameters=every * network.parameters, entries=every * network.parameters**2,
        surface_first=axis, surface_second=axis, surface=theory.surface(axis, axis),
        ways=np.array(["Levenberg-Marquardt", "Adam", "Adam, longer"]),
        network_loss=np.stack([shown.loss, same.loss, long.loss], axis=1),
        network_steps=np.tile(counts, (len(seeds), 1)).astype(float),
    ))


EXPERIMENT = Experiment(
    "Newton steps",
    NewtonParams,
    NewtonMetrics,
    run,
    views=(
        View("surface", "One Newton step in the valley", y=("surface",), names=("squared error",), x="surface_first",
             rows="surface_second", path="path", x_title="first weight", y_title="second weight"),
        View("table", "The network, way by way", x="ways", y=("network_steps", "network_loss"),
             names=("steps", "squared error at the end")),
        View("network", "The network after its Levenberg-Marquardt steps"),
        View("loss", "Loss of the network, step by step"),
    ),
)
