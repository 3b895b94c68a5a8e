"""Topics: the folders of the knowledge base that hold entries, in the order of knowledge/topics.toml."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from bot.content.entries import KNOWLEDGE, Entry
from bot.content.errors import Kind, OurError
from bot.content.toml import read_toml


class TopicsError(OurError):
    """The file of the topics cannot be used; the message says what to change."""

    kind: ClassVar[Kind] = "bad content"


class Topic(BaseModel):
    """A folder of entries, and what it is called on pages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    title: str = Field(min_length=1, max_length=60)


class _Topics(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topics: tuple[Topic, ...]


def read_topics(file: Path) -> tuple[Topic, ...]:
    """The topics in a file. Raises `TopicsError`."""
    topics = read_toml(file, _Topics, TopicsError).topics
    if len({topic.id for topic in topics}) < len(topics):
        raise TopicsError(f"{file.name}: two topics have one id")
    return topics


@cache
def topics() -> tuple[Topic, ...]:
    """The topics of the knowledge base that comes with us."""
    return read_topics(KNOWLEDGE / "topics.toml")


def by_topic(entries: Iterable[Entry], order: Sequence[Topic] | None = None) -> list[tuple[Topic, list[Entry]]]:
    """Entries by topic, in the topics' order, and within a topic by title; topics without an entry are left out."""
    found: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.title.casefold()):
        found.setdefault(entry.topic, []).append(entry)
    known = {topic.id: topic for topic in (topics() if order is None else order)}
    others = [Topic(id=name, title=name.replace("-", " ").capitalize()) for name in sorted(set(found) - set(known))]
    return [(topic, found[topic.id]) for topic in (*known.values(), *others) if topic.id in found]
