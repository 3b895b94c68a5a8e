"""How numbers stand along an axis and in a text."""

import numpy as np
import pytest

from bot.present.charts import axes
from bot.present.charts.pictures import labels, power_of_ten, written


def test_a_logarithm_along_x_ticks_the_swept_numbers() -> None:
    axis = axes.x_numbers("width", np.array([1.0, 2.0, 4.0]), log=True).to_dict()
    assert (axis["scale"]["type"], axis["axis"]["values"]) == ("log", [1.0, 2.0, 4.0])
    assert "type" not in axes.x_numbers("width", np.array([0.0, 2.0, 4.0]), log=True).to_dict()["scale"]


def test_each_of_a_few_whole_numbers_gets_its_tick() -> None:
    axis = axes.x_numbers("units", np.array([0, 1, 2, 3, 4, 8])).to_dict()["axis"]
    assert axis["values"] == [0, 1, 2, 3, 4, 8]
    assert axis["tickCount"] >= 6  # Vega drops every other tick beyond this count


def test_a_logarithmic_axis_names_its_powers_of_ten() -> None:
    axis = axes.logarithmic((3e-5, 20.0), "").to_dict()
    assert axis["values"] == pytest.approx([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100])
    assert '"-5": "10⁻⁵"' in axis["labelExpr"]
    assert '"-1": "0.1"' in axis["labelExpr"]
    assert '"2": "100"' in axis["labelExpr"]


def test_powers_of_ten_are_written_as_people_write_them() -> None:
    assert [power_of_ten(n) for n in (-12, -2, 0, 3, 4)] == ["10⁻¹²", "0.01", "1", "1,000", "10⁴"]


def test_very_small_and_very_large_numbers_are_written_with_a_power_of_ten() -> None:
    assert written(-3.6454e-6) == "−3.645 × 10⁻⁶"
    assert written(1.5e20) == "1.5 × 10²⁰"
    assert written(-0.25) == "−0.25"


def test_labels_lose_the_words_that_they_share() -> None:
    assert labels(["error_log_loss", "error_squared"]) == ["log loss", "squared"]
    assert labels(["seen", "seen_weighted"]) == ["seen", "seen weighted"]
    assert labels(["first_unit"]) == ["first unit"]
