"""What libraries complain of: shapes that do not fit, told from the wanted and the given sizes of many messages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.reading import read_post
from bot.diagnosis.rules import diagnose, our_rules

WIDTHS = [
    "RuntimeError: mat1 and mat2 shapes cannot be multiplied (8x{given} and {wanted}x5)",
    "RuntimeError: size mismatch, m1: [8 x {given}], m2: [{wanted} x 5] at ../THTensorMath.cpp:41",
    "ValueError: shapes (8,{given}) and ({wanted},5) not aligned: {given} (dim 1) != {wanted} (dim 0)",
    "ValueError: matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
    "(n?,k),(k,m?)->(n?,m?) (size {wanted} is different from {given})",
    "Input 0 of layer dense is incompatible with the layer: expected axis -1 of input shape to have value {wanted} "
    "but received input with shape (None, {given})",
    "expected dense_1_input to have shape ({wanted},) but got array with shape ({given},)",
    "Matrix size-incompatible: In[0]: [8,{given}], In[1]: [{wanted},5]",
    "ValueError: X has {given} features, but MLPClassifier is expecting {wanted} features as input",
]
DIMENSIONS = [
    "expected dense_3 to have {wanted} dimensions, but got array with shape ({shape})",
    "Input 0 is incompatible with layer lstm_1: expected ndim={wanted}, found ndim={given}",
    "Expected {wanted}-dimensional input for 4-dimensional weight 6 1 5 5, but got {given}-dimensional input",
    "ValueError: Expected {wanted}D array, got {given}D array instead",
]


@pytest.mark.parametrize("message", WIDTHS)
@settings(max_examples=20, deadline=None)
@given(sizes=st.tuples(st.integers(1, 9999), st.integers(1, 9999)))
def test_both_widths_of_a_message_are_read(message: str, sizes: tuple[int, int]) -> None:
    found = read_post("What is wrong with my layer?\n" + message.format(given=sizes[0], wanted=sizes[1]))
    expected = sizes if sizes[0] != sizes[1] else (None, None)
    assert (found.spec.width_given, found.spec.width_wanted) == expected
    assert [one.id for one in diagnose(found, our_rules())] == (["input-width"] if expected[0] else [])


@pytest.mark.parametrize("message", DIMENSIONS)
@pytest.mark.parametrize(("wanted", "shape"), [(3, (240, 1)), (4, (60, 14, 14)), (2, (40,))])
def test_both_numbers_of_dimensions_are_read(message: str, wanted: int, shape: tuple[int, ...]) -> None:
    line = message.format(wanted=wanted, given=len(shape), shape=", ".join(map(str, shape)))
    found = read_post(f"It stops.\n{line}").spec
    assert (found.dimensions_given, found.dimensions_wanted) == (len(shape), wanted)
    assert found.lines["dimensions_given"] == 2
