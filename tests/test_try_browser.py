"""The page of a learner's own network in Chromium: with and without script, on a phone, by axe, in both themes."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright
from test_try import PUBLIC, ZERO

from bot.service import Bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from scripts.pages import CHROMIUM, FLAGS, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(alone(Bot(), WebSettings(public_url=PUBLIC))) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def window(browser: object) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: said.type == "error" and faults.append(said.text))
    yield opened
    context.close()
    assert faults == [], "the policy blocks nothing of ours"


def paste(window: Page, address: str) -> None:
    window.goto(f"{address}/try")
    window.fill("#text", ZERO)
    window.click(".paste .button")
    expect(window.locator(".verdict")).to_contain_text("All weights start at 0")


def test_both_runs_play_and_a_line_leads_into_the_text(window: Page, address: str) -> None:
    paste(window, address)
    for figure in window.locator(".run").all():
        figure.get_by_role("button", name="Play the training").click()
        expect(figure.locator(".nrn")).to_have_attribute("data-playing", "false", timeout=20_000)
    window.click(".verdict .line")
    marked = window.evaluate("(box => box.value.slice(box.selectionStart, box.selectionEnd))(document.activeElement)")
    assert marked == ZERO.split("\n")[1]


def test_a_changed_chip_is_trained_and_the_address_holds_it(window: Page, address: str) -> None:
    paste(window, address)
    window.select_option("select[name=start]", "he_normal")
    window.click(".choose .button")
    window.wait_for_url("**/try?*start=he_normal*")
    expect(window.locator(".score")).to_contain_text("Trained 32 times, it solves XOR in")


def test_it_works_without_script(browser: object, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    window = context.new_page()
    paste(window, address)
    assert window.locator(".run img").count() == 2
    assert window.locator(".run img").first.evaluate("image => image.naturalWidth") > 0
    context.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_phone_scrolls_in_one_direction_and_axe_finds_nothing(browser: object, address: str, colours: str) -> None:
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": 360, "height": 800}, color_scheme=colours)
    window = context.new_page()
    window.goto(f"{address}/try")
    assert Axe().run(window).violations_count == 0
    paste(window, address)
    for details in window.locator("details").all():
        details.evaluate("element => element.open = true")
    assert window.evaluate("document.documentElement.scrollWidth") == 360
    found = Axe().run(window)
    assert found.violations_count == 0, found.generate_report()
    context.close()
