"""Fresh interpreters: no two threads import at once, so no start fails by chance, however busy the machine is."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 3000  # seconds: nothing here depends on how fast the machine is, or how busy
NOTEBOOK = """
from bot.notebook import ask
from bot.surfaces.notebook.session import the_bot
the_bot().matcher.warm()
assert list(ask("What does each neuron do in the coffee roasting network?").outputs())
"""
CHAT = """
from streamlit.testing.v1 import AppTest
import streamlit_app
found = AppTest.from_file("streamlit_app.py", default_timeout={patience})
found.query_params["entry"] = "coffee-roasting"
found.run()
assert found.header and not found.error and not found.exception, found.error
""".replace("{patience}", str(PATIENCE))
SERVER = """
from concurrent.futures import ThreadPoolExecutor
from starlette.testclient import TestClient
from bot.service import shared_bot
from bot.surfaces.web.app import alone, warm
from bot.surfaces.web import work
from bot.surfaces.web.settings import WebSettings
work.PATIENCE = {patience}
warm(shared_bot())
paths = ["/e/coffee-roasting", "/e/coffee-roasting.png", "/e/xor", "/mentor", "/mentor/search?q=relu", "/search.bin"]
with TestClient(alone(shared_bot(), WebSettings())) as client, ThreadPoolExecutor(6) as pool:
    assert [found.status_code for found in pool.map(client.get, paths)] == [200] * 6
""".replace("{patience}", str(PATIENCE))
WATCHED = """
import sys, threading
def watch(event, arguments):
    if event == "import" and threading.current_thread().name.startswith({threads!r}):
        elsewhere.append((threading.current_thread().name, arguments[0]))
elsewhere = []
sys.addaudithook(watch)
{program}
assert not elsewhere, elsewhere
"""
ENCODERS = ("large encoder", "encoder")
STARTS = [NOTEBOOK] * 7 + [CHAT] * 5 + [SERVER] * 5 + [  # and three in which threads of ours must import nothing
    WATCHED.format(program=program, threads=threads) for program, threads in (
        (NOTEBOOK, ENCODERS), (CHAT, ENCODERS),
        (SERVER, (*ENCODERS, "runs", "networks", "matching", "drawing")))]


def start(program: str) -> str:
    """Empty, or what a fresh interpreter says of its failure."""
    environment = {**os.environ, "ASK_NEURON_STORE": "off"}
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, text=True,
                          timeout=PATIENCE, env=environment)
    return done.stderr if done.returncode else ""


@pytest.mark.slow
@pytest.mark.load
@pytest.mark.timeout(2 * PATIENCE)
def test_twenty_starts_at_a_busy_processor_all_answer_and_threads_of_ours_import_nothing() -> None:
    assert len(STARTS) == 20
    with ThreadPoolExecutor(2 * (os.cpu_count() or 1) + 1) as pool:
        assert [said for said in pool.map(start, STARTS) if said] == []
