"""Links: an entry, the settings that differ from its own, and a seed, to a query string and back."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, ConfigDict, Field

from bot.answers.answer import Answer
from bot.content.entries import Entry
from bot.content.settings import written
from sims.engine.randomness import LARGEST_SEED


class Permalink(BaseModel):
    """What a link holds: settings and a seed, never results. `seed` None means the entry's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str = Field(pattern=r"^[a-z0-9.-]{1,80}$")
    params: dict[str, str | bool | int | float] = {}
    seed: int | None = Field(None, ge=0, le=LARGEST_SEED)

    def query(self) -> str:
        """The query string, without a question mark: "entry=dead-relu&learning_rate=5&seed=7"."""
        return urlencode({"entry": self.entry, **_pairs(self.params, self.seed)})

    @property
    def settings(self) -> str:
        """The query without the entry, for addresses that name it in their path: "learning_rate=5&seed=7", or empty."""
        return query_for(self.params, self.seed)

    @property
    def is_own(self) -> bool:
        """Whether the link leads to the entry at its own settings and seed."""
        return not self.params and self.seed is None


def link_at(entry: Entry, changes: Mapping[str, Any], seed: int | None) -> Permalink:
    """The link of an entry at settings; a seed that is the entry's own does not stand in it."""
    return Permalink(entry=entry.slug, params=dict(changes), seed=None if seed == entry.seed else seed)


def link_of(answer: Answer) -> Permalink:
    """The link of an answer at its settings and seed."""
    return link_at(answer.entry, answer.changed, answer.run.seed)


def query_for(changes: Mapping[str, Any], seed: int | None = None) -> str:
    """Settings and a seed as a query, in the one form that links have; None is the entry's own seed."""
    return urlencode(_pairs(changes, seed))


def from_query(query: str) -> Permalink:
    """Read a query string; pydantic's ValidationError where it is not a link. Settings stay text until an experiment's
    `Params` reads and bounds them."""
    pairs = dict(parse_qsl(query.lstrip("?"), keep_blank_values=True))
    entry, seed = pairs.pop("entry", ""), pairs.pop("seed", None)
    return Permalink.model_validate({"entry": entry, "params": pairs, "seed": seed})


def _pairs(changes: Mapping[str, Any], seed: int | None) -> dict[str, str]:
    settings = {name: written(value) for name, value in sorted(changes.items())}
    return settings if seed is None else {**settings, "seed": str(seed)}
