"""What is known of real posts by their ids: one JSON object a line, with a post's id and no text of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class OfPost(BaseModel):
    """A line of such a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)


T = TypeVar("T", bound=OfPost)


def read_by_id(file: Path, kind: type[T], called: str) -> Mapping[str, T]:
    """The lines of a file by the post's id; ValueError, naming the line, where one is not what the lines are `called`,
    or a post stands there twice."""
    found: dict[str, T] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            one = kind.model_validate_json(line)
        except ValidationError as error:
            raise ValueError(f"{file}, line {number}: not {called}: {error}") from error
        if one.id in found:
            raise ValueError(f"{file}, line {number}: {one.id} stands there twice")
        found[one.id] = one
    return found
