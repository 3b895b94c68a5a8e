"""The colours of the charts: contrast, lightness, and the page's own."""

import tomllib
from pathlib import Path

import altair as alt
import numpy as np
import pytest

from bot.present.charts import theme

ROOT = Path(__file__).resolve().parent.parent


def lightness(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((lightness(one), lightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", theme.THEMES)
def test_vega_lite_understands_the_themes(name: theme.Name) -> None:
    dressed = theme.dressed({"mark": "point", "data": {"values": []}}, name)
    assert alt.Chart.from_dict(dressed).config.to_dict() == dressed["config"]


@pytest.mark.parametrize("colours", theme.THEMES.values(), ids=theme.THEMES)
def test_colours_stand_out_from_their_ground(colours: theme.Theme) -> None:
    for ground in (colours.background, colours.surface):
        assert min(contrast(c, ground) for c in (colours.text, colours.muted, colours.link)) >= 4.5
    assert contrast("#ffffff", colours.primary) >= 4.5
    assert contrast(colours.on_far, colours.diverging[0]) >= 4.5
    assert contrast(colours.on_far, colours.diverging[2]) >= 4.5
    assert contrast(colours.text, colours.diverging[1]) >= 4.5
    assert contrast(colours.series[0], colours.background) >= 3


def test_the_ramp_rises_in_lightness() -> None:
    assert np.all(np.diff([lightness(colour) for colour in theme.RAMP]) > 0.05 * lightness(theme.RAMP[1]))
    assert contrast(theme.RAMP[0], theme.RAMP[-1]) > 10


def test_the_page_has_the_colours_of_the_charts() -> None:
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
    for name, colours in theme.THEMES.items():
        page = settings[name]
        assert page["backgroundColor"] == colours.background
        assert page["secondaryBackgroundColor"] == colours.surface
        assert page["textColor"] == colours.text
        assert page["borderColor"] == colours.border
        assert page["primaryColor"] == colours.primary
        assert page["linkColor"] == colours.link
