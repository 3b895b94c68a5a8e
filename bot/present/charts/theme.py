"""Every colour, font and size of the charts, light and dark; `.streamlit/config.toml` has the same colours.

Charts name roles ("this-run", "others", "quiet") and never a colour, so that one drawing serves both themes:
`dressed` puts the colours in. The series are those of Okabe and Ito (2008), lightened on the dark ground; the
ramp of the maps rises in lightness from blue to yellow, so that it reads the same to colour-blind eyes and in grey.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

Name = Literal["light", "dark"]

FONT = "'Source Sans', 'Source Sans Pro', system-ui, sans-serif"
TEXT_SIZE, TITLE_SIZE = 12, 13  # pixels
CHART_HEIGHT, HISTOGRAM_HEIGHT = 190, 110
SQUARE = 260  # pixels of a picture whose axes have one scale
CELL_HEIGHT, WIDE_STEP = 34, 28  # of a matrix and of a bar chart
LINE, THIN_LINE, HALO = 2.2, 1.2, 3.4  # stroke widths
RAMP = ("#15173d", "#2b4a8b", "#4e86ab", "#9cbfa4", "#ffe9a3")  # of the maps: low to high, in both themes


@dataclass(frozen=True)
class Theme:
    """The colours of one ground."""

    background: str
    surface: str  # of panels and controls
    border: str
    text: str
    muted: str  # second-rank text, the other runs
    primary: str  # buttons, this run; carries white text
    link: str
    series: tuple[str, ...]
    diverging: tuple[str, str, str]  # below zero, zero, above zero
    on_far: str  # text on either end of the diverging scale; `text` stands on its middle


LIGHT = Theme(
    background="#ffffff",
    surface="#f3f5fa",
    border="#d5dae5",
    text="#1c2333",
    muted="#5b6478",
    primary="#2b5fb0",
    link="#1f4f9c",
    series=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#6b7280", "#7a5195"),
    diverging=("#b3500b", "#f7f6f3", "#14639c"),
    on_far="#ffffff",
)
DARK = Theme(
    background="#11151d",
    surface="#1b212d",
    border="#343c4d",
    text="#e8ebf2",
    muted="#a3acbd",
    primary="#3b70c4",
    link="#93b8f5",
    series=("#6cb4f0", "#ff9b54", "#45cfa3", "#f0a6cf", "#a5dcff", "#ffcf5c", "#a8b0be", "#c8a8f0"),
    diverging=("#f0954a", "#1f2633", "#6cb4f0"),
    on_far="#11151d",
)
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
        "contour": {"color": "#ffffff", "strokeWidth": THIN_LINE - 0.4, "opacity": 0.45},
        "yes": {
            "color": "#ffffff",
            "stroke": RAMP[0],
            "strokeWidth": 1,
            "filled": True,
            "shape": "circle",
            "size": 20,
        },
    }


CONFIGS: Mapping[Name, dict[str, Any]] = {name: config(theme) for name, theme in THEMES.items()}
PLAYER = Path(__file__).resolve().parents[2] / "surfaces" / "player"


@cache
def player_css() -> str:
    """The player's style sheet, with the colours of both themes and the font as custom properties (`--nrn-...`).

    A player follows `data-theme` on its root, or else what the reader's system prefers.
    """
    light, dark = _properties(LIGHT), " ".join(_properties(DARK)) + " color-scheme: dark;"
    fixed = [f"--nrn-ramp-{i}: {colour};" for i, colour in enumerate(RAMP)] + [f"--nrn-font: {FONT};"]
    variables = [
        ".nrn { " + " ".join([*fixed, *light]) + " color-scheme: light; }",
        f'.nrn[data-theme="dark"] {{ {dark} }}',
        f'@media (prefers-color-scheme: dark) {{ .nrn[data-theme="auto"] {{ {dark} }} }}',
    ]
    return "\n".join([*variables, (PLAYER / "player.css").read_text(encoding="utf-8")])


def _properties(theme: Theme) -> list[str]:
    roles = ("background", "surface", "border", "text", "muted", "primary", "link")
    plain = {role: getattr(theme, role) for role in roles}
    series = {f"series-{i}": colour for i, colour in enumerate(theme.series)}
    named = {**plain, **series, "below": theme.diverging[0], "above": theme.diverging[2]}
    return [f"--nrn-{role}: {colour};" for role, colour in named.items()]
