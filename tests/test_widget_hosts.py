"""The card in pages as others make them: MkDocs with the Material theme, Sphinx with furo, quirks mode, a base address,
nonces, jQuery beside polluted prototypes; and sixty times in one page."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from courses import ours
from fetched import JQUERY, MANUALS, from_npm, from_pypi, output_of
from playwright.sync_api import Page, expect

from scripts.pages import ROOT, files, page

pytestmark = pytest.mark.browser

GUIDE = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
CARD = '<ask-neuron entry="coffee-roasting" set-hidden="2"></ask-neuron>'
OTHER = "<an-other></an-other>"  # an element that does nothing: a theme that keeps old pages keeps it as well
INJECT = """const made = document.createElement("script");
made.src = "{ours}/widget.js";
document.head.append(made);"""
POLLUTED = """for (const kind of [Object, Array, String, Function, Element, HTMLElement])
  for (const name of ["extend", "each", "remove_all", "get_all"])
    kind.prototype[name] ??= function () { throw new Error("never called by others"); };"""
PAGES = {
    "head": f'<!doctype html><head><script src="{{ours}}/widget.js"></script></head><body>{CARD}',
    "module": f'<!doctype html><body>{CARD}<script type="module" src="{{ours}}/widget.js"></script>',
    "injected": f"<!doctype html><body>{CARD}<script>{INJECT}</script>",
    "quirks": f'<body>{CARD}<script src="{{ours}}/widget.js" async></script>',
    "base": f'<!doctype html><base href="https://a.example/b/">{CARD}<script src="{{ours}}/widget.js"></script>',
    "nonce": f'<!doctype html><body>{CARD}<script nonce="once">{INJECT}</script>',
    "jquery": f"""<!doctype html><body><div id="here"></div><script src="jquery.js"></script><script>{POLLUTED}</script>
        <script src="{{ours}}/widget.js" async></script><script>$("#here").html('{CARD}')</script>""",
}
STRICT = "default-src 'none'; base-uri 'none'; script-src 'nonce-once' 'strict-dynamic'; frame-src {ours}"


def number(window: Page) -> None:
    expect(window.frame_locator("ask-neuron iframe").locator(".number")).to_contain_text("hidden units = 2")


def alive(window: Page, tag: str = "ask-neuron") -> int:
    """How many elements of a kind are in the memory of a page once its rubbish is gone."""
    devtools = window.context.new_cdp_session(window)
    prototype = devtools.send("Runtime.evaluate", {"expression": f"customElements.get('{tag}').prototype"})
    found = devtools.send("Runtime.queryObjects", {"prototypeObjectId": prototype["result"]["objectId"]})
    count = devtools.send("Runtime.callFunctionOn", {"objectId": found["objects"]["objectId"], "returnByValue": True,
                                                     "functionDeclaration": "function () { return this.length }"})
    devtools.detach()
    return int(count["result"]["value"])


def until_alive(window: Page, most: int) -> None:
    """Wait until no more widgets are in memory than this: timers of those that are gone end."""
    for _ in range(900):
        if alive(window) <= most:
            return
        window.wait_for_timeout(200)
    raise AssertionError(f"{alive(window)} widgets are kept, not {most}")


@pytest.mark.parametrize("name", PAGES)
def test_a_card_stands_in_a_page_of_any_make(ours: str, tmp_path: Path, name: str) -> None:
    if name == "jquery":
        jquery = from_npm(JQUERY) / "node_modules" / "jquery" / "dist" / "jquery.min.js"
        (tmp_path / "jquery.js").write_bytes(jquery.read_bytes())
    (tmp_path / "page.html").write_text(PAGES[name].replace("{ours}", ours))
    headers = {"Content-Security-Policy": STRICT.format(ours=ours)} if name == "nonce" else {}
    with files(tmp_path, headers) as address, page(900, 700) as window:
        faults: list[str] = []
        window.on("pageerror", lambda error: faults.append(str(error)))
        window.goto(f"{address}/page.html")
        assert window.evaluate("document.compatMode") == ("BackCompat" if name == "quirks" else "CSS1Compat")
        number(window)
        assert faults == []


def test_sixty_cards_that_come_and_go_leave_nothing_behind(ours: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(f'<!doctype html><script src="{ours}/widget.js"></script><body>')
    with files(tmp_path) as address, page(900, 700) as window:
        window.goto(f"{address}/page.html")
        window.evaluate("""async (card) => {
          for (let time = 0; time < 60; time++) {
            const heard = new Promise((done) => addEventListener("message", done, { once: true }));
            document.body.innerHTML = card;
            await heard;
            document.body.replaceChildren();
          }
        }""", CARD)
        until_alive(window, 0)
        devtools = window.context.new_cdp_session(window)
        kept = devtools.send("Memory.getDOMCounters")
        assert kept["documents"] < 10
        assert window.frames == [window.main_frame]
        window.evaluate("(card) => { document.body.innerHTML = card }", CARD)
        number(window)


def documented(title: str) -> list[str]:
    """The blocks of lines to paste that stand below a title in docs/embedding.md."""
    told = re.split(r"^\*\*", GUIDE, flags=re.MULTILINE)
    [part] = [one for one in told if one.startswith(f"{title}.**")]
    return [dedent(block).strip("\n") + "\n" for block in re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", part, re.MULTILINE)]


def made(folder: Path, *command: str) -> None:
    """Build a manual in a folder."""
    output_of(from_pypi(*MANUALS) / "python", "-m", *command, folder=folder)


@pytest.fixture
def mkdocs(ours: str, tmp_path: Path) -> Iterator[str]:
    """A manual as docs/embedding.md says it for MkDocs, with Material's own navigation; its address."""
    lines = documented("MkDocs")[0].replace("https://neurons.example.org", ours)
    settings, card = lines.split("\n\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "site").mkdir()
    for name in ("index", "second"):
        (tmp_path / "docs" / f"{name}.md").write_text(f"# {name}\n\n{card}\n\n{OTHER}\n")
    with files(tmp_path / "site") as address:
        (tmp_path / "mkdocs.yml").write_text(f"""site_name: A course
site_url: {address}/
theme:
  name: material
  font: false
  features: [navigation.instant]
  palette:
    - {{scheme: default, toggle: {{icon: material/weather-sunny, name: Dark}}}}
    - {{scheme: slate, toggle: {{icon: material/weather-night, name: Light}}}}
{settings}
""")
        made(tmp_path, "mkdocs", "build", "--quiet")
        yield address


@pytest.fixture
def sphinx(ours: str, tmp_path: Path) -> Iterator[str]:
    """The same for Sphinx, with the theme furo."""
    lines = documented("Sphinx")[0].replace("https://neurons.example.org", ours)
    settings, card = lines.split("\n\n", 1)
    source = tmp_path / "source"
    source.mkdir()
    (source / "conf.py").write_text(f'project = "A course"\nhtml_theme = "furo"\n{settings}\n')
    for name, more in (("index", ".. toctree::\n\n   second\n\n"), ("second", "")):
        (source / f"{name}.rst").write_text(f"{name}\n======\n\n{more}{card}\n   {OTHER}\n\n:doc:`index`\n")
    made(tmp_path, "sphinx", "-q", "-W", "source", "site")
    with files(tmp_path / "site") as address:
        yield address


@pytest.mark.slow
@pytest.mark.parametrize("manual", ["mkdocs", "sphinx"])
def test_a_manual_shows_its_card_however_often_one_turns_its_pages(request: pytest.FixtureRequest, manual: str) -> None:
    address = request.getfixturevalue(manual)
    with page(1280, 900) as window:
        faults: list[str] = []
        window.on("pageerror", lambda error: faults.append(str(error)))
        window.add_init_script("customElements.define('an-other', class extends HTMLElement {})")
        window.goto(f"{address}/index.html")
        window.evaluate("globalThis.first = true")
        for name in ("second", "index") * 3:
            window.get_by_role("link", name=re.compile(name, re.IGNORECASE)).first.click()
            expect(window.get_by_role("heading", level=1)).to_contain_text(name)
            expect(window.locator("ask-neuron")).to_have_count(1)
            number(window)
        assert window.evaluate("globalThis.first") is (True if manual == "mkdocs" else None), "one document all along"
        until_alive(window, alive(window, "an-other"))
        root = window.frame_locator("ask-neuron iframe").locator("html")
        expect(root).to_have_attribute("data-theme", "light")
        window.locator("label[title=Dark], button.theme-toggle").locator("visible=true").first.click()
        expect(root).to_have_attribute("data-theme", "dark")
        assert faults == []
