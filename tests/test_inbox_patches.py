"""Patch files that the mentors' inbox makes: drafted entries, phrasings, ways to ask a point; git applies them."""

import re
import subprocess
from html import unescape
from pathlib import Path

import pytest
from inbox_served import FORM, LSTM, client, store
from starlette.testclient import TestClient

from bot.content import patches
from bot.content.entries import KNOWLEDGE, read_entry
from bot.content.phrasings import read_phrasings
from bot.content.points import ASKS, read_points
from bot.service import shared_bot


def applied(patch: str, folder: Path) -> Path:
    """A copy of the knowledge base in which git applied the patch."""
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for name in re.findall(r"^--- a/(.+)$", patch, re.MULTILINE):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((KNOWLEDGE.parent / name).read_bytes())
    subprocess.run(["git", "-C", str(folder), "apply", "-"], input=patch.encode(), check=True)
    return folder / "knowledge"


def test_an_entry_is_drafted_as_a_patch(client: TestClient, tmp_path: Path) -> None:
    fields = {"make": "entry", "slug": "lstm-memory", "title": 'What does an "LSTM" keep?', "topic": "training",
              "experiment": "xor", "text": "how does an lstm keep things\r\n\r\nlstm memory <b>\r\nLSTM memory b"}
    sent = client.post("/inbox/patch", data=fields, headers=FORM)
    assert sent.status_code == 200, sent.text
    assert sent.headers["content-disposition"] == 'attachment; filename="lstm-memory.patch"'
    assert sent.headers["x-content-type-options"] == "nosniff"
    folder = applied(sent.text, tmp_path / "clone")
    entry = read_entry(folder / "training" / "lstm-memory.md")
    assert entry.title == 'What does an "LSTM" keep?'
    assert entry.utterances == ("how does an lstm keep things", "lstm memory <b>")


@pytest.mark.parametrize("slug", ["xor", "dead-relu", "bias-term"])
def test_phrasings_are_added_as_a_patch(client: TestClient, slug: str, tmp_path: Path) -> None:
    entry = shared_bot().entries[slug]
    fields = {"make": "phrasings", "entry": slug, "text": f'a wholly "new" way\n{entry.utterances[0]}\nné \\ ü?'}
    sent = client.post("/inbox/patch", data=fields, headers=FORM)
    file = applied(sent.text, tmp_path / "clone") / entry.topic / f"{slug}.jsonl"
    assert [one.text for one in read_phrasings(file)] == [*entry.utterances, 'a wholly "new" way', "né \\ ü?"]


def test_ways_to_ask_are_added_to_a_point_of_every_entry(tmp_path: Path) -> None:
    new = 'a "new" way ] to # ask \\ it'
    for number, entry in enumerate(shared_bot().entries.values()):
        point = next((point for point in entry.points[number % 3:] if len(point.asks) < ASKS[1]), None)
        if point is None:
            continue
        patch = patches.more_asks(entry, point.id, [new])
        if number % 40 == 0:
            file = applied(patch, tmp_path / entry.slug) / entry.topic / f"{entry.slug}.points.toml"
            after = {one.id: one for one in read_points(file)}
            assert after[point.id].asks == (*point.asks, new)
            assert [one for one in after.values() if one.id != point.id] == [
                one for one in entry.points if one.id != point.id]


@pytest.mark.parametrize(("fields", "says"), [
    ({"make": "entry", "slug": "../../x"}, "no name of an entry"), ({"make": "entry", "slug": "xor"}, "already"),
    ({"make": "entry", "slug": "new-one", "topic": "../x"}, "no topic"),
    ({"make": "entry", "slug": "new-one", "topic": "training", "experiment": "os"}, "no experiment"),
    ({"make": "phrasings", "entry": "../../etc/passwd"}, "no entry"),
    ({"make": "phrasings", "entry": "xor"}, "one a line"),
    ({"make": "phrasings", "entry": "xor", "text": "x" * 501}, "at most 500"),
    ({"make": "asks", "point": "xor#nothing", "text": "a"}, "no point"),
    ({"make": "rm"}, "Say what to make"), ({}, "Say what"),
])
def test_a_patch_that_cannot_be_made_says_why_and_keeps_what_was_written(
    client: TestClient, fields: dict[str, str], says: str
) -> None:
    page = client.post("/inbox/patch", data={"about": LSTM[0], "experiment": "xor", **fields}, headers=FORM)
    assert page.status_code == 422
    alert = re.search(r'role="alert">(.*?)</p>', page.text)
    assert alert
    assert says in unescape(alert[1])
    assert "lstm cell" in page.text
    for value in fields.values():
        assert value in page.text or value in ("rm", "os", "asks", "phrasings", "entry") or "/" in value or "#" in value
