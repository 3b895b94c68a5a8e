"""A long conversation in one window: what the browser keeps of an answer that has scrolled away."""

import pytest
from playwright.sync_api import CDPSession, Page, expect

from bot.service import shared_bot
from scripts.pages import page, settled

pytestmark = [pytest.mark.browser, pytest.mark.load]

WARM, ANSWERS = 9, 15  # by the ninth the oldest answers are folded
AN_ANSWER = 0.8  # MB that each further one may take; measured: 0.4


def ask(window: Page, question: str) -> None:
    box = window.get_by_placeholder("Ask about neurons")
    before = window.locator("[class*=st-key-turn]").count()
    box.fill(question)
    box.press("Enter")
    expect(window.locator("[class*=st-key-turn]")).to_have_count(before + 1)
    if not before:
        window.get_by_role("button", name="Skip, and do not ask again").click()
    expect(window.locator("[class*=st-key-turn] h2")).to_have_count(before + 1)
    expect(window.locator("[class*=st-key-turn]").last.locator("[class*=st-key-settings]")).to_be_visible()
    window.wait_for_selector("[data-test-script-state='notRunning']", state="attached")


def kept(window: Page, devtools: CDPSession) -> float:
    """Megabytes of the heap in use after all garbage is gone, when the page is at rest: the least of several looks."""
    looks = []
    for _ in range(5):
        settled(window)
        devtools.send("HeapProfiler.collectGarbage")
        looks.append(float(devtools.send("Runtime.getHeapUsage")["usedSize"]) / 1e6)
    return min(looks)


def test_memory_stays_flat_over_a_long_conversation(chat_address: str) -> None:
    questions = [entry.title for entry in shared_bot().entries.values()]
    with page(1280, 1000) as window:
        devtools = window.context.new_cdp_session(window)
        window.goto(chat_address)
        for question in questions[:WARM]:
            ask(window, question)
        early = kept(window, devtools)
        for question in questions[WARM:ANSWERS]:
            ask(window, question)
        assert kept(window, devtools) - early < AN_ANSWER * (ANSWERS - WARM)
        expect(window.locator(".nrn")).to_have_count(3)
        asleep = window.locator(".nrn[data-asleep] canvas").evaluate_all(
            "all => all.reduce((sum, canvas) => sum + canvas.width * canvas.height, 0)")
        assert asleep == 0, "a player off the screen lets go of its pictures"
