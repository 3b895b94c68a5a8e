"""The lines in which two files of ours differ, such as a network as it was read and with one change."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from bot.present.code_export import no_code, numpy_code
from sims.engine.experiment import Run

SAYS = "  # ← changed"


@dataclass(frozen=True)
class Line:
    """A line of a file, and whether it differs from the other file; then a comment at its end says so."""

    text: str
    changed: bool


def codes(runs: Sequence[Run[Any, Any]]) -> list[tuple[Line, ...]]:
    """The code of each run; of two runs, marked where that of the other differs. Empty where a run has none."""
    written = ["" if no_code(run) else numpy_code(run) for run in runs]
    others = reversed(written) if len(written) == 2 and all(written) else written
    return [marked(code, other) for code, other in zip(written, others, strict=True)]


def marked(code: str, other: str) -> tuple[Line, ...]:
    """The lines of `code`, marked where they are not in `other`; what the file says of itself at its top is not."""
    lines = code.splitlines()
    told = _told(lines)
    kept = lines[told:], other.splitlines()[_told(other.splitlines()):]
    changed = {told + i for kind, low, high, _, _ in SequenceMatcher(None, *kept, autojunk=False).get_opcodes()
               if kind != "equal" for i in range(low, high)}
    changed -= {i for i, line in enumerate(lines) if not line.strip()}
    return tuple(Line(line + SAYS * (i in changed), i in changed) for i, line in enumerate(lines))


def _told(lines: list[str]) -> int:
    """How many lines the docstring has."""
    return next((i for i, line in enumerate(lines) if line == '"""'), -1) + 1
