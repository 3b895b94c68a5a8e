"""marimo from PyPI runs a cell that ends in an answer: the words stand there, and the player plays."""

import os
import socket
import subprocess
import sysconfig
from pathlib import Path

import pytest
from fetched import MARIMO, from_pypi
from playwright.sync_api import expect

from scripts.pages import PATIENCE, ROOT, _wait_for, ended, page

pytestmark = [pytest.mark.slow, pytest.mark.browser]

NOTEBOOK = '''import marimo
app = marimo.App()


@app.cell
def _():
    from bot.notebook import ask
    ask("what does each neuron in the coffee roasting network do")
    return
'''


def test_an_answer_is_set_and_plays(tmp_path: Path) -> None:
    (tmp_path / "answer.py").write_text(NOTEBOOK)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")])  # marimo runs cells in its own interpreter
    environment = {**os.environ, "PYTHONPATH": ours, "ASK_NEURON_STORE": "off", "HOME": str(tmp_path)}
    command = [from_pypi(*MARIMO) / "python", "-m", "marimo", "run", "answer.py", "--headless", "--port", str(port),
               "--host", "127.0.0.1", "--no-token"]
    running = subprocess.Popen(command, cwd=tmp_path, env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", running, PATIENCE / 1000)
        with page(1100, 1400) as window:
            window.goto(f"http://127.0.0.1:{port}/")
            expect(window.get_by_role("heading", name="What does each neuron do")).to_be_visible()
            expect(window.locator("math").first).to_be_attached()
            inside = window.frame_locator("iframe")
            player = inside.locator(".nrn")
            expect(player.locator("canvas").first).to_be_visible()
            expect(player).to_have_attribute("data-theme", "light")  # its colours are in notations of their own
            player.focus()
            window.keyboard.press("Home")
            expect(player).to_have_attribute("data-frame", "0")
            expect(window.get_by_text("trust this notebook")).to_be_hidden()
            window.screenshot(path=ROOT / "build" / "screenshots" / "marimo.png", full_page=True)
    finally:
        ended(running)
