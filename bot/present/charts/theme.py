"""How charts look, light and dark, in the colours and the type of `bot/present/tokens.toml`.

Charts name roles ("this-run", "others", "quiet") and never a colour, so that one drawing serves both themes:
`dressed` puts the colours in.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from bot.present.tokens import TOKENS, fixed, properties
from bot.present.tokens import Theme as Theme

Name = Literal["light", "dark"]

FONT = TOKENS.type.family
TEXT_SIZE, TITLE_SIZE = TOKENS.type.chart, TOKENS.type.chart_title  # pixels
CHART_HEIGHT, HISTOGRAM_HEIGHT = 190, 110
SQUARE = 260  # pixels of a picture whose axes have one scale
CELL_HEIGHT, WIDE_STEP = 34, 28  # of a matrix and of a bar chart
LINE, THIN_LINE, HALO = 2.2, 1.2, 3.4  # stroke widths
RAMP, MAP_LINE = TOKENS.maps.ramp, TOKENS.maps.line  # of the maps, in both themes
LIGHT, DARK = TOKENS.light, TOKENS.dark
MAP_COLOURS = LIGHT.series  # of classes on a map, whose ground is the same in both themes
THEMES: Mapping[Name, Theme] = {"light": LIGHT, "dark": DARK}


def dressed(spec: Mapping[str, Any], name: Name) -> dict[str, Any]:
    """A drawing (Vega-Lite) with the colours of a theme, on a transparent ground."""
    return {**spec, "config": CONFIGS[name]}


def config(theme: Theme) -> dict[str, Any]:
    """The Vega-Lite configuration of a theme; the roles stand under `style`."""
    quiet = {
        "labelColor": theme.muted,
        "titleColor": theme.muted,
        "labelFontSize": TEXT_SIZE,
        "titleFontSize": TEXT_SIZE,
        "titleFontWeight": "normal",
    }
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            **quiet,
            "gridColor": theme.border,
            "gridOpacity": 0.55,
            "domainColor": theme.border,
            "tickColor": theme.border,
            "labelPadding": 2,
            "titlePadding": 3,
        },
        "legend": {
            **quiet,
            "labelColor": theme.text,
            "title": None,
            "orient": "bottom",
            "symbolStrokeWidth": LINE,
            "labelLimit": 260,
            "columns": 3,
        },
        "title": {
            "color": theme.text,
            "subtitleColor": theme.muted,
            "fontSize": TITLE_SIZE,
            "fontWeight": 600,
            "subtitleFontSize": TEXT_SIZE,
            "anchor": "start",
            "frame": "group",
            "offset": 6,
        },
        "range": {
            "category": list(theme.series),
            "diverging": list(theme.diverging),
            "ramp": list(RAMP),
            "heatmap": list(RAMP),
        },
        "style": _styles(theme),
    }


def _styles(theme: Theme) -> dict[str, dict[str, Any]]:
    return {
        "this-run": {"color": theme.series[0], "stroke": theme.series[0], "strokeWidth": LINE},
        "validation": {"color": theme.series[1], "stroke": theme.series[1], "strokeWidth": LINE},
        "others": {"color": theme.muted, "opacity": 0.28},
        "line": {"strokeWidth": LINE},
        "bar": {},
        "point": {"filled": True, "size": 52},
        "large": {"size": 60},
        "beside": {"align": "left", "dx": 7, "dy": -6},
        "over": {"align": "center", "dy": -13},
        "under": {"align": "center", "dy": 14},
        "band": {"opacity": 0.16},
        "faint-band": {"opacity": 0.07},
        "spread": {"color": theme.text, "strokeWidth": THIN_LINE, "opacity": 0.75},
        "quiet": {"color": theme.muted, "strokeWidth": THIN_LINE, "strokeDash": [4, 3]},
        "label": {"color": theme.text, "fontSize": TEXT_SIZE},
        "cell-near": {"color": theme.text, "fontSize": TEXT_SIZE},
        "cell-far": {"color": theme.on_far, "fontSize": TEXT_SIZE},
        # On a map, whose colours are the same in both themes:
        "halo": {"color": RAMP[0], "strokeWidth": HALO, "opacity": 0.8, "strokeCap": "round"},
        "contour": {"color": MAP_LINE, "strokeWidth": THIN_LINE - 0.4, "opacity": 0.45},
        "yes": {
            "color": MAP_LINE,
            "stroke": RAMP[0],
            "strokeWidth": 1,
            "filled": True,
            "shape": "circle",
            "size": 20,
        },
    }


CONFIGS: Mapping[Name, dict[str, Any]] = {name: config(theme) for name, theme in THEMES.items()}

PLACES = re.compile(r"#fe[0-9a-f]{2}5b")  # colours that stand for a theme's; none of ours is one


def undressed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A drawing (Vega-Lite) whose colours `coloured` puts in: drawn once, it serves both themes. Not for one whose
    colours are mixed while it is drawn (`is_mixed`)."""
    return {**spec, "config": _UNDRESSED}


def is_mixed(spec: Mapping[str, Any]) -> bool:
    """Whether a drawing has colours between those of the theme."""
    return '"diverging"' in json.dumps(spec)


def coloured(drawn: str, name: Name) -> str:
    """What was drawn `undressed`, in the colours of a theme."""
    return PLACES.sub(lambda place: _COLOURS[name][int(place[0][3:5], 16)], drawn)


def _colours(theme: Theme) -> tuple[str, ...]:
    """The colours of a theme that charts use as they are, in one order."""
    return theme.border, theme.text, theme.muted, theme.on_far, *theme.series


_COLOURS: Mapping[Name, tuple[str, ...]] = {name: _colours(theme) for name, theme in THEMES.items()}
_STAND_INS = [f"#fe{number:02x}5b" for number in range(len(_colours(LIGHT)))]
_UNDRESSED = config(LIGHT.model_copy(update={
    **dict(zip(("border", "text", "muted", "on_far"), _STAND_INS[:4], strict=True)), "series": tuple(_STAND_INS[4:])}))
PLAYER = Path(__file__).resolve().parents[2] / "surfaces" / "player"


@cache
def player_css() -> str:
    """The player's style sheet, with the colours of both themes and the font as custom properties (`--nrn-...`).

    A player follows `data-theme` on its root, or else what the reader's system prefers.
    """
    light, dark = _properties(properties(LIGHT)), f"{_properties(properties(DARK))} color-scheme: dark;"
    variables = [
        ".nrn { " + f"{_properties(fixed())} {light}" + " color-scheme: light; }",
        f'.nrn[data-theme="dark"] {{ {dark} }}',
        f'@media (prefers-color-scheme: dark) {{ .nrn[data-theme="auto"] {{ {dark} }} }}',
    ]
    return "\n".join([*variables, (PLAYER / "player.css").read_text(encoding="utf-8")])


def _properties(named: Mapping[str, str]) -> str:
    return " ".join(f"--nrn-{name}: {value};" for name, value in named.items())
