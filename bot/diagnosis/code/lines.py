"""A post as clean lines, and which of them are code.

Everything keeps its line: what is read from line 7 was on line 7 of what was pasted.
"""

import re

LIMIT = 100_000  # characters; what is beyond is said to be unread

_PLAIN = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201b": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " ", "\u2212": "-",
    "\u200b": "", "\ufeff": "", "\t": "    ", "\r": "\n", "\x0b": " ", "\x0c": " ", "\u2028": " ", "\u2029": " ",
    "\x85": " ", "\x1c": " ", "\x1d": " ", "\x1e": " ", "\x00": " ",
})
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&"))
_PROMPT = re.compile(r"[ ]{0,8}(>>>|\.\.\.|In ?\[\d{0,4}\]:|\[\d{1,4}\]:)( |$)")
_MAGIC = re.compile(r"[ ]{0,8}([%!]{1,2}[a-z]|\$ |pip3? install|conda install|python3? \w)")
_NUMBERED = re.compile(r"[ ]{0,6}(\d{1,4})[.:|)]?(?= |$)")
_EMPHASIS = re.compile(r"(?<![\w)\]* ])\*\*([A-Za-z_]\w{0,40})\*\*(?![\w*])")
_FORMULA = re.compile(r"\$(-?\d[\d.,]{0,11})\$")  # a number set as a formula
_POWER = re.compile(r"(\d) ?(?:\\times|×|\\cdot) ?10 ?\^ ?\{?(-?\d{1,3})\}?")
_FENCE = re.compile(r"[ ]{0,8}(```|~~~)")

_WORD = r"[A-Za-z_][A-Za-z0-9_]{0,60}"
_TARGET = rf"{_WORD}(\.{_WORD}){{0,4}}(\[[^\]=]{{0,60}}\])?"
_CODE = re.compile(
    rf"[ ]{{0,60}}(import {_WORD}|from [\w.]{{1,80}} import|def {_WORD} ?\(|class {_WORD} ?[(:]|@{_WORD}|#|"
    rf"(for|while|if|elif|with|try|except|else|finally)"
    rf"\b(?:[^.?!]|\.(?=\w)){{0,200}}:\s*(#|$)|for {_WORD}(, ?{_WORD})? in \S|"
    rf"return\b|pass\b|break$|continue$|global {_WORD}|print\b ?[(\"'{{%]|print {_WORD}$|"
    rf"{_TARGET}(, ?{_TARGET}){{0,6}} ?([-+*/@]|\*\*)?= ?\S|{_TARGET} ?=$|"
    rf"{_WORD}(\.{_WORD}){{0,6}}\(|super\(|[)\]}}]+[,;)]{{0,4}}\s*(#|$))")
_SENTENCE = re.compile(r"(?<![A-Za-z',])[A-Za-z',]+ [A-Za-z',]+ [A-Za-z',]+ [A-Za-z',]+ [A-Za-z',]+")
_LOG = re.compile(r"\b(epoch|loss|acc(uracy)?|iteration|step)\b[ :=]{1,4}\d", re.IGNORECASE)
_PROSE_START = re.compile(
    r"[ ]{0,60}(I|It|My|The|This|But|And|So|When|If|For|How|Why|What|Is|Can|We|You|Here|In|As) ?[a-z']")


def clean(text: str) -> list[str]:
    """The lines of a post with plain quotes, spaces and numbers, without prompts, magics and line numbers in front."""
    text = text[:LIMIT].replace("\r\n", "\n").translate(_PLAIN)
    for entity, plain in _ENTITIES:
        text = text.replace(entity, plain)
    text = _FORMULA.sub(r"\1", _POWER.sub(r"\1e\2", text))
    lines = _EMPHASIS.sub(r"\1", text).split("\n")
    lines = _without_numbers(_without_quotes(lines))
    return [_without_prompt(line) for line in lines]


def _without_prompt(line: str) -> str:
    while match := _PROMPT.match(line):
        line = line[match.end():]
    if _MAGIC.match(line):  # of a command only its options tell something
        return line[max(line.find(" --"), 0):] if " --" in line else ""
    return line


def _without_quotes(lines: list[str]) -> list[str]:
    """Without "> " in front, where several lines together are quoted."""
    quoted = [line.startswith("> ") or line == ">" for line in lines]
    return [line[2:] if is_quoted and any(quoted[max(0, i - 1):i] + quoted[i + 1:i + 2]) else line
            for i, (line, is_quoted) in enumerate(zip(lines, quoted, strict=True))]


def _without_numbers(lines: list[str]) -> list[str]:
    """Without line numbers, where four lines or more count up by one and what follows looks like code."""
    out, expected = list(lines), None
    run: list[int] = []

    def strip() -> None:
        rest = [lines[i][_NUMBERED.match(lines[i]).end():] for i in run]  # type: ignore[union-attr]
        if len(run) >= 4 and 2 * sum(map(looks_like_code, rest)) >= len(rest):
            indent = min((len(one) - len(one.lstrip()) for one in rest if one.strip()), default=0)
            for i, one in zip(run, rest, strict=True):
                out[i] = one[indent:]

    for i, line in enumerate(lines):
        match = _NUMBERED.match(line)
        number = int(match.group(1)) if match else None
        if number is not None and number == expected:
            run.append(i)
        else:
            strip()
            run = [i] if number is not None else []
        expected = number + 1 if number is not None else None
    strip()
    return out


def is_fence(line: str) -> bool:
    """Whether the line opens or closes a code block of Markdown."""
    return bool(_FENCE.match(line))


def looks_like_code(line: str) -> bool:
    """Whether a line by itself looks like Python, not like a sentence or a log."""
    return bool(_CODE.match(line)) and not _is_sentence(line)


def _is_sentence(line: str) -> bool:
    if line.lstrip().startswith("#"):
        return False
    return bool(_PROSE_START.match(line)) and bool(_SENTENCE.search(line[:300]))


def code_runs(lines: list[str]) -> list[tuple[int, int]]:
    """Stretches of code as (first, end) line indices, counted from 0; open brackets and blank lines are bridged."""
    marks = _marked(lines)
    runs: list[tuple[int, int]] = []
    start = None
    for i, mark in enumerate([*marks, False]):
        if mark and start is None:
            start = i
        elif not mark and start is not None:
            runs.append((start, i))
            start = None
    return runs


def _marked(lines: list[str]) -> list[bool]:
    marks, depth, since, fenced, quoted = [], 0, 0, False, False
    closed = sum(map(is_fence, lines)) % 2 == 0
    for line in lines:
        if is_fence(line):
            fenced, depth, quoted = not fenced and closed, 0, False
            marks.append(False)
            continue
        bridging = (depth > 0 or quoted) and since < 200
        code = looks_like_code(line) or bridging or (bool(marks) and marks[-1] and _continues(line))
        marks.append(code or (fenced and not line.strip()))
        quoted = quoted != (code and (line.count('"""') + line.count("'''")) % 2 == 1)
        since = since + 1 if bridging else 0
        depth = max(0, depth + _opened(line)) if code and not quoted else 0
    return _bridged(lines, marks)


def _continues(line: str) -> bool:
    """Whether a line below code is code by its indentation and its signs: `    if a: return b`."""
    return line.startswith("  ") and any(sign in line for sign in "=([:") and not _is_sentence(line.lstrip()) and not (
        _LOG.search(line))


def _opened(line: str) -> int:
    return sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))


def _bridged(lines: list[str], marks: list[bool]) -> list[bool]:
    """Blank lines between two lines of code belong to the code."""
    out, last = list(marks), None
    for i, line in enumerate(lines):
        if marks[i]:
            if last is not None and all(not lines[j].strip() for j in range(last + 1, i)):
                out[last + 1:i] = [True] * (i - last - 1)
            last = i
        elif line.strip():
            last = None
    return out
