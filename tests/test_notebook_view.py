"""The player in its frame of an output, in Chromium: on a light and on a dark ground, and under the rules of hosts that
cannot be run here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from bot.service import shared_bot
from bot.surfaces.notebook.player import claims_of, page_of, shown
from bot.surfaces.notebook.shown import _still
from scripts.pages import ROOT, files, page

pytestmark = pytest.mark.browser

PICTURES = ROOT / "build" / "screenshots"
HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
<body style="margin:0;background:{ground}"><main><div class="jp-OutputArea"><div>{text}</div>
<div id="output">{output}</div></div></main><script>
window.keys = [];
document.addEventListener("keydown", (event) => window.keys.push(event.key));
</script></body></html>"""
# The rules of the page in which VS Code shows outputs, at their strictest (notebook.experimental.enableCsp), from
# microsoft/vscode, src/vs/workbench/contrib/notebook/browser/view/renderers/backLayerWebView.ts, without its own hosts.
VSCODE = ("default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
          "img-src https: http: data:; font-src https:; connect-src https:; child-src https: data:")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("host")
    answer = shared_bot().answer("coffee-roasting")
    claims = claims_of(answer)
    output = shown(_still(answer), page_of(answer.run, claims))[0]["text/html"]
    lines = "".join(f"<li><b>{claim['mark']}</b> {claim['says']} {claim['evidence']}</li>" for claim in claims)
    for name, ground, text in (("light", "#ffffff", ""), ("dark", "#111111", ""), ("lab", "#111111", lines)):
        written = HOST.format(ground=ground, text=f"<ul>{text}</ul>", output=output)
        (made / f"{name}.html").write_text(written, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with files(folder) as found:
        yield found


def opened(window: Page, address: str) -> tuple[FrameLocator, list[str]]:
    wrong: list[str] = []
    window.on("pageerror", lambda error: wrong.append(str(error)))
    window.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    window.route("**/favicon.ico", lambda route: route.fulfill(body=""))
    window.goto(address)
    frame = window.frame_locator("#output iframe")
    expect(frame.locator(".nrn canvas").first).to_be_visible()
    return frame, wrong


@pytest.mark.parametrize(("ground", "width"), [("light", 900), ("dark", 900), ("dark", 360)])
def test_the_run_plays_in_the_colours_of_the_ground(address: str, ground: str, width: int) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    other = "light" if ground == "dark" else "dark"  # the notebook's theme counts, not the system's
    with page(width, 900, other) as window:
        frame, wrong = opened(window, f"{address}/{ground}.html")
        player = frame.locator(".nrn")
        expect(player).to_have_attribute("data-theme", ground)
        expect(window.locator("#output img")).to_be_hidden()
        player.focus()
        window.keyboard.press("ArrowRight")
        window.keyboard.press("ArrowLeft")
        assert window.evaluate("window.keys") == []  # none reaches the notebook
        window.keyboard.press("Home")
        expect(player).to_have_attribute("data-frame", "0")
        window.wait_for_function("""() => { const frame = document.querySelector("#output iframe");
            return Math.abs(frame.offsetHeight - frame.contentDocument.documentElement.offsetHeight) < 2 }""")
        assert window.evaluate("document.documentElement.scrollWidth") <= width
        window.wait_for_timeout(300)
        window.screenshot(path=PICTURES / f"notebook-{ground}-{width}.png", full_page=True)
        window.evaluate("document.body.style.background = 'oklch(0.98 0 0)'")
        expect(player).to_have_attribute("data-theme", "light")
        assert wrong == []


@pytest.mark.parametrize(("name", "width"), [("light", 900), ("lab", 900), ("lab", 360), ("dark", 360)])
def test_claims_light_what_they_speak_of(address: str, name: str, width: int) -> None:
    with page(width, 900, "light" if name == "light" else "dark") as window:
        frame, wrong = opened(window, f"{address}/{name}.html")
        place, lit = window if name == "lab" else frame, frame.locator(".nrn-unit.is-lit")
        claims = place.locator("li[tabindex='0']")
        expect(claims).to_have_count(3)
        expect(frame.locator(".nrn li")).to_have_count(0 if name == "lab" else 3)  # those in the text where there are
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
        window.evaluate("document.querySelector('#output').replaceChildren()")  # the cell is run again
        expect(window.locator("[tabindex='0'], [data-lit]")).to_have_count(0)
        assert wrong == []


@pytest.mark.parametrize("policy", [VSCODE, "sandbox allow-scripts"], ids=["vs code", "no origin"])
def test_it_plays_under_the_rules_of_other_hosts(folder: Path, policy: str) -> None:
    with files(folder, {"Content-Security-Policy": policy}) as address, page(900, 900) as window:
        frame, wrong = opened(window, f"{address}/light.html")
        player = frame.locator(".nrn")
        player.focus()
        window.keyboard.press("Home")
        expect(player).to_have_attribute("data-frame", "0")
        assert wrong == []


def test_where_no_script_may_run_the_picture_stays_with_its_words(folder: Path) -> None:
    with files(folder, {"Content-Security-Policy": "sandbox"}) as address, page(900, 900) as window:
        window.goto(f"{address}/light.html")
        picture = window.get_by_role("img", name="Coffee roasting")
        expect(picture).to_be_visible()
        expect(picture).to_have_js_property("naturalWidth", 1280)
        expect(window.get_by_text("trust this notebook")).to_be_visible()
