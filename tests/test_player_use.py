"""Using the player, in Chromium: by mouse, keyboard and touch, on a phone, with what cannot be played."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from recorded import RUNS

from bot.present.charts.theme import PLAYER
from scripts.pages import SLOWLY
from scripts.player_page import mount

LARGEST_SOURCE, LARGEST_LOADED = 115_000, 61_000  # bytes: modules and style; the bundle and the style
MAPS = 5  # of three hidden units and the output, and the large one
LOSS = 'Number(handle.element.querySelector(".nrn-now").dataset.loss)'


@pytest.mark.browser
def test_scrubbing_shows_the_recorded_step(coffee_player: Page) -> None:
    coffee_player.locator(".nrn-slider").fill("10")
    expect(coffee_player.locator(".nrn")).to_have_attribute("data-frame", "10")
    frame = RUNS["coffee_roasting"].shown.frames[10]
    expect(coffee_player.locator(".nrn-now b")).to_have_text(f"step {frame.step} of 1,500")
    assert coffee_player.evaluate(LOSS) == pytest.approx(float(frame.loss[0]), rel=1e-4)
    box = coffee_player.locator(".nrn-loss").bounding_box()
    assert box is not None
    coffee_player.mouse.click(box["x"] + box["width"] / 2, box["y"] + 40)
    expect(coffee_player.locator(".nrn")).to_have_attribute("data-frame", "29")


@pytest.mark.browser
def test_it_plays_from_the_start_to_the_end_and_pauses(coffee_player: Page) -> None:
    root = coffee_player.locator(".nrn")
    coffee_player.evaluate(f"({SLOWLY})(handle)")
    coffee_player.get_by_role("button", name="Play").click()
    expect(root).to_have_attribute("data-playing", "true")
    coffee_player.wait_for_function("handle.store.get().position % 1 > 0")
    coffee_player.get_by_role("button", name="Pause").click()
    expect(root).to_have_attribute("data-playing", "false")
    at = coffee_player.evaluate("handle.store.get().position")
    assert 0 <= at < 58
    assert at == int(at)  # it rests on a recorded step, not between two
    coffee_player.get_by_label("Speed").select_option("4")
    coffee_player.get_by_role("button", name="Play").click()
    expect(root).to_have_attribute("data-frame", "58")
    expect(root).to_have_attribute("data-playing", "false")
    coffee_player.get_by_role("button", name="Back to the start").click()
    expect(root).to_have_attribute("data-frame", "0")


@pytest.mark.browser
def test_everything_is_reached_by_keyboard(coffee_player: Page) -> None:
    root = coffee_player.locator(".nrn")
    root.focus()
    for key, frame in (("ArrowLeft", "57"), ("Home", "0"), ("ArrowRight", "1"), ("ArrowLeft", "0"), ("End", "58")):
        coffee_player.keyboard.press(key)
        expect(root).to_have_attribute("data-frame", frame)
    coffee_player.keyboard.press("Tab")
    focused = "document.activeElement.dataset.unit"
    assert coffee_player.evaluate(focused) == "0:0"
    assert "3px" in coffee_player.evaluate("getComputedStyle(document.activeElement).outline")
    coffee_player.keyboard.press("Tab")
    assert coffee_player.evaluate(focused) == "0:1"
    coffee_player.keyboard.press("Enter")
    expect(coffee_player.locator(".nrn-stage .nrn-title")).to_have_text("unit 2")
    coffee_player.keyboard.press("Home")
    coffee_player.evaluate(f"({SLOWLY})(handle)")
    coffee_player.keyboard.press("Space")
    expect(root).to_have_attribute("data-playing", "true")
    coffee_player.keyboard.press("Space")
    expect(root).to_have_attribute("data-playing", "false")
    coffee_player.get_by_role("tab", name="One example").focus()
    for name in ("Take apart", "Layer by layer", "Other starts", "Name a unit", "In words"):
        coffee_player.keyboard.press("ArrowRight")
        expect(coffee_player.get_by_role("tabpanel", name=name)).to_be_visible()
    expect(coffee_player.get_by_role("tabpanel", name="In words")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize(("name", "says"), [
    ("cut", "damaged or incomplete"), ("other", "not a recording"), ("empty", "not a recording"),
    ("new", "another version"),
])
def test_a_recording_that_cannot_be_played_is_said_and_the_still_stays(player_page: Page, name: str, says: str) -> None:
    mount(player_page, name, still='<img alt="the still picture" src="data:,">')
    expect(player_page.get_by_role("alert")).to_contain_text(says)
    expect(player_page.get_by_role("alert")).to_contain_text("The still picture shows the same network.")
    assert player_page.get_by_alt_text("the still picture").count() == 1
    assert player_page.evaluate("handle.ok") is False


@pytest.mark.browser
def test_without_canvas_the_still_stays(player_page: Page) -> None:
    player_page.evaluate(
        "() => { const all = HTMLCanvasElement.prototype; all.real = all.getContext; all.getContext = () => null }")
    try:
        mount(player_page, "coffee_roasting", still="<p>still</p>")
        expect(player_page.get_by_role("alert")).to_contain_text("no canvas")
        expect(player_page.get_by_text("still", exact=True)).to_be_visible()
    finally:
        player_page.evaluate("() => { const all = HTMLCanvasElement.prototype; all.getContext = all.real }")


@pytest.mark.browser
def test_off_the_screen_it_stops_and_frees_itself(coffee_player: Page) -> None:
    root = coffee_player.locator(".nrn")
    coffee_player.evaluate("document.getElementById('here').insertAdjacentHTML('beforebegin', '<div id=tall></div>')")
    coffee_player.get_by_role("button", name="Back to the start").click()
    coffee_player.get_by_role("button", name="Play").click()
    coffee_player.evaluate("document.getElementById('tall').style.height = '5000px'")
    expect(root).to_have_attribute("data-asleep", "")
    expect(root).to_have_attribute("data-playing", "false")
    pixels = "[...handle.element.querySelectorAll('canvas')].reduce((sum, c) => sum + c.width * c.height, 0)"
    assert coffee_player.evaluate(pixels) == 0
    coffee_player.evaluate("document.getElementById('tall').remove()")
    expect(root).not_to_have_attribute("data-asleep", "")
    assert coffee_player.evaluate(pixels) > 0
    coffee_player.evaluate("handle.destroy()")
    assert root.count() == 0


@pytest.mark.browser
def test_it_lives_in_a_shadow_root_and_takes_strings(player_page: Page) -> None:
    player_page.evaluate("""async () => {
      const { mount } = await import("./player.js");
      const css = await (await fetch("style.css")).text();
      const shadow = document.getElementById("here").attachShadow({ mode: "open" });
      const bytes = await (await fetch("coffee_roasting")).arrayBuffer();
      window.handle = mount(shadow, bytes, { css, theme: "dark",
        strings: { play: "Abspielen", words: { tab: "Worte" } } });
    }""")
    expect(player_page.get_by_role("button", name="Abspielen")).to_be_visible()
    expect(player_page.get_by_role("tab", name="Worte")).to_be_visible()
    assert player_page.evaluate("getComputedStyle(handle.element).backgroundColor") == "rgb(17, 21, 29)"
    player_page.evaluate("document.getElementById('here').outerHTML = '<div id=here></div>'")


CLAIMS = """() => {
  document.body.insertAdjacentHTML("beforeend", `<ul id="claims"><li>Three lines.</li><li>It falls.</li>
    <li>One marks the cold.</li><li>About nothing that is seen.</li></ul>`);
  window.lines = [...document.querySelectorAll("#claims li")];
  const about = [["hidden"], ["loss", "output"], ["unit:2"], []];
  window.stop = handle.follow(lines.map((line, i) => [line, about[i]]));
}"""


@pytest.mark.browser
def test_a_claim_lights_what_it_speaks_of_by_pointer_keyboard_and_tap(coffee_player: Page) -> None:
    window = coffee_player
    units, timeline = window.locator(".nrn-unit.is-lit"), window.locator(".nrn-timeline.is-lit")
    lines = window.locator("#claims li")
    window.evaluate(CLAIMS)
    assert lines.all_text_contents() == [
        "Three lines. about the hidden units", "It falls. about the loss and the output",
        "One marks the cold. about unit 2", "About nothing that is seen."]
    lines.nth(0).hover()
    expect(units).to_have_count(3)
    lines.nth(1).focus()  # what is pointed at goes first
    expect(units).to_have_count(3)
    window.mouse.move(0, 0)
    expect(units).to_have_count(1)
    expect(timeline).to_have_count(1)
    window.keyboard.press("Tab")
    expect(lines.nth(2)).to_be_focused()
    expect(lines.nth(2)).to_have_attribute("data-lit", "")
    expect(window.locator("[data-unit='0:1'].is-lit")).to_have_count(1)
    expect(timeline).to_have_count(0)
    window.keyboard.press("Tab")
    expect(units).to_have_count(0)
    assert window.evaluate("document.activeElement.closest('#claims')") is None, "a claim about no part is no stop"
    touched = "new PointerEvent('pointerenter', { pointerType: 'touch' })"
    lines.nth(0).evaluate(f"line => line.dispatchEvent({touched})")  # a finger that scrolls past
    expect(window.locator("[data-lit]")).to_have_count(0)
    lines.nth(0).scroll_into_view_if_needed()
    window.evaluate("scrollTo(0, document.body.scrollHeight)")
    lines.nth(0).click()
    expect(units).to_have_count(3)
    expect(units.first).to_be_in_viewport()
    window.evaluate("stop()")
    expect(units).to_have_count(0)
    assert lines.nth(0).text_content() == "Three lines."
    assert window.locator("#claims [tabindex]").count() == 0
    window.evaluate("document.getElementById('claims').remove()")


@pytest.mark.browser
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_serious(player_page: Page, colours: Any) -> None:
    player_page.emulate_media(color_scheme=colours)
    for name in ("coffee_roasting", "gradient_flow", "superposition"):
        mount(player_page, name)
        expect(player_page.locator(".nrn-unit").first).to_have_attribute("aria-label", re.compile("unit 1"))
        player_page.get_by_role("button", name="An example from the data").click()
        found = Axe().run(player_page).response["violations"]
        serious = [f"{v['id']}: {v['nodes'][0]['html']}" for v in found if v["impact"] in ("serious", "critical")]
        assert not serious, serious
        player_page.evaluate("handle.destroy()")


@pytest.mark.browser
def test_on_a_phone_nothing_scrolls_sideways_and_targets_are_large(player_page: Page) -> None:
    player_page.set_viewport_size({"width": 360, "height": 740})
    for name in RUNS:
        mount(player_page, name)
        player_page.get_by_role("button", name="An example from the data").click()
        assert player_page.evaluate("document.documentElement.scrollWidth") <= 360, name
        small = player_page.evaluate("""[...handle.element.querySelectorAll('button, select, input')]
          .filter((e) => e.offsetParent && (e.offsetHeight < 40 || e.offsetWidth < 40)).map((e) => e.outerHTML)""")
        assert not small, small
        player_page.evaluate("handle.destroy()")


@pytest.mark.browser
def test_reduced_motion_moves_in_whole_steps(player_page: Page) -> None:
    player_page.emulate_media(reduced_motion="reduce")
    mount(player_page, "coffee_roasting")
    player_page.evaluate("handle.store.set({ position: 0 }); window.seen = [];"
                  "handle.store.subscribe((_, s) => window.seen.push(s.position))")
    player_page.get_by_role("button", name="Play").click()
    player_page.wait_for_function("handle.store.get().position >= 5")
    assert all(at == int(at) for at in player_page.evaluate("window.seen"))


@pytest.mark.browser
def test_players_that_are_gone_leave_nothing_behind(player_page: Page) -> None:
    watch = player_page.context.new_cdp_session(player_page)
    watch.send("Performance.enable")

    def held() -> tuple[float, float]:
        """Megabytes of the heap, and nodes, after what was due at the next picture."""
        player_page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        watch.send("HeapProfiler.collectGarbage")
        found = {m["name"]: m["value"] for m in watch.send("Performance.getMetrics")["metrics"]}
        return found["JSHeapUsedSize"] / 1e6, found["Nodes"]

    def come_and_go(times: int) -> None:
        for _ in range(times):
            mount(player_page, "activation_shapes")
            player_page.wait_for_timeout(30)
            player_page.evaluate("handle.destroy()")

    come_and_go(3)
    before = held()
    come_and_go(20)
    after = held()
    assert after[0] < before[0] + 2, (before, after)
    assert after[1] < before[1] + 500, (before, after)


NAMELESS = """() => {
  const here = document.getElementById("here");
  window.nameless = new Set();
  new MutationObserver(() => here.querySelectorAll("[role=img]:not([aria-label])")
    .forEach(({ className }) => nameless.add(className))).observe(here, { childList: true, subtree: true });
}"""


@pytest.mark.browser
def test_a_picture_has_a_name_before_it_first_stands_still(player_page: Page) -> None:
    player_page.evaluate(NAMELESS)
    mount(player_page, "coffee_roasting")
    player_page.wait_for_function("handle.store.get().settled")
    assert player_page.evaluate("[...nameless]") == []


PAINTED = """() => {
  window.painted = [];
  const all = CanvasRenderingContext2D.prototype;
  all.real ??= all.putImageData;
  all.putImageData = function (image, ...rest) {
    painted.push(image.width);
    return all.real.call(this, image, ...rest);
  };
}"""


@pytest.mark.browser
def test_it_draws_little_at_first_and_little_while_it_moves(player_page: Page) -> None:
    """So that it comes soon and moves smoothly: one map for each unit, and few points in each."""
    player_page.evaluate(PAINTED)
    mount(player_page, "coffee_roasting")
    player_page.wait_for_function("handle.store.get().settled")
    painted = player_page.evaluate("handle.store.flush(); painted")
    assert painted[:MAPS] == [32] * MAPS, painted
    assert 32 not in painted[MAPS:], painted
    player_page.evaluate("handle.store.flush(); painted.length = 0")
    player_page.evaluate("handle.store.set({ position: 10.5, playing: true }); handle.store.flush()")
    assert player_page.evaluate("painted") == [56] * MAPS


def test_the_source_is_small() -> None:
    sizes = {file.name: file.stat().st_size for file in [*PLAYER.glob("*.js"), *PLAYER.glob("*.css")]}
    assert sizes["bundle.js"] + sizes["player.css"] <= LARGEST_LOADED
    assert sum(sizes.values()) - sizes["bundle.js"] <= LARGEST_SOURCE
