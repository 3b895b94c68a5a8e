"""The page of a learner's own network in Chromium: with and without script, on a phone, by axe, in both themes."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from test_try import PUBLIC, ZERO

from bot.service import Bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from scripts.pages import chromium, profile, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(alone(Bot(), WebSettings(public_url=PUBLIC))) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    context = profile(browser, viewport={"width": 1280, "height": 900})
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
    window.wait_for_load_state("load")


def test_both_runs_play_and_a_line_leads_into_the_text(window: Page, address: str) -> None:
    paste(window, address)
    for figure in window.locator(".run").all():
        figure.get_by_role("button", name="Play the training").click()
        expect(figure.locator(".nrn")).to_have_attribute("data-playing", "false")
    window.click(".verdict .line")
    marked = window.evaluate("(box => box.value.slice(box.selectionStart, box.selectionEnd))(document.activeElement)")
    assert marked == ZERO.split("\n")[1]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_still_pictures_are_seen_in_both_themes(browser: Browser, address: str, colours: str) -> None:
    context = profile(browser, color_scheme=colours)
    window = context.new_page()
    paste(window, address)
    widths = window.evaluate("[...document.querySelectorAll('.run img')].map((image) => image.naturalWidth)")
    assert len(widths) == 2
    assert all(widths)
    context.close()


def test_a_changed_chip_is_trained_and_the_address_holds_it(window: Page, address: str) -> None:
    paste(window, address)
    window.select_option("select[name=start]", "he_normal")
    window.click(".choose > .button")
    window.wait_for_url("**/try?*start=he_normal*")
    expect(window.locator(".score")).to_contain_text("Trained 32 times, it solves XOR in")


def test_it_works_without_script(browser: Browser, address: str) -> None:
    context = profile(browser, java_script_enabled=False)
    window = context.new_page()
    paste(window, address)
    assert window.locator(".run img").count() == 2
    assert window.locator(".run img").first.evaluate("image => image.naturalWidth") > 0
    context.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_phone_scrolls_in_one_direction_and_axe_finds_nothing(browser: Browser, address: str, colours: str) -> None:
    context = profile(browser, viewport={"width": 360, "height": 800}, color_scheme=colours)
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


def rows_in(window: Page) -> list[str]:
    return window.input_value("#own").splitlines()


def with_pad(window: Page, address: str) -> None:
    window.goto(f"{address}/try")
    window.get_by_text("Rows of your own, pasted or drawn").click()
    window.get_by_role("button", name="Clear").click()
    assert rows_in(window) == []


def test_drawn_points_are_rows_and_are_trained_on(window: Page, address: str) -> None:
    with_pad(window, address)
    pad = window.locator("#pad svg")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None

    def stroke(share: float) -> None:
        window.mouse.move(box["x"] + share * box["width"], box["y"] + 0.2 * box["height"])
        window.mouse.down()
        window.mouse.move(box["x"] + share * box["width"], box["y"] + 0.8 * box["height"], steps=40)
        window.mouse.up()

    stroke(0.25)
    window.get_by_role("button", name="▲ 1").click()
    stroke(0.75)
    drawn = [row.replace("|", ",").split(",") for row in rows_in(window)]
    assert 20 <= len(drawn) <= 40
    assert all((float(x) > 0) == (kind == "1") and -1 <= float(y) <= 1 for x, y, kind in drawn)
    assert window.input_value("select[name=data]") == "own"
    expect(window.locator("#pad [role=status]")).to_contain_text(f"{len(drawn)} of 200 points")
    window.get_by_role("button", name="Take back").click()
    assert len(rows_in(window)) == len(drawn) - 1
    window.click(".choose > .button")
    expect(window.locator(".score")).to_contain_text("it solves your rows in")
    assert "own=" not in window.url
    expect(window.locator("#pad .kind-1")).to_have_count(sum(row.endswith("|1") for row in rows_in(window)))


def test_points_are_put_by_the_keyboard_and_bounded(window: Page, address: str) -> None:
    with_pad(window, address)
    window.locator("#pad svg").focus()
    for key in ("ArrowRight", "ArrowUp", "Space", "1", "Shift+ArrowLeft", "Enter", "Enter", "Backspace"):
        window.keyboard.press(key)
    assert rows_in(window) == ["0.1,0.1|0", "0.08,0.1|1"]
    expect(window.locator("#pad [role=status]")).to_have_text("2 of 200 points: 1 of kind 0, 1 of kind 1.")
    window.fill("#own", "\n".join(["x,y|kind", *("0,0|1" for _ in range(200))]))
    window.locator("#pad svg").focus()
    window.keyboard.press("Space")
    expect(window.locator("#pad [role=status]")).to_contain_text("There is no room for more.")
    window.fill("#own", "1,2,3|0")
    expect(window.locator("#pad [role=status]")).to_contain_text("Clear them to draw.")
