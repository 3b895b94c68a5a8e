"""Still pictures as SVG and PNG: well-formed, told in words, without anything from outside, the font ours."""

import json
import re
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from known import BOT
from PIL import Image

from bot.present.charts import fonts, stills, svg, thumbnails
from bot.present.charts.contours import joined, segments
from bot.present.charts.outlook import ticks
from bot.present.charts.theme import DARK, LIGHT, Name, dressed
from bot.present.charts.units import at_frame, look_at
from bot.present.charts.views import draw
from bot.service import Bot, shared_bot
from sims.engine.activations import Array
from sims.engine.datasets import Axis

SVG = "{http://www.w3.org/2000/svg}"
SOME = ("coffee-roasting", "multi-class-output", "relu-piecewise", "overfitting")


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


def pixels(png: bytes) -> Array:
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"), float)


def check(drawing: str, largest: int = 60_000) -> Any:
    """A document that a browser can show without asking for anything else."""
    root = ElementTree.fromstring(drawing)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert all(len(root.findtext(f"{SVG}{part}") or "") > 3 for part in ("title", "desc"))
    outside = r'(?:href|src)="(?!data:image/png;base64,|#)|url\((?!#)|<(?:script|style|foreignObject)'
    assert not re.search(outside, drawing)
    assert len(drawing) <= largest, len(drawing)
    assert "NaN" not in drawing
    assert "nan" not in re.sub("base64,[^\"]*", "", drawing)
    names = re.findall(r'\bid="([^"]+)"', drawing)
    assert len(names) == len(set(names))
    return root


@pytest.mark.parametrize("slug", SOME)
def test_key_pictures(bot: Bot, slug: str) -> None:
    answer = bot.answer(slug)
    check(stills.key_svg(answer))
    picture = pixels(stills.key_png(answer, "dark", 0.5))
    assert picture.shape[1] == stills.WIDTH / 2
    assert picture.std() > 10  # something is drawn
    assert picture[0, 0].tolist() == [int(DARK.background[i : i + 2], 16) for i in (1, 3, 5)]


@pytest.mark.parametrize("slug", SOME)
def test_a_thumbnail_is_small_and_shows_something(bot: Bot, slug: str) -> None:
    picture = pixels(thumbnails.thumbnail(bot.answer(slug), "dark"))
    assert picture.shape[1] == thumbnails.FINER * thumbnails.WIDTH
    assert picture.shape[0] < 1.5 * thumbnails.FINER * thumbnails.HEIGHT
    assert picture.std() > 10
    assert picture[0, 0].tolist() == [int(DARK.background[i : i + 2], 16) for i in (1, 3, 5)]


def test_a_bare_chart_has_its_marks_and_no_words(bot: Bot) -> None:
    answer = bot.answer("overfitting")
    panel = draw(answer.run)[0].panels[0]
    whole, _, _ = svg.chart(panel, "light", 320)
    bare, _, _ = svg.chart(thumbnails.bare(panel), "light", 320)
    assert "<text" in whole
    assert "<text" not in bare
    assert bare.count("<path") >= 2  # training and validation


def test_the_large_map_is_that_of_the_output(bot: Bot) -> None:
    answer = bot.answer("coffee-roasting")
    seen = look_at(answer.run.shown)
    assert len(seen.layers) == 2
    drawing = stills.network_svg(answer.run)
    assert drawing.count("<image") == 3 + 1 + 1  # units, output, scale
    assert all(f">{name}</text>" in drawing for name in ("temperature", "duration", "good roast", "unit 3"))
    assert "°C" in drawing


def test_a_frame_is_the_network_as_it_was(bot: Bot) -> None:
    shown = bot.answer("coffee-roasting").run.shown
    before, after = look_at(at_frame(shown, 0)), look_at(shown)
    assert not np.allclose(before.layers[-1][0].values, after.layers[-1][0].values, atol=0.1)
    np.testing.assert_array_equal(at_frame(shown, len(shown.frames) - 1).weights[0], shown.weights[0])


def test_edges_tell_sign_and_size(bot: Bot) -> None:
    run = bot.answer("coffee-roasting").run
    drawing = stills.network_svg(run)
    first = run.shown.weights[1][0, :-1, 0]
    negative = int((first < -0.05 * np.abs(first).max()).sum())
    to_output = re.findall(r'<path d="M[^"]*C[^"]*"[^>]*>', drawing)[-len(first) :]
    assert sum(LIGHT.diverging[0] in tag for tag in to_output) == negative


def test_every_picture_of_a_run_has_an_svg(bot: Bot) -> None:
    for slug in ("matrix-shapes", "hidden-neuron-meaning"):
        for picture in draw(bot.answer(slug).run):
            drawing = stills.picture_svg(picture, "dark")
            root = check(drawing)
            assert root.findtext(f"{SVG}title") == picture.title
            if picture.rows:
                assert all(f">{cell}</text>" in drawing for cell in picture.rows[0].values() if len(cell.strip()) < 9)


def test_what_stands_in_a_title_stays_text() -> None:
    drawing = svg.document((10, 10), "<script>alert(1)</script>", 'a "quote" & more', svg.text(0, 0, "<b>", 9, "#fff"))
    root = check(drawing)
    assert root.findtext(f"{SVG}title") == "<script>alert(1)</script>"
    assert root.findtext(f"{SVG}text") == "<b>"


def test_text_is_drawn_in_the_font_that_was_measured() -> None:
    words, size = "Wavy minimum of the illness: 0.125", 40.0
    drawn = svg.png(svg.document((900, 60), "words", "words", svg.text(5, 45, words, size, "#000"), ground="#fff"))
    ink = np.flatnonzero((pixels(drawn).min(axis=2) < 128).any(axis=0))
    assert ink[-1] - ink[0] == pytest.approx(fonts.width(words, size), abs=6)


def test_text_is_wrapped_and_cut_at_the_room_there_is() -> None:
    text = "Three hidden units are usually enough to close the triangle of good roasts"
    lines = fonts.wrapped(text, 20, 200)
    assert " ".join(lines) == text
    assert max(fonts.width(line, 20) for line in lines) <= 200
    short = fonts.wrapped(text, 20, 200, most=2)
    assert len(short) == 2
    assert short[-1].endswith("…")
    assert max(fonts.width(line, 20) for line in short) <= 200


@pytest.mark.parametrize(("low", "high"), [(150, 285), (-1, 1), (0, 1), (0, 0.003), (-3e5, 7e5), (-0.3, 4.1)])
def test_ticks_are_few_round_and_within(low: float, high: float) -> None:
    found = ticks(Axis("a", low=low, high=high))
    assert 2 <= len(found) <= 6
    assert all(-1e-9 <= share <= 1 + 1e-9 for _, share in found)
    assert all(len(value) <= 7 for value, _ in found)


def test_pieces_of_a_contour_join_to_one_line() -> None:
    x = np.linspace(-1, 1, 41)
    circle = np.hypot(*np.meshgrid(x, x)) - 0.6
    pieces = segments(circle, x, x)
    lines = joined(pieces)
    assert len(lines) == 1
    assert len(lines[0]) == len(pieces) + 1
    np.testing.assert_allclose(lines[0][0], lines[0][-1], atol=1e-6)
    assert joined(np.zeros((0, 4))) == []


def test_contours_of_weights_that_ran_away_do_not_overflow() -> None:
    x = np.linspace(-1, 1, 5)
    huge = (np.meshgrid(x, x)[0] * 1e38).astype(np.float32)
    assert len(segments(huge + np.float32(1e37), x, x)) == 4
    assert len(segments(np.full((5, 5), np.nan), x, x)) == 0


@pytest.mark.parametrize("slug", ["batch-size", "confusion-matrix", "coffee-roasting"])
def test_a_chart_is_drawn_once_for_both_themes_and_looks_as_if_drawn_for_each(slug: str) -> None:
    run = BOT.answer(slug).run
    for panel in [panel for picture in draw(run) for panel in picture.panels]:
        names: tuple[Name, ...] = ("light", "dark")
        for name in names:
            spec = {**dressed(panel.spec, name), **({} if panel.fixed else {"width": 400})}
            spec["config"] = {**spec["config"], "font": "Source Sans Pro"}
            by_itself = re.findall(r"#[0-9a-f]{6}\b|rgb\([^)]*\)", svg._vega(json.dumps(spec)))
            drawn = svg.chart(panel, name, 400)[0]
            assert re.findall(r"#[0-9a-f]{6}\b|rgb\([^)]*\)", drawn) == by_itself


def test_a_chart_has_the_same_bytes_whatever_was_drawn_before_it() -> None:
    panels = [panel for picture in draw(BOT.answer("batch-size").run) for panel in picture.panels]
    first = [svg.chart(panel, "light", 400) for panel in panels]
    svg._vega.cache_clear()
    assert [svg.chart(panel, "light", 400) for panel in panels] == first
    assert any("url(#chart0-0)" in drawn for drawn, _, _ in first)
