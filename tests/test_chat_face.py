"""What a learner sees first in the chat, in Chromium: a network that trains, on a phone the answer above it."""


import pytest
from playwright.sync_api import Page, expect

from scripts.pages import WATCHING, page, settled

pytestmark = pytest.mark.browser

PHONE = 390, 844


def ask(window: Page, question: str) -> None:
    box = window.get_by_placeholder("Ask about neurons")
    box.fill(question)
    box.press("Enter")
    expect(window.get_by_text("First, your guess.")).to_be_visible()
    settled(window)


def top_of(window: Page, selector: str) -> float:
    box = window.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"]


@pytest.mark.parametrize("size", [PHONE, (1280, 800)])
def test_a_network_trains_beside_the_greeting(chat_address: str, size: tuple[int, int]) -> None:
    with page(*size) as window:
        window.add_init_script(WATCHING)
        window.goto(chat_address)
        window.wait_for_function("() => stepsSeen.size > 2")
        expect(window.locator(".nrn")).not_to_have_attribute("data-frame", "0")
        expect(window.get_by_role("link", name="Try your own network")).to_have_attribute("href", "try")
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_where_motion_is_not_wanted_the_greeting_stands_still(chat_address: str) -> None:
    with page(1280, 800) as window:
        window.emulate_media(reduced_motion="reduce")
        window.goto(chat_address)
        expect(window.locator(".nrn")).to_have_attribute("data-playing", "false")
        settled(window)
        expect(window.locator(".nrn")).to_have_attribute("data-playing", "false")
        expect(window.locator(".nrn")).not_to_have_attribute("data-frame", "0")


def test_on_a_phone_the_first_screen_has_the_direct_answer_and_below_it_the_picture(chat_address: str) -> None:
    with page(*PHONE) as window:
        window.goto(chat_address)
        settled(window)
        ask(window, "why is there a bias in a neuron?")
        direct, picture, guess, settings = (top_of(window, part) for part in (
            "[class*=st-key-direct-]", ".nrn-unit", "text=First, your guess.", "[class*=st-key-settings-]"))
        field = top_of(window, "[data-testid=stChatInput]")
        assert 0 < direct < picture < field, "the answer and a unit of its network stand on the screen"
        assert picture < guess < settings


def test_the_network_stands_untrained_until_the_guess_and_then_trains(chat_address: str) -> None:
    with page(1280, 800) as window:
        window.goto(chat_address)
        settled(window)
        ask(window, "why is there a bias in a neuron?")
        network = window.locator(".nrn")
        expect(network).to_have_attribute("data-frame", "0")
        expect(window.get_by_text("Tested in these runs")).to_be_visible()
        window.get_by_role("button", name="More than half, but less than 95 %").click()
        expect(network).not_to_have_attribute("data-frame", "0")
        expect(window.get_by_text("You guessed")).to_be_visible()
