"""Which points real posts ask: one JSON object a line, with a post's id and no text of it; [] is a post that asks none.

Points that are not in the knowledge base count for nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.content.phrasings import ENDING
from bot.matching.fitting.by_id import OfPost, read_by_id

POINTED = Path(__file__).with_suffix(ENDING)


class Marked(OfPost):
    """The points that a post asks, as "entry#point"."""

    points: tuple[Annotated[str, Field(pattern=r"^[^#]*#[^#]*$")], ...]


@dataclass(frozen=True)
class PointedPost:
    """A real post, and by entry the ids of its points that it asks; none of an entry that it asks about in general."""

    text: str
    asked: Mapping[str, tuple[str, ...]]


def read_pointed(file: Path = POINTED) -> Mapping[str, tuple[str, ...]]:
    """The points of each post, by its id; ValueError, naming the line, where a line is none of that."""
    return {name: marked.points for name, marked in read_by_id(file, Marked, "the points of a post").items()}


def pointed_posts(posts: Path, marks: Path = POINTED) -> Iterator[PointedPost]:
    """The posts of a file (id, text, entries) that are marked: each with its first entry and those of its points."""
    marked = read_pointed(marks)
    for line in posts.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        if given["id"] in marked and not given.get("previous"):
            points = [point.split("#") for point in marked[given["id"]]]
            slugs = dict.fromkeys([*(given.get("entries") or [])[:1], *(slug for slug, _ in points)])
            yield PointedPost(given["text"], {slug: tuple(name for at, name in points if at == slug) for slug in slugs})
