"""Where the store's database is away or broken, answers go on, and what is to be kept arrives later, once."""

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import Question, Store, StoreError, database, delivery, spool, writing

KEEPER = """
import sys
from pathlib import Path
from bot.store import Store, database
database.PATIENCE = 0.2
store = Store(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    store.keep_guess("xor", "a half")
"""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What was away is tried again at once; nothing waits in the user's own folders."""
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    monkeypatch.setattr(delivery, "AGAIN", 0.0)
    monkeypatch.setattr(spool.platformdirs, "user_state_dir", lambda name: str(tmp_path / "state" / name))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "store.sqlite3")


def waiting(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.jsonl"))


def is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("damage", ["garbage", "pages", "cut"])
def test_a_corrupt_file_is_set_aside_and_said_and_begun_anew(
    store: Store, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    assert store.path
    for number in range(400):
        store.keep_thumb("xor", True, f"question {number} " + "x" * 200, {})
    assert store.flush()
    content = store.path.read_bytes()
    damaged = {"garbage": b"this is no database " * 100, "pages": content[:4096] + b"\xff" * (len(content) - 4096),
               "cut": content[: len(content) // 3]}[damage]
    store.path.write_bytes(damaged)
    with caplog.at_level(logging.WARNING):
        store.keep_guess("xor", "a half")
        assert store.flush()
    assert store.guesses("xor") == {"a half": 1}
    assert is_sound(store.path)
    [aside] = [file for file in store.path.parent.glob("*.corrupt-*") if not file.name.endswith(("-wal", "-shm"))]
    assert aside.read_bytes() == damaged
    assert f"set aside as {aside}" in caplog.text
    assert "question 1" not in caplog.text


def test_without_a_folder_writes_wait_and_arrive_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(writing, "IDLE", 0.05)
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, where the folder should be")
    store = Store(blocked / "store.sqlite3")
    with caplog.at_level(logging.WARNING):
        store.keep_question(Question("a secret question", "suggest"))
        store.keep_guess("xor", "a half")
        assert store.flush()
    assert store.guesses("xor") == {}
    assert waiting(tmp_path / "state")
    assert "waits" in caplog.text
    assert "secret" not in caplog.text
    thread = store._writer()._thread
    assert thread, "it tries again"
    blocked.unlink()
    thread.join(600)  # it ends when nothing waits any more
    assert not waiting(tmp_path)
    with closing(sqlite3.connect(blocked / "store.sqlite3")) as connection:
        assert connection.execute("SELECT kind FROM kept ORDER BY kind").fetchall() == [("guess",), ("unanswered",)]


def test_a_folder_in_place_of_the_file_makes_writes_wait(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.sqlite3")
    (tmp_path / "store.sqlite3").mkdir()
    store.keep_guess("xor", "a half")
    assert store.flush()
    for read in (store.in_vain, store.thumbs, store.picks, lambda: list(store.everything()), lambda: store.forget("x")):
        with pytest.raises(StoreError, match="cannot be"):
            read()
    (tmp_path / "store.sqlite3").rmdir()
    assert store.guesses("xor") == {"a half": 1}


def test_a_locked_database_makes_writes_wait(store: Store) -> None:
    store.keep_guess("xor", "a half")
    assert store.flush()
    assert store.path
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for _ in range(5):
            store.keep_guess("xor", "a half")
        assert store.flush(600)
        assert {file.stat().st_mode & 0o077 for file in waiting(store.path.parent)} == {0}
        subprocess.run([sys.executable, "-c", KEEPER, str(store.path), "3"], check=True, timeout=600)
        other.execute("ROLLBACK")
    assert store.guesses("xor") == {"a half": 9}, "those too that another process could not write until its end"
    assert not waiting(store.path.parent)


@pytest.mark.skipif(sys.platform == "win32", reason="folders are made read-only in another way there")
def test_a_read_only_folder_makes_writes_wait_elsewhere(tmp_path: Path) -> None:
    command: list[str] = []
    if os.geteuid() == 0:  # root writes anywhere, unless it gives that up
        if not shutil.which("setpriv"):
            pytest.skip("root can write to a read-only folder, and there is no setpriv to stop it")
        command = ["setpriv", "--bounding-set=-dac_override"]
    path = tmp_path / "data" / "store.sqlite3"
    path.parent.mkdir()
    path.parent.chmod(0o555)

    def keep(times: int) -> None:
        subprocess.run([*command, sys.executable, "-c", KEEPER, str(path), str(times)], check=True, timeout=600)

    keep(3)
    lines = [line for file in waiting(tmp_path / "state") for line in file.read_text().splitlines()]
    assert len(lines) == 3, "each once, in as many batches as the writer's pace made of them"
    assert not path.exists()
    path.parent.chmod(0o755)
    keep(1)
    assert not waiting(tmp_path)
    assert Store(path).guesses("xor") == {"a half": 4}


def test_what_waits_is_delivered_once_even_if_it_is_delivered_twice(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.sqlite3")
    (tmp_path / "store.sqlite3").mkdir()
    store.keep_question(Question("why the curve", "suggest"))
    store.keep_guess("xor", "a half")
    assert store.flush()
    kept = {file: file.read_bytes() for file in waiting(tmp_path)}
    (tmp_path / "store.sqlite3").rmdir()
    assert store.guesses("xor") == {"a half": 1}
    store.keep_pick("why the curve", "xor")
    store.keep_question(Question("why the curve", "suggest"))
    assert [gap.times for gap in store.in_vain()] == [1]
    for file, content in kept.items():  # as after a power cut between the database and the deletion
        file.write_bytes(content + b'\n{"id": "half a li')
    assert store.guesses("xor") == {"a half": 1}
    assert not waiting(tmp_path)


def test_what_waits_is_bounded_and_a_loss_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(spool, "MOST_BYTES", 600)
    store = Store(tmp_path / "store.sqlite3")
    (tmp_path / "store.sqlite3").mkdir()
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            store.keep_guess("xor", "a half")
            assert store.flush()
    assert sum(file.stat().st_size for file in waiting(tmp_path)) <= 600
    assert "nothing was kept" in caplog.text
