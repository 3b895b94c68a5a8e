"""What editors and course platforms leave of the HTML that docs/embedding.md tells authors to paste."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from shutil import copytree

import pytest
from fetched import EDITORS, from_npm
from playwright.sync_api import Page, expect

from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from scripts.pages import ROOT, files, page, served

HOST = "https://neurons.example.org"
PICTURES = ROOT / "build" / "screenshots"
GUIDE = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
LINES = re.findall(r"^    (.+(?:\n     .+)*)", GUIDE, re.MULTILINE)
TITLE = "What does each neuron do?"


def documented(start: str) -> str:
    """The first of the lines to paste that begins so."""
    return next(line for line in LINES if line.startswith(start))


FRAME = documented("<iframe ") + documented("<p><a href=")
PICTURE = documented("<a href=")
SCRIPT = documented("<script ") + documented("<ask-neuron ")
# What cleans text keeps these elements with these attributes, of those that our lines have. Canvas:
# instructure/canvas-lms, gems/canvas_sanitize/lib/canvas_sanitize/canvas_sanitize.rb (SANITIZE).
EVERYWHERE = {"style", "class", "id", "title", "lang", "dir", "role"}
CANVAS = {"a": {"href", "target", "name"}, "p": set(), "img": {"align", "alt", "height", "src", "width"},
          "iframe": {"src", "width", "height", "name", "align", "frameborder", "scrolling", "sandbox"}}
CANVAS_STYLES = {"border", "width", "height", "display", "margin", "padding"}
# Moodle: moodle/moodle, lib/weblib.php (purify_html), which is HTML Purifier with frames not allowed; without it are
# Page (mod/page/view.php), Label and descriptions (format_module_intro), where `noclean` is set.
MOODLE = {"a": {"href", "target"}, "p": set(), "img": {"align", "alt", "height", "src", "width", "border"}}


class Cleaned(HTMLParser):
    """What an allow-list leaves: elements that it names, as (name, attributes), and all text."""

    def __init__(self, html: str, allowed: dict[str, set[str]], styles: set[str] | None = None) -> None:
        super().__init__()
        self.allowed, self.styles = allowed, styles
        self.kept: list[tuple[str, dict[str, str]]] = []
        self.lost: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.allowed:
            self.lost.append(tag)
            return
        self.lost += [f"{tag} {name}" for name, _ in attrs if name not in self.allowed[tag] | EVERYWHERE]
        named = re.findall(r"([\w-]+)\s*:", dict(attrs).get("style") or "")
        self.lost += [f"style {name}" for name in named if self.styles is not None and name not in self.styles]
        self.kept.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_canvas_keeps_frame_picture_and_links_as_they_are() -> None:
    for pasted in (FRAME, PICTURE):
        assert Cleaned(pasted, CANVAS, CANVAS_STYLES).lost == []
    assert Cleaned(SCRIPT, CANVAS, CANVAS_STYLES).lost == ["script", "ask-neuron"]


def test_where_moodle_cleans_text_the_frame_goes_and_link_and_picture_stay() -> None:
    left = Cleaned(FRAME, MOODLE)
    assert left.lost == ["iframe"]
    assert dict(left.kept)["a"]["href"].startswith(f"{HOST}/e/coffee-roasting")
    assert left.text.strip() == TITLE
    pictured = Cleaned(PICTURE, MOODLE)
    assert pictured.lost == []
    assert dict(pictured.kept)["img"]["alt"] == TITLE


@pytest.fixture(scope="module")
def ours() -> Iterator[str]:
    with served(alone(shared_bot(), WebSettings(frame_ancestors=("*",)))) as address:
        yield address


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder of pages with the editors' files, and its address."""
    folder: Path = tmp_path_factory.mktemp("course")
    modules = from_npm(EDITORS) / "node_modules"
    copytree(modules / "tinymce", folder / "tinymce")
    copytree(modules / "ckeditor5" / "dist" / "browser", folder / "ckeditor5")
    (folder / "tinymce.html").write_text("""<!doctype html><meta charset="utf-8"><textarea></textarea>
<script src="tinymce/tinymce.min.js"></script><script>
const start = (more) => tinymce.init({ selector: "textarea", license_key: "gpl", plugins: "code", ...more });
const through = async (html, more) => {
  const [editor] = await start(more);
  editor.setContent(html);
  return editor.getContent();
};</script>""")
    (folder / "ckeditor.html").write_text("""<!doctype html><meta charset="utf-8"><div id="here"></div>
<script src="ckeditor5/ckeditor5.umd.js"></script><script>
const { ClassicEditor, Essentials, Paragraph, Link, Image, ImageResize, LinkImage, GeneralHtmlSupport } = CKEDITOR;
const through = async (html, more = {}) => {
  const plugins = [Essentials, Paragraph, Link, Image, ImageResize, LinkImage];
  if (more.htmlSupport) plugins.push(GeneralHtmlSupport);
  const editor = await ClassicEditor.create(document.querySelector("#here"), { licenseKey: "GPL", plugins, ...more });
  editor.setData(html);
  return editor.getData();
};</script>""")
    with files(folder) as address:
        yield folder, address


def edited(window: Page, address: str, editor: str, pasted: str, more: str = "undefined") -> str:
    """What an editor gives back of a paste, with these settings of it."""
    window.goto(f"{address}/{editor}.html")
    return str(window.evaluate(f"async (html) => through(html, {more})", pasted))


def shown(window: Page, course: tuple[Path, str], html: str) -> None:
    """Show it as a page of the course does."""
    (course[0] / "shown.html").write_text(f'<!doctype html><meta charset="utf-8"><title>A course</title>{html}')
    window.goto(f"{course[1]}/shown.html")


@pytest.mark.browser
@pytest.mark.slow
def test_a_frame_from_tinymce_shows_number_picture_and_a_link_that_leads_on(
    ours: str, course: tuple[Path, str]
) -> None:
    with page(1000, 900) as window:
        got = edited(window, course[1], "tinymce", FRAME.replace(HOST, ours))
        assert re.search(r'<iframe[^>]* sandbox=""', got)
        shown(window, course, got)
        inside = window.frame_locator("iframe")
        expect(inside.locator(".number")).to_contain_text("hidden units = 2")
        inside.get_by_text("See the network at work").click()
        expect(inside.locator(".stage img")).to_have_js_property("naturalWidth", 640)
        window.screenshot(path=PICTURES / "tinymce-frame.png")
        inside.get_by_role("link", name="Read all of it here").click()
        expect(inside.get_by_role("heading", level=1)).to_be_visible()
        expect(inside.get_by_text("Break it")).to_be_visible()
        window.get_by_role("link", name=TITLE).click()
        window.wait_for_url(f"{ours}/e/coffee-roasting?hidden=2&seed=7")


@pytest.mark.browser
@pytest.mark.slow
def test_tinymce_that_is_told_of_us_lets_the_card_play(ours: str, course: tuple[Path, str]) -> None:
    with page(1000, 900) as window:
        excluded = '{ sandbox_iframes_exclusions: ["127.0.0.1"] }'
        got = edited(window, course[1], "tinymce", FRAME.replace(HOST, ours), excluded)
        assert "sandbox" not in got
        shown(window, course, got)
        inside = window.frame_locator("iframe")
        inside.get_by_text("See the network at work").click()
        expect(inside.locator(".nrn canvas").first).to_be_visible()


@pytest.mark.browser
@pytest.mark.slow
def test_ckeditor_keeps_the_link_and_the_frame_where_it_is_told_to(ours: str, course: tuple[Path, str]) -> None:
    with page(1000, 900) as window:
        pasted = FRAME.replace(HOST, ours)
        got = edited(window, course[1], "ckeditor", pasted)
        assert "<iframe" not in got
        assert f'<a href="{ours}/e/coffee-roasting?hidden=2&amp;seed=7">{TITLE}</a>' in got
        allowed = '{ htmlSupport: { allow: [{ name: "iframe", attributes: true, styles: true }] } }'
        shown(window, course, edited(window, course[1], "ckeditor", pasted, allowed))
        inside = window.frame_locator("iframe")
        expect(inside.locator(".number")).to_contain_text("hidden units = 2")
        inside.get_by_text("See the network at work").click()
        expect(inside.locator(".nrn canvas").first).to_be_visible()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("editor", ["tinymce", "ckeditor"])
def test_editors_keep_the_picture_and_take_out_scripts(ours: str, course: tuple[Path, str], editor: str) -> None:
    with page(1000, 900) as window:
        assert "script" not in edited(window, course[1], editor, SCRIPT)
        shown(window, course, edited(window, course[1], editor, PICTURE.replace(HOST, ours)))
        picture = window.get_by_role("img", name=TITLE)
        expect(picture).to_be_visible()
        expect(picture).to_have_js_property("naturalWidth", 1200)
        picture.click()
        window.wait_for_url(f"{ours}/e/coffee-roasting?hidden=2&seed=7")
