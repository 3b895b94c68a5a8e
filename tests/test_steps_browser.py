"""Steps in Chromium: scrolling and tapping move the picture, beside the words on a desk and above them on a phone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from scripts.pages import ROOT, chromium, profile, served

pytestmark = pytest.mark.browser

PICTURES = ROOT / "build" / "screenshots"
PAGE = "/e/coffee-roasting"
BOT = shared_bot()
TO_MIDDLE = """step => {
  const { top, height } = step.getBoundingClientRect();
  scrollTo({ top: scrollY + top + height / 2 - innerHeight / 2, behavior: "instant" });
}"""
DESK, PHONE = (1280, 800), (360, 720)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served(alone(BOT, WebSettings())) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@contextmanager
def reading(browser: Browser, address: str, size: tuple[int, int], page: str = PAGE, **options: Any) -> Iterator[Page]:
    width, height = size
    context = profile(browser, viewport={"width": width, "height": height}, has_touch=width < 500, **options)
    faults: list[str] = []
    window = context.new_page()
    window.on("pageerror", lambda error: faults.append(str(error)))
    window.on("console", lambda said: said.type == "error" and faults.append(said.text))
    window.goto(address + page, wait_until="networkidle")
    yield window
    context.close()
    assert faults == []


def scroll_to(window: Page, step: int) -> None:
    window.locator("[data-step]").nth(step).evaluate(TO_MIDDLE)


def unit(window: Page) -> Any:
    return window.locator(".nrn-unit[aria-pressed=true]")


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_scrolling_to_a_step_moves_the_picture_there(address: str, browser: Browser, size: tuple[int, int]) -> None:
    with reading(browser, address, size) as window:
        steps, player = window.locator("[data-step]"), window.locator(".nrn")
        scroll_to(window, 1)  # unit 1, a quarter into the training
        expect(unit(window)).to_have_attribute("data-unit", "0:0")
        expect(player).to_have_attribute("data-playing", "false")
        step = int(player.evaluate("() => player.store.get().position"))
        assert 0 < step < 58
        expect(player).to_have_attribute("data-frame", str(step))
        expect(steps.nth(1)).to_have_attribute("data-shown", "")
        expect(steps.nth(1).get_by_role("button")).to_have_text("Shown in the picture: unit 1 at step 362")
        box, words = player.bounding_box(), steps.nth(1).bounding_box()
        assert box is not None
        assert words is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= size[1], "all of it is seen"
        if size is PHONE:
            assert box["y"] + box["height"] <= 0.3 * size[1]
        scroll_to(window, 0)  # the hidden units, after training
        expect(player).to_have_attribute("data-frame", "58")
        expect(window.locator(".nrn-unit.is-lit")).to_have_count(3)
        assert window.evaluate("document.documentElement.scrollWidth") == size[0]
        found = Axe().run(window)
        assert found.violations_count == 0, found.generate_report()
        window.screenshot(path=PICTURES / f"steps-{size[0]}.png")


def test_who_has_the_player_in_hand_keeps_it_until_a_step_is_tapped(address: str, browser: Browser) -> None:
    with reading(browser, address, DESK) as window:
        player = window.locator(".nrn")
        scroll_to(window, 0)
        expect(player).to_have_attribute("data-frame", "58")
        player.locator(".nrn-slider").evaluate("slider => slider.scrollIntoView({ block: 'nearest' })")
        player.locator(".nrn-slider").focus()
        window.keyboard.press("ArrowLeft")
        expect(player).to_have_attribute("data-frame", "57")
        expect(window.locator("[data-shown]")).to_have_count(0)
        scroll_to(window, 1)
        scroll_to(window, 3)
        window.wait_for_timeout(300)  # long enough for a move to begin
        expect(player).to_have_attribute("data-frame", "57")
        expect(unit(window)).to_have_attribute("data-unit", "1:0")
        step = window.locator("[data-step]").nth(3).get_by_role("button")
        step.focus()
        window.keyboard.press("Enter")
        expect(unit(window)).to_have_attribute("data-unit", "0:0")
        expect(window.locator(".nrn [role=status].nrn-unseen")).to_contain_text("Shown in the picture: run ")
        expect(window.get_by_role("tab", name="Other starts")).to_have_attribute("aria-selected", "true")
        expect(window.get_by_role("tab", name="Other starts")).to_be_in_viewport()
        scroll_to(window, 0)  # and reading goes on
        expect(window.locator(".nrn-unit.is-lit")).to_have_count(3)


def test_without_motion_the_picture_jumps(address: str, browser: Browser) -> None:
    with reading(browser, address, DESK, reduced_motion="reduce") as window:
        scroll_to(window, 0)
        expect(window.locator(".nrn")).to_have_attribute("data-frame", "58")
        window.evaluate("""() => {
          globalThis.seen = [];
          player.store.subscribe((keys, { position }) => keys.has("position") && seen.push(position));
        }""")
        scroll_to(window, 1)
        expect(unit(window)).to_have_attribute("data-unit", "0:0")
        expect(window.locator("[data-shown]")).to_contain_text("at step 362")
        assert len(window.evaluate("seen")) == 1


def test_on_a_phone_the_small_player_opens(address: str, browser: Browser) -> None:
    with reading(browser, address, PHONE) as window:
        scroll_to(window, 1)
        expect(unit(window)).to_have_attribute("data-unit", "0:0")
        expect(window.locator(".nrn-tabs")).to_be_hidden()
        window.get_by_role("button", name="Open").click()
        expect(window.locator(".nrn-tabs")).to_be_visible()
        expect(window.locator(".nrn-large")).to_be_in_viewport()
        assert window.evaluate("document.documentElement.scrollWidth") == 360
        window.get_by_role("button", name="Make it small").click()
        expect(window.locator(".nrn-tabs")).to_be_hidden()


def test_a_step_that_opens_one_example_shows_the_first_one_if_none_is_chosen(address: str, browser: Browser) -> None:
    entry = BOT.entries["linear-regression-cost"]
    assert entry.steps[0].panel == "one example"
    assert entry.worked is None or entry.worked.example is None, "no example is marked by the page itself"
    with reading(browser, address, DESK, f"/e/{entry.slug}") as window:
        scroll_to(window, 0)
        says, sums = window.locator(".nrn-says"), window.locator(".nrn-sums")
        expect(says).to_contain_text("Example 1 of 50.")
        expect(says).to_be_in_viewport()
        expect(sums.locator("tbody tr")).to_have_count(1)
        window.get_by_role("button", name="An example from the data").click()
        expect(says).to_contain_text("Example 2 of 50.")
        window.locator("[data-step]").first.get_by_role("button").click()
        expect(window.locator("[data-shown]")).to_have_count(1)
        expect(says).to_contain_text("Example 2 of 50.")  # what the learner has chosen stays


def test_a_unit_that_is_switched_off_leaves_the_picture_in_sight(address: str, browser: Browser) -> None:
    with reading(browser, address, DESK, "/e/neuron-ablation") as window:
        window.locator("[data-step]").first.get_by_role("button").click()
        expect(window.get_by_role("tab", name="Take apart")).to_have_attribute("aria-selected", "true")
        expect(window.locator("[data-shown]")).to_contain_text("switched off")
        expect(window.locator(".nrn-large")).to_be_in_viewport(ratio=1)


def test_on_a_phone_every_unit_is_in_sight(address: str, browser: Browser) -> None:
    with reading(browser, address, PHONE, "/e/dead-relu") as window:
        window.locator("[data-step]").first.get_by_role("button").click()
        expect(window.locator(".nrn-unit.is-lit")).to_have_count(8)
        room = window.locator(".nrn-diagram").bounding_box()
        assert room is not None
        for unit_shown in window.locator(".nrn-unit").all():
            box = unit_shown.bounding_box()
            assert box is not None
            assert box["y"] >= room["y"] - 1
            assert box["y"] + box["height"] <= room["y"] + room["height"] + 1


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_step_shows_the_spread_layer_by_layer_and_at_other_scales_of_the_weights(
    address: str, browser: Browser, size: tuple[int, int]
) -> None:
    run = BOT.answer("initial-weight-scale").run
    small, usual = (float(run.metrics.signal_by_scale[0, at]) for at in (0, 2))
    with reading(browser, address, size, "/e/initial-weight-scale") as window:
        window.get_by_role("button", name="Show it in the picture").first.click()  # a large recording waits for that
        panel = window.locator(".nrn-layers")
        expect(panel.locator("canvas")).to_be_in_viewport(ratio=1)
        summary = panel.locator(".nrn-caption")
        expect(summary).to_contain_text("times")
        told = dict(one.split(": ") for one in (summary.text_content() or "").split("times ")[1].split("; "))
        assert float(told["¼"]) == pytest.approx(small, abs=1e-6)
        assert float(told["1"]) == pytest.approx(usual, abs=0.006)
        name = panel.locator("canvas").get_attribute("aria-label") or ""
        assert name.endswith(f"hidden 8: {usual:.2g}"), name
        panel.get_by_role("button", name="¼").click()
        expect(panel.locator("canvas")).to_have_attribute("aria-label", re.compile(f"hidden 8: {small:.6f}$"))
        window.locator(".nrn-step").nth(1).click()  # the next step has the network in its place again
        expect(window.locator(".nrn-diagram")).to_be_in_viewport()
        expect(panel).not_to_be_in_viewport()


def test_a_run_that_begins_with_a_trained_network_says_so(address: str, browser: Browser) -> None:
    with reading(browser, address, DESK, "/e/training-on-new-data") as window:
        window.get_by_role("button", name="Show it in the picture").first.click()
        expect(window.locator(".nrn-step").first).to_contain_text("after round one")
        assert "before training" not in window.locator("main").inner_text()
        window.locator(".nrn").focus()
        window.keyboard.press("Home")
        expect(window.locator(".nrn-now")).to_contain_text("step 0 of 200, after round one")
