"""Reading knowledge files: what is accepted, and what a bad one is told."""

import json
from pathlib import Path

import pytest

from bot.content.entries import EntryError, read_entry, read_knowledge

ASKED = ("why b", "Why does my loss say: nan?", "no")
GOOD = """+++
title = "Why a bias?"
experiment = "coffee_roasting"
params = { learning_rate = 1e-3 }

[prediction]
question = "How much?"
[[prediction.options]]
says = "little"
when = "accuracy < 0.5"
feedback = "No."
[[prediction.options]]
says = "much"
when = "accuracy >= 0.5"
feedback = "Yes."

[[claims]]
says = "It works."
holds = "accuracy >= 0.9"
in_at_least = 0.8
+++
The answer is {{ accuracy:.0%}}.

## Simpler
Like a shop.

## Deeper
$z = wx + b$
"""


def write(folder: Path, text: str, name: str = "bias-term.md", topic: str = "neurons") -> Path:
    (folder / topic).mkdir(exist_ok=True)
    path = folder / topic / name
    path.write_text(text, encoding="utf-8")
    path.with_suffix(".jsonl").write_text("".join(json.dumps({"text": asked}) + "\n" for asked in ASKED))
    return path


def test_a_good_entry_is_read(tmp_path: Path) -> None:
    entry = read_entry(write(tmp_path, GOOD))
    assert (entry.slug, entry.topic, entry.title) == ("bias-term", "neurons", "Why a bias?")
    assert entry.utterances == ASKED
    assert entry.params["learning_rate"] == 0.001
    assert entry.text == "The answer is {{ accuracy:.0%}}."
    assert entry.simpler == "Like a shop."
    assert entry.deeper == "$z = wx + b$"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("+++\ntitle", "title", "must start with a line"),
        ('title = "Why a bias?"', "title = Why", "not TOML"),
        ('title = "Why a bias?"\n', "", "title: Field required"),
        ('title = "Why a bias?"', 'title = "x"\ncolour = "red"', "colour: Extra inputs"),
        ("in_at_least = 0.8", "in_at_least = 80", "claims.0.in_at_least"),
        ('holds = "accuracy >= 0.9"', 'holds = "accuracy"', "compares nothing"),
        ('holds = "accuracy >= 0.9"', 'holds = "accuracy >="', "not an expression"),
        ("The answer is {{ accuracy:.0%}}.", "", "text"),
        ('experiment = "coffee_roasting"', 'experiment = "x"\nslug = "y"', "slug"),
    ],
)
def test_a_bad_entry_is_told_what_is_wrong(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in GOOD
    with pytest.raises(EntryError, match=complaint) as caught:
        read_entry(write(tmp_path, GOOD.replace(old, new, 1)))
    assert "bias-term.md" in str(caught.value)


def test_a_file_name_must_be_plain(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match="lower-case words joined by hyphens"):
        read_entry(write(tmp_path, GOOD, "Bias Term.md"))


def test_a_name_twice_is_refused_and_every_fault_is_listed(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, topic="output")
    write(tmp_path, "nothing", "broken.md")
    with pytest.raises(EntryError, match="unique") as caught:
        read_knowledge(tmp_path)
    assert "broken.md" in str(caught.value)


def test_a_former_name_must_be_free(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace('title = "Why a bias?"', 'title = "x"\nformerly = ["bias-term"]'), "other.md")
    with pytest.raises(EntryError, match="already taken"):
        read_knowledge(tmp_path)


def test_our_knowledge_is_read() -> None:
    entries = read_knowledge()
    assert len(entries) >= 15
    assert all(slug == entry.slug for slug, entry in entries.items())


def test_the_rules_of_diagnoses_are_not_read_as_entries(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, 'says = "no entry"', "zero-start.md", topic="diagnoses")
    assert list(read_knowledge(tmp_path)) == ["bias-term"]
