"""Runs made beforehand: the same answers without training, found by this code alone, and never in anyone's way."""

import stat
from pathlib import Path
from threading import Event

import pytest
from known import ENTRIES

from bot.answers import prepared, preparing
from bot.answers.prepared import Prepared
from bot.answers.preparing import prepare
from bot.answers.runs import Runs
from bot.present.recordings import recording
from bot.service import Bot
from bot.sharing.version import RUNS, version
from sims.engine import experiment

FEW = {"xor": ENTRIES["xor"]}


def bot_with(folder: Path) -> Bot:
    return Bot(FEW, runs=Runs(prepared=Prepared(folder)))


def made_in(folder: Path) -> int:
    return prepare(FEW.values(), Prepared(folder), Event(), rest=0.0)


def no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("this was trained")

    for module in ("bot.answers.runs.start", "bot.answers.controls.perform", "bot.service.perform"):
        monkeypatch.setattr(module, refuse)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "now"
    wanted = sum(1 + len(entry.counter_examples) for entry in FEW.values())
    assert made_in(folder) == wanted
    return folder


def test_an_answer_from_the_folder_is_the_trained_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for slug, entry in FEW.items():
        for changes in ({}, entry.counter_examples[0].params):
            fresh = Bot(FEW, runs=Runs()).answer(slug, changes)
            with monkeypatch.context() as patch:
                no_training(patch)
                found = bot_with(folder).answer(slug, changes)
            assert (found.text, found.claims, found.points) == (fresh.text, fresh.claims, fresh.points)
            assert recording(found.run) == recording(fresh.run)


def test_other_settings_and_seeds_are_trained(folder: Path) -> None:
    bot = bot_with(folder)
    assert bot.answer("xor", seed=7).run.seed == 7
    assert bot.answer("xor", {"hidden": 5}).run.params.hidden == 5  # type: ignore[attr-defined]


def test_it_is_made_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "perform", None)
    assert made_in(folder) == 0


def test_it_ends_where_it_is_told_to(tmp_path: Path) -> None:
    end = Event()
    end.set()
    assert prepare(FEW.values(), Prepared(tmp_path / "now"), end) == 0


def test_a_damaged_file_is_as_good_as_none(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "now"
    copy.mkdir()
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes()[:40])
    assert bot_with(copy).answer("xor").claims == bot_with(folder).answer("xor").claims


def test_counts_belong_to_their_claims(folder: Path) -> None:
    entry = FEW["xor"]
    fewer = entry.__class__(**{**entry.__dict__, "claims": entry.claims[:1]})
    found = Bot({"xor": fewer}, runs=Runs(prepared=Prepared(folder))).answer("xor")
    assert len(found.claims) == 1


def test_only_its_owner_reads_it_and_other_versions_go(folder: Path, tmp_path: Path) -> None:
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in folder.iterdir())
    old, kept = tmp_path / "old", Prepared(tmp_path / "now")
    old.mkdir()
    kept.put("a", b"1")
    kept.forget_others()
    assert not old.exists()
    assert kept.find("a") == b"1"


def test_a_full_disk_and_a_full_folder_are_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                    caplog: pytest.LogCaptureFixture) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    kept = Prepared(tmp_path / "full")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        assert not kept.put("a", b"1")
    assert "No space left" in caplog.text
    assert list(kept.folder.iterdir()) == []
    monkeypatch.setattr(prepared, "LARGEST", 2)
    large = Prepared(tmp_path / "large")
    assert large.put("a", b"123")
    assert large.has("a"), "it is not made again"
    assert large.find("a") is None
    monkeypatch.setattr(prepared, "MOST", 3)
    small = Prepared(tmp_path / "small")
    assert small.put("a", b"12")
    assert not small.put("b", b"12")


def test_what_is_kept_is_for_this_code_alone(tmp_path: Path) -> None:
    """Another version's folder has another name: a change in what trains changes the name."""
    one, other = tmp_path / "one", tmp_path / "two"
    for folder, text in ((one, "a = 1"), (other, "a = 2")):
        folder.mkdir()
        (folder / "code.py").write_text(text)
    assert version((one,)) != version((other,))
    assert Path(experiment.__file__).parents[1] in RUNS
