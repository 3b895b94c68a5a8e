"""Sizes that sentences and listings tell, and sentences that tell none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.reading import read_post

UNITS = st.integers(1, 900)


def units(text: str) -> list[int | None]:
    return [layer.units for layer in read_post(text).spec.layers]


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(UNITS, min_size=2, max_size=5), word=st.sampled_from(["neurons", "units", "nodes"]))
def test_several_hidden_layers_are_told_in_a_row(sizes: list[int], word: str) -> None:
    row = ", ".join(map(str, sizes[:-1])) + f" and {sizes[-1]}"
    assert units(f"My network has {len(sizes)} hidden layers with {row} {word}.") == sizes
    assert units(f"I use an MLP with hidden layers ({', '.join(map(str, sizes))}).") == sizes


@settings(max_examples=25, deadline=None)
@given(layers=st.integers(1, 9), each=UNITS)
def test_layers_of_one_size_are_told_once(layers: int, each: int) -> None:
    assert units(f"My network has {layers} hidden layers of {each} neurons each.") == [each] * layers
    assert units(f"Our net has {layers} hidden layers, each with {each} units.") == [each] * layers


@settings(max_examples=25, deadline=None)
@given(inputs=UNITS, hidden=st.lists(UNITS, min_size=1, max_size=4), outputs=UNITS,
       mark=st.sampled_from([": ", " = ", "="]))
def test_a_listing_gives_all_sizes(inputs: int, hidden: list[int], outputs: int, mark: str) -> None:
    rows = [f"input_nodes{mark}{inputs}", *(f"hidden layer {i}{mark}{n}" for i, n in enumerate(hidden, 1)),
            f"output_nodes{mark}{outputs}"]
    found = read_post("\n".join(rows)).spec
    assert (found.inputs, [layer.units for layer in found.layers], found.outputs) == (inputs, hidden, outputs)
    assert found.lines["outputs"] == len(rows)


@pytest.mark.parametrize("text", [
    "How many neurons should my network have in its 2 hidden layers?",
    "My network has one hidden layer and one output layer.",
    "I read of networks with two hidden layers with 64 and 32 neurons.",
    "My model has 2 hidden layers. I ran it 3 times.",
    "input: the picture, hidden: 3 spies, my network",
])
def test_no_size_is_made_up(text: str) -> None:
    assert units(text) == []


@pytest.mark.parametrize(("targets", "data"), [
    ("0 1 1 0", "xor"), ("0, 1, 1, 0", "xor"), ("[0, 0, 0, 1]", "and"), ("0 1 1 1", "or"),
    ("1 0 0 1", None), ("0 1 1 0 1", None),
])
def test_a_table_of_truth_is_known_by_its_targets(targets: str, data: str | None) -> None:
    assert read_post(f"my 2-3-1 net with sigmoid\ninputs = 00 01 10 11\ny = {targets}").spec.data == data
