"""The loss in a post beside the loss of our run: drawn on both grounds, and told in words."""

import xml.etree.ElementTree as Xml

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from test_ui import app, engine, said  # noqa: F401 - fixtures

from bot.diagnosis.answer import answer_post
from bot.diagnosis.spec import Symptoms
from bot.present.charts.curves import curves
from bot.present.charts.theme import DARK, LIGHT
from sims.engine.experiment import perform
from sims.engine.general.settings import NetworkParams
from sims.your_network import EXPERIMENT

RUN = perform(EXPERIMENT, NetworkParams(data="xor", epochs=20), 3, 4)
LOG = "Epoch 1 - loss: 0.69 - val_loss: 0.68\nEpoch 2 - loss: 0.5 - val_loss: 0.55\n" \
      "Epoch 3 - loss: 0.3 - val_loss: 0.62\nEpoch 4 - loss: 0.1 - val_loss: 0.8\n"


def lines(drawing: str) -> list[str]:
    """The data of the curves, without the axes."""
    found = Xml.fromstring(drawing).iter("{http://www.w3.org/2000/svg}path")
    return [one.attrib["d"] for one in found if one.attrib.get("stroke-width") == "2"]


def test_both_curves_are_drawn_on_both_grounds_and_told() -> None:
    made = curves(answer_post(LOG, replicas=2).reading.symptoms, RUN)
    assert made is not None
    assert made.says.startswith(
        "In your post: the loss goes from 0.69 to 0.1 in 4 numbers; the held-out loss goes from 0.68 to 0.8 in 4 "
        "numbers, lowest at epoch 2 with 0.55. Our run, seed 3: the loss goes from ")
    for drawing, theme in ((made.light, LIGHT), (made.dark, DARK)):
        assert theme.background in drawing
        assert f"<desc>{made.says}</desc>" in drawing
        assert [line.count(",") for line in lines(drawing)] == [4, 4, len(RUN.shown.frames)]


def test_what_is_no_number_breaks_the_line_and_is_said() -> None:
    nan = float("nan")
    made = curves(Symptoms(losses=(10, 1e6, nan, nan), epochs=(1, 2, 3, 4)), RUN)
    assert made is not None
    assert "goes from 10 to 1e+06 and is not a number after epoch 2" in made.says
    assert lines(made.light)[0].count(",") == 2
    assert "log scale, then nan" in made.light


@pytest.mark.parametrize("symptoms", [Symptoms(), Symptoms(losses=(0.5, 0.4)), Symptoms(losses=(float("nan"),) * 5)])
def test_too_few_numbers_are_no_curve(symptoms: Symptoms) -> None:
    assert curves(symptoms, RUN) is None
    assert curves(Symptoms(losses=(0.5, 0.4, 0.3)), None) is None


@settings(max_examples=60)
@given(st.lists(st.floats(width=32), min_size=3, max_size=20), st.lists(st.floats(width=32), max_size=20))
def test_any_numbers_make_a_picture_that_stands_in_its_box(losses: list[float], held_out: list[float]) -> None:
    made = curves(Symptoms(losses=tuple(losses), val_losses=tuple(held_out)), RUN)
    for line in lines(made.light) if made else []:
        places = [float(one) for point in line.replace("M", "L").split("L")[1:] for one in point.split(",")]
        assert all(-1 <= one <= 300 for one in places), line


def test_the_chat_shows_it_below_the_runs(app: AppTest) -> None:  # noqa: F811
    app.run().chat_input[0].set_value(LOG).run()
    assert not app.exception
    assert "In your post: the loss goes from 0.69 to 0.1" in said(app)
