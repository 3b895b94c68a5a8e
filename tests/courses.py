"""Pages of courses that hold our widget: a server of ours and a host of plain files, for the widget's tests."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page

from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.export import Plan, export_site
from bot.surfaces.web.settings import WebSettings
from scripts.pages import ROOT, files, page, served

PICTURES = ROOT / "build" / "screenshots"  # to look at; git does not keep them
QUESTION = "those three coffee neurons, which roasts does every single one of them react to?"
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


def colours(card: FrameLocator) -> list[int]:
    """The colours of the first unit's map, one number a pixel."""
    return list(card.locator(".nrn-unit canvas").first.evaluate("""canvas => [...new Uint32Array(
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)]"""))


def height_of(card: FrameLocator) -> str:
    return str(card.locator("body").evaluate("body => `${Math.ceil(body.getBoundingClientRect().height)}px`"))
