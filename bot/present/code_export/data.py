"""Data and starting weights of a run as lines of numpy: drawn from the same random streams where that is short to
say, else as the numbers themselves."""

import base64
from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Run
from sims.engine.network import initial_weights
from sims.engine.randomness import stream
from sims.engine.training import Trained

LABELS = '''y = np.random.default_rng([SEED, *b"data labels"]).random((1, {points})) < chance
'''
GENERATED = (  # draws the examples of several experiments: `x` (inputs, N) and `y` (outputs, N)
    '''rng = np.random.default_rng([SEED, *b"data"])
degrees, minutes = rng.uniform([150, 11.5], [285, 15.5], ({points}, 2)).T
good = (degrees > 175) & (minutes > 12) & (minutes < 21 - 3 / 85 * degrees)  # the triangle of good roasts
x = np.stack([(degrees - 217.5) / (135 / 12**0.5), (minutes - 13.5) / (4 / 12**0.5)])  # standardised
x, y = x.astype(KIND), good[None].astype(KIND)''',
    '''x = np.random.default_rng([SEED, *b"data"]).uniform(-1, 1, ({points}, 4)).T
price, shipping, marketing, material = x
concepts = 1 / (1 + np.exp(-{slope} * np.stack([-(price + shipping), marketing, material + 0.4 * price])))
chance = 1 / (1 + np.exp(-12 * (concepts.sum(axis=0) - 1.5)))  # of being a top seller
''' + LABELS + "x, y, concepts = x.astype(KIND), y.astype(KIND), concepts.astype(KIND)",
    '''x = np.random.default_rng([SEED, *b"data"]).uniform(-1, 1, ({points}, 2)).T
chance = 1 / (1 + np.exp(-3 * (x[0] + x[1])))  # that the answer is yes
''' + LABELS + "x, y = x.astype(KIND), y.astype(KIND)",
    '''rng, corner = np.random.default_rng([SEED, *b"data"]), np.arange({points}) % 4
x = np.array([[-1, -1, 1, 1], [-1, 1, -1, 1]])[:, corner] + rng.normal(0, {spread}, (2, {points}))
x, y = x.astype(KIND), np.array([[0, 1, 1, 0]], KIND)[:, corner]  # XOR''',
)
SPREADS = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3)


def data_lines(run: Run[Any, Any]) -> list[str]:
    """Lines that make the inputs `x` and the targets `y` of the network on the screen, a column for each example."""
    data, params = run.shown.data, run.params.model_dump()
    x, y = data.inputs[0], data.targets[0]
    known = {"points": x.shape[1], "slope": params.get("slope", 1.0)}
    for code in GENERATED:
        for spread in SPREADS if "{spread}" in code else (0.0,):
            lines = code.format(**known, spread=spread)
            made: dict[str, Any] = {"np": np, "SEED": run.seed, "KIND": np.float64}
            exec(lines, made)  # one of the texts above, with numbers filled in
            if _same(made["x"], x) and _same(made["y"], y):
                return lines.split("\n")
    even = f'np.random.default_rng([SEED, *b"data"]).uniform(-1, 1, {x.shape[::-1]}).T.astype(KIND)'
    is_even = _same(stream(run.seed, "data").uniform(-1, 1, x.shape[::-1]).T, x)
    return [f"x = {even if is_even else embedded(x, run.shown)}", f"y = {embedded(y, run.shown)}"]


def start_lines(run: Run[Any, Any]) -> list[str]:
    """Lines that make `weights`, a list of arrays (n_in + 1, n_out), the last row of each the bias."""
    shown = run.shown
    start = [layer[0] for layer in shown.frames[0].weights]
    usual = [layer[0] for layer in initial_weights(shown.network, run.seeds[:1])]
    largest = int(np.abs(usual[0]).argmax())
    scale = round(float(start[0].flat[largest] / usual[0].flat[largest]), 6)
    if not all(_same(scale * base, layer) for base, layer in zip(usual, start, strict=True)):
        return ["weights = [", *(f"    {embedded(layer, shown)}," for layer in start), "]"]
    return _usual_start(shown, scale)


def _usual_start(shown: Trained, scale: float) -> list[str]:
    kinds = {name in ("relu", "leaky_relu") for name in shown.network.activations}
    times = f"{scale:g} * " if scale != 1 else ""
    uniform = f"{times}np.sqrt(6 / (n_in + n_out)) * rng.uniform(-1, 1, (n_in, n_out))"
    normal = f"{times}np.sqrt(2 / n_in) * rng.normal(0, 1, (n_in, n_out))"
    lines = ['rng, weights = np.random.default_rng([SEED, *b"weights"]), []',
             "for n_in, n_out in zip(SIZES, SIZES[1:]):"]
    if len(kinds) == 1:
        lines.append(f"    kernel = {normal}  # He et al. (2015)" if kinds == {True} else
                     f"    kernel = {uniform}  # Glorot and Bengio (2010)")
    else:
        first_is_relu = shown.network.activations[0] in ("relu", "leaky_relu")
        hidden, last = (normal, uniform) if first_is_relu else (uniform, normal)
        lines += ["    if len(weights) < len(SIZES) - 2:  # before ReLU He et al. (2015), else Glorot (2010)",
                  f"        kernel = {hidden}", "    else:", f"        kernel = {last}"]
    return [*lines, "    weights.append(np.vstack([kernel, np.zeros((1, n_out))]).astype(KIND))  # biases start at 0"]


def _same(made: Array, given: Array) -> bool:
    return made.shape == given.shape and bool(np.allclose(made, given, rtol=1e-6, atol=1e-7))


def embedded(values: Array, shown: Trained) -> str:
    """Numbers (rows, columns) as an expression: digits where all are 0 or 1, else bytes in base64."""
    if np.isin(values, (0, 1)).all() and values.size > 8:
        rows = ", ".join(f'"{"".join(str(int(value)) for value in row)}"' for row in values)
        return f"np.array([list(row) for row in [{rows}]], KIND)"
    if values.size <= 8:
        return f"np.array({values.astype(_kind(shown)).tolist()}, KIND)"
    raw = np.ascontiguousarray(values, _kind(shown)).tobytes()
    return f'np.frombuffer(base64.b64decode("{base64.b64encode(raw).decode()}"), KIND).reshape({values.shape}).copy()'


def _kind(shown: Trained) -> Any:
    """The precision that the network was trained in."""
    return shown.frames[0].weights[0].dtype
