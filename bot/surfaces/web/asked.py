"""What a request asks for: an entry, settings within their bounds, and a seed; or an error that says what is wrong."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from bot.content.entries import Entry
from bot.content.errors import OurError
from bot.content.settings import SettingError, differing
from bot.present.permalinks import link_at, query_for
from bot.service import Bot
from sims.engine.experiment import Params
from sims.engine.randomness import LARGEST_SEED

LONGEST_QUERY, LONGEST_VALUE = 2000, 100  # characters
FOREIGN = ("utm_", "fbclid", "gclid", "mc_", "ref_")  # what forums and mail programs hang onto a link


class QueryTooLong(OurError, ValueError):
    """A query longer than any link of ours."""

    kind = "too long"
    title = "That link is too long"


@dataclass(frozen=True)
class Asked:
    """An entry at settings. `changes` are those that differ from the entry's own; `seed` None is the entry's own."""

    entry: Entry
    params: Params
    changes: Mapping[str, Any]
    seed: int | None

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
    """An entry at the settings and the seed of a query, "hidden=2&seed=7"; an empty value is the entry's own."""
    given = pairs_of(query)
    seed = given.pop("seed", None)
    return asked(bot, slug, given, seed)


def pairs_of(query: str, longest: int = LONGEST_QUERY, long: Container[str] = ()) -> dict[str, str]:
    """The settings in a query; what others hung onto it is left out. `QueryTooLong`, or `SettingError` on a value that
    is too long and not one of the `long` ones."""
    if len(query) > longest:
        raise QueryTooLong(f"A link has at most {longest} characters after its question mark.")
    pairs = {name: value.strip() for name, value in parse_qsl(query) if not name.startswith(FOREIGN)}
    for name, value in pairs.items():
        if len(value) > LONGEST_VALUE and name not in long:
            raise SettingError(f"{name[:40]} cannot be that long: a setting has at most {LONGEST_VALUE} characters")
    return {name: value for name, value in pairs.items() if value}


def seed_of(text: Any) -> int:
    """A seed; `SettingError` where it is none."""
    plain = str(text).strip()
    if plain.isascii() and plain.isdecimal() and len(plain) <= len(str(LARGEST_SEED)) and int(plain) <= LARGEST_SEED:
        return int(plain)
    raise SettingError(f"seed cannot be {plain!r}: it takes a whole number from 0 to {LARGEST_SEED}")
