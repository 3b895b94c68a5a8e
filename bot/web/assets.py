"""The files that pages load: style, script and player. Each lies under a digest of its contents and never changes."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path

from bot.charts.theme import DARK, FONT, LIGHT, Theme

HERE = Path(__file__).parent / "assets"
PLAYER = Path(__file__).parent.parent / "player"
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"}


def path_of(name: str) -> str:
    """Where a file lies below the top: "page.css" gives "assets/0a1b2c3d4e5f/page.css"; `KeyError` where it is none."""
    return {path.rsplit("/", 1)[1]: path for path in files()}[name]


def has_player() -> bool:
    """Whether there is a player to put on the page."""
    return (PLAYER / "player.js").is_file()


def kind_of(path: str) -> str:
    """The media type of a file."""
    suffix = Path(path).suffix
    return KINDS.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"


@cache
def files() -> Mapping[str, bytes]:
    """Every file by its path below the top. A folder shares a digest, so that its modules can import one another."""
    own = {path.name: path.read_bytes() for path in sorted(HERE.iterdir()) if path.is_file()}
    own["page.css"] = colours().encode() + own["page.css"]
    player = {path.name: path.read_bytes() for path in sorted(PLAYER.glob("*")) if path.suffix in (".js", ".css")}
    return {f"{folder}/{_digest(some)}/{name}": content
            for folder, some in (("assets", own), ("player", player)) for name, content in some.items()}


def colours() -> str:
    """The themes' colours as properties of the page, light, and dark where the reader's system is."""
    light, dark = _properties(LIGHT), _properties(DARK)
    return (f":root{{color-scheme:light dark;--font:{FONT};{light}}}\n"
            f"@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n")


def _properties(theme: Theme) -> str:
    plain = {f.name.replace("_", "-"): getattr(theme, f.name) for f in fields(theme)}
    named = [f"--{name}:{value}" for name, value in plain.items() if isinstance(value, str)]
    return ";".join([*named, *(f"--series-{i}:{colour}" for i, colour in enumerate(theme.series))])


def _digest(some: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for name, content in some.items():
        total.update(name.encode() + b"\0" + content + b"\0")
    return total.hexdigest()[:12]
