"""The store in a real PostgreSQL, which the tests start, stop and start again."""

import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.store import Question, Store, StoreError, database, delivery, keeping, spool, writing
from bot.surfaces.cli.main import main

pytestmark = pytest.mark.slow
STARTER = """
import sys
from bot.store import Question, Store
store = Store(None, sys.argv[1])
for _ in range(20):
    store.keep_guess("xor", "all of it")
    store.keep_question(Question("how do dolphins sleep", "suggest", nearest=["xor"]))
"""


@dataclass(frozen=True)
class Server:
    """A cluster of the tests' own, on a free port of this machine."""

    bin: Path
    folder: Path
    port: int

    def run(self, program: str, *arguments: str) -> None:
        user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        subprocess.run([self.bin / program, "-D", self.folder / "data", *arguments], check=True, timeout=600,
                       cwd=self.folder, stdout=subprocess.DEVNULL, **user)

    def start(self) -> None:
        options = f"-c listen_addresses=localhost -c unix_socket_directories= -p {self.port}"
        self.run("pg_ctl", "-w", "-t", "240", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-w", "-t", "240", "-m", "fast", "stop")

    @property
    def url(self) -> str:
        return f"postgresql://owner:secret@localhost:{self.port}/postgres"


def found_server() -> Path | None:
    """The folder of PostgreSQL's programs; Debian has it outside the path."""
    named = shutil.which("pg_ctl")
    return Path(named).parent if named else max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    pytest.importorskip("psycopg")
    programs = found_server()
    if programs is None:
        pytest.skip("there is no PostgreSQL server here")
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        try:
            shutil.chown(folder, "postgres", "postgres")
        except LookupError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        found = Server(programs, folder, free.getsockname()[1])
    found.run("initdb", "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-sync")
    found.start()
    yield found
    found.stop()
    shutil.rmtree(folder)


@pytest.fixture
def store(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty database."""
    monkeypatch.setattr(spool.platformdirs, "user_state_dir", lambda name: str(tmp_path / "state" / name))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(delivery, "AGAIN", 0.0)
    monkeypatch.setattr(writing, "_writers", {})  # of an earlier test, with another folder for what waits
    found = Store(None, server.url)
    with database.writing(None, server.url) as connection:
        for table in ("kept", "alembic_version"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    return found


def test_processes_that_start_at_once_make_one_table_and_lose_nothing(store: Store) -> None:
    starters = [subprocess.Popen([sys.executable, "-c", STARTER, store.url]) for _ in range(3)]
    assert [starter.wait(600) for starter in starters] == [0, 0, 0]
    assert store.guesses("xor") == {"all of it": 60}
    [gap] = store.in_vain()
    assert (gap.times, gap.nearest) == (60, ("xor",))


def test_all_is_kept_read_and_forgotten_as_in_a_file(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_ROWS", 3)
    monkeypatch.setattr(delivery, "PRUNE_EVERY", 1)
    for number in range(6):
        store.keep_question(Question(f"question number {number}", "suggest"))
    store.keep_question(Question("Question number 4?", "suggest", nearest=["xor"]), "one")
    store.keep_thumb("xor", False, "why \x00 xor", {"hidden": 2}, "one")
    store.keep_pick("question number 5", "xor")
    assert (store.in_vain()[0].question, store.in_vain()[0].times) == ("question number 4", 2)
    assert sum("torn" in one.why for one in store.in_vain()) <= 3
    assert [(pick.question, pick.times) for pick in store.picks()] == [("question number 5", 1)]
    assert [(thumb.question, thumb.params) for thumb in store.thumbs()] == [("why xor", {"hidden": 2})]
    monkeypatch.setenv("ASK_NEURON_STORE", "")
    monkeypatch.setenv("ASK_NEURON_DATABASE", store.url)
    rows = json.loads(CliRunner().invoke(main, ["export-data", "--json"], catch_exceptions=False).stdout)
    assert sum(row["session"] == "one" for row in rows) == 2
    assert "2 rows" in CliRunner().invoke(main, ["forget", "one"], catch_exceptions=False).stdout
    assert len(list(store.everything())) == len(rows) - 2


def test_while_the_server_is_stopped_writes_wait_and_arrive_once(
    store: Store, server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.keep_guess("xor", "a half")
    assert store.flush()
    server.stop()
    try:
        with caplog.at_level(logging.WARNING):
            store.keep_guess("xor", "a half")
            store.keep_question(Question("an open question", "suggest"))
            assert store.flush()
            assert store.guesses("xor") == {}
        with pytest.raises(StoreError, match="PostgreSQL database cannot be") as raised:
            store.in_vain()
        assert "secret" not in caplog.text + str(raised.value)
        assert "open question" not in caplog.text
        kept = {file: file.read_bytes() for file in tmp_path.rglob("*.jsonl")}
        assert kept
    finally:
        server.start()
    assert store.guesses("xor") == {"a half": 2}
    for file, content in kept.items():
        file.write_bytes(content)
    assert store.guesses("xor") == {"a half": 2}
    assert [gap.times for gap in store.in_vain()] == [1]
    assert not list(tmp_path.rglob("*.jsonl"))
