"""Topics: every folder of entries has its title and place, and a faulty file is refused."""

from pathlib import Path

import pytest
from known import ENTRIES

from bot.content.topics import Topic, TopicsError, by_topic, read_topics, topics


def test_every_entry_stands_under_a_topic_once() -> None:
    entries = ENTRIES.values()
    listed = by_topic(entries)
    assert [topic for topic, _ in listed] == list(topics()), "each folder has a title, and each title a folder"
    assert sorted(entry.slug for _, some in listed for entry in some) == sorted(entry.slug for entry in entries)
    assert all(entry.topic == topic.id for topic, some in listed for entry in some)


def test_a_folder_without_a_title_comes_last_under_its_own_name() -> None:
    found = by_topic(ENTRIES.values(), [Topic(id="trust", title="Trust"), Topic(id="none", title="Empty")])
    assert found[0][0].title == "Trust"
    assert "One neuron" in [topic.title for topic, _ in found[1:]]
    assert "Empty" not in [topic.title for topic, _ in found]


@pytest.mark.parametrize(("text", "complaint"), [
    ('[[topics]]\nid = "a"\ntitle = "A"\n[[topics]]\nid = "a"\ntitle = "B"', "two topics have one id"),
    ('[[topics]]\nid = "A b"\ntitle = "A"', "topics.0.id"),
    ("[[topics", "topics.toml"),
])
def test_a_faulty_file_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TopicsError, match=complaint):
        read_topics(file)
