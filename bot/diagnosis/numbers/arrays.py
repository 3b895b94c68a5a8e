"""Arrays and tables that a program printed: predictions, weights, gradients, lists of losses."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.diagnosis.numbers.logs import NUMBER

_ARRAY_CHARS = set("0123456789.,+-eE[]() \t\n;")
_NUMBER = re.compile(rf"(?<![\w.])(?:{NUMBER}|nan|[-+]?inf)(?![\w])")
_WORDS = re.compile(r"array|tensor|dtype ?= ?\w+|float\d\d|device='\w+'|grad_fn=<\w+>|requires_grad=True|nan|inf")
_LABEL = re.compile(r"(\w[\w .()\[\]'\"/`]{0,60})[ :=>({\[-]{0,6}$")
_INDEX = re.compile(r"\[[\d, :]{1,12}\]")
_NOT_OF_NAMES = " \n\t([{<>=:;,.|*/+-\"'"
_UNNAMED = re.compile(r"(?:array|tensor)[\[( ]*$")
_PARAMETER = re.compile(r"^\W*(d?[wb]\d|theta|weight|bias|grad)|^\s*\"[^\"]{1,60}\" ?:", re.IGNORECASE)


@dataclass(frozen=True)
class Printed:
    """One printed array: its rows, the words just before it, and its line (from 1)."""

    rows: tuple[tuple[float, ...], ...]
    label: str
    line: int
    text: str

    @property
    def is_flat(self) -> bool:
        """Whether it is a list of numbers, not of lists."""
        return self.text.count("[") == 1


def printed_arrays(lines: Sequence[str], is_code: Sequence[bool]) -> list[Printed]:
    """The arrays of numbers that stand outside expressions, in order."""
    text = "\n".join(lines)
    found: list[Printed] = []
    line, last, ended = 1, 0, -1
    for at, end in sorted(_arrays(text)):
        line += text.count("\n", last, at)
        between, last = text[ended:at] if ended >= 0 and at - ended < 80 else "?", at
        if text[max(0, at - 1):at].strip(_NOT_OF_NAMES) and _INDEX.fullmatch(text[at:end]):
            continue  # w0[0, 1] is an item of an array
        as_numpy_prints = "," not in text[at:end] and len(text[at:end].split()) > 1
        if not is_code[line - 1] or as_numpy_prints or _is_printed(text, at):
            rows = _rows(text[at:end])
            if rows:
                goes_on = found and "\n" in between and not between.strip(" \n,[]()")  # the next row of one list
                label = found[-1].label if goes_on and not _label(text, at) else _label(text, at)
                found.append(Printed(rows, label, line, text[at:end]))
                ended = end
    return found


def _is_printed(text: str, at: int) -> bool:
    """Whether an array in a line of code is no part of an expression: `print out Output [[0.3] [0.4]]`."""
    before = text[max(0, at - 24):at].rstrip().removesuffix("array(").removesuffix("tensor(").rstrip()
    expression = before.endswith(("=", "return", "in", '":', "':"))
    begins_line = not before or text[max(0, at - 24):at].removesuffix("array(").removesuffix("tensor(").endswith("\n")
    return begins_line or ((before[-1].isalnum() or before[-1] in ":>") and not expression)


def _arrays(text: str) -> list[tuple[int, int]]:
    """Where the outermost brackets stand that hold nothing but numbers, in one pass."""
    found: list[tuple[int, int]] = []
    inside: list[tuple[int, int]] = []  # closed ones within brackets that are still open
    opened: list[int] = []
    i = 0
    while i < len(text):
        char = text[i]
        if char == "[":
            opened.append(i)
        elif char == "]" and opened:
            whole = (opened.pop(), i + 1)
            inside.append(whole)
            if not opened:
                found.append(whole)
                inside = []
        elif char not in _ARRAY_CHARS and opened:
            match = _WORDS.match(text, i)
            if match is None:
                found += _outermost(inside)
                opened, inside = [], []
            else:
                i = match.end() - 1
        i += 1
    return found + _outermost(inside)


def _outermost(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _label(text: str, at: int) -> str:
    start = max(text.rfind("\n", 0, at) + 1, at - 80)
    before = _UNNAMED.sub("", text[start:at])
    for _ in range(3):  # nothing before it on its line: the line above, past blank ones
        if before.strip("[( ") or start <= 0:
            break
        end = start - 1
        start = max(text.rfind("\n", 0, end) + 1, end - 80)
        before = text[start:end]
    match = _LABEL.search(before)
    label = match.group(1).strip().lower() if match else ""
    return label if any(map(str.isalpha, label)) else ""


def _rows(body: str) -> tuple[tuple[float, ...], ...]:
    """The innermost lists of an array as rows; a flat list is a row for each number."""
    body = _WORDS.sub(lambda match: match.group() if match.group() in ("nan", "inf") else "", body)
    inner = re.findall(r"\[([^\[\]]*)\]", body)
    rows = tuple(tuple(float(number) for number in _NUMBER.findall(row)) for row in inner)
    rows = tuple(row for row in rows if row)
    if len(rows) == 1 and body.count("[") == 1:
        return tuple((number,) for number in rows[0])
    return rows


def row_tables(lines: Sequence[str], is_code: Sequence[bool]) -> Iterator[tuple[tuple[tuple[float, ...], ...], int]]:
    """Tables such as `0, 1  0.793`: three lines or more that hold small whole numbers and one decimal each."""
    group: list[tuple[float, ...]] = []
    start = 0
    for i, line in enumerate([*lines, ""]):
        row = None if i < len(lines) and is_code[i] else _table_row(line[:200])
        if row is not None:
            if not group:
                start = i + 1
            group.append(row)
        elif group and (line.strip() or i == len(lines)):
            if len(group) >= 3:
                yield tuple(group), start
            group = []
    if len(group) >= 3:
        yield tuple(group), start


_LOG_WORDS = re.compile(r"loss|acc|epoch|cost|iter|step|error|lr|time", re.IGNORECASE)


def _table_row(line: str) -> tuple[float, ...] | None:
    """The inputs and the output of a row, the output last; None where the line is no such row."""
    if _LOG_WORDS.search(line) or _PARAMETER.search(line) or "%" in line or not any(char.isdigit() for char in line):
        return None
    numbers = _NUMBER.findall(line)
    decimals = [number for number in numbers if "." in number and not number.endswith(".")]
    whole = [number for number in numbers if number not in decimals]
    if len(decimals) != 1 or len(whole) > 6 or len(re.findall(r"[A-Za-z]{2,}", line)) > 4:
        return None
    return (*(float(number) for number in whole), float(decimals[0]))


def lone_numbers(lines: Sequence[str]) -> Iterator[tuple[list[float], int]]:
    """Runs of three lines or more that hold a number each and nothing else."""
    run: list[float] = []
    start = 0
    for i, line in enumerate([*lines, "."]):
        bare = line.strip().strip("[],;")
        if bare and len(bare) < 40 and _NUMBER.fullmatch(bare):
            if not run:
                start = i + 1
            run.append(float(bare))
        elif line.strip() or i == len(lines):
            if len(run) >= 3:
                yield run, start
            run = []
