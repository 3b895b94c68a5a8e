"""What a request asks for: an entry, settings within their bounds, and a seed; or an error that says what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bot.content.entries import Entry
from bot.content.errors import OurError
from bot.content.points import IN_QUERY
from bot.content.settings import SettingError, differing
from bot.present.pasted import LONGEST_VALUE, read_pasted, without_rest
from bot.present.permalinks import link_at, query_for
from bot.service import Bot
from sims.engine.experiment import Params
from sims.engine.randomness import LARGEST_SEED

LONGEST_QUERY = 2000  # characters


class QueryTooLong(OurError, ValueError):
    """A query longer than any link of ours."""

    kind = "too long"
    title = "That link is too long"


@dataclass(frozen=True)
class Asked:
    """An entry at settings. `changes` are those that differ from the entry's own; `seed` None is the entry's own.
    `notes` say what could not be read."""

    entry: Entry
    params: Params
    changes: Mapping[str, Any]
    seed: int | None
    notes: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The settings and the seed as a query, in the one form that links have."""
        return query_for(self.changes, self.seed)

    @property
    def key(self) -> tuple[str, str, int | None]:
        """What tells one answer from another."""
        return self.entry.slug, self.params.model_dump_json(), self.seed


def asked(bot: Bot, slug: str, given: Mapping[str, Any], seed: Any = None) -> Asked:
    """Read settings and a seed; `UnknownEntry` and `SettingError` say what is possible instead."""
    entry = bot.entry(slug)
    params = bot.params(slug, given)
    changes = differing(params, bot.own(entry))
    link = link_at(entry, changes, None if seed is None else seed_of(seed))
    return Asked(entry, params, link.params, link.seed)


def asked_in(bot: Bot, slug: str, query: str) -> Asked:
    """An entry at the settings and the seed of a query, "hidden=2&seed=7", read through pasting damage; an empty value
    is the entry's own. `QueryTooLong`, or the errors of `asked`."""
    if len(query) > LONGEST_QUERY:
        raise QueryTooLong(f"A link has at most {LONGEST_QUERY} characters after its question mark.")
    entry = bot.entry(without_rest(slug))
    if points_in(entry, query):  # or else it would be taken for a setting with such a name, misspelt
        query = urlencode([(name, value) for name, value in parse_qsl(query) if name != IN_QUERY])
    given = read_pasted(query, entry.kind)
    for name, value in given.settings.items():
        if len(value) > LONGEST_VALUE:
            raise SettingError(f"{name} cannot be that long: a setting has at most {LONGEST_VALUE} characters")
    return replace(asked(bot, entry.slug, given.settings, given.seed), notes=given.notes)


def points_in(entry: Entry, query: str) -> tuple[str, ...]:
    """The points of the entry that a query names ("point=one-unit+why-three"): a fragment in the form that other sites
    do not cut off."""
    return entry.points_named(" ".join(value for name, value in parse_qsl(query) if name == IN_QUERY))


def with_points(query: str, points: Sequence[str]) -> str:
    """A query that names these points, too."""
    return "&".join(part for part in (query, f"{IN_QUERY}={'+'.join(points)}" if points else "") if part)


def seed_of(text: Any) -> int:
    """A seed; `SettingError` where it is none."""
    plain = str(text).strip()
    if plain.isascii() and plain.isdecimal() and len(plain) <= len(str(LARGEST_SEED)) and int(plain) <= LARGEST_SEED:
        return int(plain)
    raise SettingError(f"seed cannot be {plain!r}: it takes a whole number from 0 to {LARGEST_SEED}")
