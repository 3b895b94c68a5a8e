"""The worked example in Chromium: filled in and checked, by keyboard too, and marked in the picture."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from bot.answers.worked import WorkedExample, number_typed
from bot.service import Bot
from bot.surfaces.web import assets
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from scripts.pages import ROOT, chromium, page, profile, served, settled

pytestmark = pytest.mark.browser

PICTURES = ROOT / "build" / "screenshots"
PAGE = "/e/coffee-roasting"
TYPED = ["0.5", " 0,5 ", "−1.25", "-1.25", "+3", ".5", "12 %", "1e-3", "", "half", "1,000.5", "0.5 x", "nan", "inf",
         "1."]
BOT = Bot()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served(alone(BOT, WebSettings(public_url="https://neurons.example.org"))) as found:
        yield found


@pytest.fixture
def window() -> Iterator[Page]:
    faults: list[str] = []
    with page(1280, 900) as opened:
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.on("console", lambda said: said.type == "error" and faults.append(said.text))
        yield opened
    assert faults == []


@pytest.fixture(scope="module")
def examples() -> tuple[WorkedExample, ...]:
    return BOT.answer("coffee-roasting").worked_examples()


def unfolded(window: Page) -> Locator:
    """The worked example of a page, which is folded below its question."""
    worked = window.get_by_label("Worked example")
    expect(worked).to_be_hidden()
    window.get_by_text("Work it out:").click()
    expect(worked).to_be_visible()
    return worked


def test_a_number_is_checked_and_the_step_shown_when_it_is_wrong(
        address: str, window: Page, examples: tuple[WorkedExample, ...]) -> None:
    window.goto(address + PAGE)
    worked = unfolded(window)
    box, status = worked.get_by_role("textbox", name="The missing number"), worked.get_by_role("status")
    step = worked.get_by_text(examples[0].step, exact=True)
    expect(box).to_have_accessible_description(re.compile(re.escape(examples[0].ask.partition("___")[0].strip())))
    expect(step).to_be_hidden()
    box.fill("a lot")
    box.press("Enter")
    expect(status).to_have_text("That is no number.")
    expect(step).to_be_hidden()
    box.fill(str(examples[0].answer + 5))
    worked.get_by_role("button", name="Check").click()
    expect(status).to_have_text(f"Not quite. {examples[0].step}")
    expect(step).to_be_visible()
    expect(box).to_have_attribute("aria-invalid", "true")
    box.fill(examples[0].right.replace(".", ","))
    box.press("Enter")
    expect(status).to_have_text(f"Right: {examples[0].right}.")
    expect(box).to_have_attribute("aria-invalid", "false")
    assert window.url == address + PAGE, "nothing is sent"
    window.screenshot(path=PICTURES / "worked-page.png")


def test_another_example_takes_its_place_and_the_picture_follows(
        address: str, window: Page, examples: tuple[WorkedExample, ...]) -> None:
    window.goto(address + PAGE)
    expect(window.locator("#stage .nrn")).to_be_visible()
    worked = unfolded(window)
    marked = "() => globalThis.player.store.get().exampleIndex"
    window.wait_for_function(f"() => ({marked})() === {examples[0].example}")
    worked.get_by_role("button", name="Another example").click()
    expect(worked.get_by_text(examples[1].lines[0], exact=True)).to_be_visible()
    expect(worked.get_by_text(examples[0].lines[0], exact=True)).to_be_hidden()
    window.wait_for_function(f"() => ({marked})() === {examples[1].example}")
    box = worked.get_by_role("textbox", name="The missing number")
    box.fill(examples[1].right)
    box.press("Enter")
    expect(worked.get_by_role("status")).to_have_text(f"Right: {examples[1].right}.")


def test_a_click_in_the_picture_works_the_nearest_example(
        address: str, window: Page, examples: tuple[WorkedExample, ...]) -> None:
    window.goto(address + PAGE)
    large = window.locator("#stage canvas.nrn-large")
    expect(large).to_be_visible()
    chosen = examples[3]
    window.wait_for_function("() => globalThis.player.store.get().settled")
    near = json.dumps([value + 0.01 for value in chosen.seen])
    window.evaluate(f"globalThis.player.store.set({{ example: Float32Array.from({near}), exampleIndex: null }})")
    worked = unfolded(window)
    expect(worked.get_by_text(chosen.lines[0], exact=True)).to_be_visible()
    window.wait_for_function(f"() => globalThis.player.store.get().exampleIndex === {chosen.example}")
    large.click(position={"x": 120, "y": 60})
    window.wait_for_function("() => globalThis.player.store.get().exampleIndex !== null")
    expect(worked.locator(".case:visible")).to_have_count(1)


def test_without_script_the_step_can_be_read(address: str, examples: tuple[WorkedExample, ...]) -> None:
    with chromium() as browser:
        opened = profile(browser, java_script_enabled=False).new_page()
        opened.goto(address + PAGE)
        worked = unfolded(opened)
        expect(worked.get_by_text(examples[0].ask)).to_be_visible()
        expect(worked.get_by_role("button")).to_have_count(0)
        worked.get_by_text("Show the step").first.click()
        expect(worked.get_by_text(examples[0].step, exact=True).first).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_in_it(address: str, window: Page, width: int, colours: str) -> None:
    window.set_viewport_size({"width": width, "height": 800})
    window.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    window.goto(address + "/e/threshold-0.5")
    unfolded(window)
    box = window.get_by_role("textbox", name="The missing number")
    box.fill("77")
    box.press("Enter")
    expect(window.get_by_label("Worked example").get_by_role("status")).to_contain_text("Not quite")
    found = Axe().run(window)
    assert found.violations_count == 0, found.generate_report()
    assert window.evaluate("document.documentElement.scrollWidth") == width
    window.get_by_label("Worked example").screenshot(path=PICTURES / f"worked-{width}-{colours}.png")


def test_a_card_fetches_it_when_it_is_opened(address: str, window: Page, examples: tuple[WorkedExample, ...]) -> None:
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    window.goto(address + "/embed/coffee-roasting/")
    assert not any(url.endswith("worked.js") for url in asked)
    window.get_by_text("Work an example").click()
    worked = window.get_by_label("Worked example")
    box = worked.get_by_role("textbox", name="The missing number")
    expect(box).to_be_visible()
    box.fill("77")
    box.press("Enter")
    expect(worked.get_by_role("status")).to_have_text(f"Not quite. {examples[0].step}")
    window.get_by_text("See the network at work").click()
    expect(window.locator(".nrn[data-frame]")).to_be_visible()
    window.wait_for_function(f"() => globalThis.player.store.get().exampleIndex === {examples[0].example}")
    window.screenshot(path=PICTURES / "worked-card.png", full_page=True)


def test_numbers_are_read_as_everywhere(address: str, window: Page) -> None:
    window.goto(address + PAGE)
    module = f"{address}/{assets.path_of('worked.js')}"
    read = window.evaluate("([module, typed]) => import(module).then(({ numberTyped }) => typed.map(numberTyped))",
                           [module, TYPED])
    assert read == [number_typed(text) for text in TYPED]


def test_in_the_chat_the_picture_and_the_numbers_follow_one_another(
        chat_address: str, examples: tuple[WorkedExample, ...]) -> None:
    with page(1280, 1100) as window:
        window.goto(chat_address + "/?entry=coffee-roasting")
        expect(window.locator(".nrn-unit").first).to_be_visible()
        settled(window)
        expect(window.locator(".nrn").get_by_text("Example 1 of 200")).to_be_visible()
        window.get_by_label("The missing number").fill("77")
        window.get_by_role("button", name="Check").click()
        expect(window.get_by_text(f"Not quite. {examples[0].step}").first).to_be_visible()
        expect(window.locator("#ask-neuron-log")).to_contain_text(f"Not quite. {examples[0].step}")
        window.get_by_label("The missing number").fill(examples[0].right)
        window.get_by_label("The missing number").press("Enter")
        expect(window.get_by_text(f"Right: {examples[0].right}.").first).to_be_visible()
        window.screenshot(path=PICTURES / "worked-chat.png")
        window.get_by_role("button", name="Another example").click()
        expect(window.get_by_text(examples[1].lines[0])).to_be_visible()
        expect(window.locator(".nrn").get_by_text(f"Example {(examples[1].example or 0) + 1} of 200")).to_be_visible()
        settled(window)
        large, chosen = window.locator(".nrn canvas.nrn-large"), examples[4]
        large.click(position=place(chosen, large.bounding_box()))
        expect(window.get_by_text(chosen.lines[0])).to_be_visible()
        expect(window.locator(".nrn").get_by_text(f"Example {(chosen.example or 0) + 1} of 200")).to_be_visible()


def place(chosen: WorkedExample, canvas: Any) -> Any:
    """Where an example lies on the player's large map; see stage.js."""
    side = min(canvas["width"] - 56, 330)
    axes = BOT.answer("coffee-roasting").run.shown.data.axes
    x, y = ((axis.offset + axis.scale * seen - axis.low) / (axis.high - axis.low)
            for axis, seen in zip(axes, chosen.seen, strict=True))
    return {"x": 52 + x * side, "y": 6 + (1 - y) * side}
