"""Links: an entry, the settings that differ from its own, and a seed, to a query string and back."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, ConfigDict, Field

from sims.engine.randomness import LARGEST_SEED


class Permalink(BaseModel):
    """What a link holds: settings and a seed, never results. `seed` None means the entry's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str = Field(pattern=r"^[a-z0-9.-]{1,80}$")
    params: dict[str, str | bool | int | float] = {}
    seed: int | None = Field(None, ge=0, le=LARGEST_SEED)

    def query(self) -> str:
        """The query string, without a question mark: "entry=dead-relu&learning_rate=5&seed=7"."""
        pairs: dict[str, Any] = {"entry": self.entry, **{k: _text(v) for k, v in sorted(self.params.items())}}
        if self.seed is not None:
            pairs["seed"] = self.seed
        return urlencode(pairs)


def from_query(query: str) -> Permalink:
    """Read a query string; pydantic's ValidationError where it is not a link. Settings stay text until an experiment's
    `Params` reads and bounds them."""
    pairs = dict(parse_qsl(query.lstrip("?"), keep_blank_values=True))
    entry, seed = pairs.pop("entry", ""), pairs.pop("seed", None)
    return Permalink.model_validate({"entry": entry, "params": pairs, "seed": seed})


def _text(value: str | bool | int | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
