"""The player in the chat, in Chromium: beside its answer, under a strict policy for scripts, with a still behind it."""


import pytest
from playwright.sync_api import Page, expect

from scripts.pages import page, settled

pytestmark = pytest.mark.browser

COFFEE = "/?entry=coffee-roasting"
POLICY = "; ".join([
    "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:", "object-src 'none'",
    "connect-src 'self' ws: wss:", "base-uri 'self'",
])
STRICT = f"""new MutationObserver((_, watch) => {{
  if (!document.head) return;
  watch.disconnect();
  const meta = document.createElement("meta");
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = "{POLICY}";
  document.head.prepend(meta);
}}).observe(document, {{ childList: true, subtree: true }});"""
INLINE = """() => {
  const script = document.createElement("script");
  script.textContent = "1";
  document.head.append(script);
}"""
NO_CANVAS = "HTMLCanvasElement.prototype.getContext = () => null"


def player(window: Page) -> Page:
    expect(window.locator(".nrn-unit").first).to_be_visible()
    return window


def test_the_player_shows_the_run_and_follows_its_settings(chat_address: str) -> None:
    with page(1280, 1000) as window:
        window.goto(chat_address + COFFEE)
        expect(player(window).locator(".nrn-unit")).to_have_count(4)  # three hidden units and the output
        frames = window.locator(".nrn").get_attribute("data-frame")
        window.get_by_role("button", name="Back to the start").click()
        expect(window.locator(".nrn")).to_have_attribute("data-frame", "0")
        assert frames != "0"
        settled(window)
        claims = window.locator("[class*=st-key-claims]")
        expect(claims.locator("[tabindex='0']")).to_have_count(3)
        claims.get_by_text("three hidden units close the triangle").hover()
        expect(window.locator(".nrn-unit.is-lit")).to_have_count(1)  # the claim is about accuracy: the output
        claims.get_by_text("At least two of the three edges").hover()
        expect(window.locator(".nrn-unit.is-lit")).to_have_count(3)  # and this one is about the hidden units
        window.get_by_role("button", name="Break it: Take one unit away").click()
        expect(window.locator(".nrn-unit")).to_have_count(3)


def test_claims_light_their_parts_by_keyboard_in_older_answers_too(chat_address: str) -> None:
    with page(1280, 1000) as window:
        window.goto(chat_address + COFFEE)
        player(window)
        settled(window)
        claims = window.locator("[class*=st-key-claims] [tabindex='0']")
        expect(claims).to_have_count(3)
        box = window.get_by_placeholder("Ask about neurons")
        box.fill("and with 2 neurons?")  # the first answer is drawn anew, without its controls
        box.press("Enter")
        expect(window.locator(".nrn")).to_have_count(2)
        settled(window)
        expect(claims).to_have_count(6)
        first, lit = window.locator("[class*=st-key-turn]").first, ".nrn-unit.is-lit"
        first.locator("[tabindex='0']", has_text="At least two of the three edges").focus()
        expect(first.locator(lit)).to_have_count(3)
        window.keyboard.press("Tab")
        expect(first.locator(lit)).to_have_count(1)
        expect(first.locator("[data-lit]")).to_contain_text("about unit 1")
        window.keyboard.press("Enter")
        expect(first.locator(lit)).to_be_in_viewport()
        expect(window.locator(lit)).to_have_count(1)


def test_a_strict_policy_for_scripts_is_enough(chat_address: str) -> None:
    refused: list[str] = []
    with page(1280, 1000) as window:
        window.on("console", lambda line: refused.append(line.text) if "Content Security Policy" in line.text else None)
        window.add_init_script(STRICT)
        window.goto(chat_address + COFFEE)
        player(window)
        expect(window.locator("[role=log]")).to_contain_text("Answer:")
        settled(window)
        ours = [line for line in refused if "inline script" not in line]  # Streamlit's page has one of its own
        assert not ours
        with window.expect_console_message(lambda line: "Content Security Policy" in line.text):
            window.evaluate(INLINE)  # the policy is in force


def test_without_canvas_the_still_picture_takes_its_place(chat_address: str) -> None:
    with page(1280, 1000) as window:
        window.add_init_script(NO_CANVAS)
        window.goto(chat_address + COFFEE)
        expect(window.get_by_text("This browser cannot draw the moving picture").last).to_be_visible()
        still = window.get_by_role("img", name="A network: temperature, duration → 3 hidden units → good roast")
        expect(still).to_be_visible()
        expect(still).to_have_js_property("complete", True)
        assert still.evaluate("image => image.naturalWidth") > 300, "it cannot be drawn"
