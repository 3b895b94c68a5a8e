"""The widget in a stranger's page, on another port and under a strict policy, in Chromium."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page, expect

from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.export import Plan, export_site
from bot.surfaces.web.settings import WebSettings
from scripts.pages import ROOT, chat, files, page, served

pytestmark = pytest.mark.browser

PICTURES = ROOT / "build" / "screenshots"  # to look at; git does not keep them
QUESTION = "those three coffee neurons, which roasts does every single one of them react to?"
HOSTILE = """* { font-size: 40px !important; color: rgb(200, 0, 0) !important } button { display: none !important }
[hidden] { display: none !important } html { font-size: 62.5% }
iframe { width: 10px !important; opacity: 0 !important }"""
SLUGS = ("bias-term", "coffee-roasting", "sigmoid-derivative")
PLAIN = ":root { color-scheme: light dark } body { max-width: 44rem; margin: 1rem auto; padding: 0 .5rem }"
MODES = """<p id="before">Before the widgets. <a href="#x">A link of the page</a></p>
<ask-neuron id="card" entry="coffee-roasting" hidden="2"></ask-neuron>
<ask-neuron id="box" mode="ask"></ask-neuron>
<script src="{ours}/widget.js" data-mode="bubble" async></script>"""


@pytest.fixture(scope="module")
def ours() -> Iterator[str]:
    """The address of a server of ours that any page may frame."""
    with served(alone(shared_bot(), WebSettings(frame_ancestors=("*",)))) as address:
        yield address


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an exported site, served as plain files below a path."""
    top = tmp_path_factory.mktemp("host")
    export_site(Plan(top / "neurons", "https://course.example.org/neurons", slugs=SLUGS), 1)
    with files(top) as address:
        yield f"{address}/neurons"


@pytest.fixture(params=["ours", "folder"])
def either(request: pytest.FixtureRequest) -> str:
    """A server of ours, and a host of plain files."""
    return str(request.getfixturevalue(request.param))


@contextmanager
def course(folder: Path, ours: str, body: str, style: str = PLAIN, width: int = 1000, lang: str = "en",
           sandbox: str | None = None) -> Iterator[Page]:
    """A page of a course with this body, at another origin, under the policy that docs/embedding.md names."""
    html = f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
    html += '<meta name="viewport" content="width=device-width">'
    html += f'<title>A course</title><link rel="stylesheet" href="style.css"><body>{body.replace("{ours}", ours)}'
    if "widget.js" not in body:
        html += f'<script src="{ours}/widget.js" async></script>'
    (folder / "page.html").write_text(html, encoding="utf-8")
    (folder / "style.css").write_text(style, encoding="utf-8")
    frame = f'<iframe src="page.html" sandbox="{sandbox}" width="900" height="700"></iframe>'
    (folder / "outer.html").write_text(frame, encoding="utf-8")
    origin = "/".join(ours.split("/")[:3])
    policy = f"default-src 'none'; style-src 'self'; script-src {origin}; frame-src 'self' {origin}"
    headers = {"Content-Security-Policy": f"{policy}; require-trusted-types-for 'script'"}
    with ExitStack() as stack:
        address = stack.enter_context(files(folder, headers))
        window = stack.enter_context(page(width, 800))
        faults: list[str] = []
        window.on("pageerror", lambda error: faults.append(str(error)))
        window.on("dialog", lambda dialog: faults.append(f"a dialog: {dialog.message}"))
        window.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
        window.goto(f"{address}/{'page.html' if sandbox is None else 'outer.html'}")
        yield window
        assert faults == []
        names = {cookie.get("name") for cookie in window.context.cookies()}
        assert names <= {"_streamlit_xsrf"}, "only the chat, once it is opened, sets one, and does without"


def frame(window: Page, selector: str) -> FrameLocator:
    return window.frame_locator(f"{selector} iframe")


def test_a_card_shows_the_run_that_its_attributes_ask_for(either: str, tmp_path: Path) -> None:
    answer = shared_bot().answer("coffee-roasting", {"hidden": 2})
    with course(tmp_path, either, MODES) as window:
        card = frame(window, "#card")
        expect(card.get_by_role("heading")).to_have_text(answer.entry.title)
        expect(card.locator(".number")).to_contain_text(f"True in {answer.claims[0].replicas_true} of 32 runs")
        expect(card.locator(".number")).to_contain_text(f"{answer.metrics['accuracy']:.0%}")
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


def colours(card: FrameLocator) -> list[int]:
    """The colours of the first unit's map, one number a pixel."""
    return list(card.locator(".nrn-unit canvas").first.evaluate("""canvas => [...new Uint32Array(
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)]"""))


def height_of(card: FrameLocator) -> str:
    return str(card.locator("body").evaluate("body => `${Math.ceil(body.getBoundingClientRect().height)}px`"))


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


def test_nothing_leaks_into_the_page_or_out_of_it(ours: str, tmp_path: Path) -> None:
    with course(tmp_path, ours, MODES, HOSTILE) as window:
        expect(window.locator("ask-neuron .open")).to_be_visible()
        expect(window.locator("ask-neuron .open")).to_have_css("font-size", "16px")
        expect(window.locator("ask-neuron .open")).to_have_css("padding-left", "16px")
        expect(window.locator("#card iframe")).to_have_css("opacity", "1")
        expect(frame(window, "#card").locator("h1")).to_have_css("font-size", "18.4px")
        expect(window.locator("#before")).to_have_css("font-size", "40px")
        added = window.evaluate("""() => {
          const plain = document.createElement("iframe");
          document.body.append(plain);
          const own = new Set(Object.getOwnPropertyNames(plain.contentWindow));
          plain.remove();
          return Object.getOwnPropertyNames(window).filter((name) => !own.has(name) && isNaN(name));
        }""")
        assert set(added) <= {"before", "card", "box"}
        assert window.evaluate("() => document.styleSheets.length + document.adoptedStyleSheets.length") == 1


def test_two_widgets_follow_the_colours_of_the_page(ours: str, tmp_path: Path) -> None:
    style = "body { background: #fff; color: #111 } .night { background: #111; color: #eee }"
    body = '<ask-neuron id="one" entry="bias-term"></ask-neuron><ask-neuron id="two" entry="dead-relu" theme="light">'
    with course(tmp_path, ours, body + "</ask-neuron>", style) as window:
        one, two = frame(window, "#one").locator("html"), frame(window, "#two").locator("html")
        expect(one).to_have_attribute("data-theme", "light")
        window.evaluate("() => document.body.classList.add('night')")
        expect(one).to_have_attribute("data-theme", "dark")
        expect(two).to_have_attribute("data-theme", "light")


def test_payloads_in_attributes_stay_text(ours: str, tmp_path: Path) -> None:
    payload = "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"
    body = f"""<ask-neuron id="slug" entry="{payload}"></ask-neuron>
    <ask-neuron id="mode" mode="ask" label="{payload}"></ask-neuron>
    <ask-neuron id="setting" entry="coffee-roasting" hidden="{payload}" seed="1e99"></ask-neuron>
    <ask-neuron id="unknown" entry="coffe-roast"></ask-neuron>
    <ask-neuron id="odd" entry="coffee-roasting" mode="constructor" lang="{payload}"></ask-neuron>
    <script src="{{ours}}/widget.js" data-entry="javascript:alert(1)" data-onclick="alert(1)"
      data-set-hidden="&lt;b&gt;" data-1="x" async></script>"""
    with course(tmp_path, ours, body) as window:
        expect(window.locator("#slug")).to_contain_text("There is no explanation to show here.")
        expect(window.locator("script + ask-neuron")).to_contain_text("There is no explanation to show here.")
        assert window.locator("script + ask-neuron").get_attribute("onclick") is None
        expect(window.locator("#mode label")).to_contain_text('"><img src=x onerror=alert(1)>')
        expect(frame(window, "#setting").get_by_role("heading")).to_have_text("That cannot be run")
        window.locator("#unknown").scroll_into_view_if_needed()
        expect(frame(window, "#unknown").get_by_role("link", name="What does each neuron do")).to_be_visible()
        window.locator("#odd").scroll_into_view_if_needed()
        expect(frame(window, "#odd").locator(".number")).to_be_visible()
        assert window.locator("img").count() == 0


def test_only_its_own_frame_tells_a_widget_how_tall_it_is(ours: str, tmp_path: Path) -> None:
    with course(tmp_path, ours, MODES) as window:
        expect(frame(window, "#card").locator(".number")).to_be_visible()
        window.wait_for_function("() => document.querySelector('#card').offsetHeight > 150")
        before = window.evaluate("() => document.querySelector('#card').offsetHeight")
        window.evaluate("() => window.postMessage({ from: 'ask-neuron', height: 3000 }, '*')")
        window.wait_for_timeout(200)
        assert window.evaluate("() => document.querySelector('#card').offsetHeight") == before
        strange = f"{ours}/embed/bias-term/#theme=light&host=https%3A%2F%2Fother.example"
        window.locator("#card iframe").evaluate("(frame, address) => { frame.src = address }", strange)
        expect(frame(window, "#card").locator("html")).to_have_attribute("data-theme", "light")
        window.locator("#card iframe").evaluate(
            "frame => frame.contentWindow.postMessage({ to: 'ask-neuron', theme: 'dark' }, '*')")
        window.wait_for_timeout(200)
        expect(frame(window, "#card").locator("html")).to_have_attribute("data-theme", "light")


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


def test_a_page_without_an_origin_gets_its_answers_too(ours: str, tmp_path: Path) -> None:
    with course(tmp_path, ours, MODES, sandbox="allow-scripts allow-forms") as window:
        inner = window.frame_locator("iframe").first
        card = inner.frame_locator("#card iframe")
        expect(card.locator(".number")).to_be_visible()
        expect(inner.locator("#card iframe")).to_have_css("height", height_of(card))
        box = inner.locator("#box").get_by_label("Ask about neural networks")
        box.fill(QUESTION)
        box.press("Enter")
        expect(inner.frame_locator("#box iframe").get_by_role("heading")).to_be_visible()


def test_what_stands_in_frames_is_accessible(ours: str) -> None:
    with page(600, 800) as window:
        for path in ("embed/coffee-roasting/?hidden=2", "embed/ask/", "embed/coffe-roast/"):
            window.goto(f"{ours}/{path}")
            expect(window.get_by_role("heading", level=1)).to_be_visible()
            found = Axe().run(window)
            assert found.violations_count == 0, found.generate_report()
