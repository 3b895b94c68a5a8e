"""Questions with known entries, and which other entries would answer them too."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator


class Question(BaseModel):
    """A question whose right entry is known (`entry`), or all that answer it (`entries`) and all that help (`half`).

    Near and far ones have none, and no more has a gap, which an entry may answer one day; nor has one in scope whose
    `entries` are empty, because nothing answers its main point. Other keys are ignored.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    scope: Literal["in", "near", "gap", "far"]
    entry: str | None = None
    entries: tuple[str, ...] = ()
    half: tuple[str, ...] | None = None
    style: str = "unknown"
    previous: tuple[str, ...] | None = None

    @property
    def best(self) -> str | None:
        """The entry that it is counted under; None where it is not in scope."""
        return self.entry or next(iter(self.entries), None) if self.scope == "in" else None

    @model_validator(mode="after")
    def _in_scope_has_an_entry(self) -> "Question":
        is_told = self.entry is not None or "entries" in self.model_fields_set
        if (not is_told) if self.scope == "in" else (self.entry is not None):
            raise ValueError("a question in scope needs an entry, and no other may have one")
        return self


class Neighbour(BaseModel):
    """The other entries that answer a question to this one, too: fully or half."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    full: tuple[str, ...] = ()
    half: tuple[str, ...] = ()


Neighbours = Mapping[str, Neighbour]


def read_questions(path: Path) -> list[Question]:
    """The questions in a JSON Lines file. Raises ValueError, naming the line that is wrong."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                found.append(Question.model_validate_json(line))
            except ValidationError as error:
                raise ValueError(f"{path}, line {number}: {error.errors()[0]['msg']}") from error
    if not found:
        raise ValueError(f"{path} holds no questions")
    return found


def read_neighbours(path: Path) -> dict[str, Neighbour]:
    """Which other entries answer a question as well, by entry. Raises ValueError, naming what is wrong."""
    try:
        return TypeAdapter(dict[str, Neighbour]).validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def credit(question: Question, found: str, neighbours: Neighbours) -> float:
    """1 for an entry that answers, or a full neighbour of the one that is named; a half for one that helps; else 0, as
    for whatever is not in scope."""
    if question.scope != "in":
        return 0.0
    if found == question.entry or found in question.entries:
        return 1.0
    known = neighbours.get(question.entry or "", Neighbour())
    return 1.0 if found in known.full else 0.5 if found in (*known.half, *(question.half or ())) else 0.0
