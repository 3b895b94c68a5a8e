"""Reading paths: entries in an order in which each prepares the next, from knowledge/paths.toml."""

from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from bot.content.entries import KNOWLEDGE
from bot.content.errors import Kind, OurError
from bot.content.toml import read_toml

FEWEST, MOST = 6, 10  # entries of a path

Line = Annotated[str, Field(min_length=1, max_length=120)]


class PathsError(OurError):
    """The file of the reading paths cannot be used; the message says what to change."""

    kind: ClassVar[Kind] = "bad content"


class ReadingPath(BaseModel):
    """An order of entries (slugs) with a title and what a reader gets from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    title: Line
    says: Line
    entries: tuple[str, ...] = Field(min_length=FEWEST, max_length=MOST)

    def place(self, slug: str) -> int:
        """Where an entry stands in it, from 1; 0 where it does not."""
        return self.entries.index(slug) + 1 if slug in self.entries else 0

    def after(self, slug: str) -> str | None:
        """The entry that comes after one of its entries; None after the last."""
        return next(iter(self.entries[self.place(slug):]), None)


class _Paths(BaseModel):
    model_config = ConfigDict(extra="forbid")

    paths: tuple[ReadingPath, ...]


def read_paths(file: Path) -> tuple[ReadingPath, ...]:
    """The paths in a file. Raises `PathsError`."""
    paths = read_toml(file, _Paths, PathsError).paths
    for path in paths:
        if len(set(path.entries)) < len(path.entries):
            raise PathsError(f"{file.name}: the path {path.id} names an entry twice")
    if len({path.id for path in paths}) < len(paths):
        raise PathsError(f"{file.name}: two paths have one id")
    return paths


@cache
def reading_paths() -> tuple[ReadingPath, ...]:
    """Those of the knowledge base, read once."""
    return read_paths(KNOWLEDGE / "paths.toml")
