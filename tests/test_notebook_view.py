"""The widget's front end in Chromium: a page calls it as anywidget does, on a light and on a dark ground."""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.service import shared_bot
from bot.surfaces.notebook.player import module, style, widget
from scripts.pages import ROOT, files, page

pytestmark = pytest.mark.browser

PICTURES = ROOT / "build" / "screenshots"
HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
<link rel="stylesheet" href="player.css">
<body style="margin:0;background:{ground}"><main><div class="jp-OutputArea"><div>{text}</div><div class="output"></div>
</div></main>
<script type="module">
import view from "./view.js";
const bytes = Uint8Array.from(atob("{recording}"), (c) => c.charCodeAt(0));
const state = {{ recording: new DataView(bytes.buffer), claims: {claims} }}; // as anywidget hands bytes over
const model = {{ get: (name) => state[name], on() {{}}, off() {{}} }};
const el = document.createElement("div"); // on the page only after it was rendered, as in JupyterLab
window.cleanUp = await view.render({{ model, el }});
document.querySelector(".output").append(el);
window.keys = [];
document.addEventListener("keydown", (event) => window.keys.push(event.key));
document.body.dataset.ready = "yes";
</script></body></html>"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("host")
    shown = widget(shared_bot().answer("coffee-roasting"))
    film, claims = b64encode(shown.recording).decode(), json.dumps(shown.claims)
    (folder / "view.js").write_text(module(), encoding="utf-8")
    (folder / "player.css").write_text(style(), encoding="utf-8")
    for name, ground in (("light", "#ffffff"), ("dark", "#111111")):
        page_of = HOST.format(ground=ground, recording=film, claims=claims, text="")
        (folder / f"{name}.html").write_text(page_of, encoding="utf-8")
    lines = "".join(f"<li><b>{claim['mark']}</b> {claim['says']} {claim['evidence']}</li>" for claim in shown.claims)
    page_of = HOST.format(ground="#111111", recording=film, claims=claims, text=f"<ul>{lines}</ul>")
    (folder / "lab.html").write_text(page_of, encoding="utf-8")
    with files(folder) as found:
        yield found


def opened(window: Page, address: str) -> list[str]:
    wrong: list[str] = []
    window.on("pageerror", lambda error: wrong.append(str(error)))
    window.goto(address)
    window.wait_for_selector("body[data-ready]")
    return wrong


@pytest.mark.parametrize(("ground", "width"), [("light", 900), ("dark", 900), ("dark", 360)])
def test_the_run_plays_in_the_colours_of_the_ground(address: str, ground: str, width: int) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    other = "light" if ground == "dark" else "dark"  # the notebook's theme counts, not the system's
    with page(width, 900, other) as window:
        wrong = opened(window, f"{address}/{ground}.html")
        player = window.locator(".nrn")
        expect(player).to_have_attribute("data-theme", ground)
        expect(player.locator("canvas").first).to_be_visible()
        first = player.get_attribute("data-frame")
        player.focus()
        window.keyboard.press("ArrowRight")
        window.keyboard.press("ArrowLeft")
        assert window.evaluate("window.keys") == []  # none reaches the notebook
        window.keyboard.press("Home")
        expect(player).to_have_attribute("data-frame", "0")
        assert first is not None
        assert window.evaluate("document.documentElement.scrollWidth") <= width
        window.wait_for_timeout(300)
        window.screenshot(path=PICTURES / f"notebook-{ground}-{width}.png", full_page=True)
        window.evaluate("document.body.style.background = '#fafafa'")
        expect(player).to_have_attribute("data-theme", "light")
        window.evaluate("window.cleanUp()")
        expect(window.locator(".nrn canvas")).to_have_count(0)
        assert wrong == []


@pytest.mark.parametrize(("name", "width"), [("light", 900), ("lab", 900), ("lab", 360), ("dark", 360)])
def test_claims_light_what_they_speak_of(address: str, name: str, width: int) -> None:
    with page(width, 900, "light" if name == "light" else "dark") as window:
        wrong = opened(window, f"{address}/{name}.html")
        claims, lit = window.locator("li[tabindex='0']"), window.locator(".nrn-unit.is-lit")
        expect(claims).to_have_count(3)
        assert window.locator("li").count() == 3, "in the text where there is one, else with the player"
        assert (window.locator(".nrn li").count() == 3) == (name != "lab")
        claims.nth(1).focus()
        expect(lit).to_have_count(3)
        window.keyboard.press("Tab")
        expect(lit).to_have_count(1)
        expect(claims.nth(2)).to_contain_text("about unit 1")
        window.keyboard.press("Enter")
        expect(lit).to_be_in_viewport()
        claims.nth(1).click()
        window.mouse.move(0, 0)  # the page has moved under the pointer
        expect(lit).to_have_count(3)
        assert window.evaluate("document.documentElement.scrollWidth") <= width
        window.wait_for_timeout(200)
        window.screenshot(path=PICTURES / f"notebook-claims-{name}-{width}.png", full_page=True)
        window.evaluate("window.cleanUp()")
        assert window.locator("[tabindex='0'], [data-lit]").count() == 0
        assert wrong == []
