"""The pages in Chromium: with and without script, on a phone, by keyboard, in both themes; what they load and weigh."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect

from bot.answers.points import ALSO_ASKED, TO_YOUR_POINT
from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from scripts.pages import ROOT, SLOWLY, chromium, profile, served, settled

pytestmark = pytest.mark.browser

PAGE = "/e/coffee-roasting"
PICTURES = ROOT / "build" / "screenshots"  # to look at; git does not keep them
MOST = 150 * 1024  # bytes of a page with all that it loads, before compression
BOT = shared_bot()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served(alone(BOT, WebSettings(public_url="https://neurons.example.org"))) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


class Watched:
    """A window, with what it asked for and what went wrong in it."""

    def __init__(self, browser: Browser, width: int = 1280, colours: str = "light", script: bool = True) -> None:
        self.context = profile(browser, viewport={"width": width, "height": 800}, color_scheme=colours,
                               java_script_enabled=script)
        self.window: Page = self.context.new_page()
        self.asked: list[Request] = []
        self.faults: list[str] = []
        self.window.on("request", lambda request: self.asked.append(request))
        self.window.on("pageerror", lambda error: self.faults.append(str(error)))
        self.window.on("console", lambda said: said.type == "error" and self.faults.append(said.text))

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


def bytes_unpacked(watched: Watched) -> int:
    return sum(len(response.body()) for request in watched.asked if (response := request.response()))


def bytes_sent(watched: Watched) -> int:
    return sum(sum(request.sizes()[part] for part in ("responseBodySize", "responseHeadersSize"))
               for request in watched.asked)


def test_a_page_plays_its_training_and_loads_nothing_from_elsewhere(address: str, browser: Browser) -> None:
    with Watched(browser) as watched:
        watched.window.goto(address + PAGE)
        player = watched.window.locator("#stage .nrn")
        expect(player).to_have_attribute("data-playing", "false")
        watched.window.evaluate(f"({SLOWLY})(globalThis.player)")
        player.get_by_role("button", name="Play").first.click()
        expect(player).to_have_attribute("data-playing", "true")
        watched.window.wait_for_load_state("networkidle")
        assert all(request.url.startswith((address, "data:", "blob:")) for request in watched.asked)
        assert watched.faults == [], "the policy blocks nothing of ours"
        assert bytes_sent(watched) <= MOST // 2, "compressed, as it is sent"
        assert bytes_unpacked(watched) <= MOST
        watched.window.screenshot(path=PICTURES / "explanation.png", full_page=True)


def test_the_first_picture_waits_for_no_script_and_no_second_training(
        address: str, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with Watched(browser) as watched:
        watched.window.goto(address + PAGE)
        monkeypatch.setattr(BOT, "answer_at", None)  # from now on nothing can be trained
        watched.window.goto("about:blank")
        watched.window.goto(address + PAGE)
        image = watched.window.evaluate("""() => {
            const [seen] = performance.getEntriesByType("resource").filter(({ name }) => /[/]e[/].*[.]svg$/.test(name));
            return { asked: seen.initiatorType, status: seen.responseStatus, bytes: seen.decodedBodySize };
        }""")
        assert (image["asked"], image["status"]) == ("img", 200), "asked for by the page itself, as it is read"
        assert image["bytes"] > 1000


AT_REST = """() => new Promise((done) => {
  const look = (before) => setTimeout(() => (scrollY === before ? done() : look(scrollY)), 200);
  look(NaN);
})"""
WATCH_SHIFTS = """globalThis.moved = 0; new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.moved += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", [PAGE, "/e/learning-rate", "/entries"])
def test_nothing_moves_when_the_player_comes(address: str, browser: Browser, width: int, path: str) -> None:
    with Watched(browser, width) as watched:
        watched.window.add_init_script(WATCH_SHIFTS)
        watched.window.goto(address + path, wait_until="networkidle")
        if path == "/entries" or (width > 1000 and path == PAGE):
            expect(watched.window.locator(".nrn")).to_be_visible()
        assert watched.window.evaluate("globalThis.moved") < 0.02


@pytest.mark.parametrize("height", [640, 844])
def test_on_a_phone_the_picture_stays_above_the_explanation(address: str, browser: Browser, height: int) -> None:
    for path in (PAGE, "/e/hidden-neuron-meaning", "/e/superposition"):
        with Watched(browser, 390) as watched:
            watched.window.set_viewport_size({"width": 390, "height": height})
            watched.window.goto(address + path, wait_until="networkidle")
            watched.window.evaluate("document.querySelector('.prose.rest').scrollIntoView({ behavior: 'instant' })")
            box, prose = (watched.window.locator(part).bounding_box() for part in (".stage:visible", ".prose.rest"))
            assert box is not None
            assert prose is not None
            assert 0 <= box["y"] < 20, path
            assert box["y"] + box["height"] <= 0.3 * height, path
            assert prose["y"] >= box["y"] + box["height"], "what is gone to is not behind the picture"


def test_six_points_stand_open_to_choose_and_an_address_unfolds_the_rest(address: str, browser: Browser) -> None:
    with Watched(browser) as watched:
        window, points = watched.window, BOT.entries["coffee-roasting"].points
        window.goto(address + PAGE)
        assert len(points) > 6
        expect(window.locator(".points details:visible:not(.more)")).to_have_count(6)
        window.goto(f"{address}{PAGE}#{points[-1].id}")
        expect(window.locator(f".points [id='{points[-1].id}']")).to_be_visible()


TWO = ("A missed frost costs us 8 times as much as a false alarm. Where do I cut the probability if a miss costs 8 "
       "times as much? And does the network learn the threshold by itself?")


PATIENT = "AbortSignal.timeout = () => new AbortController().signal;"  # how fast the machine is decides nothing


@pytest.mark.parametrize("width", [390, 1280])
def test_a_question_in_the_search_leads_to_its_points_said_first(address: str, browser: Browser, width: int) -> None:
    with Watched(browser, width) as watched:
        window = watched.window
        window.add_init_script(PATIENT)
        window.goto(f"{address}/entries")
        window.get_by_role("searchbox").fill(TWO)
        window.get_by_role("searchbox").press("Enter")
        expect(window).to_have_url(f"{address}/e/threshold-0.5#cut-from-the-costs+who-sets-it")
        said = window.locator(".direct > .point > p")
        expect(said).to_have_count(2)
        expect(said.first).to_have_text(re.compile(f"^{TO_YOUR_POINT} Cut at"))
        expect(said.last).to_have_text(re.compile(f"^{ALSO_ASKED} Does the network learn the threshold\\?"))
        for name in ("cut-from-the-costs", "who-sets-it"):
            expect(window.locator(f".points [id='{name}']")).to_be_visible()
        assert window.evaluate("document.documentElement.scrollWidth") == width
        found = Axe().run(window)
        assert found.violations_count == 0, found.generate_report()
        window.screenshot(path=PICTURES / f"points-{width}.png")
        window.goto(f"{address}/e/threshold-0.5#who-sets-it+no-such-point")
        expect(said).to_have_count(1)
        window.go_back()
        expect(said).to_have_count(2)
        assert watched.faults == []


@pytest.mark.parametrize(("width", "height", "most"), [(1280, 900, 1.7), (390, 844, 3.5)])
def test_an_answer_is_short_before_what_else_there_is(address: str, browser: Browser, width: int, height: int,
                                                        most: float) -> None:
    with Watched(browser, width) as watched:
        watched.window.set_viewport_size({"width": width, "height": height})
        watched.window.goto(f"{address}/e/accuracy-vs-loss", wait_until="networkidle")
        box = watched.window.locator(".text").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= most * height
        chart = watched.window.locator(".rest .chart:has(img)").first
        summary, picture = chart.locator("summary"), chart.locator("img")
        small = picture.evaluate("image => image.getBoundingClientRect().width")
        summary.focus()
        watched.window.keyboard.press("Enter")
        expect(chart).to_have_attribute("open", "")
        assert picture.evaluate("image => image.getBoundingClientRect().width") > 1.4 * small
        assert watched.window.evaluate("document.documentElement.scrollWidth") == width
        found = Axe().run(watched.window)
        assert found.violations_count == 0, found.generate_report()


def test_without_script_a_page_is_whole(address: str, browser: Browser) -> None:
    with Watched(browser, script=False) as watched:
        watched.window.goto(address + PAGE)
        window = watched.window
        expect(window.get_by_role("img", name=re.compile("network|unit", re.IGNORECASE)).first).to_be_visible()
        expect(window.get_by_role("table").first).to_be_visible()
        expect(window.get_by_role("button", name="Play the training")).to_be_hidden()
        window.get_by_text("Change the settings").click()
        window.get_by_label("Hidden units").fill("2")
        window.get_by_role("button", name="Train again").click()
        expect(window).to_have_url(address + PAGE + "?hidden=2")
        expect(window.get_by_text("no longer true").first).to_be_visible()
        window.get_by_text("Copy for the forum").click()
        assert "neurons.example.org/e/coffee-roasting?hidden=2" in window.get_by_role("textbox").input_value()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_phone_scrolls_in_one_direction_and_axe_finds_nothing(address: str, browser: Browser, colours: str) -> None:
    for path in (PAGE, "/e/backprop-chain-rule?loss=squared_error", "/entries", "/e/nowhere", PAGE + "?hidden=99"):
        with Watched(browser, 360, colours) as watched:
            watched.window.goto(address + path)
            assert watched.window.evaluate("document.documentElement.scrollWidth") == 360, path
            for details in watched.window.locator("details").all():
                details.evaluate("element => element.open = true")
            assert watched.window.evaluate("document.documentElement.scrollWidth") == 360, path
            found = Axe().run(watched.window)
            assert found.violations_count == 0, found.generate_report()
            ground = watched.window.evaluate("getComputedStyle(document.body).backgroundColor")
            assert ground == ("rgb(17, 21, 29)" if colours == "dark" else "rgb(255, 255, 255)")
            name = re.sub(r"\W+", "-", path.strip("/"))
            watched.window.screenshot(path=PICTURES / f"page-{name}-{colours}.png", full_page=True)


def test_by_keyboard_alone(address: str, browser: Browser) -> None:
    with Watched(browser) as watched:
        window = watched.window
        window.goto(address + PAGE)
        window.keyboard.press("Tab")
        expect(window.get_by_role("link", name="To the answer")).to_be_focused()
        window.keyboard.press("Enter")
        expect(window).to_have_url(re.compile("#main$"))
        window.get_by_text("Copy for the forum").focus()
        window.keyboard.press("Enter")
        window.context.grant_permissions(["clipboard-read", "clipboard-write"])
        window.get_by_role("button", name="Copy", exact=True).focus()
        window.keyboard.press("Enter")
        expect(window.get_by_text("Copied.")).to_be_visible()
        copied = window.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("**")
        assert BOT.answer("coffee-roasting").claims[0].says.rstrip(".") in copied


@pytest.mark.parametrize(("width", "colours"), [(1280, "light"), (360, "dark")])
def test_a_claim_lights_what_it_speaks_of(address: str, browser: Browser, width: int, colours: str) -> None:
    with Watched(browser, width, colours) as watched:
        window = watched.window
        window.goto(address + PAGE)
        assert window.locator(".claims [tabindex]").count() == 0 or width > 1000, "nothing to light without the player"
        if width < 1000:
            window.get_by_role("button", name="Play the training").click()
        claims, lit = window.locator(".claims [tabindex='0']"), window.locator(".nrn-unit.is-lit")
        expect(claims).to_have_count(3)
        claims.filter(has_text="At least two of the three edges").focus()
        expect(lit).to_have_count(3)
        window.keyboard.press("Tab")
        expect(window.locator("[data-lit]")).to_contain_text("about unit 1")
        expect(lit).to_have_count(1)
        claims.first.click()  # a tap: the picture comes into view
        expect(window.locator(".nrn-pictures")).to_be_in_viewport()
        expect(window.locator(".nrn-stage.is-lit")).to_have_count(1)
        window.evaluate(AT_REST)  # it glides there
        assert window.evaluate("document.documentElement.scrollWidth") == width
        found = Axe().run(window)
        assert found.violations_count == 0, found.generate_report()
        window.screenshot(path=PICTURES / f"claims-{width}-{colours}.png")
        assert watched.faults == []


def test_the_chat_is_previewed_as_ours_and_its_strict_policy_blocks_nothing(
        chat_address: str, browser: Browser) -> None:
    with Watched(browser) as watched:
        window = watched.window
        response = window.goto(chat_address)
        assert response is not None
        assert "script-src 'self' 'sha256-" in response.headers["content-security-policy"]
        sent = response.text()
        assert "<title>Ask a Neuron</title>" in sent
        assert 'property="og:title" content="Ask a Neuron"' in sent
        window.goto(f"{chat_address}/?entry=coffee-roasting")
        expect(window.get_by_text("Tested in these runs")).to_be_visible()
        settled(window)
        assert all(request.url.startswith((chat_address, "data:", "blob:")) for request in watched.asked)
        assert watched.faults == []
        window.goto(f"{chat_address}{PAGE}")
        window.get_by_role("link", name="Ask a question").click()
        expect(window.get_by_text("Tested in these runs")).to_be_visible()
        assert window.request.get(f"{chat_address}/nowhere").status == 404
