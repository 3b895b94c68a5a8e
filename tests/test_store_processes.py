"""Several processes write to one store; one that ends, is ended or is killed loses nothing that was acknowledged."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from bot.store import Store, writing

WRITER = """
import sys
from pathlib import Path
from bot.store import Question, Store
store = Store(Path(sys.argv[1]))
for _ in range(40):
    store.keep_guess("xor", "all of it")
    store.keep_question(Question("how do dolphins sleep", "suggest", nearest=["xor"]))
"""  # the end of the process is what writes most of it
SERVER = """
import sys, uvicorn
from pathlib import Path
from bot.service import Bot
from bot.store import Store
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
bot = Bot()
bot.__dict__["store"] = Store(Path(sys.argv[1]))
for number in range(300):
    bot.store.keep_guess("xor", f"option {number}")
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print("serving", flush=True)
    async def shutdown(self, sockets=None):
        print("ending", flush=True)
        await super().shutdown(sockets)
Server(uvicorn.Config(alone(bot, WebSettings()), port=0, log_level="error")).run()
"""
ENDLESS = """
import sys
from itertools import count
from pathlib import Path
from bot.store import Store
store = Store(Path(sys.argv[1]))
for number in count():
    store.keep_thumb("xor", True, str(number), {})
    if number % 7 == 0 and store.flush():
        print(number, flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "store.sqlite3")


def test_several_processes_lose_nothing(store: Store) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(store.path)]) for _ in range(3)]
    assert [writer.wait(600) for writer in writers] == [0, 0, 0]
    assert store.guesses("xor") == {"all of it": 120}
    assert store.in_vain()[0].times == 120


@pytest.mark.slow
def test_what_was_kept_is_there_after_a_server_was_ended(store: Store) -> None:
    assert store.path
    store.keep_guess("bias-term", "a half")
    assert store.flush()
    command = [sys.executable, "-c", SERVER, str(store.path)]
    with (closing(sqlite3.connect(store.path, isolation_level=None)) as other,
          subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server):
        other.execute("BEGIN EXCLUSIVE")  # nothing can be written before the server is told to end
        assert server.stdout
        assert server.stdout.readline() == "serving\n"
        server.send_signal(signal.SIGTERM)
        assert server.stdout.readline() == "ending\n"
        other.execute("ROLLBACK")
        server.wait(600)
    assert len(store.guesses("xor")) == 300


def test_the_end_of_a_process_sets_by_what_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "AT_THE_END", 0.05)
    go, set_by = Event(), []

    def wait(_: object) -> bool:
        assert go.wait(600)
        return False

    slow = writing.Writer(wait, set_by.extend)
    for number in range(3):
        slow.put(number)
    slow.finish()
    go.set()
    assert set_by == [0, 1, 2]


def test_a_killed_process_loses_nothing_that_was_acknowledged(store: Store) -> None:
    assert store.path
    for _ in range(3):
        command = [sys.executable, "-c", ENDLESS, str(store.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as one:
            assert one.stdout
            acknowledged = [int(one.stdout.readline()) for _ in range(12)]
            one.send_signal(signal.SIGKILL)
            acknowledged += [int(line) for line in one.stdout.read().split()]
        with closing(sqlite3.connect(store.path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        numbers = {int(thumb.question) for thumb in store.thumbs(100_000)}
        assert set(range(acknowledged[-1] + 1)) <= numbers
