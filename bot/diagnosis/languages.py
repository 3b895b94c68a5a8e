"""Which language code is in, where it is not Python; the signs stand in `languages.toml`."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SIGNS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_COMPILED = {one["says"]: ([re.compile(sign) for sign in one["strong"]], [re.compile(sign) for sign in one["weak"]])
             for one in _SIGNS.values()}
_PYTHON = re.compile(
    r"^\s{0,40}(import \w|from [\w.]{1,60} import|def \w+\(|class \w+[(:]|print\()|\bnp\.\w|\bself\.\w|:\s*$|"
    r"\bmodel\.add\(|\btorch\.|\bnn\.Linear|\bkeras\.|\btf\.(nn|keras|Variable|matmul|train)|\bnumpy\b|\bTrue\b|"
    r"\bNone\b|\bDense\(")
LONGEST_LINE, MOST_LINES = 400, 1_500


@dataclass(frozen=True)
class Language:
    """A language that is not read, and the first line (from 1) that shows it."""

    name: str
    line: int


def foreign(lines: Sequence[str]) -> Language | None:
    """The language of a post's code where that is not Python; None for Python, and where there is no code."""
    cut = [(i, line[:LONGEST_LINE]) for i, line in enumerate(lines, 1) if line.strip()][:MOST_LINES]
    python = sum(bool(_PYTHON.search(line)) for _, line in cut)
    scored = [(_score(strong, weak, cut), name) for name, (strong, weak) in _COMPILED.items()]
    (score, first), name = max(scored)
    return Language(name, first) if score >= 2.5 and python <= 2 * score else None


def _score(strong: Sequence[re.Pattern[str]], weak: Sequence[re.Pattern[str]],
           lines: Sequence[tuple[int, str]]) -> tuple[float, int]:
    """How many signs of a language are seen, strong ones counted more, and the first line with one."""
    seen, first = 0.0, 0
    for worth, patterns in ((2.5, strong), (1.0, weak)):
        for pattern in patterns:
            line = next((i for i, line in lines if pattern.search(line)), None)
            if line is not None:
                seen += worth
                first = min(first, line) if first else line
    return seen, first
