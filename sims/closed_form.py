"""Least squares by one equation and by descent: prices of flats from their area and rooms.

One linear neuron with squared error is linear regression. Its best weights solve the normal equation, X'X w = X'y
(Hastie, Tibshirani and Friedman, 2009, section 3.2). Descent arrives at the same weights, in as many steps as the
bowl's shape asks for: many in square metres and rooms, few once both are standardised. The equation does not care
about units. Where an input is given twice, X'X has no inverse and many weights are equally good; descent ends
at one of them. Rates are 0.9 of the largest safe one of each bowl.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.bowls import every_step
from sims.engine.datasets import Axis, Data, even_axis, shuffled, standardised, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network
from sims.engine.randomness import draw
from sims.engine.settings import points_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

AREA, ROOMS = even_axis("area", "m²", 40, 160), even_axis("rooms", "", 1, 6)
PRICE = (Axis("price", "thousand", low=0, high=500, offset=250, scale=100),)
RAW = (Axis("area", "m²", 40, 160), Axis("rooms", "", 1, 6))
THOUSANDS = (Axis("price", "thousand", low=0, high=500),)
OF_THE_LIMIT = 0.9
FEET = 10.7639  # square feet in a square metre
FRESH = 500
START = 0.3  # spread of the random start


class ClosedParams(Params):
    """The flats, how the neuron sees them, and the number of steps."""

    inputs: Literal["standardised", "raw"] = setting(
        "standardised", title="inputs", description="how the neuron on the screen sees area and rooms",
        words=("scaling", "standardised", "raw", "unscaled"))
    area_unit: float = setting(1.0, ge=1, le=100, step=1, title="unit of the area", unit="m²",
                               description="square metres that count as one for the neuron on raw inputs",
                               words=("unit", "square metres", "area unit"))
    points: int = points_setting(60, "flats", le=300, ge=8)
    steps: int = steps_setting(100, le=500)
    noise: float = setting(25.0, ge=0, le=200, step=5, title="noise", unit="thousand",
                           words=("noise", "luck", "spread"),
                           description="spread of what area and rooms do not tell of a price")


class ClosedMetrics(Metrics):
    """The weights found by the equation and by descent, and the errors they make; prices are in thousand."""

    names: Array = shared("weights", kind="label")
    true_weights: Array = metric("the weights that made the prices", unit="thousand")
    solved: Array = metric("the weights by the normal equation", unit="thousand")
    trained: Array = metric("the weights by descent, for the inputs on the screen", unit="thousand")
    trained_scaled: Array = metric("the weights by descent on standardised inputs", unit="thousand")
    trained_raw: Array = metric("the weights by descent on square metres and rooms", unit="thousand")
    area_true: Array = metric("price of a square metre in the rule that made the prices", unit="thousand")
    area_solved: Array = metric("price of a square metre by the normal equation", unit="thousand")
    area_trained: Array = metric("price of a square metre by descent, for the inputs on the screen", unit="thousand")
    area_raw: Array = metric("price of a square metre by descent on square metres and rooms", unit="thousand")
    area_shuffled: Array = metric("price of a square metre by least squares on shuffled prices", unit="thousand")
    rooms_solved: Array = metric("price of a room by the normal equation", unit="thousand")
    rooms_trained: Array = metric("price of a room by descent, for the inputs on the screen", unit="thousand")
    rooms_raw: Array = metric("price of a room by descent on square metres and rooms", unit="thousand")
    rooms_true: Array = metric("price of a room in the rule that made the prices", unit="thousand")
    base_solved: Array = metric("bias by the normal equation", unit="thousand")
    base_trained: Array = metric("bias by descent, for the inputs on the screen", unit="thousand")
    base_raw: Array = metric("bias by descent on square metres and rooms", unit="thousand")
    away: Array = metric("how far the trained weights' prices of the flats are from those of least squares, typically",
                         unit="thousand")
    away_scaled: Array = metric("how far the prices of descent on standardised inputs are from those of least squares, "
                                "typically", unit="thousand")
    away_raw: Array = metric("how far the prices of descent on square metres and rooms are from those of least "
                             "squares, typically", unit="thousand")
    off_solved: Array = metric("typical error on the training flats, normal equation", unit="thousand")
    off_trained: Array = metric("typical error on the training flats, descent on the inputs on the screen",
                                unit="thousand", part="output")
    off_scaled: Array = metric("typical error on the training flats, descent on standardised inputs", unit="thousand")
    off_raw: Array = metric("typical error on the training flats, descent on square metres and rooms",
                            unit="thousand")
    off_mean: Array = metric("typical error on the training flats of always saying their mean price", unit="thousand")
    fresh_solved: Array = metric("typical error on 500 fresh flats, normal equation", unit="thousand")
    fresh_trained: Array = metric("typical error on 500 fresh flats, descent on the inputs on the screen",
                                  unit="thousand")
    slope_left: Array = metric("largest slope of the mean squared error at the equation's weights, as a share of that "
                               "at weights of zero", unit="share")
    stretch: Array = metric("steepness of the bowl across as a multiple of that along, square metres and rooms",
                            unit="times")
    stretch_scaled: Array = metric("steepness of the bowl across as a multiple of that along, standardised",
                                   unit="times")
    rank_twice: Array = metric("independent columns where the area is given in square feet, too", unit="columns")
    columns_twice: Array = metric("columns where the area is given in square feet, too", unit="columns")
    away_twice: Array = metric("how far the prices of descent with the area given twice are from those of least "
                               "squares without, typically", unit="thousand")
    area_twice: Array = metric("weight of the area in square metres with the area given twice, descent on standardised "
                               "inputs", unit="thousand")
    first_areas: Array = metric("areas of the first three flats", unit="m²")
    first_rooms: Array = metric("rooms of the first flat")
    first_prices: Array = metric("prices of the first three flats", unit="thousand")
    steps_seen: Array = shared("training step", unit="steps")
    curve: Array = metric("typical error at each step, standardised inputs", unit="thousand")
    curve_raw: Array = metric("typical error at each step, square metres and rooms", unit="thousand")
    curve_solved: Array = metric("typical error of the normal equation, at each step the same", unit="thousand")


def flats(seeds: Array, points: int, noise: float, purpose: str = "flats") -> tuple[Array, Array, Array]:
    """Area and rooms (R, 2, N), prices in thousand (R, 1, N), and the weights and bias that made them (R, 3)."""
    values = uniform(seeds, [40, 1], [160, 6], points, purpose)
    rule = draw(seeds, "rule", lambda rng: rng.uniform([1.5, 10, 20], [2.5, 30, 60]))
    added = draw(seeds, purpose + " noise", lambda rng: rng.normal(0, 1, (1, points)))
    return values, (rule[:, None, :2] @ values) + rule[:, None, 2:] + noise * added, rule


def rows(inputs: Array) -> Array:
    """The inputs (R, n, N) with a row of ones, (R, n + 1, N)."""
    return np.concatenate([inputs, np.ones_like(inputs[:, :1])], axis=1)


def normal_equation(inputs: Array, targets: Array) -> Array:
    """Weights and bias (R, n + 1) of least squares for inputs (R, n, N) and targets (R, 1, N)."""
    x = rows(inputs)
    return np.linalg.solve(x @ x.transpose(0, 2, 1), x @ targets.transpose(0, 2, 1))[:, :, 0]


def eigenvalues(inputs: Array) -> Array:
    """Those of half the Hessian of the mean squared error, from small to large, (R, n + 1)."""
    x = rows(inputs)
    return np.linalg.eigvalsh(x @ x.transpose(0, 2, 1) / x.shape[-1])


def prices(weights: Array, values: Array) -> Array:
    """Prices (R, N) by weights and bias (R, n + 1) for inputs (R, n, N)."""
    return np.einsum("ri,rin->rn", weights, rows(values))


def typical(errors: Array) -> Array:
    """The root of the mean square over the last axis."""
    return np.sqrt((errors**2).mean(axis=-1))


def in_units(weights: Array, axes: tuple[Axis, ...]) -> Array:
    """Weights and bias (..., n + 1) of the neuron on scaled inputs and prices as they are in the axes' units."""
    scale, offset = np.array([axis.scale for axis in axes]), np.array([axis.offset for axis in axes])
    kernel = PRICE[0].scale * weights[..., :-1] / scale
    base = PRICE[0].offset + PRICE[0].scale * weights[..., -1:] - (kernel * offset).sum(axis=-1, keepdims=True)
    return np.concatenate([kernel, base], axis=-1)


def descend(data: Data, steps: int, seeds: Array, start: Array, name: str) -> Generator[Frame, None, Trained]:
    """Plain descent at 0.9 of the bowl's largest safe rate, from weights and bias (R, n + 1)."""
    rate = OF_THE_LIMIT / eigenvalues(data.inputs)[:, -1]
    config = TrainingConfig("squared_error", "sgd", rate, steps)
    neuron = Network((data.inputs.shape[1], 1), ("linear",))
    return (yield from train(neuron, data, config, seeds, weights=[start[:, :, None]], dtype=np.float64, name=name,
                             frames=every_step(steps)))


def last_of(trained: Trained) -> Array:
    """Weights and bias (R, n + 1)."""
    return trained.weights[0][:, :, 0].astype(float)


def curve_of(trained: Trained, scale: float) -> Array:
    """The typical error at each step, (R, steps + 1)."""
    return scale * np.sqrt(np.stack([frame.loss for frame in trained.frames], axis=1))


def run(params: ClosedParams, seeds: Array) -> Generator[Frame, None, Outcome[ClosedMetrics]]:
    """Solve the equation, then descend on standardised inputs, on raw ones, and with the area given twice."""
    values, price, rule = flats(seeds, params.points, params.noise)
    fresh, fresh_price, _ = flats(seeds, FRESH, params.noise, "fresh flats")
    axes = (AREA, ROOMS)
    scaled = Data(standardised(values, axes), standardised(price, PRICE), axes, PRICE)
    raw = Data(values / np.array([[params.area_unit], [1]]), price, (replace(RAW[0], scale=params.area_unit), RAW[1]),
               THOUSANDS)
    feet = replace(AREA, name="area in ft²", unit="ft²", low=40 * FEET, high=160 * FEET, offset=AREA.offset * FEET,
                   scale=AREA.scale * FEET)
    twice = np.concatenate([values, FEET * values[:, :1]], axis=1)
    double = Data(standardised(twice, (*axes, feet)), scaled.targets, (*axes, feet), PRICE)
    random = draw(seeds, "weights", lambda rng: rng.normal(0, START, 4))
    net = yield from descend(scaled, params.steps, seeds, random[:, [0, 1, 3]], "standardised")
    on_raw = yield from descend(raw, params.steps, seeds, random[:, [0, 1, 3]], "square metres and rooms")
    on_twice = yield from descend(double, params.steps, seeds, random, "area given twice")
    solved, by_raw = normal_equation(values, price), last_of(on_raw) / np.array([params.area_unit, 1, 1])
    by_scaled, by_twice = in_units(last_of(net), axes), in_units(last_of(on_twice), (*axes, feet))
    trained = by_scaled if params.inputs == "standardised" else by_raw
    best, y, x = prices(solved, values), price[:, 0], rows(values)
    slope = np.abs(np.einsum("rin,rn->ri", x, best - y)).max(axis=1)
    edges, edges_scaled = eigenvalues(raw.inputs), eigenvalues(scaled.inputs)
    every = params.steps + 1
    replicas = len(seeds)
    return Outcome(net if params.inputs == "standardised" else on_raw, ClosedMetrics(
        names=np.array(("a square metre", "a room", "bias")), true_weights=rule, solved=solved, trained=trained,
        trained_scaled=by_scaled, trained_raw=by_raw, area_true=rule[:, 0], rooms_true=rule[:, 1],
        area_solved=solved[:, 0], rooms_solved=solved[:, 1], base_solved=solved[:, 2],
        area_trained=trained[:, 0], rooms_trained=trained[:, 1], base_trained=trained[:, 2],
        area_raw=by_raw[:, 0], rooms_raw=by_raw[:, 1], base_raw=by_raw[:, 2],
        area_shuffled=normal_equation(values, shuffled(raw, seeds).targets)[:, 0],
        away=typical(prices(trained, values) - best), away_scaled=typical(prices(by_scaled, values) - best),
        away_raw=typical(prices(by_raw, values) - best),
        off_solved=typical(best - y), off_trained=typical(prices(trained, values) - y),
        off_scaled=typical(prices(by_scaled, values) - y),
        off_raw=typical(prices(by_raw, values) - y), off_mean=y.std(axis=1),
        fresh_solved=typical(prices(solved, fresh) - fresh_price[:, 0]),
        fresh_trained=typical(prices(trained, fresh) - fresh_price[:, 0]),
        slope_left=slope / np.abs(np.einsum("rin,rn->ri", x, y)).max(axis=1),
        stretch=edges[:, -1] / edges[:, 0], stretch_scaled=edges_scaled[:, -1] / edges_scaled[:, 0],
        rank_twice=np.linalg.matrix_rank(rows(double.inputs)), columns_twice=np.full(replicas, 4),
        away_twice=typical(prices(by_twice, twice) - best), area_twice=by_twice[:, 0],
        first_areas=values[:, 0, :3], first_rooms=values[:, 1, 0], first_prices=y[:, :3],
        steps_seen=np.arange(every), curve=curve_of(net, PRICE[0].scale), curve_raw=curve_of(on_raw, 1.0),
        curve_solved=np.repeat(typical(best - y)[:, None], every, axis=1),
    ))


EXPERIMENT = Experiment(
    "One equation, or descent",
    ClosedParams,
    ClosedMetrics,
    run,
    views=(
        View("lines", "Typical error on the training flats", x="steps_seen", x_title="step", y_title="thousand",
             y=("curve", "curve_raw", "curve_solved"), log_y=True,
             names=("descent, standardised", "descent, square metres and rooms", "normal equation")),
        View("table", "The weights, in thousand", x="names",
             y=("true_weights", "solved", "trained_scaled", "trained_raw"),
             names=("made the prices", "normal equation", "descent, standardised", "descent, raw")),
        View("network", "The neuron on the screen"),
        View("loss", "Loss while training"),
    ),
)
