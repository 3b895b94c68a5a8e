"""The card that previews of links show: the right size, nothing cut, nothing on top of anything else."""

import re
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from known import BOT, ENTRIES
from PIL import Image

from bot.answers.answer import Answer
from bot.content.formats import plain_text
from bot.present.charts import card, stills, svg
from bot.present.charts.theme import THEMES, Name
from bot.present.headline import LONGEST, figure, headline
from bot.service import Bot

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def bot() -> Bot:
    return BOT


def left_column(drawing: str) -> list[tuple[float, float, str]]:
    """The lines of text on the left from top to bottom: the base line's y, the size, and the words."""
    found = []
    for element in ElementTree.fromstring(drawing):
        at = re.match(r"translate\(([\d.]+),([\d.]+)\)$", element.get("transform", ""))
        for text in [element] if element.tag == f"{SVG}text" else element.findall(f"{SVG}text") if at else []:
            y = float(text.get("y", 0)) + (float(at[2]) if at else 0)
            found.append((y, float(text.get("font-size", 0)), "".join(text.itertext()).replace("\u200b", "")))
    return sorted(found)


def check(answer: Answer, theme: Name) -> None:
    drawing = card.card_svg(answer, theme=theme)
    png = svg.png(drawing)
    image = Image.open(BytesIO(png))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(png) < 120_000
    pixels = np.asarray(image.convert("RGB"), int)
    ground = np.array([int(THEMES[theme].background[i : i + 2], 16) for i in (1, 3, 5)])
    assert np.abs(pixels[20:, 566:580] - ground).max() <= 8, "text reaches the picture"
    assert pixels[40:600, 600:1150].std() > 8, "there is no picture"
    lines = left_column(drawing)
    said = " ".join(words for _, _, words in lines)
    assert "…" not in said
    assert plain_text(answer.entry.title) in said
    assert plain_text(answer.claims[0].says) in said
    assert f"True in {answer.claims[0].replicas_true} of 32 runs" in said
    assert all(y + 0.75 * size <= below for (y, _, _), (below, size, _) in pairwise(lines))


@pytest.mark.parametrize(("slug", "theme"), [("coffee-roasting", "dark"), ("interpretability", "light")])
def test_cards(bot: Bot, slug: str, theme: Name) -> None:
    answer = bot.answer(slug)
    check(answer, theme)
    assert Image.open(BytesIO(card.card_png(answer, theme=theme))).size == (1200, 630)


def test_the_number_is_large_and_that_of_the_run(bot: Bot) -> None:
    answer = bot.answer("coffee-roasting")
    measured = figure(answer, answer.claims[0])
    assert measured is not None
    sizes = {words: size for _, size, words in left_column(card.card_svg(answer))}
    assert sizes[measured.value] == max(sizes.values())
    uncounted = bot.answer("xor")
    first = uncounted.claims[0]
    assert figure(uncounted, first) is None
    without = {words: size for _, size, words in left_column(card.card_svg(uncounted))}
    assert without[f"{first.replicas_true} of {first.replicas} runs"] == max(without.values())


def test_a_claim_that_fails_is_not_shown_as_true(bot: Bot) -> None:
    answer = bot.answer("coffee-roasting", {"hidden": 1})
    said = " ".join(words for _, _, words in left_column(card.card_svg(answer)))
    assert "With these settings this does not hold" in said
    assert "True in 0 of 32 runs" in said


def test_the_public_name_stands_on_it_as_text(bot: Bot) -> None:
    drawing = card.card_svg(bot.answer("xor"), 'Lab <b>"7"</b>')
    assert "Lab &lt;b&gt;" in drawing
    assert ElementTree.fromstring(drawing).findtext(f"{SVG}text") == 'Lab <b>"7"</b>'


@pytest.mark.slow
@pytest.mark.parametrize(("number", "slug"), list(enumerate(ENTRIES)), ids=list(ENTRIES))
def test_every_entry_has_a_headline_a_key_picture_and_a_card(bot: Bot, number: int, slug: str) -> None:
    answer = bot.answer(slug)
    says = headline(answer)
    assert len(says) <= LONGEST
    assert re.search(r"True in \d+ of 32 runs", says)
    assert not re.search(r"[`*$\\\n{}…]", says)
    drawing = stills.key_svg(answer)
    assert len(drawing) <= 80_000  # three layers of eight maps are the largest
    assert ElementTree.fromstring(drawing).findtext(f"{SVG}desc")
    check(answer, ("light", "dark")[number % 2])
