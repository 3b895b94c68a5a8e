"""Phrasings: how people ask for an answer, one JSON object a line, beside the answer: `knowledge/<topic>/<slug>.jsonl`.

The keys are those of the questions that measure us (tests/questions/README.md), so that one reader finds what stands in
both. Entries keep the texts alone; whoever wants to know a phrasing's language or origin reads the whole line.
"""

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.content.errors import OurError

ENDING = ".jsonl"


class PhrasingError(OurError, ValueError):
    """A file of phrasings that cannot be used; the message names the file, the line and how to mend it."""

    kind = "bad content"


class Phrasing(BaseModel):
    """One way in which people ask: the text, its language (ISO 639-1), its form, and where it comes from.

    A real question told anew names it (`of`), so that what is fitted is never measured on a question that it was told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1)
    lang: str = Field("en", pattern=r"^[a-z]{2}$")
    style: Literal["terse", "title", "long", "code", "numbers", "formula", "several", "followup", "typo"] = "title"
    origin: Literal["written", "retold"] = "written"  # made up, or a real question told anew with another story
    of: str | None = None  # the real question that it tells anew


def read_texts(path: Path) -> tuple[str, ...]:
    """The texts of a file of phrasings, in order; `PhrasingError` where it is missing or a line has no text."""
    try:
        return tuple(json.loads(line)["text"] for line in _lines(path) if line.strip())
    except (ValueError, KeyError, TypeError) as error:
        read_phrasings(path)  # says which line
        raise PhrasingError(f"{path.name}: {error}") from error


def read_phrasings(path: Path) -> tuple[Phrasing, ...]:
    """All of a file of phrasings, validated line by line; `PhrasingError` on the first bad line."""
    found = []
    for number, line in enumerate(_lines(path), 1):
        try:
            found.append(Phrasing.model_validate_json(line))
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(map(str, fault["loc"]))
            raise PhrasingError(f"{path.name}, line {number}: {where} {fault['msg']}; a line looks like "
                                '{"text": "why is there a bias", "lang": "en", "style": "title"}') from error
    return tuple(found)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise PhrasingError(f"there is no {path.name}: write how people ask for it, one JSON object a line") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PhrasingError(f"{path.name} cannot be read: {error}") from error
