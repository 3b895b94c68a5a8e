"""What entries answer real posts since these were labelled: one JSON object a line, with a post's id and no text of it.

Labels are only added. Names of entries that are not in the knowledge base, or not yet, count for nothing.
"""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.content.phrasings import ENDING

RELABELLED = Path(__file__).with_suffix(ENDING)


class Added(BaseModel):
    """The entries that answer a post, or help, beside those that its own labels name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    entries: tuple[str, ...] = ()
    half: tuple[str, ...] = ()



NOTHING = Added(id="-")


def read_relabelled(file: Path = RELABELLED) -> Mapping[str, Added]:
    """What is added to each post, by the post's id; ValueError, naming the line, where a line is none of that."""
    found: dict[str, Added] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            added = Added.model_validate_json(line)
        except ValidationError as error:
            raise ValueError(f"{file}, line {number}: not what is added to a post: {error}") from error
        if added.id in found:
            raise ValueError(f"{file}, line {number}: {added.id} stands there twice")
        found[added.id] = added
    return found
