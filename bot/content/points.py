"""Points: the answer to just what one learner asks beyond the topic, in `knowledge/<topic>/<slug>.points.toml`.

    [[points]]
    id = "miss-costs-more"                # its address for ever: /e/<slug>#miss-costs-more
    asks = ["Where do I cut if a miss costs more?", "fn worse than fp, which threshold", ...]
    says = "Below 0.5: ..."               # one to three sentences; {{ expression }} as in prose
    holds = "cost_best < cost_half"       # what makes it true of a run, in at least a share of the seeds
    in_at_least = 0.9
    params = { cost = 1 }                 # settings that show it
    lights = "hidden 2"                   # what the picture selects
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import normalize

from pydantic import Field, ValidationError, field_validator, model_validator

from bot.content.errors import OurError
from bot.content.parts import Part, Settings, Share, Text, comparison
from bot.content.prose import SLOT

ENDING = ".points.toml"
ASKS = (5, 10)  # ways to ask one point
MOST = 15  # points of an entry
MOST_SAID = 2  # of them that one answer says first, and that an address names
LONGEST_ID, LONGEST_TITLE, LONGEST_SAYS = 40, 90, 420  # characters
IN_QUERY = "point"  # in an address, the ids of the points that are said first
LONGEST_QUESTION = 200  # characters; what is longer is nobody's title or way to ask
NUMBER = "0.00"  # what a number in braces counts as, where the length of a text is bounded
OUTPUT, LOSS = "output", "loss"
TAKEN = frozenset((  # names that other parts of a page have
    "also", "ask-1", "break", "canned", "copied", "copy", "next", "numbers", "others", "page-data", "play", "question",
    "recorded", "stage", "tested",
))

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LIGHTS = re.compile(rf"hidden ([1-9][0-9]?)|{OUTPUT}|{LOSS}")


class PointError(OurError, ValueError):
    """A file of points that cannot be used; the message names the file, the point and how to mend it."""

    kind = "bad content"


class Point(Part):
    """One thing that people ask beyond an entry's topic, with the two sentences that answer it."""

    id: Text
    asks: tuple[Text, ...]
    says: Text
    holds: Text | None = None
    in_at_least: Share = 1.0
    params: Settings = Field(default_factory=dict)
    lights: Text | None = None

    @field_validator("id")
    @classmethod
    def _id_is_plain(cls, name: str) -> str:
        if not _ID.fullmatch(name) or len(name) > LONGEST_ID:
            raise ValueError(f"write lower-case words joined by hyphens, at most {LONGEST_ID} characters, such as "
                             "miss-costs-more")
        if name in TAKEN:
            raise ValueError(f"{name!r} is the address of another part of the page; take another name")
        return name

    @field_validator("asks")
    @classmethod
    def _asks_are_enough(cls, asks: tuple[str, ...]) -> tuple[str, ...]:
        fewest, most = ASKS
        if not fewest <= len(asks) <= most:
            raise ValueError(f"{len(asks)} ways to ask; write {fewest} to {most}, in different words")
        if silent := [ask for ask in asks if not re.search(r"[^\W_]", ask)]:
            raise ValueError(f"{silent[0]!r} has no word; write a question")
        bare = [bare_words(ask) for ask in asks]
        if twice := [ask for number, ask in enumerate(asks) if bare[number] in bare[:number]]:
            raise ValueError(f"{twice[0]!r} stands twice; ask in other words")
        title = asks[0]
        if len(title) > LONGEST_TITLE or not title.endswith("?") or title[:1] != title[:1].upper():
            raise ValueError(f"the first is shown as the title: let {title!r} be a whole question that starts with a "
                             f'capital, ends with "?" and has at most {LONGEST_TITLE} characters')
        return asks

    @field_validator("says")
    @classmethod
    def _says_is_short(cls, says: str) -> str:
        length = len(SLOT.sub(NUMBER, says))
        if length > LONGEST_SAYS:
            raise ValueError(f"{length} characters; cut it to {LONGEST_SAYS}: the point, the number, why")
        return says

    @field_validator("holds")
    @classmethod
    def _holds_compares(cls, holds: str | None) -> str | None:
        return None if holds is None else comparison(holds)

    @field_validator("lights")
    @classmethod
    def _lights_is_known(cls, lights: str | None) -> str | None:
        if lights is not None and not _LIGHTS.fullmatch(lights):
            raise ValueError(f'{lights!r} is nothing that the picture can select; write "hidden 2" (a unit of the '
                             f'first hidden layer, from 1), "{OUTPUT}" or "{LOSS}"')
        return lights

    @model_validator(mode="after")
    def _share_goes_with_holds(self) -> "Point":
        if self.holds is None and "in_at_least" in self.model_fields_set:
            raise ValueError('in_at_least is the share of the seeds in which `holds` is true; write that too: '
                             'holds = "accuracy > 0.9"')
        return self

    @property
    def title(self) -> str:
        """The question as it is shown."""
        return self.asks[0]

    @property
    def needs_run(self) -> bool:
        """Whether what it says depends on a run: it has a number, or a comparison that must hold."""
        return self.holds is not None or bool(SLOT.search(self.says))

    @property
    def part(self) -> str:
        """What the picture selects, as the player names it: "unit:2", "output", "loss", or empty."""
        return f"unit:{self.unit + 1}" if self.unit is not None else self.lights or ""

    @property
    def unit(self) -> int | None:
        """The unit of the first hidden layer that the picture selects, from 0; None where it selects none."""
        found = _LIGHTS.fullmatch(self.lights or "")
        return int(found[1]) - 1 if found and found[1] else None


class _File(Part):
    points: tuple[Point, ...] = Field(min_length=1)

    @field_validator("points")
    @classmethod
    def _points_differ(cls, points: tuple[Point, ...]) -> tuple[Point, ...]:
        if len(points) > MOST:
            raise ValueError(f"{len(points)} points; keep the {MOST} that people ask for most")
        ids = sorted(point.id for point in points)
        if twice := [one for one, next_one in pairwise(ids) if one == next_one]:
            raise ValueError(f"the id {twice[0]!r} stands twice; each is an address")
        return points


def read_points(path: Path) -> tuple[Point, ...]:
    """The points of a file, in order; none where there is no file yet. `PointError` lists what is wrong with it."""
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PointError(f"{path.name}: it is not TOML that can be read: {error}") from error
    try:
        return _File.model_validate(given).points
    except ValidationError as error:
        faults = "; ".join(_said(fault["loc"], fault["msg"], given) for fault in error.errors())
        raise PointError(f"{path.name}: {faults}") from error


def _said(where: Sequence[str | int], message: str, given: dict[str, Any]) -> str:
    """One fault in words: which point, which key, what to do."""
    message = message.removeprefix("Value error, ")
    if message.startswith("Extra inputs"):
        message = f"there is no such key; a point has {', '.join(Point.model_fields)}"
    if len(where) < 2 or not isinstance(where[1], int):
        return f"{'.'.join(map(str, where))}: {message}"
    point = given["points"][where[1]]
    name = point.get("id", "without an id") if isinstance(point, dict) else "not a table"
    return f"point {where[1] + 1} ({name}): {'.'.join(map(str, where[2:])) or 'as a whole'}: {message}"


def named_in(text: str) -> tuple[str, ...]:
    """The ids that an address names, "one-unit+why-three"; whether an entry has such points is for others to judge."""
    return tuple(dict.fromkeys(found[0] for found in _ID.finditer(text[: MOST_SAID * (LONGEST_ID + 1)])))[:MOST_SAID]


def asked_exactly(question: str, asks: Iterable[tuple[str, Sequence[str]]]) -> str | None:
    """The id of the point that is asked in these very words; None where none is. `asks` are ids with the ways to ask
    each."""
    return _ids_by_asks(tuple((name, tuple(ways)) for name, ways in asks)).get(bare_words(question))


@cache
def _ids_by_asks(points: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    return {bare_words(ask): name for name, asks in points for ask in asks}


def bare_words(text: str) -> str:
    """A question's words, however they are written: two that have the same are the same question."""
    return " ".join(re.findall(r"\w+", normalize("NFKC", text[:LONGEST_QUESTION]).casefold()))
