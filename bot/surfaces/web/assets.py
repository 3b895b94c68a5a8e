"""The files that pages load: style, script and player. Each lies under a digest of its contents and never changes."""

import hashlib
import mimetypes
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from bot.present.charts.theme import PLAYER, player_css
from bot.present.tokens import TOKENS, fixed, properties

HERE = Path(__file__).parent / "assets"
FOLDERS = ("", "search", "course", "lti", "embed/min")  # what other sites load is minified, by scripts/minify_embed.py
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"}


def path_of(name: str) -> str:
    """Where a file lies below the top: "page.css" gives "assets/0a1b2c3d4e5f/page.css"; `KeyError` where it is none."""
    return {path.rsplit("/", 1)[1]: path for path in files()}[name]


def kind_of(path: str) -> str:
    """The media type of a file."""
    suffix = Path(path).suffix
    return KINDS.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"


@cache
def files() -> Mapping[str, bytes]:
    """Every file by its path below the top. A folder shares a digest, so that its modules can import one another."""
    player = {"bundle.js": (PLAYER / "bundle.js").read_bytes(), "player.css": player_css().encode()}
    folders = [("assets", _files_in(HERE / name)) for name in FOLDERS]
    return {f"{top}/{_digest(some)}/{name}": LIGHTER.get(Path(name).suffix, bytes)(content)
            for top, some in [*folders, ("player", player)] for name, content in some.items()}


def _without_remarks(script: bytes) -> bytes:
    """A script without the lines that are comments; none of ours has such a line in a string."""
    return re.sub(rb"^[ ]*(?://.*|/\*\*[^\n]*\*/)\n", b"", script, flags=re.MULTILINE)


def _without_air(style: bytes) -> bytes:
    """A style sheet without comments and line ends; none of ours has these signs in a string."""
    return re.sub(rb"\s*([{};,])\s*", rb"\1", re.sub(rb"/\*.*?\*/", b"", style, flags=re.DOTALL))


LIGHTER: Mapping[str, Callable[[bytes], bytes]] = {".css": _without_air, ".js": _without_remarks}


def _files_in(folder: Path) -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.suffix in KINDS}
    themed = {"page.css": colours(),
              **{name: colours(found.get(name, b"").decode()) for name in ("embed.css", "course.css")}}
    return {name: themed.get(name, "").encode() + content for name, content in found.items()}


def colours(used_in: str = "") -> str:
    """The themes' colours as properties of the page, or those that a style sheet uses; dark where the reader's system
    is or the page says so."""
    names = set(re.findall(r"var\((--[\w-]+)", used_in))
    shared, light, dark = (";".join(f"--{name}:{value}" for name, value in some.items()
                                    if f"--{name}" in names or not names)
                           for some in (fixed(), properties(TOKENS.light), properties(TOKENS.dark)))
    return (f":root{{color-scheme:light dark;{shared};{light}}}\n"
            f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
            f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n:root[data-theme=light]{{color-scheme:light}}\n")


def _digest(some: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for name, content in some.items():
        total.update(name.encode() + b"\0" + content + b"\0")
    return total.hexdigest()[:12]
