"""Recordings of runs: what their header tells, and concepts for experiments that have them."""

import numpy as np
import pytest

from bot.present.recordings import recording
from sims import coffee_roasting, dead_relu, gradient_flow
from sims.engine import registry
from sims.engine.codec import unpack
from sims.engine.coffee import roast_values
from sims.engine.experiment import perform


def test_the_header_tells_what_was_run() -> None:
    run = perform(coffee_roasting.EXPERIMENT, coffee_roasting.CoffeeParams(hidden=4, learning_rate=0.05), 7, 2)
    header, _ = unpack(recording(run))
    assert header["title"] == "Coffee roasting"
    assert header["experiment"] == "coffee_roasting"
    assert header["seed"] == 7
    assert header["replicas"] == [7, 1000000000007]
    told = dict(header["settings"])
    assert told["learning rate"] == "0.05"
    assert "4" in told.values()


def test_concepts_are_those_of_the_examples_in_their_units() -> None:
    header, found = unpack(recording(perform(coffee_roasting.EXPERIMENT, seed=7, replicas=2)))
    (values, _) = roast_values(np.array([7]), 200)
    assert header["concepts"] == ["too cold", "too short", "too much"]
    np.testing.assert_array_equal(found["concepts"][0], values[0, 0] <= 175)
    assert not unpack(recording(perform(dead_relu.EXPERIMENT, replicas=1)))[0]["concepts"]


@pytest.mark.parametrize("name", ["coffee_roasting", "top_seller", "linear_probe", "swap_the_label",
                                  "concept_intervention", "same_function", "unit_ablation", "width_search",
                                  "gradient_descent"])
def test_concepts_have_a_value_between_0_and_1_for_each_example(name: str) -> None:
    header, found = unpack(recording(perform(registry.find(name), replicas=1)))
    assert found["concepts"].shape == (3, header["points"])
    assert 0 <= found["concepts"].min() < found["concepts"].max() <= 1


def test_a_deep_network_fits() -> None:
    header, found = unpack(recording(perform(gradient_flow.EXPERIMENT, replicas=2)))
    assert len(header["sizes"]) == 10
    assert found["layer 8"].shape == (len(header["steps"]), 9, 1)
