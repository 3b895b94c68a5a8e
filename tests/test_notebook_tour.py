"""docs/notebook.ipynb runs from its first cell to its last, says what is true, and plays in a page made of it."""

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from playwright.sync_api import expect

from scripts.pages import ROOT, files, page

pytestmark = [
    pytest.mark.slow,
    # of the libraries that run a kernel, none of ours
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::UserWarning"),
]
TOUR = ROOT / "docs" / "notebook.ipynb"


@pytest.fixture(scope="module")
def tour() -> NotebookNode:
    """The tour, run."""
    read = nbformat.read(TOUR, as_version=4)
    client = NotebookClient(read, timeout=600, resources={"metadata": {"path": str(ROOT)}})
    return client.execute(env={**os.environ, "ASK_NEURON_STORE": "off"})


def shown(tour: NotebookNode, source: str) -> list[NotebookNode]:
    return next(cell.outputs for cell in tour.cells if cell.cell_type == "code" and source in cell.source)


def text_of(tour: NotebookNode, source: str) -> str:
    return "\n".join(output.get("text") or output["data"]["text/plain"] for output in shown(tour, source))


def test_it_is_kept_without_outputs() -> None:
    for cell in nbformat.read(TOUR, as_version=4).cells:
        assert not cell.get("outputs")
        assert not cell.get("execution_count")


def test_what_it_tells_comes_out(tour: NotebookNode) -> None:
    prose, player = shown(tour, "answer = ask(")
    assert "### Is that hidden neuron really" in prose.data["text/markdown"]
    assert {"text/html", "image/png", "text/plain"} == set(player.data)
    assert "✗" in text_of(tour, "for claim in labelled.claims")
    by_hand, measured = re.findall(r"0\.\d+|1\.0", text_of(tour, "by_hand ="))
    assert float(by_hand) == pytest.approx(float(measured), abs=0.006)  # one roast of two hundred
    assert "flipped" in shown(tour, "and with two units?")[0].data["text/markdown"]
    assert "'steps': 300" in text_of(tour, "short.params")
    counts = [int(count) for count in re.findall(r"in +(\d+) of 32", text_of(tour, "for units in range"))]
    assert counts[0] == 0
    assert counts[-1] > 20
    assert "outside what we know" in text_of(tour, "weather")


def test_a_bad_setting_is_one_line(tour: NotebookNode) -> None:
    [output] = shown(tour, "hidden=99")
    assert output.output_type == "error"
    assert len(output.traceback) == 1
    assert "a whole number from 1 to" in output.traceback[0]


@pytest.mark.browser
@pytest.mark.parametrize("template", ["lab", "classic"])
def test_a_page_made_of_it_plays_and_has_every_picture_with_its_words(tour: NotebookNode, template: str,
                                                                      tmp_path: Path) -> None:
    text, _ = HTMLExporter(template_name=template).from_notebook_node(tour)
    assert "in 32 of 32 runs" in text
    written = re.findall(r"<img[^>]*data:image/png;base64,[^>]*>", text)
    assert len(written) == 5
    assert all(re.search('alt="[A-Z][^"]+; seed .*width="640"', picture) for picture in written)
    (tmp_path / "tour.html").write_text(text, encoding="utf-8")
    with files(tmp_path) as address, page(1000, 800) as window:  # which sees no network
        window.goto(f"{address}/tour.html")
        player = window.frame_locator("iframe").first.locator(".nrn")
        expect(player.locator("canvas").first).to_be_visible()
        player.focus()
        window.keyboard.press("Home")
        expect(player).to_have_attribute("data-frame", "0")
        expect(window.locator("img:visible")).to_have_count(5 - window.locator("iframe").count())
