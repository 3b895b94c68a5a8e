"""Networks by the sizes that a constructor of another library, or of one's own, is given."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.reading import read_post

SIZES = st.lists(st.integers(1, 999), min_size=3, max_size=6)


@pytest.mark.parametrize("call", [
    "net = buildNetwork({plain})", "nn = NeuralNetwork([{plain}])", "brain = my.lib.MLP({plain}, lr=0.25)",
    "p = Perceptron(sizes=3, layers=7)\nnet = FeedForwardNet([{plain}], 'x')",
])
@settings(max_examples=15, deadline=None)
@given(sizes=SIZES)
def test_all_sizes_are_read_in_order(call: str, sizes: list[int]) -> None:
    found = read_post(call.format(plain=", ".join(map(str, sizes)))).spec
    assert (found.framework, found.inputs, found.outputs) == ("other", sizes[0], sizes[-1])
    assert [layer.units for layer in found.layers] == sizes[1:-1]


@pytest.mark.parametrize("code", [
    "net = subnet(3, 4)", "draw_network('a.png', 3, 4, 5)", "planet(1, 2, 3.5)", "network(0, 5, 1)",
    "net = load_net([1.5, 2.0, 3.0])",
])
def test_other_calls_make_no_network(code: str) -> None:
    assert read_post(code).spec.framework is None


def test_a_network_of_a_known_library_is_read_as_that() -> None:
    found = read_post("net = MyNet([4, 8, 1])\nm = Sequential()\nm.add(Dense(5, input_dim=2))\nm.add(Dense(1))")
    assert found.spec.framework == "keras"
