"""Lighthouse gives an explanation and the index full marks for access, good practice and being found.

Its marks for speed are bound by the clock of the machine, and so are no test's; how little is loaded and how little
moves is held elsewhere (test_web_pages.py, test_web_browser.py, test_widget_frameworks.py).
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fetched import LIGHTHOUSE, from_npm, output_of
from known import BOT
from test_javascript import node

from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from scripts.pages import CHROMIUM, served

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def ours() -> Iterator[str]:
    with served(alone(BOT, WebSettings())) as address:
        yield address


@pytest.mark.parametrize("path", ["/e/coffee-roasting", "/entries"])
def test_it_finds_nothing_to_mend(ours: str, tmp_path: Path, path: str) -> None:
    program = from_npm(LIGHTHOUSE) / "node_modules" / "lighthouse" / "cli" / "index.js"
    command = [node("node"), program, ours + path, "--quiet", "--output=json", "--output-path=found.json",
               "--chrome-flags=--headless --no-sandbox --disable-gpu", "--throttling-method=provided",
               "--only-categories=accessibility,best-practices,seo", "--disable-full-page-screenshot"]
    output_of(*command, folder=tmp_path, timeout=900, env={**os.environ, "CHROME_PATH": str(CHROMIUM)})
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert "runtimeError" not in found
    assert [name for name, audit in found["audits"].items() if audit["score"] not in (None, 1)] == []
    assert {name: category["score"] for name, category in found["categories"].items()} == {
        "accessibility": 1, "best-practices": 1, "seo": 1}
