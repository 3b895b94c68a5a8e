"""The widget as a guest: nothing leaks into a page or out of it, whatever the page or its attributes hold."""

from pathlib import Path

import pytest
from courses import MODES, QUESTION, course, frame, height_of, ours
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# `heard` comes true when a message has come to the window, and whoever listens to it has had a turn.
HEARD = """() => {
  globalThis.heard = new Promise((done) => addEventListener("message", () => setTimeout(done), { once: true }));
}"""

HOSTILE = """* { font-size: 40px !important; color: rgb(200, 0, 0) !important } button { display: none !important }
[hidden] { display: none !important } html { font-size: 62.5% }
iframe { width: 10px !important; opacity: 0 !important }"""


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
        card = frame(window, "#card")
        expect(card.locator(".number")).to_be_visible()
        window.evaluate(HEARD)
        window.evaluate("() => window.postMessage({ from: 'ask-neuron', height: 3000 }, '*')")
        window.evaluate("heard")
        expect(window.locator("#card iframe")).to_have_css("height", height_of(card))
        strange = f"{ours}/embed/bias-term/#theme=light&host=https%3A%2F%2Fother.example"
        card.locator("html").evaluate("root => { root.dataset.before = '' }")
        window.locator("#card iframe").evaluate("(frame, address) => { frame.src = address }", strange)
        expect(card.locator("html:not([data-before])")).to_have_attribute("data-theme", "light")
        card.locator("html").evaluate(HEARD)
        window.locator("#card iframe").evaluate(
            "frame => frame.contentWindow.postMessage({ to: 'ask-neuron', theme: 'dark' }, '*')")
        card.locator("html").evaluate("() => heard")
        expect(card.locator("html")).to_have_attribute("data-theme", "light")


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
