"""A file that a learner drops into the chat, as text; it is read like a pasted one, and nothing in it is run."""

import codecs
from typing import Protocol

from bot.diagnosis.notebooks import cells_of
from bot.language.text import TextError

KINDS = ("py", "ipynb", "csv", "txt")
LARGEST = 200_000  # bytes of text; the pictures in a notebook do not count
LONGEST_NAME = 80

_NO_TEXT = "{} holds no text that I can read. I read .py, .ipynb, .csv and .txt files."
_NO_NOTEBOOK = "{} is no notebook that I can read: it may be cut off. Save it again, or paste its cells here."
_EMPTY = "{} holds nothing to read."
_TOO_LARGE = "{} holds {:,} kB of text, and I read at most {:,}. Drop or paste only what builds and trains the network."


class File(Protocol):
    """What Streamlit gives for a file: its name, and its bytes."""

    name: str

    def getvalue(self) -> bytes:
        """The bytes of the file."""


def name_of(file: File) -> str:
    """The file's name without its folders, short enough for a line."""
    return file.name.replace("\\", "/").rsplit("/", 1)[-1][-LONGEST_NAME:]


def text_of(file: File) -> str:
    """The text of a file, of a notebook its cells with what they printed; `TextError` says why there is none."""
    name, content = name_of(file), file.getvalue()
    text = _decoded(content)
    if text is None or name.rpartition(".")[2].lower() not in KINDS:
        raise TextError(_NO_TEXT.format(name))
    if name.lower().endswith(".ipynb"):
        cells = cells_of(text)
        if cells is None:
            raise TextError(_NO_NOTEBOOK.format(name))
        text = cells
    if not text.strip():
        raise TextError(_EMPTY.format(name))
    if (size := len(text.encode(errors="replace"))) > LARGEST:
        raise TextError(_TOO_LARGE.format(name, -(-size // 1000), LARGEST // 1000))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _decoded(content: bytes) -> str | None:
    """UTF-8, or UTF-16 where a file begins by saying so, else the letters of western Europe; None for other bytes."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\0" in content and not wide:
        return None
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
