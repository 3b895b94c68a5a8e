"""From lines to statements: by Python's own parser where the code is whole, loosely where it is not."""

import ast
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from bot.diagnosis.code.lines import code_runs, is_fence
from bot.diagnosis.code.loose import parse_loosely

DEEPEST = 25  # brackets within brackets that Python's parser is given

_PRINT = re.compile(r"^([ ]{0,60})print\b[ ]*(?![( ]).{0,2000}$", re.MULTILINE)
_BACKSLASH = re.compile(r"\\(?!\n)")


_JOINED = re.compile(  # where a line break was lost: `fit(x, y) a, b = split(z)`
    r"[)\]] [A-Za-z_][\w.]{0,40}(?:, ?[A-Za-z_]\w{0,40}){0,5} = [A-Za-z_\[(\d]|\) (?:model|print|return|for|def)\b")
_JOINED_COMMENT = re.compile(  # and "# the data a, b = make(n=3)"
    r"(?P<indent> {0,40})# ?(?:[A-Za-z]\w{0,20} ){1,6}"
    r"(?P<code>[A-Za-z_]\w{0,40}(?:, ?[A-Za-z_]\w{0,40}){0,5} = [\w.]{1,60}\([^#]{0,120}\))\s{0,9}")


@dataclass(frozen=True)
class Stretch:
    """Statements that follow one another, and whether they stood between sentences, where less is to be relied on."""

    statements: list[ast.stmt]
    in_prose: bool


def stretches(lines: Sequence[str]) -> list[Stretch]:
    """All statements of a post, in order, with the lines of the post, counted from 1."""
    found: list[Stretch] = []
    at = 0
    for first, end in [*code_runs(list(lines)), (len(lines), len(lines))]:
        found.append(Stretch(parse_loosely("\n".join(_unfenced(lines[at:first])), at + 1, True), True))
        if end > first:
            found.append(Stretch(parse(lines[first:end], first + 1), False))
        at = end
    return found


def parse(lines: Sequence[str], first_line: int) -> list[ast.stmt]:
    """The statements of a stretch of code."""
    lines = _uncommented(lines)
    text = textwrap.dedent("\n".join(lines))
    if _depth(text) > DEEPEST:
        return parse_loosely("\n".join(lines), first_line)
    plain = _BACKSLASH.sub("/", _PRINT.sub(r"\1pass", text)).split("\n")
    whole, fault = _whole(plain)
    if whole is None and 1 < fault <= len(lines):  # what stands before the fault may be whole
        fault = _statement_start(plain, fault)
        whole, _ = _whole(plain[:fault - 1])
    else:
        fault = len(lines) + 1
    if whole is None:
        return parse_loosely("\n".join(lines), first_line)
    rest = parse_loosely("\n".join(lines[fault - 1:]), first_line + fault - 1) if fault <= len(lines) else []
    return ast.increment_lineno(whole, first_line - 1).body + rest


def _uncommented(lines: Sequence[str]) -> list[str]:
    """Lines of which comments ran together with the code below them, without those comments."""
    if not any(_JOINED.search(line[:600]) for line in lines):
        return list(lines)
    return [match.group("indent") + match.group("code") if (match := _JOINED_COMMENT.fullmatch(line[:400])) else line
            for line in lines]


def _whole(lines: Sequence[str]) -> tuple[ast.Module | None, int]:
    """The syntax tree of code without faults; else None and the line, from 1, of the first fault."""
    try:
        return ast.parse("\n".join(lines)), 0
    except SyntaxError as error:
        return None, error.lineno or 0
    except (ValueError, RecursionError, MemoryError):
        return None, 0


def _statement_start(lines: Sequence[str], fault: int) -> int:
    """The line, from 1, at which the outermost statement with the fault begins: one that is not indented."""
    while fault > 1 and (lines[fault - 1].startswith((" ", ")", "]", "}")) or not lines[fault - 1].strip()):
        fault -= 1
    return fault


def _unfenced(lines: Sequence[str]) -> list[str]:
    return ["" if is_fence(line) else line for line in lines]


def _depth(text: str) -> int:
    depth = deepest = 0
    for char in text:
        if char in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in ")]}":
            depth = max(0, depth - 1)
    return deepest
