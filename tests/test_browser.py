"""The whole chat in Chromium: a question nobody listed, its answer with the numbers of the run, and how it looks."""

import re
from pathlib import Path

import pytest
from known import ENTRIES
from playwright.sync_api import Page, expect

from bot.present.code_export import numpy_code
from bot.present.forum import reply
from bot.service import shared_bot
from scripts.pages import ROOT, page, settled

pytestmark = pytest.mark.browser

QUESTION = "those three coffee neurons, which roasts does every single one of them react to?"
PICTURES = ROOT / "build" / "screenshots"  # to look at; git does not keep them
TOP = "heading => { const y = heading.getBoundingClientRect().y; return 0 < y && y < 400 }"


@pytest.fixture(scope="module", autouse=True)
def pictures() -> Path:
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES


def width_of_all(window: Page) -> int:
    """How wide the page is, with whatever would have to be scrolled to sideways."""
    return int(window.evaluate("() => document.querySelector('.stMain').scrollWidth"))


def ask(window: Page, question: str) -> None:
    box = window.get_by_placeholder("Ask about neurons")
    box.fill(question)
    box.press("Enter")


def test_a_question_that_nobody_listed_is_answered_with_the_numbers_of_the_run(chat_address: str) -> None:
    assert all(QUESTION not in entry.utterances for entry in ENTRIES.values())
    answer = shared_bot().answer("coffee-roasting")
    with page(1280, 900) as window:
        errors: list[str] = []
        window.on("pageerror", lambda error: errors.append(str(error)))
        window.goto(chat_address)
        expect(window.get_by_text("Ask what happens inside")).to_be_visible()
        ask(window, QUESTION)
        expect(window.get_by_role("heading", name=answer.entry.title)).to_be_visible()
        settled(window)
        beginning = window.get_by_role("heading", name=answer.entry.title).element_handle()
        window.wait_for_function(TOP, arg=beginning)  # the answer's beginning is on the screen, not its end
        window.get_by_role("button", name=answer.entry.prediction.options[0].says).click()
        expect(window.get_by_text(f"{answer.metrics['accuracy']:.1%}").first).to_be_visible()
        claims = window.locator("[class*=st-key-claims]")
        for claim in answer.claims:
            expect(claims.get_by_text(f"in {claim.replicas_true} of {claim.replicas} runs").first).to_be_visible()
        settled(window)
        expect(window.locator(".nrn-unit")).to_have_count(4)  # three units and the output
        expect(window.locator("[role=log]")).to_contain_text(answer.entry.title)
        expect(window).to_have_url(re.compile("entry=coffee-roasting"))
        window.screenshot(path=PICTURES / "answer.png")
    assert errors == []


def test_a_setting_changes_the_answer_and_its_link_brings_it_back(chat_address: str) -> None:
    changed = shared_bot().answer("coffee-roasting", {"hidden": 2})
    number = f"{changed.metrics['accuracy']:.1%}"
    with page(1280, 900) as window:
        window.goto(f"{chat_address}/?entry=coffee-roasting")
        window.get_by_role("button", name="Break it: Take one unit away").click()
        expect(window.get_by_text(number).first).to_be_visible()
        expect(window.get_by_text("no longer true").first).to_be_visible()
        expect(window).to_have_url(re.compile("hidden=2"))
        link = window.url
    with page(1280, 900) as window:
        window.context.grant_permissions(["clipboard-read", "clipboard-write"])
        window.goto(link)
        expect(window.get_by_text(number).first).to_be_visible()
        settled(window)  # a button that is there has its script a moment later
        window.get_by_role("button", name="Copy for the forum").click()
        expect(window.get_by_text("Copied.")).to_be_visible()
        assert window.evaluate("navigator.clipboard.readText()") == reply(changed).markdown


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling(chat_address: str, colours: str) -> None:
    with page(360, 780, "dark" if colours == "dark" else "light") as window:
        window.goto(chat_address)
        expect(window.get_by_text("Ask what happens inside")).to_be_visible()
        assert width_of_all(window) <= 360
        window.goto(f"{chat_address}/?entry=coffee-roasting")
        expect(window.get_by_text("Tested in these runs")).to_be_visible()
        settled(window)
        assert width_of_all(window) <= 360
        ground = window.evaluate("() => getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        assert ground == ("rgb(17, 21, 29)" if colours == "dark" else "rgb(255, 255, 255)")
        window.screenshot(path=PICTURES / f"phone-{colours}.png", full_page=True)


def test_the_code_that_is_taken_away_is_that_of_the_run_on_the_screen(chat_address: str) -> None:
    with page(1280, 1600) as window:  # high enough for the whole menu
        window.goto(f"{chat_address}/?entry=xor&hidden=3&seed=7")
        menu = window.get_by_role("button", name="Take away")
        expect(menu).to_be_visible()
        settled(window)
        menu.click()
        with window.expect_download() as download:
            window.get_by_role("button", name="Code (numpy)").click()
        assert download.value.suggested_filename == "xor-hidden-3-seed-7.py"
        code = Path(download.value.path()).read_text(encoding="utf-8")
    assert code == numpy_code(shared_bot().answer("xor", {"hidden": 3}, 7).run)
