"""The font of still pictures: Source Sans Pro, from a package, so that a picture is the same on every machine."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import vl_convert
from PIL import ImageFont

FAMILY = "'Source Sans Pro', 'Source Sans', system-ui, sans-serif"  # of SVG, which may be looked at elsewhere
FILES = {400: "SourceSansPro-Regular.ttf", 600: "SourceSansPro-Semibold.ttf"}  # by weight
_MEASURED_AT = 100  # pixels
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")


def folder() -> Path:
    """Where the package keeps the font's files."""
    spec = find_spec("font_source_sans_pro")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package font-source-sans-pro is not installed; run scripts/chat or scripts/test once")
    return Path(spec.origin).parent / "files"


@lru_cache(maxsize=1)
def register() -> None:
    """Let the renderer of SVG know the font; the first call does it."""
    vl_convert.register_font_directory(str(folder()))


@lru_cache(maxsize=len(FILES))
def _font(weight: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(folder() / FILES[weight], _MEASURED_AT)


def width(text: str, size: float, weight: int = 400) -> float:
    """The width of a line of text in pixels."""
    return _font(weight).getlength(lowered(text)) * size / _MEASURED_AT


def lowered(text: str) -> str:
    """Raised digits as ordinary ones, with the minus sign that the font has."""
    return text.translate(_LOWERED)


def wrapped(text: str, size: float, room: float, weight: int = 400, most: int | None = None) -> list[str]:
    """The text in lines no wider than `room`; beyond `most` lines it ends in an ellipsis."""
    lines, line = list[str](), ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and width(longer, size, weight) > room:
            lines.append(line)
            longer = word
        line = longer
    lines.append(line)
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], fitted(" ".join(lines[most - 1 :]), size, room, weight)]


def fitted(text: str, size: float, room: float, weight: int = 400) -> str:
    """The text, cut with an ellipsis where it is wider than `room`."""
    if width(text, size, weight) <= room:
        return text
    while text and width(f"{text}…", size, weight) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
