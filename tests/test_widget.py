"""The widget in the page of a course, on another port and under a strict policy, in Chromium."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from courses import MODES, PICTURES, QUESTION, colours, course, either, folder, frame, height_of, ours
from playwright.sync_api import expect

from bot.present.headline import figure
from bot.service import shared_bot
from scripts.pages import chat, page

pytestmark = pytest.mark.browser


def test_a_card_shows_the_run_that_its_attributes_ask_for(either: str, tmp_path: Path) -> None:
    answer = shared_bot().answer("coffee-roasting", {"hidden": 2})
    with course(tmp_path, either, MODES) as window:
        card = frame(window, "#card")
        expect(card.get_by_role("heading")).to_have_text(answer.entry.title)
        expect(card.locator(".number")).to_contain_text(f"True in {answer.claims[0].replicas_true} of 32 runs")
        measured = figure(answer, answer.first_finding)
        assert measured is not None
        expect(card.locator(".number")).to_contain_text(measured.value)
        link = card.get_by_role("link", name="The whole explanation")
        assert "hidden" in str(link.get_attribute("href"))
        expect(window.locator("#card iframe")).to_have_css("height", height_of(card))
        card.get_by_text("See the network at work").click()
        expect(card.locator(".nrn[data-frame]")).to_be_visible()
        window.wait_for_function("() => document.querySelector('#card').offsetHeight > 600")
        assert len(set(colours(card))) > 20, "the maps have the colours of the theme"
        card.locator("[tabindex='0']", has_text="At least two of the three edges").focus()
        expect(card.locator(".nrn-unit.is-lit")).to_have_count(2)
        expect(card.locator("[data-lit]")).to_contain_text("about the hidden units")
        expect(window.locator("#card iframe")).to_have_css("height", height_of(card))
        PICTURES.mkdir(parents=True, exist_ok=True)
        window.screenshot(path=PICTURES / "widget-card.png", full_page=True)


def test_a_question_is_answered_in_the_page(either: str, tmp_path: Path) -> None:
    with course(tmp_path, either, MODES) as window:
        box = window.locator("#box").get_by_label("Ask about neural networks")
        box.fill(QUESTION)
        box.press("Enter")
        answer = frame(window, "#box")
        expect(answer.get_by_role("heading")).to_have_text(shared_bot().entry("coffee-roasting").title)
        expect(window.locator("#box iframe")).to_have_css("height", height_of(answer))
        box.fill("what is the capital of Norway")
        box.press("Enter")
        expect(answer.get_by_role("status")).not_to_be_empty()
        expect(answer.get_by_role("listitem")).to_have_count(3)


def test_a_card_asks_for_a_guess_and_says_what_came_out(either: str, tmp_path: Path) -> None:
    answer = shared_bot().answer("coffee-roasting")
    right, wrong, _ = answer.entry.prediction.options
    with course(tmp_path, either, '<ask-neuron id="own" entry="coffee-roasting"></ask-neuron>' + MODES) as window:
        card = frame(window, "#own")
        expect(card.get_by_text(answer.entry.prediction.question)).to_be_visible()
        expect(card.get_by_text(right.says, exact=True)).to_be_hidden()
        card.get_by_text("Guess first").press("Enter")
        card.get_by_text(wrong.says, exact=True).press("Enter")
        expect(card.get_by_text("Not in this run.").first).to_be_visible()
        expect(card.get_by_text(f"It was: {right.says}").first).to_be_visible()
        expect(window.locator("#own iframe")).to_have_css("height", height_of(card))
        other = frame(window, "#card")  # with two units: another run decides
        other.get_by_text("Guess first").click()
        other.get_by_text(right.says, exact=True).click()
        link = other.get_by_role("link", name="See what came out")
        expect(link).to_have_attribute("target", "_blank")
        assert "hidden" not in str(link.get_attribute("href"))


def test_a_server_reads_settings_from_the_question(ours: str, tmp_path: Path) -> None:
    with course(tmp_path, ours, MODES) as window:
        box = window.locator("#box").get_by_label("Ask about neural networks")
        box.fill("coffee roasting units explained with 2 hidden units")
        box.press("Enter")
        expect(frame(window, "#box").locator(".number")).to_contain_text("hidden units = 2")


def test_the_bubble_opens_closes_and_keeps_the_keyboard(either: str, tmp_path: Path) -> None:
    with course(tmp_path, either, MODES) as window:
        button = window.get_by_role("button", name="Ask about neural networks")
        expect(button).to_be_visible()
        assert not any("embed/ask" in frame.url for frame in window.frames), "nothing is loaded before it is opened"
        button.focus()
        window.keyboard.press("Enter")
        panel = window.get_by_role("dialog", name="Ask about neural networks")
        expect(panel).to_be_visible()
        for _ in range(12):
            window.keyboard.press("Tab")
            focused = window.evaluate("() => document.activeElement.localName")
            assert focused in ("ask-neuron", "body"), "the focus left the panel"
        chat = panel.locator("iframe").content_frame
        chat.get_by_label("Ask about neural networks").fill(QUESTION)
        chat.get_by_label("Ask about neural networks").press("Enter")
        expect(chat.get_by_role("heading")).to_have_text(shared_bot().entry("coffee-roasting").title)
        chat.get_by_role("link", name="Ask another question").press("Escape")
        expect(panel).to_be_hidden()
        assert window.evaluate("() => document.activeElement.shadowRoot.activeElement.className") == "open"
        button.press("Enter")
        expect(chat.get_by_role("heading")).to_be_visible()
        window.get_by_role("button", name="Close").click()
        expect(panel).to_be_hidden()


def test_the_bubble_opens_the_chat_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASK_NEURON_FRAME_ANCESTORS", "*")
    with chat() as address, course(tmp_path, address, MODES) as window:
        window.get_by_role("button", name="Ask about neural networks").click()
        framed = window.get_by_role("dialog").locator("iframe").content_frame
        box = framed.get_by_placeholder("Ask about neurons")
        expect(box).to_be_visible()
        box.fill(QUESTION)
        box.press("Enter")
        title = shared_bot().entry("coffee-roasting").title
        expect(framed.get_by_role("heading", name=title)).to_be_visible()
        window.screenshot(path=PICTURES / "widget-chat.png")


def test_on_a_phone_the_panel_fills_the_screen(either: str, tmp_path: Path) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with course(tmp_path, either, MODES, width=360, lang="de") as window:
        expect(frame(window, "#card").get_by_role("link", name="Die ganze Erklärung")).to_be_visible()
        assert window.evaluate("() => document.documentElement.scrollWidth") <= 360
        window.screenshot(path=PICTURES / "widget-phone.png")
        window.get_by_role("button", name="Frag nach neuronalen Netzen").click()
        box = window.get_by_role("dialog").bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (360, 800)
        window.screenshot(path=PICTURES / "widget-phone-open.png")


def test_what_stands_in_frames_is_accessible(ours: str) -> None:
    with page(600, 800) as window:
        for path in ("embed/coffee-roasting/?hidden=2", "embed/ask/", "embed/coffe-roast/"):
            window.goto(f"{ours}/{path}")
            expect(window.get_by_role("heading", level=1)).to_be_visible()
            found = Axe().run(window)
            assert found.violations_count == 0, found.generate_report()


def test_the_player_in_a_card_is_accessible_once_it_plays(ours: str) -> None:
    with page(600, 900) as window:
        window.goto(f"{ours}/embed/coffee-roasting/")
        window.locator("#work > summary").click()
        expect(window.locator(".nrn-timeline")).to_be_visible()
        found = Axe().run(window)
        assert found.violations_count == 0, found.generate_report()
