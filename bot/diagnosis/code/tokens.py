"""Tokens of Python-like text, code or not: nothing is an error, and the time is proportional to the length."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"""
    r"""|(?P<string>(?<![A-Za-z0-9_])[rbfuRBFU]{0,2}(?:'''(?:[^']|'(?!''))*'''|\"{3}(?:[^"]|"(?!""))*\"{3}|'[^'\n]*'|"[^"\n]*"))"""
    r"""|(?P<name>[^\W\d]\w*)"""
    r"""|(?P<comment>\#)"""
    r"""|(?P<op>\*\*=|//=|\*\*|//|==|!=|<=|>=|\+=|-=|\*=|/=|@=|->|:=|[-+*/@%=<>()\[\]{},:.;|&^~])"""
)
_OPEN, _CLOSE = {"(": ")", "[": "]", "{": "}"}, {")": "(", "]": "[", "}": "{"}
_STATEMENT = re.compile(r"[A-Za-z_][\w.]{0,80}(\[[^\]]{0,40}\])? ?(=[^=]|\()")


@dataclass(frozen=True)
class Tokens:
    """Parallel lists, one item a token: its kind, text, line (from 0), column, and for a bracket its partner's place.

    A bracket without a partner is closed by the last token of its line.
    """

    kinds: list[str]
    texts: list[str]
    lines: list[int]
    columns: list[int]
    partner: dict[int, int]

    def __len__(self) -> int:
        return len(self.kinds)


def tokenise(text: str) -> Tokens:
    """All tokens; comments are left out where they fill the rest of a line of their own."""
    kinds, texts, lines, columns = [], [], [], []
    starts = _line_starts(text)
    line, skip_until = 0, 0
    for match in _TOKEN.finditer(text):
        at = match.start()
        while line + 1 < len(starts) and starts[line + 1] <= at:
            line += 1
        if at < skip_until:
            continue
        kind = match.lastgroup or ""
        if kind == "comment":
            end = starts[line + 1] - 1 if line + 1 < len(starts) else len(text)
            skip_until = _after_comment(text, at, starts[line], end)
            continue
        kinds.append(kind)
        texts.append(match.group())
        lines.append(line)
        columns.append(at - starts[line])
    return Tokens(kinds, texts, lines, columns, _partners(texts, kinds, lines))


def _line_starts(text: str) -> list[int]:
    starts, at = [0], text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def _after_comment(text: str, at: int, start: int, end: int) -> int:
    """Where reading goes on after a `#`: after the line; where line breaks were lost, after what is commented out."""
    rest = text[at + 1:end]
    if not text[start:at].strip() and len(rest) <= 160 and len(_STATEMENT.findall(rest)) <= 2:
        return end
    if _STATEMENT.match(rest):  # "#model.add(...)" in the middle of a joined line: that one statement
        depth = 0
        for offset, char in enumerate(rest):
            depth += (char in "([{") - (char in ")]}")
            if depth == 0 and char in ")]}":
                return at + 2 + offset
        return end
    return at + 1 if _STATEMENT.search(rest) else end


def _partners(texts: list[str], kinds: list[str], lines: list[int]) -> dict[int, int]:
    partner: dict[int, int] = {}
    stack: list[int] = []
    for i, text in enumerate(texts):
        if kinds[i] != "op":
            continue
        if text in _OPEN:
            stack.append(i)
        elif text in _CLOSE and any(texts[j] == _CLOSE[text] for j in stack[-8:]):
            while texts[stack[-1]] != _CLOSE[text]:
                stack.pop()
            partner[stack.pop()] = i
    last_of_line: dict[int, int] = {}
    for i, line in enumerate(lines):
        last_of_line[line] = i + 1
    for i, text in enumerate(texts):
        if kinds[i] == "op" and text in _OPEN and i not in partner:
            partner[i] = last_of_line[lines[i]]
    return partner
