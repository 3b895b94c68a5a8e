"""Points: what is accepted, what a bad one is told, what a check finds, and when a run lets one be said."""

import json
from pathlib import Path
from typing import Any

import pytest
from known import ENTRIES

from bot.answers.answer import compose
from bot.answers.checks import check
from bot.content.entries import Entry, EntryError, read_entry, read_knowledge
from bot.content.points import Point, PointError, read_points
from bot.content.settings import make_params
from sims.engine.experiment import perform
from sims.engine.registry import find

pytestmark = pytest.mark.usefixtures("trained_once")
COFFEE = ENTRIES["coffee-roasting"]
ASKS = ("Do the beans matter?", "what of the beans", "is it about beans then", "bean type, any role??", "and beans")
GOOD = f"""
[[points]]
id = "the-beans"
asks = {json.dumps(ASKS)}
says = "No. The network sees $T$ and $t$ alone and gets {{{{ accuracy:.0%}}}} right."
holds = "accuracy > 0.5"
in_at_least = 0.9
params = {{ hidden = 3 }}
lights = "hidden 2"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "coffee-roasting.points.toml"
    path.write_text(text, encoding="utf-8")
    return path


def point(**changes: Any) -> Point:
    return Point(**{"id": "the-beans", "asks": ASKS, "says": "No.", **changes})


def entry_with(*points: Point) -> Entry:
    return COFFEE.model_copy(update={"params": {"hidden": 3, "steps": 300}, "points": points})


def faults(*points: Point, seeds: int = 12, **kept: str) -> str:
    entry = entry_with(*points)
    found = check({**ENTRIES, entry.slug: entry}, [entry.slug], seeds, 0, kept_back=kept)
    return "\n".join(str(fault) for fault in found.faults if "points#" in str(fault))


def test_a_good_file(tmp_path: Path) -> None:
    (found,) = read_points(write(tmp_path, GOOD))
    assert (found.id, found.title, found.unit, found.params) == ("the-beans", ASKS[0], 1, {"hidden": 3})
    assert found.needs_run
    assert read_points(tmp_path / "none.points.toml") == ()


@pytest.mark.parametrize(("old", "new", "told"), [
    ('id = "the-beans"', 'id = "The beans"', "point 1 (The beans): id: write lower-case words joined by hyphens"),
    ('id = "the-beans"', f'id = "{"a" * 41}"', "at most 40 characters"),
    ('"and beans"', '"What of the beans?"', "'What of the beans?' stands twice"),
    (', "and beans"', "", "4 ways to ask; write 5 to 10"),
    ("Do the beans matter?", "do the beans matter?", "starts with a capital"),
    ("Do the beans matter?", "Do the beans matter", 'ends with "?"'),
    ("Do the beans matter?", f"Do {'the ' * 30}beans matter?", "at most 90 characters"),
    ("No. The", "No. " + "The network. " * 40, "cut it to 420"),
    ('holds = "accuracy > 0.5"', 'holds = "accuracy"', "compares nothing"),
    ('holds = "accuracy > 0.5"', "", "in_at_least is the share of the seeds"),
    ("in_at_least = 0.9", "in_at_least = 9", "less than or equal to 1"),
    ('"hidden 2"', '"hidden 0"', "nothing that the picture can select"),
    ('"hidden 2"', '"units"', 'write "hidden 2"'),
    ("lights =", "light =", "light: there is no such key; a point has id, asks, says"),
    ("[[points]]", "[[point]]", "point"),
    ("[[points]]", "[points", "not TOML"),
])
def test_a_bad_file_is_told_what_to_do(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert old in GOOD
    with pytest.raises(PointError, match=r"coffee-roasting\.points\.toml") as error:
        read_points(write(tmp_path, GOOD.replace(old, new)))
    assert told in str(error.value)


def test_an_id_that_stands_twice_and_too_many_points(tmp_path: Path) -> None:
    with pytest.raises(PointError, match="'the-beans' stands twice"):
        read_points(write(tmp_path, GOOD * 2))
    many = "".join(GOOD.replace("the-beans", f"beans-{number}") for number in range(16))
    with pytest.raises(PointError, match="16 points; keep the 15"):
        read_points(write(tmp_path, many))


def test_a_long_expression_counts_as_the_number_that_is_read(tmp_path: Path) -> None:
    long = "{{ " + "accuracy + " * 50 + "accuracy:.2f}}"
    assert read_points(write(tmp_path, GOOD.replace("{{ accuracy:.0%}}", long)))


def test_points_are_read_with_their_entry(tmp_path: Path) -> None:
    folder = tmp_path / "meaning"
    folder.mkdir()
    original = Path(__file__).parents[1] / "knowledge/meaning/coffee-roasting.md"
    for ending in (".md", ".jsonl"):
        (folder / f"coffee-roasting{ending}").write_text(original.with_suffix(ending).read_text())
    write(folder, GOOD)
    assert read_entry(folder / "coffee-roasting.md").point("the-beans") is not None
    write(folder, GOOD.replace("[[points]]", "[[pints]]"))
    with pytest.raises(EntryError, match="pints"):
        read_entry(folder / "coffee-roasting.md")
    (folder / "coffee-roasting.md").unlink()
    with pytest.raises(EntryError, match=r"there is no entry coffee-roasting\.md"):
        read_knowledge(tmp_path)


def test_a_good_point_has_no_fault_and_none_is_no_fault() -> None:
    assert faults(point(says="{{ accuracy:.2f}}", holds="accuracy > 0.5", in_at_least=0.9, lights="hidden 3")) == ""
    assert faults() == ""


@pytest.mark.parametrize(("changes", "told"), [
    ({"says": "{{ accurcy:.2f}}"}, "accurcy"),
    ({"says": "{{ accuracy[3]:.2f}}"}, "accuracy"),
    ({"says": "{{ accuracy:.2d}}"}, "does not fit"),
    ({"holds": "loss < accurcy"}, "accurcy"),
    ({"holds": "accuracy > 1", "in_at_least": 0.9}, "accuracy > 1 in at least 90%, but it held in 0% of the seeds"),
    ({"holds": "accuracy > 1", "in_at_least": 0.9}, f"fails at the entry's own seed {COFFEE.seed}"),
    ({"params": {"hiden": 2}}, "hiden"),
    ({"params": {"hidden": 2000}}, "hidden"),
    ({"params": {"hidden": 2}, "lights": "hidden 3"}, "the network on the screen has 2"),
])
def test_what_a_check_finds(changes: dict[str, Any], told: str) -> None:
    assert told in faults(point(**changes))


def test_a_question_stands_in_one_place() -> None:
    phrased = point(asks=(*ASKS[:4], ENTRIES["dead-relu"].utterances[0].upper()))
    assert "stands in dead-relu, as a phrasing or its title too" in faults(phrased)
    assert "stands in coffee-roasting#more-beans too" in faults(point(), point(id="more-beans"))
    kept = point(asks=(*ASKS[:4], "a kept question"))
    assert "which measures how well questions are matched" in faults(kept, **{"A kept question?": "development.jsonl"})


def test_a_point_is_said_where_the_run_shows_it() -> None:
    shown = point(id="a", says="{{ hidden }} units: {{ accuracy:.1%}}", holds="accuracy > 0.5")
    fails = point(id="b", says="never", holds="accuracy > 1")
    elsewhere = point(id="c", says="{{ hidden }} unit", params={"hidden": 1})
    algebra = point(id="d", says="It is a definition.", params={"hidden": 1})
    entry = entry_with(shown, fails, elsewhere, algebra)
    kind = find(entry.experiment)
    own = make_params(kind.params, entry.params)
    for changes, expected in (({}, "ad"), ({"hidden": 1}, "acd"), ({"hidden": 2}, "ad")):
        run = perform(kind, make_params(kind.params, entry.params, changes), 0, 8)
        answer = compose(entry, run, own.model_dump(), [None] * len(entry.claims))
        assert "".join(one.id for one in answer.points if one.says is not None) == expected
        assert answer.point("b") is None
        told = answer.point("a")
        assert told is not None
        assert told.says == f"{run.params.hidden} units: {answer.metrics['accuracy']:.1%}"
