"""The store's database is made and brought up to date, from a file of version 0.2.0 too, once and without a loss."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from bot.store import Pick, Question, Store, StoreError, Thumb, Vain, database, migrating, tables

OLD = """
CREATE TABLE unanswered (key TEXT PRIMARY KEY, question TEXT, nearest TEXT, times INTEGER, day TEXT);
CREATE TABLE picked (key TEXT, entry TEXT, question TEXT, times INTEGER, day TEXT, PRIMARY KEY (key, entry));
CREATE TABLE thumbs (id INTEGER PRIMARY KEY, entry TEXT, good INTEGER, question TEXT, params TEXT, day TEXT);
CREATE TABLE guesses (entry TEXT, option TEXT, times INTEGER, PRIMARY KEY (entry, option));
INSERT INTO unanswered VALUES ('what is a gan', 'What is a GAN?', '["xor", "bias-term"]', 7, '2026-03-01');
INSERT INTO unanswered VALUES ('why', 'why', '[]', 1, '2026-03-02');
INSERT INTO picked VALUES ('the curve', 'relu-piecewise', 'The curve', 3, '2026-03-03');
INSERT INTO picked VALUES ('the curve', 'xor', 'The curve', 1, '2026-03-04');
INSERT INTO thumbs VALUES (1, 'xor', 1, 'why xor', '{"hidden": 2}', '2026-03-05');
INSERT INTO thumbs VALUES (4, 'xor', 0, 'why xor', '{}', '2026-03-06');
INSERT INTO guesses VALUES ('xor', 'a half', 12);
INSERT INTO guesses VALUES ('xor', 'all of it', 5);
"""  # as 0.2.0 made it
FIRST = """
CREATE TABLE kept (number INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, same TEXT NOT NULL,
                   day TEXT NOT NULL, session TEXT, question TEXT, entry TEXT, option TEXT, good INTEGER, params TEXT,
                   nearest TEXT, times INTEGER NOT NULL);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('0001');
INSERT INTO kept VALUES (1, 'a', 'unanswered', 'why', '2026-03-02', 'one', 'Why?', NULL, NULL, NULL, NULL, '["xor"]',
                         1);
INSERT INTO kept VALUES (2, 'b', 'thumb', 'b', '2026-03-02', 'one', 'why xor', 'xor', NULL, 0, '{}', NULL, 1);
INSERT INTO kept VALUES (3, 'c', 'guess', 'xor\na half', '2026-03-02', NULL, NULL, 'xor', 'a half', NULL, NULL, NULL,
                         1);
"""  # as it was before questions had rows
STARTER = """
import sys
from pathlib import Path
import bot.store
from bot.store import Store, database
bot.store.GLANCE = database.PATIENCE = 600.0  # all write at once, and each waits for the others
store = Store(Path(sys.argv[1]))
store.keep_guess("xor", "a half")
assert store.flush(600)
assert store.guesses("xor")["a half"] > 12
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(OLD)
    return path


def tables_of(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for [name] in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_a_file_of_0_2_0_is_taken_over_with_nothing_lost(old: Path) -> None:
    store = Store(old)
    assert store.in_vain() == [
        Vain("What is a GAN?", 7, "2026-03-01", ("unanswered",), None, ("xor", "bias-term")),
        Vain("why", 1, "2026-03-02", ("unanswered",), None, ()),
        Vain("why xor", 1, "2026-03-06", ("unhelpful",), "xor", ())]
    assert store.picks() == [Pick("The curve", "relu-piecewise", 3, "2026-03-03"),
                             Pick("The curve", "xor", 1, "2026-03-04")]
    assert store.thumbs() == [Thumb("xor", False, "why xor", {}, "2026-03-06"),
                              Thumb("xor", True, "why xor", {"hidden": 2}, "2026-03-05")]
    assert store.guesses("xor") == {"a half": 12, "all of it": 5}
    assert tables_of(old) == {"kept", "alembic_version"}


def test_a_file_of_before_questions_had_rows_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST)
    store = Store(path)
    assert store.in_vain() == [Vain("Why?", 1, "2026-03-02", ("unanswered",), None, ("xor",)),
                               Vain("why xor", 1, "2026-03-02", ("unhelpful",), "xor", ())]
    assert store.guesses("xor") == {"a half": 1}
    about = store.keep_question(Question("why", "suggest"), "one")
    store.keep_pick("why", "xor", "one", about)
    assert [one.question for one in store.in_vain()] == ["why xor"]
    assert store.forget("one") == 4


def test_what_comes_after_is_counted_with_what_was_there(old: Path) -> None:
    store = Store(old)
    store.keep_question(Question("what is a GAN", "suggest", nearest=["xor"]))
    store.keep_guess("xor", "a half")
    store.keep_pick("WHY?", "bias-term")
    first, unhelpful = store.in_vain()
    assert (first.question, first.times, first.nearest) == ("What is a GAN?", 8, ("xor",))
    assert unhelpful.question == "why xor"
    assert store.guesses("xor")["a half"] == 13


def test_migrating_twice_changes_nothing(old: Path) -> None:
    before = list(Store(old).everything())
    with database.writing(old, "") as connection:
        migrating.migrate(connection)
    with database.writing(old, "") as connection:
        assert tables.version(connection) == tables.LATEST
    assert list(Store(old).everything()) == before
    assert len(before) == 8


def test_two_processes_may_start_at_once_on_an_old_file(old: Path) -> None:
    starters = [subprocess.Popen([sys.executable, "-c", STARTER, str(old)]) for _ in range(3)]
    assert [starter.wait(600) for starter in starters] == [0, 0, 0]
    assert Store(old).guesses("xor") == {"a half": 15, "all of it": 5}
    assert [gap.times for gap in Store(old).in_vain()] == [7, 1, 1]


def test_a_takeover_that_fails_leaves_the_file_as_it_was(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("ALTER TABLE guesses RENAME COLUMN times TO often")
    with pytest.raises(StoreError, match="no such column: times"):
        Store(old).in_vain()
    assert tables_of(old) == {"unanswered", "picked", "thumbs", "guesses"}
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("ALTER TABLE guesses RENAME COLUMN often TO times")
    assert len(list(Store(old).everything())) == 8


def test_a_file_of_a_later_version_is_left_alone_and_what_is_kept_waits(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.sqlite3")
    store.keep_guess("xor", "a half")
    assert store.flush()
    assert store.path
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    store.keep_guess("xor", "a half")
    assert store.flush()
    with pytest.raises(StoreError, match="later version"):
        store.in_vain()
    assert list((tmp_path / "store.sqlite3.waiting").iterdir())


def test_the_table_that_is_written_is_the_one_that_migrations_make(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    with database.writing(path, "") as connection:
        made = [column["name"] for column in inspect(connection).get_columns("kept")]
    assert made == [column.name for column in tables.kept.columns]
    scripts = ScriptDirectory(str(migrating.FOLDER), version_locations=[str(migrating.FOLDER / "versions")])
    assert scripts.get_current_head() == tables.LATEST
