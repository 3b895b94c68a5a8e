"""The still drawing of a network: any shape has one, and its maps, examples and edges are those of the run."""

import base64
import re
from dataclasses import replace
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from bot.present.charts import stills
from bot.present.charts.diagram import describe, diagram
from bot.present.charts.layers import MOST_UNITS, MOST_UNITS_DEEP
from bot.present.charts.theme import LIGHT, MAP_LINE, RAMP
from bot.present.charts.units import look_at
from bot.service import shared_bot
from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.network import Network, dense, initial_weights
from sims.engine.training import Trained, TrainingConfig, untrained

SIZE = (640, 380)
LIGHT_DOT = f'stroke="{MAP_LINE}" stroke-width="5.2"'  # of yes
DARK_DOT = f'fill="{RAMP[0]}" stroke="{MAP_LINE}"'  # of no


def network_of(network: Network, weights: list[Any] | None = None, examples: int = 20, **axis: Any) -> Trained:
    """A network that says whether its first input is above 0."""
    n_in, n_out = network.sizes[0], network.sizes[-1]
    inputs = np.random.default_rng(1).uniform(-1, 1, (1, n_in, examples))
    answers = (inputs[:, :1] > 0).astype(float).repeat(n_out, axis=1)
    axes = tuple(Axis(f"input {i + 1}", **axis) for i in range(n_in))
    data = Data(inputs, answers, axes, tuple(Axis(f"answer {i + 1}") for i in range(n_out)))
    return untrained(network, weights or initial_weights(network, np.arange(1)), data, TrainingConfig())


def drawn(shown: Trained) -> str:
    """The drawing as a document, which is well-formed."""
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg">{diagram(look_at(shown), "light", SIZE)}</svg>'
    ElementTree.fromstring(drawing)
    return drawing


def lightness(drawing: str, number: int = 0) -> Array:
    """The lightness of a map, (rows, columns), the first row on top."""
    address = re.findall(r'href="data:image/png;base64,([^"]+)"', drawing)[number]
    return np.asarray(Image.open(BytesIO(base64.b64decode(address))).convert("L"), float)


@pytest.mark.parametrize("hidden", [[], [3], [3, 2], [12], [5, 5, 5, 5]])
@pytest.mark.parametrize("inputs", [1, 2, 5])
def test_a_network_of_any_shape_is_drawn(inputs: int, hidden: list[int]) -> None:
    shown = network_of(dense(inputs, hidden, 3, "relu", "softmax"))
    seen, drawing = look_at(shown), drawn(shown)
    most = MOST_UNITS if len(hidden) <= 3 else MOST_UNITS_DEEP
    assert [len(units) for units in seen.layers] == [min(size, most) for size in [*hidden, 3]]
    assert re.findall(r">(\d+) more<", drawing) == [f"{size - most}" for size in hidden if size > most]
    assert all(f"{size} hidden units" in describe(seen) for size in hidden)


def test_a_map_is_bright_where_the_unit_is_active() -> None:
    network = dense(2, [], 1, "tanh", "sigmoid")
    right, up = (lightness(drawn(network_of(network, [np.array([[[a], [b], [0.0]]])]))) for a, b in ((9, 0), (0, 9)))
    assert right[:, -9:].min() > 200 > 60 > right[:, :9].max()
    assert up[:9].min() > 200 > 60 > up[-9:].max()


def test_the_axes_of_a_map_are_in_the_units_of_the_inputs() -> None:
    scaled = {"unit": "°C", "low": 100, "high": 300, "offset": 200, "scale": 100}
    drawing = drawn(network_of(dense(2, [], 1, "tanh", "sigmoid"), [np.array([[[9.0], [0.0], [0.0]]])], **scaled))
    assert all(f">{words}</text>" in drawing for words in ("100", "200", "300", "input 1 (°C)"))


def test_examples_of_many_are_of_both_kinds_though_the_data_stand_in_order() -> None:
    shown = network_of(dense(2, [3], 1, "tanh", "sigmoid"), examples=1000)
    order = np.argsort(shown.data.targets[0, 0])
    data = replace(shown.data, inputs=shown.data.inputs[..., order], targets=shown.data.targets[..., order])
    drawing = drawn(replace(shown, data=data))
    [no] = re.findall(rf'<path d="([^"]+)" {DARK_DOT}', drawing)
    [yes] = re.findall(rf'<path d="([^"]+)" {LIGHT_DOT}', drawing)
    assert 30 < no.count("M") < 90
    assert no.count("M") + yes.count("M") == 120


def test_a_number_as_target_has_neutral_examples() -> None:
    shown = network_of(dense(2, [2], 1, "tanh", "linear"))
    data = replace(shown.data, targets=np.linspace(0, 5, 20).reshape(1, 1, 20))
    assert not re.search(DARK_DOT, drawn(replace(shown, data=data)))


def test_bars_of_weights_show_the_weights() -> None:
    weights = [np.array([[[-3.0], [1.0], [0.0], [2.0], [0.0], [0.0]]]), np.array([[[1.0], [0.0]]])]
    drawing = drawn(network_of(dense(5, [1], 1, "tanh", "sigmoid"), weights))
    below, above = (re.findall(rf'<path d="M[^"]+C[^"]+" stroke="{LIGHT.diverging[side]}"', drawing) for side in (0, 2))
    assert (len(below), len(above)) == (1, 2 + 1)  # one edge for each weight that is not 0


def test_a_still_has_both_themes_and_says_what_it_shows() -> None:
    run = shared_bot().answer("coffee-roasting").run
    still = stills.network_still(run, "Coffee")
    assert still.svg["light"] == stills.network_svg(run, "light", "Coffee")
    assert still.svg["dark"] == stills.network_svg(run, "dark", "Coffee")
    assert still.says.startswith("A network: temperature, duration → 3 hidden units → good roast")
