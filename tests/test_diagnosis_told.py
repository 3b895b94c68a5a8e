"""What sentences around code say of the data: ranges, scaling, labels. And what they do not say."""

from typing import Any

import pytest

from bot.diagnosis.describe import chips
from bot.diagnosis.reading import read_post
from bot.diagnosis.rules import diagnose, our_rules
from bot.diagnosis.spec import NetworkSpec

CODE = """

model = Sequential([Dense(8, activation='tanh', input_shape=(3,)), Dense(1{output})])
model.compile(loss='{loss}', optimizer='adam')
model.fit(X, y, epochs=40)
"""


def spec(words: str, loss: str = "mse", output: str = "") -> NetworkSpec:
    return read_post(words + CODE.format(loss=loss, output=output)).spec


@pytest.mark.parametrize(
    ("words", "largest"),
    [
        ("My inputs are between 0 and 255.", 255),
        ("The features: weight (somewhere from 40 to 130), age, steps per day (up to 30,000).", 30_000),
        ("Columns are income (12000-95000), children and rent.", 95_000),
        ("The table has distance, from 300 to 42000 metres, and two flags.", 42_000),
        ("Pixel values go from 0 to 255 in my grayscale images.", 255),
        ("Some sensor columns are in the hundreds of thousands.", 100_000),
        ("The input is a salary between 20k and 90k.", 90_000),
        ("Inputs range from -500 to 20.", 500),
    ],
)
def test_how_large_inputs_are_is_read(words: str, largest: float) -> None:
    assert spec(words).said_largest == largest


@pytest.mark.parametrize(
    "words",
    [
        "Inputs are between 0 and 1.", "I trained for 100 to 300 epochs, my features are 0/1 flags.",
        "Should inputs be between 0 and 255?", "My columns have accuracy 60 to 80 % so far.",
        "Features were scaled to 0-1, before that they went from 0 to 255.",
        "The inputs are normalised, they were 0 to 900.",
        "The table covers the years 1990 to 2020.", "Batch sizes from 32 to 128, inputs are flags.",
        "If the inputs were between 0 and 255 it would be worse.", "The columns are not in my post, see page 30-45.",
        "I use between 100 and 500 hidden units for three features.",
        "I rescaled my features a bit. Predictions are small at times, and sometimes they are in the hundreds.",
        "My features are flags. The outputs are between 30 and 90.",
    ],
)
def test_other_ranges_are_not_those_of_the_inputs(words: str) -> None:
    assert spec(words).said_largest is None


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("I want to predict prices of flats. The prices are between 90000 and 700000.", (90_000, 700_000)),
        ("Targets go from -4 to 4.", (-4, 4)),
        ("It predicts the price of a house; prices are in the hundred thousands.", (0, 100_000)),
        ("Predicting the temperature of tomorrow (about -20 to 35).", (-20, 35)),
    ],
)
def test_the_range_of_the_targets_is_read(words: str, ends: tuple[float, float]) -> None:
    found = spec(words)
    assert found.said_targets == ends
    assert found.said_largest is None
    assert found.task == "regression"


@pytest.mark.parametrize(
    ("words", "scaling"),
    [
        ("All features went through a MinMaxScaler.", "minmax"), ("Inputs are standardised.", "standardised"),
        ("The data (scaled with StandardScaler) has 3 columns. Why is it bad?", "standardised"),
        ("My inputs are scaled to [0, 1].", "minmax"),
        ("I standardized all columns, zero mean, unit variance.", "standardised"),
        ("Should my inputs be standardised?", None), ("The inputs are not standardised.", None),
        ("I haven't standardised the data yet.", None), ("Do I need a StandardScaler for this data?", None),
        ("The target is standardised.", None), ("I could try to have the data standardised.", None),
        ("It predicts the standardised output.", None),
    ],
)
def test_scaling_is_read_from_sentences(words: str, scaling: str | None) -> None:
    assert spec(words).scaling == scaling


@pytest.mark.parametrize(
    ("words", "plus_minus"),
    [
        ("The labels are -1 and 1.", True), ("Targets are +1 or -1.", True),
        ("I labelled buyers 1 and the others -1.", True), ("My classes are coded 1 and -1.", True),
        ("The labels are 0 and 1.", False), ("Inputs are -1 and 1.", False), ("Should the labels be -1 and 1?", False),
        ("The weights start between -1 and 1.", False),
    ],
)
def test_labels_of_minus_one_are_read(words: str, plus_minus: bool) -> None:
    post = words + CODE.format(loss="mse", output=", activation='sigmoid'")
    first: Any = next(iter(diagnose(read_post(post), our_rules())), None)
    assert (first is not None and first.id == "labels-minus-one-sigmoid") == plus_minus


@pytest.mark.parametrize(
    ("words", "loss", "output", "first"),
    [
        ("Inputs go up to 9000.", "binary_crossentropy", ", activation='sigmoid'", "unscaled-inputs-sigmoid"),
        ("Targets go from -4 to 4.", "mse", ", activation='sigmoid'", "negative-targets-sigmoid"),
        ("I predict incomes. The incomes are between 9000 and 80000.", "mse", ", activation='sigmoid'",
         "sigmoid-regression-output"),
        ("I predict incomes. The incomes are between 9000 and 80000.", "mse", "", "unscaled-targets"),
        ("I predict incomes, standardised, from standardised inputs.", "mse", "", None),
    ],
)
def test_what_is_told_is_diagnosed(words: str, loss: str, output: str, first: str | None) -> None:
    found = diagnose(read_post(words + CODE.format(loss=loss, output=output)), our_rules())
    assert (found[0].id if found else None) == first


def test_what_is_told_is_shown_with_its_line() -> None:
    reading = read_post("Hello!\nMy inputs go up to 9000." + CODE.format(loss="binary_crossentropy",
                                                                      output=", activation='sigmoid'"))
    assert diagnose(reading, our_rules())[0].line == 2
    assert ("said_largest", "inputs up to 9,000", 2) in [(chip.field, chip.says, chip.line)
                                                         for chip in chips(reading.spec)]
