"""Entries: the curated answers in `knowledge/<topic>/<slug>.md`, read and validated.

A file is `+++`, TOML, `+++`, then Markdown with numbers in double braces, `{{ accuracy:.0%}}`. Two headings divide the
text: `## Simpler` (no mathematics) and `## Deeper` (the derivation, the literature). The slug is the file's name.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.expressions import ExpressionError, is_comparison, parse

KNOWLEDGE = Path(__file__).resolve().parent.parent / "knowledge"
DIAGNOSES = "diagnoses"  # the folder of rules about a learner's own network, which are no entries
SLUG = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*")

Text = Annotated[str, Field(min_length=1)]
Settings = dict[str, bool | int | float | str]


class EntryError(ValueError):
    """An entry that cannot be used; the message names the file, what is wrong and how to mend it."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _comparison(text: str) -> str:
    if not is_comparison(text):
        raise ValueError(f"{text!r} compares nothing; write for example 'accuracy >= 0.97'")
    parse(text)
    return text


class Claim(_Part):
    """A sentence bound to a metric, with the share of runs in which it must hold."""

    says: Text
    holds: Text
    in_at_least: float = Field(ge=0, le=1)
    in_at_most: float = Field(1.0, ge=0, le=1)

    _check = field_validator("holds")(_comparison)


class CounterExample(_Part):
    """Settings under which the claim number `breaks` (counted from 0) fails."""

    says: Text
    params: Settings
    breaks: int = Field(ge=0)


class Option(_Part):
    """One option of a prediction; it is the right one where `when` holds in the run on the screen."""

    says: Text
    when: Text
    feedback: Text

    _check = field_validator("when")(_comparison)


class Prediction(_Part):
    """One question before the run. `params` are the settings of the run that decides it, where not the entry's."""

    question: Text
    options: tuple[Option, ...] = Field(min_length=2, max_length=4)
    params: Settings = {}


class Entry(_Part):
    """One curated answer."""

    slug: Text
    topic: Text
    title: Text
    asked_as: tuple[Text, ...] = Field(min_length=1)
    experiment: Text
    params: Settings = {}
    seed: int = Field(0, ge=0)
    show: tuple[Text, ...] = ()
    claims: tuple[Claim, ...] = Field(min_length=1)
    counter_examples: tuple[CounterExample, ...] = ()
    prediction: Prediction
    next: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()
    reviewed: date | None = None
    formerly: tuple[Text, ...] = ()
    text: Text
    simpler: str = ""
    deeper: str = ""

    @field_validator("slug")
    @classmethod
    def _slug_is_plain(cls, slug: str) -> str:
        if not SLUG.fullmatch(slug):
            raise ValueError("a file name is lower-case words joined by hyphens, such as dead-relu.md")
        return slug


def read_entry(path: Path) -> Entry:
    """Read one entry; `EntryError` says what is wrong with the file."""
    try:
        before, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        fields: dict[str, Any] = tomllib.loads(front)
    except tomllib.TOMLDecodeError as error:
        raise EntryError(f"{path.name}: the front matter is not TOML: {error}") from error
    except ValueError as error:
        raise EntryError(f"{path.name}: it must start with a line +++, TOML, a line +++, and then the text") from error
    if before.strip():
        raise EntryError(f"{path.name}: there is text before the first +++ line")
    try:
        return Entry(slug=path.stem, topic=path.parent.name, **_levels(body), **fields)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise EntryError(f"{path.name}: {faults}") from error
    except (TypeError, ExpressionError) as error:
        raise EntryError(f"{path.name}: {error}") from error


def _levels(body: str) -> dict[str, Any]:
    parts = re.split(r"^## (Simpler|Deeper)\s*$", body, flags=re.MULTILINE)
    return {"text": parts[0].strip()} | {
        name.lower(): text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def read_knowledge(folder: Path = KNOWLEDGE) -> dict[str, Entry]:
    """All entries by slug, in alphabetical order. A broken file is an `EntryError` that lists every fault."""
    entries: dict[str, Entry] = {}
    faults: list[str] = []
    files = (path for path in folder.glob("*/*.md") if path.parent.name != DIAGNOSES)
    for path in sorted(files, key=lambda path: path.stem):
        try:
            entry = read_entry(path)
        except EntryError as error:
            faults.append(str(error))
            continue
        if entry.slug in entries:
            faults.append(f"{path.name}: there are two files of this name; a slug must be unique")
        entries[entry.slug] = entry
    faults += _name_faults(entries)
    if faults:
        raise EntryError("\n".join(faults))
    return entries


def _name_faults(entries: Mapping[str, Entry]) -> list[str]:
    faults = []
    former: dict[str, str] = {}
    for entry in entries.values():
        for name in entry.formerly:
            if name in entries or name in former:
                faults.append(f"{entry.slug}.md: formerly = {name!r} is already taken by another entry")
            former[name] = entry.slug
    return faults
