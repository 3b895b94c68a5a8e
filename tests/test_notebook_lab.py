"""JupyterLab and Notebook from PyPI, which know nothing of us, with the kernel in our environment: an answer plays, and
it does so when the file is opened again without any kernel."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import nbformat
import pytest
from fetched import JUPYTER, from_pypi
from playwright.sync_api import Page, expect

from scripts.pages import PATIENCE, ROOT, _wait_for, ended, page

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PICTURES = ROOT / "build" / "screenshots"
CELL = 'from bot.notebook import ask\nask("what does each neuron in the coffee roasting network do")'
KERNEL = {"argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "ours",
          "language": "python", "env": {"PYTHONPATH": str(ROOT), "ASK_NEURON_STORE": "off"}}


@contextmanager
def server(folder: Path, home: Path) -> Iterator[str]:
    """A Jupyter server for the notebooks of a folder; what it remembers, trust included, is in `home`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = [f"--ServerApp.root_dir={folder}", f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1", "--no-browser",
            "--IdentityProvider.token=", "--ServerApp.password=", "--allow-root", "--ServerApp.port_retries=0",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    environment = {**os.environ, "JUPYTER_DATA_DIR": str(home / "data"), "JUPYTER_CONFIG_DIR": str(home / "config"),
                   "JUPYTER_RUNTIME_DIR": str(home / "runtime"), "IPYTHONDIR": str(home / "ipython")}
    log = (home / "log").open("ab")
    running = subprocess.Popen([from_pypi(*JUPYTER) / "jupyter-lab", *told], env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/api", running, PATIENCE / 1000)
        yield address
    finally:
        ended(running)
        log.close()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a notebook was run in JupyterLab and saved; and beside it, what the server knows."""
    top: Path = tmp_path_factory.mktemp("jupyter")
    folder, kernel = top / "folder", top / "home" / "data" / "kernels" / "ours"
    folder.mkdir()
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps(KERNEL))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    notebook.metadata["kernelspec"] = {"name": "ours", "display_name": "ours", "language": "python"}
    nbformat.write(notebook, folder / "answer.ipynb")
    with server(folder, top / "home") as address, page(1280, 1400) as window:
        window.goto(f"{address}/lab/tree/answer.ipynb?reset")
        expect(window.get_by_text("ours | Idle")).to_be_visible()
        window.locator(".jp-Notebook .jp-CodeCell").first.click()
        window.keyboard.press("Control+Enter")
        plays(window)
        window.screenshot(path=PICTURES / "lab-run.png")
        window.keyboard.press("Control+s")
        while "srcdoc" not in (folder / "answer.ipynb").read_text(encoding="utf-8"):
            window.wait_for_timeout(200)
    return folder


def plays(window: Page) -> None:
    player = window.frame_locator(".jp-OutputArea iframe").locator(".nrn")
    expect(player.locator("canvas").first).to_be_visible()
    player.focus()
    window.keyboard.press("Home")
    expect(player).to_have_attribute("data-frame", "0")


@pytest.fixture(scope="module")
def trusted(saved: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that has signed the notebook, and has no kernel for it."""
    home = tmp_path_factory.mktemp("trusted") / "home"
    copytree(saved.parent / "home", home, ignore=lambda *_: {"kernels", "log", "runtime"})
    (home / "runtime").mkdir()
    with server(saved, home) as address:
        yield address


@pytest.fixture(scope="module")
def stranger(saved: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that has never signed it: the notebook is from somebody else."""
    with server(saved, tmp_path_factory.mktemp("stranger")) as address:
        yield address


@pytest.mark.parametrize("place", ["lab/tree", "notebooks"])
def test_a_saved_answer_plays_again_without_its_kernel(trusted: str, place: str) -> None:
    with page(1280, 1400) as window:
        window.goto(f"{trusted}/{place}/answer.ipynb")
        plays(window)
        expect(window.get_by_text("trust this notebook")).to_be_hidden()
        lit = window.frame_locator(".jp-OutputArea iframe").locator(".nrn-unit.is-lit")
        window.locator(".jp-OutputArea li[tabindex='0']").nth(1).press("Enter")  # a tall output scrolls by itself
        expect(lit).to_have_count(3)
        window.screenshot(path=PICTURES / f"{place.split('/')[0]}-again.png")


@pytest.mark.parametrize("place", ["lab/tree", "notebooks"])
def test_where_it_is_not_trusted_the_picture_stays_with_its_words(stranger: str, place: str) -> None:
    with page(1280, 1400) as window:
        window.goto(f"{stranger}/{place}/answer.ipynb")
        picture = window.get_by_role("img", name="Coffee roasting")
        expect(picture).to_be_visible()
        expect(picture).to_have_js_property("naturalWidth", 1280)
        expect(window.get_by_text("trust this notebook")).to_be_visible()
        expect(window.locator(".jp-OutputArea iframe")).to_have_count(0)
        window.screenshot(path=PICTURES / f"{place.split('/')[0]}-untrusted.png")
