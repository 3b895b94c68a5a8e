"""Every view of an experiment is on the page of an entry that runs it: at a paragraph, below, or in the player."""

import re
from html import unescape

import pytest
from known import BOT

from bot.answers.steps import views_of
from bot.surfaces.web.drawings import charts_of, further_charts
from bot.surfaces.web.files import files_of
from bot.surfaces.web.links import Links
from bot.surfaces.web.pages import entry_page

LINKS = Links("https://neurons.example")
SLUGS = ("epochs", "coffee-roasting", "perceptron-vs-neuron", "batch-size")


@pytest.mark.parametrize("slug", SLUGS)
def test_every_view_is_on_the_page_once(slug: str) -> None:
    answer = BOT.answer(slug)
    page = entry_page(answer, BOT.entries, LINKS)
    shown = [chart.title for chart in (*charts_of(answer).values(), *further_charts(answer))]
    played = len(answer.run.shown.frames) > 1
    for view in views_of(answer.run):
        if played and view.kind == "loss":
            continue  # the player has it
        tables = re.findall(r"<summary>([^<]+)</summary>", page)
        if view.kind == "table":
            assert sum(title in [unescape(text) for text in tables] for title in shown) >= 1, view.title
        else:
            at = f"/e/{slug}.view-{views_of(answer.run).index(view) + 1}.svg"
            assert page.count(at) == 1, view.title
            assert f".view-{views_of(answer.run).index(view) + 1}.dark.svg" in files_of(answer)


def test_without_other_views_there_is_no_heading_for_them() -> None:
    answer = BOT.answer("dropout")
    assert further_charts(answer) == []
    assert "More pictures of this run" not in entry_page(answer, BOT.entries, LINKS)
    assert "More pictures of this run" in entry_page(BOT.answer("epochs"), BOT.entries, LINKS)
