"""Entries: the curated answers in `knowledge/<topic>/<slug>.md`, read and validated.

A file is `+++`, TOML, `+++`, then Markdown with numbers in double braces, `{{ accuracy:.0%}}`. Two headings divide the
text: `## Simpler` (no mathematics) and `## Deeper` (the derivation, the literature). The slug is the file's name. How
people ask for it stands beside it, in `<slug>.jsonl`; what they ask beyond it in `<slug>.points.toml` (points.py).
"""

import logging
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator

from bot.content.errors import OurError
from bot.content.expressions import ExpressionError
from bot.content.parts import Claim as Claim  # the parts are of this module's interface
from bot.content.parts import CounterExample as CounterExample
from bot.content.parts import Option as Option
from bot.content.parts import Part, Settings, Text, Worked
from bot.content.parts import Prediction as Prediction
from bot.content.phrasings import ENDING, PhrasingError, read_texts
from bot.content.points import ENDING as POINTS
from bot.content.points import Point, PointError, named_in, read_points
from bot.content.steps import MOST as MOST_STEPS
from bot.content.steps import Step, place
from bot.content.toml import faults_of
from sims.engine.experiment import Params
from sims.engine.registry import find

KNOWLEDGE = Path(__file__).resolve().parents[2] / "knowledge"
DIAGNOSES = "diagnoses"  # the folder of rules about a learner's own network, which are no entries
LOG = logging.getLogger(__name__)
SLUG = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*")


class EntryError(OurError, ValueError):
    """An entry that cannot be used; the message names the file, what is wrong and how to mend it."""

    kind = "bad content"


class Entry(Part):
    """One curated answer."""

    slug: Text
    topic: Text
    title: Text
    utterances: tuple[Text, ...] = Field(min_length=1)  # the texts of its phrasings
    experiment: Text
    params: Settings = Field(default_factory=dict)
    seed: int = Field(0, ge=0)
    show: tuple[Text, ...] = ()
    claims: tuple[Claim, ...] = Field(min_length=1)
    counter_examples: tuple[CounterExample, ...] = ()
    prediction: Prediction
    worked: Worked | None = None
    next: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()
    reviewed: date | None = None
    formerly: tuple[Text, ...] = ()
    points: tuple[Point, ...] = ()  # from the file beside it
    steps: tuple[Step, ...] = Field(default=(), max_length=MOST_STEPS)
    text: Text
    simpler: str = ""
    deeper: str = ""

    @field_validator("slug")
    @classmethod
    def _slug_is_plain(cls, slug: str) -> str:
        if not SLUG.fullmatch(slug):
            raise ValueError("a file name is lower-case words joined by hyphens, such as dead-relu.md")
        return slug

    @model_validator(mode="after")
    def _steps_have_places(self) -> "Entry":
        places = [place(step.paragraph, self.text) for step in self.steps]
        if places != sorted(set(places)):
            raise ValueError("steps stand in the order of their paragraphs, one for each paragraph at most")
        return self

    @property
    def kind(self) -> type[Params]:
        """The settings of its experiment, as a class."""
        return find(self.experiment).params

    def point(self, name: str | None) -> Point | None:
        """The point with that id; None where there is none."""
        return next((point for point in self.points if point.id == name), None)

    def points_named(self, text: str) -> tuple[str, ...]:
        """The ids in what an address names ("one-unit+why-three") that are points of this entry."""
        return tuple(name for name in named_in(text) if self.point(name))


def read_entry(path: Path) -> Entry:
    """Read one entry; `EntryError` says what is wrong with the file."""
    try:
        before, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        fields: dict[str, Any] = tomllib.loads(front)
    except tomllib.TOMLDecodeError as error:
        raise EntryError(f"{path.name}: the front matter is not TOML: {error}") from error
    except OSError as error:
        raise EntryError(f"{path.name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise EntryError(f"{path.name}: it must start with a line +++, TOML, a line +++, and then the text") from error
    if before.strip():
        raise EntryError(f"{path.name}: there is text before the first +++ line")
    try:
        asked = read_texts(path.with_name(path.stem + ENDING))
        points = read_points(path.with_name(path.stem + POINTS))
        if "points" in fields:
            raise EntryError(f"{path.name}: points stand in a file of their own, {path.stem}{POINTS}")
        return Entry(slug=path.stem, topic=path.parent.name, utterances=asked, points=points, **_levels(body), **fields)
    except ValidationError as error:
        raise EntryError(f"{path.name}: {faults_of(error)}") from error
    except (TypeError, ExpressionError, PhrasingError, PointError) as error:
        raise EntryError(f"{path.name}: {error}") from error


def _levels(body: str) -> dict[str, Any]:
    parts = re.split(r"^## (Simpler|Deeper)\s*$", body, flags=re.MULTILINE)
    return {"text": parts[0].strip()} | {
        name.lower(): text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def read_knowledge(folder: Path = KNOWLEDGE) -> dict[str, Entry]:
    """All entries by slug, in alphabetical order. A broken file is an `EntryError` that lists every fault."""
    entries, faults = _read(folder)
    if faults:
        raise EntryError("\n".join(faults))
    return entries


def read_sound(folder: Path = KNOWLEDGE) -> dict[str, Entry]:
    """The entries that can be used, for who answers questions with them: one broken file takes no other with it. What
    is left out is said in the log, a line for each fault; `EntryError` where nothing is left."""
    entries, faults = _read(folder)
    if not entries:
        raise EntryError("\n".join(faults) or f"there are no entries in {folder}")
    for fault in faults:
        LOG.warning("left out of the knowledge base, or in doubt: %s", fault)
    return entries


def _read(folder: Path) -> tuple[dict[str, Entry], list[str]]:
    """The entries that are sound in themselves, and what is wrong in the folder."""
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
        entries.setdefault(entry.slug, entry)
    faults += _name_faults(entries)
    faults += (f"{path.name}: there is no entry {path.name.removesuffix(POINTS)}.md beside it"
               for path in sorted(folder.glob(f"*/*{POINTS}"))
               if not path.with_name(path.name.removesuffix(POINTS) + ".md").is_file())
    return entries, faults


def _name_faults(entries: Mapping[str, Entry]) -> list[str]:
    faults = []
    former: dict[str, str] = {}
    for entry in entries.values():
        for name in entry.formerly:
            if name in entries or name in former:
                faults.append(f"{entry.slug}.md: formerly = {name!r} is already taken by another entry")
            former[name] = entry.slug
    return faults
