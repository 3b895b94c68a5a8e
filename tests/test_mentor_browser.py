"""The mentor's page in Chromium: from question to copied reply by keyboard alone, whole posts, how it looks."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from scripts.pages import ROOT, page, served

pytestmark = pytest.mark.browser

PICTURES = ROOT / "build" / "screenshots"
POST = """Hi all, two questions about this week.

1. Why do we need a non-linear activation at all?
2. Is the output of the sigmoid really a probability?

Thanks!"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(alone(shared_bot(), WebSettings())) as found:
        yield f"{found}/mentor"


def opened(window: Page, address: str) -> list[str]:
    """Open the page, with a clipboard; what goes wrong on it is collected."""
    wrong: list[str] = []
    window.on("pageerror", lambda error: wrong.append(str(error)))
    window.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.goto(address)
    window.wait_for_selector("body[data-ready]")
    return wrong


def clipboard(window: Page) -> str:
    return str(window.evaluate("navigator.clipboard.readText()"))


def test_from_question_to_copied_reply_by_keyboard_alone(address: str) -> None:
    with page(1280, 900) as window:
        wrong = opened(window, address)
        window.keyboard.type("what does a hidden neuron mean", delay=25)  # the field has the focus from the start
        window.wait_for_selector("#hits[data-for='what does a hidden neuron mean']")
        window.keyboard.press("Control+Enter")
        window.wait_for_selector("body[data-copied=markdown]")
        text = clipboard(window)
        assert text.startswith("**What does a hidden neuron mean?**")
        assert "/e/hidden-neuron-meaning)" in text
        assert wrong == []


def test_what_is_typed_before_the_script_is_there_is_searched(address: str) -> None:
    with page(1280, 900) as window:
        held: list[Route] = []
        window.route("**/mentor.js*", lambda route: held.append(route))
        window.goto(address, wait_until="commit")
        window.locator("#question").press_sequentially("coffee roast")
        assert window.locator("body[data-ready]").count() == 0
        held[0].continue_()
        expect(window.get_by_role("option").first).to_contain_text("coffee roasting")


def test_a_search_that_fails_says_so_and_goes_on(address: str) -> None:
    with page(1280, 900) as window:
        wrong = opened(window, address)
        window.route("**/mentor/search*", lambda route: route.fulfill(status=503, body="{}"))
        window.keyboard.type("coffee roast")
        expect(window.get_by_role("option")).to_have_text(re.compile("does not answer"))
        window.keyboard.press("Enter")
        expect(window.get_by_role("option")).to_be_visible()
        window.unroute("**/mentor/search*")
        window.keyboard.type("ing")
        expect(window.get_by_role("option").first).to_contain_text("coffee roasting")
        assert wrong == []


def test_arrows_choose_and_settings_change_the_reply(address: str) -> None:
    with page(1280, 900) as window:
        wrong = opened(window, address)
        field = window.locator("#question")
        window.keyboard.type("coffee roast")
        window.wait_for_selector("#hits[data-for='coffee roast']")
        expect(window.locator("#hits [role=option]").first).to_contain_text("coffee roasting")
        first = field.get_attribute("aria-activedescendant")
        window.keyboard.press("ArrowDown")
        assert field.get_attribute("aria-activedescendant") != first
        expect(window.locator("#hits [aria-selected=true]")).to_have_count(1)
        window.keyboard.press("ArrowUp")
        assert field.get_attribute("aria-activedescendant") == first
        window.keyboard.press("Enter")
        expect(field).to_have_attribute("aria-expanded", "false")
        expect(window.get_by_role("status")).to_contain_text("Ready")
        window.get_by_label("Hidden units").fill("2")
        expect(window.locator("#reply")).to_have_value(re.compile("hidden=2"))
        window.get_by_label("Hidden units").fill("99")
        expect(window.get_by_role("alert")).to_contain_text("a whole number from 1 to 8")
        expect(window.locator("#reply")).to_have_value(re.compile("hidden=2"))
        window.get_by_label("Hidden units").fill("")
        window.get_by_label("Seed").fill("7")
        expect(window.locator("#reply")).to_have_value(re.compile("seed=7"))
        expect(window.get_by_role("alert")).to_be_hidden()
        assert wrong == []


def test_a_pasted_post_becomes_one_reply_that_can_be_edited(address: str) -> None:
    with page(1280, 900) as window:
        wrong = opened(window, address)
        window.evaluate("text => navigator.clipboard.writeText(text)", POST)
        window.keyboard.press("Control+V")
        expect(window.locator("#parts li.found")).to_have_count(2)
        reply = window.locator("#reply")
        expect(reply).to_have_value(re.compile("e/why-nonlinearity"))
        reply.fill("Dear learner, **see below**.")
        expect(window.locator("#preview")).to_have_text("Dear learner, see below.")
        window.keyboard.press("Control+Enter")
        window.wait_for_selector("body[data-copied=markdown]")
        assert clipboard(window) == "Dear learner, **see below**."
        window.get_by_role("button", name="HTML").click()
        window.wait_for_selector("body[data-copied=html]")
        assert "<strong>see below</strong>" in clipboard(window)
        window.locator("#parts button").first.click()
        expect(reply).to_have_value(re.compile("Not true:"))
        window.get_by_role("button", name="Bring my edits back").click()
        expect(reply).to_have_value("Dear learner, **see below**.")
        assert wrong == []


@pytest.mark.parametrize(("width", "colours"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")])
def test_it_fits_and_everyone_can_use_it(address: str, width: int, colours: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with page(width, 800, "dark" if colours == "dark" else "light") as window:
        opened(window, address)
        window.keyboard.type("dead relu")
        window.wait_for_selector("#hits[data-for='dead relu']")
        listed = Axe().run(window)
        window.screenshot(path=PICTURES / f"mentor-list-{width}-{colours}.png")
        window.keyboard.press("Enter")
        expect(window.locator("#reply")).to_have_value(re.compile("dead-relu"))
        window.locator("#whole summary").click()
        shown = Axe().run(window)
        assert window.evaluate("document.documentElement.scrollWidth") <= width
        window.screenshot(path=PICTURES / f"mentor-{width}-{colours}.png", full_page=True)
    assert listed.violations_count == 0, listed.generate_report()
    assert shown.violations_count == 0, shown.generate_report()


def test_a_keystroke_asks_once_and_shows_what_is_found(address: str) -> None:
    text = "is it affordability or what"
    with page(1280, 900) as window:
        opened(window, address)
        asked: list[str] = []
        window.on("request", lambda request: asked.append(request.url))
        for end, letter in enumerate(text, 1):
            window.keyboard.type(letter)
            window.wait_for_selector(f'#hits[data-for="{text[:end].strip()}"]')
        assert 1 < len(asked) <= len(text)
        assert all("/mentor/search?q=" in url for url in asked)


def test_a_post_that_is_too_long_is_not_cut_but_said(address: str) -> None:
    with page(1280, 900) as window:
        window.goto(address)
        window.locator("#whole summary").click()
        window.fill("#post", "why? " * 4001)
        window.get_by_role("button", name="Find its questions").click()
        expect(window.locator("#problem")).to_contain_text("That has 20,005 characters, and I read at most 20,000.")
