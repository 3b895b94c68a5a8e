"""The page of a learner's own network in Chromium: with and without script, on a phone, by axe, in both themes."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
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


def test_beside_the_loss_of_a_log_the_page_does_what_it_does_elsewhere(window: Page, address: str) -> None:
    log = "\n".join(f"Epoch {n}/9\n1/1 - 0s - loss: {0.9 - 0.05 * n:.3f}" for n in range(1, 10))
    window.goto(f"{address}/try")
    window.fill("#text", f"{ZERO}\n{log}")
    window.click(".paste .button")
    expect(window.get_by_role("heading", name="Your loss, and ours")).to_be_visible()
    window.get_by_role("button", name="Play the training").first.click()
    expect(window.locator(".nrn")).to_be_visible()
    window.get_by_text("Copy for the forum").click()
    expect(window.locator("#copy")).to_be_visible()


def test_it_works_without_script(browser: Browser, address: str) -> None:
    context = profile(browser, java_script_enabled=False)
    window = context.new_page()
    paste(window, address)
    assert window.locator(".run img").count() == 2
    assert window.locator(".run img").first.evaluate("image => image.naturalWidth") > 0
    window.get_by_text("Rows of your own, pasted or drawn").click()
    expect(window.locator("#own")).to_be_visible()
    expect(window.locator("#drawn")).to_be_hidden()
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


def status(window: Page) -> Locator:
    return window.locator(".pad-tools [role=status]").first


def tool(window: Page, name: str) -> Locator:
    return window.locator(".pad-tools").first.get_by_role("button", name=name)


def draw(window: Page, address: str) -> None:
    """From the empty page to an empty picture that can be drawn on."""
    window.goto(f"{address}/try")
    window.get_by_text("Rows of your own, pasted or drawn").click()
    window.get_by_role("link", name="draw them on the picture").click()
    expect(status(window)).to_have_text("4 of 200 points: 2 of class 0, 2 of class 1.")  # XOR's, which the run shows
    tool(window, "Clear").click()
    expect(status(window)).to_contain_text("0 of 200 points")
    expect(tool(window, "Train on these")).to_be_disabled()


def stroke(window: Page, share: float) -> None:
    """Draw a line upwards, at this share of the picture's width."""
    window.locator(".pad").scroll_into_view_if_needed()
    box = window.locator(".pad").bounding_box()
    assert box is not None
    window.mouse.move(box["x"] + share * box["width"], box["y"] + 0.8 * box["height"])
    window.mouse.down()
    window.mouse.move(box["x"] + share * box["width"], box["y"] + 0.2 * box["height"], steps=40)
    window.mouse.up()


def test_points_are_drawn_on_the_players_picture_and_the_run_is_trained_on_them(window: Page, address: str) -> None:
    draw(window, address)
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    stroke(window, 0.25)
    tool(window, "class 1").click()
    stroke(window, 0.75)
    drawn = [row.replace("|", ",").split(",") for row in rows_in(window)]
    assert 20 <= len(drawn) <= 40
    assert all((float(x) > 0.5) == (kind == "1") and -0.1 <= float(y) <= 1.1 for x, y, kind in drawn)  # the axes' units
    expect(status(window)).to_contain_text(f"{len(drawn)} of 200 points")
    tool(window, "Take back").click()
    left = rows_in(window)
    assert len(left) == len(drawn) - 1
    assert asked == [], "what is drawn stays on the page until it is trained on"
    tool(window, "Train on these").click()
    expect(window.locator(".score")).to_contain_text("it solves your rows in")
    expect(status(window)).to_contain_text("Trained on them: solved in")
    assert rows_in(window) == left
    expect(window.locator(".pad .class-1")).to_have_count(sum(row.endswith("|1") for row in left))
    assert not any("own=" in url for url in asked)
    window.get_by_label("Put my rows into the link").check()
    window.click(".choose > .button")
    window.wait_for_url("**/try?*own=*")


def test_points_are_put_by_the_keyboard_and_bounded(window: Page, address: str) -> None:
    draw(window, address)
    frame = window.locator(".nrn").get_attribute("data-frame")
    window.locator(".pad").focus()
    for key in ("ArrowRight", "ArrowUp", "Space", "1", "Shift+ArrowLeft", "Enter", "Enter", "Backspace"):
        window.keyboard.press(key)
    assert rows_in(window) == ["0.56,0.56|0", "0.55,0.56|1"]
    expect(status(window)).to_have_text("2 of 200 points: 1 of class 0, 1 of class 1.")
    assert window.locator(".nrn").get_attribute("data-frame") == frame, "the player's keys do not hear it"
    window.get_by_text("Rows of your own, pasted or drawn").click()
    window.fill("#own", "\n".join(["x,y|kind", *("0,0|1" for _ in range(200))]))
    window.locator(".pad").focus()
    window.keyboard.press("Space")
    expect(status(window)).to_contain_text("There is no room for more.")
    window.fill("#own", "1,2,3|0")
    expect(status(window)).to_contain_text("Clear them to draw.")
    expect(tool(window, "Train on these")).to_be_disabled()


def test_while_one_draws_the_players_own_marks_are_left_out(window: Page, address: str) -> None:
    window.goto(f"{address}/try?hidden1=4")
    window.get_by_role("button", name="Play the training").click()
    toggle = window.get_by_role("button", name="Draw points")
    at_rest = "document.querySelector('.nrn-large[aria-label]')"
    expect(window.locator(".pad")).to_be_hidden()
    window.wait_for_function(f"() => {at_rest} !== null")
    expect(window.locator(".nrn").first).to_have_attribute("data-playing", "false", timeout=120_000)
    marked = window.evaluate(f"{at_rest}.toDataURL()")
    toggle.click()
    expect(window.locator(".pad")).to_be_focused()
    expect(window.locator(".pad .class-0, .pad .class-1")).to_have_count(4)
    window.wait_for_function(f"marked => {at_rest}.toDataURL() !== marked", arg=marked)
    places = window.evaluate("""() => [...document.querySelectorAll(".pad circle")].map((circle) =>
      [Number(circle.getAttribute("cx")), Number(circle.getAttribute("cy"))].map(Math.round))""")
    assert sorted(places) == [[25, 25], [275, 275]]  # (0, 1) and (1, 0) on axes from -0.1 to 1.1, of 300
    toggle.click()
    expect(window.locator(".pad-tools")).to_be_hidden()
    window.wait_for_function(f"marked => {at_rest}.toDataURL() === marked", arg=marked)


def test_points_on_the_mended_run_are_trained_on_by_the_mended_network(window: Page, address: str) -> None:
    paste(window, address)
    mended = window.locator(".run").nth(1)
    mended.get_by_role("button", name="Play the training").click()
    mended.get_by_role("button", name="Draw points").click()
    window.keyboard.press("Space")
    tool(window, "Train on these").click()
    expect(window.locator(".score")).to_contain_text("your rows in")
    assert window.input_value("select[name=start]") == "glorot_uniform"
    assert len(rows_in(window)) == 5


@pytest.mark.parametrize("query", ["data=line&output=linear&loss=squared_error", "data=own&own=1,2,3|0;3,2,1|1"])
def test_where_the_picture_is_no_map_there_is_nothing_to_draw_on(window: Page, address: str, query: str) -> None:
    window.goto(f"{address}/try?{query}")
    window.get_by_role("button", name="Play the training").first.click()
    expect(window.locator(".nrn-tabs")).to_be_visible()
    expect(window.get_by_role("button", name="Draw points")).to_have_count(0)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_finger_draws_on_a_phone_and_axe_finds_nothing(browser: Browser, address: str, colours: str) -> None:
    context = profile(browser, viewport={"width": 360, "height": 800}, color_scheme=colours, has_touch=True)
    window = context.new_page()
    draw(window, address)
    tool(window, "class 1").tap()
    window.locator(".pad").tap()
    expect(status(window)).to_contain_text("1 of 200 points: 0 of class 0, 1 of class 1. Put points of both classes.")
    assert window.evaluate("document.documentElement.scrollWidth") == 360
    found = Axe().run(window)
    assert found.violations_count == 0, found.generate_report()
    context.close()
