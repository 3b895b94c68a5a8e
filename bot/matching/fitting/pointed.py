"""Which points real posts ask: one JSON object a line, with a post's id and no text of it; [] is a post that asks none.

Points that are not in the knowledge base count for nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.content.phrasings import ENDING

POINTED = Path(__file__).with_suffix(ENDING)


class Marked(BaseModel):
    """The points that a post asks, as "entry#point"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    points: tuple[str, ...]


@dataclass(frozen=True)
class PointedPost:
    """A real post, and by entry the ids of its points that it asks; none of an entry that it asks about in general."""

    text: str
    asked: Mapping[str, tuple[str, ...]]


def read_pointed(file: Path = POINTED) -> Mapping[str, tuple[str, ...]]:
    """The points of each post, by its id; ValueError, naming the line, where a line is none of that."""
    found: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            marked = Marked.model_validate_json(line)
        except ValidationError as error:
            raise ValueError(f"{file}, line {number}: not the points of a post: {error}") from error
        if marked.id in found or any(point.count("#") != 1 for point in marked.points):
            raise ValueError(f"{file}, line {number}: {marked.id} stands there twice, or a point is no entry#point")
        found[marked.id] = marked.points
    return found


def pointed_posts(posts: Path, marks: Path = POINTED) -> Iterator[PointedPost]:
    """The posts of a file (id, text, entries) that are marked: each with its first entry and those of its points."""
    marked = read_pointed(marks)
    for line in posts.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        if given["id"] in marked and not given.get("previous"):
            points = [point.split("#") for point in marked[given["id"]]]
            slugs = dict.fromkeys([*(given.get("entries") or [])[:1], *(slug for slug, _ in points)])
            yield PointedPost(given["text"], {slug: tuple(name for at, name in points if at == slug) for slug in slugs})
