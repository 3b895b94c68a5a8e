"""Points without a server to find them: a card says those that it is given, the search finds what is asked in nearly
the words of a point."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from courses import PICTURES, QUESTION, course, either, folder, frame, height_of, ours
from playwright.sync_api import expect

from bot.answers.points import ALSO_ASKED, TO_YOUR_POINT
from bot.content.entries import Entry
from bot.content.points import Point
from bot.service import shared_bot
from scripts.pages import page

pytestmark = pytest.mark.browser

NEARLY = "how good is the cofee network with a single hidden unit"
PATIENT = "AbortSignal.timeout = () => new AbortController().signal;"  # how fast the machine is decides nothing
BOX = '<ask-neuron id="box" mode="ask"></ask-neuron>'


def bias() -> tuple[Entry, Point, Point]:
    """An entry with two of its points, which need no settings of their own."""
    entry = shared_bot().entry("bias-term")
    one, other = [point for point in entry.points if not point.params][:2]
    return entry, one, other


@pytest.mark.parametrize("width", [390, 1000])
def test_a_card_says_its_points_first_and_leads_to_them(either: str, tmp_path: Path, width: int) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    entry, one, other = bias()
    body = f'<ask-neuron id="card" entry="{entry.slug}" point="{one.id} {other.id}"></ask-neuron>'
    with course(tmp_path, either, body, width=width) as window:
        card = frame(window, "#card")
        said = card.locator(".point > p")
        expect(said).to_have_count(2)
        expect(said.first).to_have_text(re.compile(f"^{TO_YOUR_POINT} "))
        expect(said.last).to_have_text(re.compile(f"^{re.escape(ALSO_ASKED)} {re.escape(other.title)} "))
        expect(card.locator("h1 + .notice[hidden] + .point")).to_be_visible()
        for name in (entry.title, "The whole explanation"):
            expect(card.get_by_role("link", name=name)).to_have_attribute(
                "href", re.compile(rf"/e/bias-term/?#{one.id}\+{other.id}$"))
        expect(window.locator("#card iframe")).to_have_css("height", height_of(card))
        window.screenshot(path=PICTURES / f"card-points-{width}.png", full_page=True)
        window.evaluate("name => document.getElementById('card').setAttribute('point', name)", other.id)
        expect(said).to_have_count(1)
        expect(card.get_by_role("link", name="The whole explanation")).to_have_attribute(
            "href", re.compile(rf"/e/bias-term/?#{other.id}$"))
        window.evaluate("() => document.getElementById('card').removeAttribute('point')")
        expect(card.locator(".point")).to_be_hidden()


def test_a_card_by_its_address_says_a_point_and_leads_to_the_run_that_shows_it(either: str) -> None:
    with page(600, 800) as window:
        window.goto(f"{either}/embed/bias-term/#{bias()[1].id}")
        expect(window.locator(".point > p")).to_have_count(1)
        found = Axe().run(window)
        assert found.violations_count == 0, found.generate_report()
        window.goto(f"{either}/embed/bias-term/#no-such-point")
        expect(window.locator(".point")).to_be_hidden()
        window.goto(f"{either}/embed/coffee-roasting/#one-unit")
        run = window.locator(".point").get_by_role("link", name="See the run that shows it")
        expect(run).to_have_attribute("href", re.compile(r"coffee-roasting(\?hidden=1|/hidden-1/)#one-unit$"))
        expect(run).to_have_attribute("target", "_blank")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_search_of_plain_files_finds_a_point_by_nearly_its_words(folder: str, width: int) -> None:
    with page(width, 844) as window:
        window.goto(f"{folder}/")
        box = window.get_by_role("searchbox")
        box.fill(NEARLY)
        point = shared_bot().entry("coffee-roasting").point("one-unit")
        assert point is not None
        hits = window.get_by_role("search").get_by_role("listitem")
        expect(hits.first).to_have_text(point.title)
        expect(hits.first.get_by_role("link")).to_have_attribute("href", re.compile(r"/\?hidden=1#one-unit$"))
        window.screenshot(path=PICTURES / f"search-points-{width}.png")
        box.press("Enter")
        window.wait_for_url("**/e/coffee-roasting/hidden-1/#one-unit")
        expect(window.locator(".direct > .point > p")).to_have_text(re.compile(f"^{TO_YOUR_POINT} "))
        expect(window.locator(".direct > .point")).not_to_contain_text("See the run that shows it")
        assert window.evaluate("document.documentElement.scrollWidth") == width
        window.go_back()
        box.fill("the coffee network")
        expect(hits.first).to_have_text(shared_bot().entry("coffee-roasting").title)
        box.fill("what is the capital of Norway and how good is it")
        box.press("Enter")
        expect(window.get_by_role("search").get_by_role("status")).not_to_be_empty()
        expect(hits).to_have_count(3)
        expect(window.get_by_role("heading", level=1)).to_contain_text("What happens inside")


def test_the_search_goes_on_without_the_points(folder: str) -> None:
    with page(1000, 800) as window:
        window.route("**/asks.bin*", lambda route: route.abort())
        window.goto(f"{folder}/")
        window.get_by_role("searchbox").fill(QUESTION)
        window.get_by_role("searchbox").press("Enter")
        expect(window.get_by_role("heading", level=1)).to_have_text(shared_bot().entry("coffee-roasting").title)


def test_a_question_in_a_page_has_its_point_said_first(either: str, tmp_path: Path) -> None:
    with course(tmp_path, either, BOX) as window:
        window.context.add_init_script(PATIENT)
        box = window.locator("#box").get_by_label("Ask about neural networks")
        box.fill("does a dense layer share a single scalar bias?")
        box.press("Enter")
        answer = frame(window, "#box")
        expect(answer.get_by_role("heading", level=1)).to_have_text(shared_bot().entry("bias-term").title)
        expect(answer.locator(".point > p")).to_have_text(re.compile(f"^{TO_YOUR_POINT} "))
        expect(window.locator("#box iframe")).to_have_css("height", height_of(answer))
