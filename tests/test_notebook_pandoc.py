"""A saved answer in the page that pandoc makes of a notebook: text, player, and what stays without it."""

import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from bot.service import shared_bot
from bot.surfaces.notebook.player import claims_of, page_of, shown
from bot.surfaces.notebook.shown import _still
from scripts.pages import files, page

PANDOC = shutil.which("pandoc")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(PANDOC is None, reason="pandoc is not on this machine")]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook with the outputs of an answer."""
    answer = shared_bot().answer("coffee-roasting")
    data, metadata = shown(_still(answer), page_of(answer.run, claims_of(answer)))
    prose = nbformat.v4.new_output("display_data", {"text/markdown": "Each unit marks an edge.",
                                                              "text/plain": "Each unit marks an edge."})
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    cell = nbformat.v4.new_code_cell("ask('coffee')", outputs=[prose, output])
    file: Path = tmp_path_factory.mktemp("pandoc") / "answer.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), file)
    return file


def options() -> tuple[str, ...]:
    """What asks for a page in one file: pandoc 2.19 gave it another name."""
    told = subprocess.run([str(PANDOC), "--help"], capture_output=True, text=True, timeout=60, check=True).stdout
    return ("--embed-resources", "--standalone") if "--embed-resources" in told else ("--self-contained",)


def test_the_player_runs_in_a_page_of_one_file(notebook: Path) -> None:
    made = notebook.with_suffix(".html")
    subprocess.run([str(PANDOC), "-f", "ipynb", "-t", "html", *options(), "--metadata", "title=An answer",
                    str(notebook), "-o", str(made)], check=True, timeout=120)
    with files(notebook.parent) as address, page(1000, 900) as window:  # which sees no network
        window.goto(f"{address}/answer.html")
        expect(window.get_by_text("Each unit marks an edge.")).to_be_visible()
        player = window.frame_locator(".nrn-output iframe").locator(".nrn")
        expect(player.locator("canvas").first).to_be_visible()
        player.focus()
        window.keyboard.press("Home")
        expect(player).to_have_attribute("data-frame", "0")
        expect(window.locator(".nrn-output img")).to_be_hidden()


def test_the_picture_keeps_its_words(notebook: Path) -> None:
    made = notebook.with_name("still.html")
    subprocess.run([str(PANDOC), "-f", "ipynb", "-t", "html", *options(), "--metadata", "title=An answer",
                    str(notebook), "-o", str(made)], check=True, timeout=120)
    text = made.read_text(encoding="utf-8")
    made.write_text(text[:text.index("<iframe")] + text[text.index("</iframe>"):], encoding="utf-8")
    with files(notebook.parent) as address, page(1000, 900) as window:
        window.goto(f"{address}/still.html")
        picture = window.get_by_role("img", name="Coffee roasting")
        expect(picture).to_be_visible()
        expect(picture).to_have_js_property("naturalWidth", 1280)
