"""The index as a map, in Chromium: what leads to what, what fits the words typed, how far a reading path is read."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from bot.content.paths import reading_paths
from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from scripts.pages import page, served

pytestmark = pytest.mark.browser

BOT = shared_bot()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(alone(BOT, WebSettings())) as found:
        yield found


@pytest.mark.parametrize("width", [360, 1280])
def test_a_question_shows_what_it_leads_to(address: str, width: int) -> None:
    with page(width, 800) as window:
        window.goto(f"{address}/entries", wait_until="networkidle")
        question = window.locator(".questions a[data-slug=xor]")
        expect(question).to_have_attribute("aria-description", "Leads to: " + " · ".join(
            BOT.entries[slug].title for slug in BOT.entries["xor"].next))
        question.focus()
        led = window.locator(".questions a.leads")
        expect(led).to_have_count(len(BOT.entries["xor"].next))
        assert {link.get_attribute("data-slug") for link in led.all()} == set(BOT.entries["xor"].next)
        expect(window.locator(".ways-on path")).to_have_count(len(BOT.entries["xor"].next) if width > 700 else 0)
        expect(window.locator(".leads-to")).to_be_in_viewport()
        assert window.evaluate("document.documentElement.scrollWidth") == width
        found = Axe().run(window)
        assert found.violations_count == 0, found.generate_report()


def test_typing_leaves_the_questions_that_have_the_words(address: str) -> None:
    with page(1280, 800) as window:
        window.goto(f"{address}/entries", wait_until="networkidle")
        shown = window.locator("#map li:visible")
        expect(shown).to_have_count(len(BOT.entries))
        window.locator("#question").fill("learning rate")
        fitting = [entry for entry in BOT.entries.values() if "learning" in entry.title.lower()
                   and "rate" in entry.title.lower()]
        expect(shown).to_have_count(len(fitting))
        expect(window.locator("#fitting")).to_have_text(
            f"{len(fitting)} of {len(BOT.entries)} questions have these words.")
        window.locator("#question").fill("zzzz")
        expect(shown).to_have_count(len(BOT.entries))


def test_a_path_says_how_far_it_is_read_and_where_it_goes_on(address: str) -> None:
    path = reading_paths()[0]
    with page(1280, 800) as window:
        window.goto(f"{address}/e/{path.entries[0]}", wait_until="networkidle")
        window.goto(f"{address}/entries", wait_until="networkidle")
        way = window.locator(".paths details").first
        expect(way.locator("progress")).to_have_js_property("value", 1)
        way.locator("summary").click()
        expect(way.locator("[data-on] a")).to_have_text(f"Go on with: {BOT.entries[path.entries[1]].title}")
        expect(window.locator(".paths details").nth(1).locator("progress")).to_be_hidden()
