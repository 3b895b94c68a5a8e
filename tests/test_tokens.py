"""One file defines how everything looks: no other has a colour of its own, and what is written from it is current."""

import re
from pathlib import Path

import pytest

from bot.present import tokens
from bot.present.charts.theme import player_css
from bot.surfaces.web import assets, embeds
from scripts.write_theme import CONFIGS, ICON, config, icon

ROOT = Path(__file__).resolve().parent.parent
COLOUR = re.compile(r"(?<![&\w/(])#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})(?![\w-])"
                    r"|\b(?:rgb|hsl|oklch|lab)a?\(\s*[\d.]")
KINDS = (".css", ".js", ".py", ".html", ".svg", ".toml", ".xml")
WRITTEN = {*CONFIGS, ICON}  # by scripts/write_theme.py
MADE = {"bundle.js", "min"}


def sources() -> list[Path]:
    folders = ("bot", ".streamlit", "scripts")
    files = (file for folder in folders for file in (ROOT / folder).rglob("*") if file.suffix in KINDS)
    return sorted(file for file in files if not MADE & set(file.parts) and file not in WRITTEN
                  and file.name != "tokens.toml")


def test_no_other_file_defines_a_colour() -> None:
    found = {str(file.relative_to(ROOT)): COLOUR.findall(file.read_text(encoding="utf-8")) for file in sources()}
    assert len(found) > 300
    assert {name: colours for name, colours in found.items() if colours} == {}


@pytest.mark.parametrize("text", ["color: #fff", "background:#11151d;", 'fill="#2b5fb0"', "rgb(0 0 0/.2)"])
def test_a_colour_is_seen(text: str) -> None:
    assert COLOUR.search(text)


@pytest.mark.parametrize("text", ["/e/slug#abc", "&#8217;", "C#", "#here", "# 123", "rgb(var(--x))"])
def test_what_is_no_colour_is_not(text: str) -> None:
    assert not COLOUR.search(text)


def test_what_is_written_from_the_tokens_is_current() -> None:
    for file in CONFIGS:
        text = file.read_text(encoding="utf-8")
        assert text == config(text), "run python -m scripts.write_theme"
    assert ICON.read_text(encoding="utf-8") == icon(), "run python -m scripts.write_theme"


def test_every_surface_has_what_it_names() -> None:
    known = {f"--{name}" for name in (*tokens.fixed(), *tokens.properties(tokens.TOKENS.light))}
    page = "".join(content.decode() for path, content in assets.files().items()
                   if path.endswith((".css",)) and not path.endswith("player.css"))
    own = set(re.findall(r"(--[\w-]+)\s*:", page))
    player = player_css()
    players = set(re.findall(r"(--nrn-[\w-]+):", player))  # the pad of /try stands within the player
    assert set(re.findall(r"var\((--[\w-]+)", page)) <= own | known | players
    assert set(re.findall(r"var\((--nrn-[\w-]+)\)", player)) <= players
    widget = embeds.widget(None).decode()
    assert set(re.findall(r"var\((--[\w-]+)\)", widget)) <= {f"--{name}" for name in embeds.WIDGET}


def test_both_themes_have_the_same_names() -> None:
    assert tokens.properties(tokens.TOKENS.light).keys() == tokens.properties(tokens.TOKENS.dark).keys()
