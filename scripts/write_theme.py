"""Write what cannot read the tokens where it is: Streamlit's themes, and the icon.

    .venv/bin/python -m scripts.write_theme

The files are committed, and a test compares them with bot/present/tokens.toml.
"""

import json
import re
from pathlib import Path

from bot.present.tokens import TOKENS, Theme

ROOT = Path(__file__).resolve().parent.parent
CONFIGS = (ROOT / ".streamlit" / "config.toml", ROOT / "bot" / "surfaces" / "chat" / ".streamlit" / "config.toml")
ICON = ROOT / "bot" / "surfaces" / "web" / "assets" / "icon.svg"
ROLES = {"primaryColor": "primary", "backgroundColor": "background", "secondaryBackgroundColor": "surface",
         "textColor": "text", "borderColor": "border", "linkColor": "link", "codeTextColor": "text"}
UNITS = [(8, 10), (8, 22), (17, 7), (17, 16), (17, 25)]


def themes() -> str:
    """The sections of Streamlit's configuration that say how it looks."""
    whole = ["[theme]", f"baseRadius = {json.dumps(TOKENS.space.radius)}", "showWidgetBorder = true",
             f"headingFontSizes = {json.dumps(TOKENS.type.headings)}",
             "headingFontWeights = [700, 650, 600, 600, 600, 600]", "linkUnderline = true", 'paddingTop = "1.5rem"']
    return "\n".join([*whole, *_section("light", TOKENS.light), *_section("dark", TOKENS.dark)]) + "\n"


def _section(name: str, theme: Theme) -> list[str]:
    return ["", f"[theme.{name}]", *(f'{key} = "{getattr(theme, role)}"' for key, role in ROLES.items())]


def config(before: str) -> str:
    """Streamlit's configuration with the themes of the tokens; what stands before them stays."""
    return re.split(r"^\[theme\]$", before, maxsplit=1, flags=re.MULTILINE)[0] + themes()


def icon() -> str:
    """The mark: a small network, its output lit."""
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="2.6"/>' for x, y in UNITS)
    white, lit = TOKENS.light.on_primary, TOKENS.maps.ramp[-1]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" '
            f'fill="{TOKENS.light.primary}"/><g stroke="{white}" stroke-width="1.6" opacity=".75"><path d="M8 10 17 7'
            'M8 10l9 6M8 10l9 15M8 22 17 7M8 22l9-6M8 22l9 3M17 7l8 9M17 16h8M17 25l8-9"/></g>'
            f'<g fill="{white}">{dots}<circle cx="25" cy="16" r="3.1" fill="{lit}"/></g></svg>\n')


def main() -> None:
    """Write the files."""
    for file in CONFIGS:
        file.write_text(config(file.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    ICON.write_text(icon(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
