"""What tells this version of the program from another: what one made is nothing for the other."""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np

from bot.content.entries import KNOWLEDGE

ROOT = Path(__file__).resolve().parent.parent.parent
ALL = (ROOT / "bot", ROOT / "sims", KNOWLEDGE)
RUNS = (ROOT / "sims", ROOT / "bot" / "answers", ROOT / "bot" / "content")  # what runs and their bytes are made by


@cache
def version(folders: tuple[Path, ...] = ALL) -> str:
    """A hash of all code and all knowledge, or of these folders, and of what computes; worked out once, in about a
    tenth of a second."""
    total = hashlib.blake2b(np.__version__.encode(), digest_size=10)
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                content = file.read_bytes()
                total.update(f"{file.relative_to(folder)} {len(content)}\n".encode() + content)
    return total.hexdigest()
