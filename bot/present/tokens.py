"""Colours, type and spacing of every surface, read from tokens.toml: the only place that defines any."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Theme(_Group):
    """The colours of one ground."""

    background: str
    surface: str
    border: str
    text: str
    muted: str
    primary: str
    on_primary: str
    link: str
    shadow: str
    series: tuple[str, ...]
    diverging: tuple[str, str, str]
    on_far: str


class Maps(_Group):
    """The colours of maps, the same on both grounds: `ramp` from low to high, `line` of boundaries and examples."""

    ramp: tuple[str, str, str, str, str]
    line: str


class Type(_Group):
    """Typeface and sizes; `chart` and `chart_title` are pixels."""

    family: str
    body: str
    small: str
    line_height: float
    headings: tuple[str, ...]
    chart: int
    chart_title: int


class Space(_Group):
    """Radii, the gap between parts, the longest line of prose, the width of a page."""

    radius: str
    wide_radius: str
    gap: str
    measure: str
    page: str


class Tokens(_Group):
    """All of them."""

    light: Theme
    dark: Theme
    maps: Maps
    type: Type
    space: Space


def _read() -> Tokens:
    file = Path(__file__).with_name("tokens.toml")
    return Tokens.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))


TOKENS = _read()


def properties(theme: Theme) -> Mapping[str, str]:
    """The colours of a theme by the names that style sheets have for them: "on-primary", "series-0", "below"."""
    plain = {name.replace("_", "-"): value for name, value in theme.model_dump().items() if isinstance(value, str)}
    return {**plain, **{f"series-{i}": colour for i, colour in enumerate(theme.series)},
            "below": theme.diverging[0], "above": theme.diverging[2]}


def fixed() -> Mapping[str, str]:
    """What both themes share, by the names that style sheets have for it: "ramp-0", "map-line", "font", "radius"."""
    sizes: dict[str, Any] = TOKENS.space.model_dump()
    return {**{f"ramp-{i}": colour for i, colour in enumerate(TOKENS.maps.ramp)}, "map-line": TOKENS.maps.line,
            "font": TOKENS.type.family, "body": TOKENS.type.body, "small": TOKENS.type.small,
            "line-height": str(TOKENS.type.line_height),
            **{name.replace("_", "-"): value for name, value in sizes.items()}}
