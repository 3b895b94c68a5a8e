"""Powers as inputs: one linear neuron on x, x squared, x cubed ... follows a curve, and with many powers the noise.

It stays linear regression, as the weights enter as a sum; only the inputs are no longer straight. The least squares
of every degree are computed exactly (in Legendre's polynomials, which span the same curves and lose no digits), so
that errors by degree owe nothing to an optimizer. Beside them one neuron is trained by Adam on standardised powers: the
higher powers look alike, the bowl is a long trough, and within its steps it does not reach the exact error (Bishop,
*Pattern Recognition and Machine Learning*, 2006, section 1.1).
"""

from collections.abc import Generator
from math import comb

import numpy as np
from numpy.polynomial import legendre

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, outputs
from sims.engine.randomness import draw
from sims.engine.settings import points_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

HIGHEST, FRESH, RATE = 10, 500, 0.05
NOISE = 0.3
GRID = np.linspace(-1, 1, 81)


class PolynomialParams(Params):
    """The degree and the examples."""

    degree: int = setting(4, ge=1, le=HIGHEST, title="degree", description="highest power of x among the inputs",
                          words=("degree", "power", "order", "polynomial degree", "powers"))
    points: int = points_setting(20, le=300, ge=12)
    bend: float = setting(1.0, ge=0, le=1, step=0.1, title="bend", words=("bend", "curvature"),
                          description="how much of the true curve is a wave; 0 is a straight line")
    steps: int = steps_setting(500, le=1500)


class PolynomialMetrics(Metrics):
    """Errors by degree. All are typical errors (roots of mean squares); fresh ones are against the true curve."""

    degrees: Array = shared("degree")
    train_by_degree: Array = metric("typical error on the training examples, least squares of each degree")
    fresh_by_degree: Array = metric("typical distance from the true curve, least squares of each degree")
    train_line: Array = metric("typical error on the training examples, straight line")
    fresh_line: Array = metric("typical distance from the true curve, straight line")
    train_chosen: Array = metric("typical error on the training examples, chosen degree")
    fresh_chosen: Array = metric("typical distance from the true curve, chosen degree")
    train_highest: Array = metric("typical error on the training examples, degree 10")
    fresh_highest: Array = metric("typical distance from the true curve, degree 10")
    best_degree: Array = metric("degree that is nearest to the true curve")
    rises: Array = metric("degrees at which the training error is above that of the degree before", unit="settings")
    trained: Array = metric("typical error on the training examples, neuron trained on the chosen powers",
                            part="output")
    fresh_trained: Array = metric("typical distance from the true curve, neuron trained on the chosen powers")
    slow: Array = metric("training error of the trained neuron as a multiple of least squares', chosen degree",
                         unit="times")
    slow_line: Array = metric("training error of a neuron trained on x alone as a multiple of least squares'",
                              unit="times")
    slow_highest: Array = metric("training error of a neuron trained on 10 powers as a multiple of least squares'",
                                 unit="times")
    weights_used: Array = metric("weights and bias of the neuron on the chosen powers", unit="parameters")
    terms_ten: Array = metric("terms up to the chosen degree of ten inputs, with all products", unit="features")
    terms_pixels: Array = metric("terms up to degree 2 of 400 inputs, with all products", unit="features")
    outside_chosen: Array = metric("distance from the true curve at x = 1.5, chosen degree")
    outside_highest: Array = metric("distance from the true curve at x = 1.5, degree 10")
    likeness: Array = metric("correlation of the powers x squared and x to the fourth over the training examples")
    w: Array = metric("first three weights of least squares for x, x squared and x cubed, and the bias")
    grid: Array = shared("x")
    truth: Array = metric("the true curve")
    said_line: Array = metric("straight line")
    said_chosen: Array = metric("curve of the chosen degree")
    said_highest: Array = metric("curve of degree 10")


def curve(params: PolynomialParams, seeds: Array, x: Array) -> Array:
    """The true curve (R, N) at x (R or 1, N): a wave whose phase each replica draws, or a straight line."""
    phase = draw(seeds, "phase", lambda rng: rng.uniform(0, 2 * np.pi, 1))
    slope = draw(seeds, "line", lambda rng: rng.uniform(-1, 1, 1))
    return params.bend * np.sin(1.2 * np.pi * x + phase) + (1 - params.bend) * slope * x


def powers(x: Array, degree: int) -> Array:
    """x, x squared ... of x (R, N), standardised by their spread over an even x from -1 to 1: (R, degree, N)."""
    p = np.arange(1, degree + 1)[:, None]
    mean = np.where(p % 2 == 0, 1 / (p + 1), 0)
    return (x[:, None] ** p - mean) / np.sqrt(1 / (2 * p + 1) - mean**2)


def fitted(x: Array, y: Array, degree: int) -> Array:
    """The coefficients of least squares in Legendre's polynomials, (R, degree + 1), of examples (R, N)."""
    return np.linalg.pinv(legendre.legvander(x, degree)) @ y[:, :, None]


def at(coefficients: Array, x: Array) -> Array:
    """The curve (R, N) of coefficients (R, d + 1, 1) at x (R or 1, N)."""
    return (legendre.legvander(x, coefficients.shape[1] - 1) @ coefficients)[..., 0]


def typical(errors: Array) -> Array:
    """The root of the mean square over the last axis."""
    return np.sqrt((errors**2).mean(axis=-1))


def neuron_on(x: Array, y: Array, degree: int, steps: int, seeds: Array) -> Generator[Frame, None, Trained]:
    """One linear neuron trained by Adam on the standardised powers of x (R, N)."""
    data = Data(powers(x, degree), y[:, None], tuple(Axis(f"x^{p}", low=-2, high=2) for p in range(1, degree + 1)),
                (Axis("y", low=-2, high=2),))
    return (yield from train(Network((degree, 1), ("linear",)), data,
                             TrainingConfig("squared_error", "adam", RATE, steps), seeds, name=f"degree {degree}"))


def said_by(net: Trained, x: Array) -> Array:
    """What a neuron on powers says at x (R, N), (R, N)."""
    return outputs(net.network, net.weights, powers(x, net.network.sizes[0]).astype(np.float32))[:, 0].astype(float)


def off(net: Trained) -> Array:
    """The typical error on the training examples, (R,)."""
    said = outputs(net.network, net.weights, net.data.inputs.astype(np.float32))[:, 0]
    return typical(said - net.data.targets[:, 0])


def run(params: PolynomialParams, seeds: Array) -> Generator[Frame, None, Outcome[PolynomialMetrics]]:
    """Fit every degree exactly, and train neurons on one, the chosen and the highest number of powers."""
    cells = np.arange(params.points)
    x = draw(seeds, "x", lambda rng: 2 * (cells + rng.random(params.points)) / params.points - 1)  # one in each cell
    y = curve(params, seeds, x) + NOISE * draw(seeds, "noise", lambda rng: rng.normal(size=params.points))
    fresh = draw(seeds, "fresh", lambda rng: rng.uniform(-1, 1, FRESH))
    truth = curve(params, seeds, fresh)
    fits = [fitted(x, y, degree) for degree in range(1, HIGHEST + 1)]
    on_train = np.stack([typical(at(fit, x) - y) for fit in fits], axis=1)  # (R, degrees)
    on_fresh = np.stack([typical(at(fit, fresh) - truth) for fit in fits], axis=1)
    nets = {}
    for degree in (1, params.degree, HIGHEST):
        if degree not in nets:
            nets[degree] = yield from neuron_on(x, y, degree, params.steps, seeds)
    slow = {degree: off(net) / on_train[:, degree - 1] for degree, net in nets.items()}
    chosen, far, replicas = params.degree - 1, np.array([[1.5]]), len(seeds)
    cubic = np.array([legendre.leg2poly(np.pad(fit[:, 0], (0, 4 - min(4, len(fit))))) for fit in fits[2]])
    grid = GRID[None]
    return Outcome(nets[params.degree], PolynomialMetrics(
        degrees=np.arange(1, HIGHEST + 1), train_by_degree=on_train, fresh_by_degree=on_fresh,
        train_line=on_train[:, 0], fresh_line=on_fresh[:, 0], train_chosen=on_train[:, chosen],
        fresh_chosen=on_fresh[:, chosen], train_highest=on_train[:, -1], fresh_highest=on_fresh[:, -1],
        best_degree=1 + on_fresh.argmin(axis=1),
        rises=(on_train[:, 1:] > on_train[:, :-1] + 1e-9).sum(axis=1),
        trained=off(nets[params.degree]), fresh_trained=typical(said_by(nets[params.degree], fresh) - truth),
        slow=slow[params.degree], slow_line=slow[1], slow_highest=slow[HIGHEST],
        weights_used=np.full(replicas, params.degree + 1),
        terms_ten=np.full(replicas, comb(10 + params.degree, params.degree) - 1),
        terms_pixels=np.full(replicas, comb(402, 2) - 1),
        outside_chosen=np.abs(at(fits[chosen], far) - curve(params, seeds, far))[:, 0],
        outside_highest=np.abs(at(fits[-1], far) - curve(params, seeds, far))[:, 0],
        likeness=np.array([np.corrcoef(a**2, a**4)[0, 1] for a in x]), w=cubic[:, [1, 2, 3, 0]], grid=GRID,
        truth=curve(params, seeds, grid), said_line=at(fits[0], grid), said_chosen=at(fits[chosen], grid),
        said_highest=np.clip(at(fits[-1], grid), -3, 3),
    ))


EXPERIMENT = Experiment(
    "Powers as inputs",
    PolynomialParams,
    PolynomialMetrics,
    run,
    views=(
        View("lines", "What each degree draws", x="grid", x_title="x", y_title="y",
             y=("truth", "said_line", "said_chosen", "said_highest"),
             names=("true curve", "x alone", "chosen degree", "degree 10")),
        View("lines", "Error by degree", x="degrees", x_title="degree", y_title="typical error", log_y=True,
             y=("train_by_degree", "fresh_by_degree"), names=("training examples", "from the true curve")),
        View("network", "The neuron on the chosen powers"),
        View("loss", "Loss while training"),
    ),
)
