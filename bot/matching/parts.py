"""A post read in parts: its title, its story, the sentences that ask, its code and the names in it, what it quotes.

Long posts bury a question in a story, and code, logs and formulas crowd both out of what an encoder can read. So each
of them is read by itself. Everything here runs in time proportional to the length of the text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

AROUND = 2  # words on either side that have a say in whether a word belongs to code
SHARE = 0.5  # of the words around it that look like code, from which a word is taken for code
FEWEST = 4  # words in a row that make code: fewer are a formula or a name in a sentence
PROSE_IN_CODE = 0.2  # of the words of a line of code or a log, at most so many are words of prose
LEANS = 6  # words, below which a question is about the sentence before it
LONGEST_TITLE = 200  # characters
MOST_NAMES = 60

_FENCED = re.compile(r"```[^\n`]*\n?(.*?)(?:```|\Z)|~~~[^\n~]*\n?(.*?)(?:~~~|\Z)", re.DOTALL)
_QUOTED = re.compile(r"^\s*(?:>(?!>)|\S{1,30} (?:wrote|said):\s*$)")
_SENTENCE = re.compile(r"(?<=[.?!])[\"')\]]*\s+|\n+")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,:/x]\d+)*|\.\d+)(?:e[-+]?\d+)?%?", re.IGNORECASE)
_CODE = re.compile(r"[_={}\[\]<>;|\\@#$~^]|\w\(\S|\)\.|[a-z]\.[a-z]|[a-z][A-Z]", re.ASCII)
_MAYBE_CODE = re.compile(
    r"^(?:[-+*/\"'(]+\S*|[-+]?[\d.][\d.,:e%/x+-]*[,;)]*|"
    r"(?:import|def|return|print|elif|lambda|np|plt|tf|nn|self|True|False|None|epoch|step|iter|(?:val_)?(?:loss|acc(?:uracy)?)|"
    r"float32|int32|for|in|if|else|from|as|class|i|j)[:,]?)$", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][A-Za-z_]{2,}")
_ASKS = re.compile(
    r"\?|^(?:\W*+(?:and|also|so|but|then|hi|hello|ok|plus|my question is|question:)[\s,]++)*+"
    r"(?:why|how|what|when|which|where|who|is|are|does|do|did|can|could|should|would|will|has|have|"
    r"(?:please )?(?:explain|help)|"
    r"i (?:wonder|am wondering|was wondering|don'?t (?:understand|get|see|know)|do not (?:understand|see|know)|"
    r"am (?:confused|not sure|unsure|trying to understand)|can(?:'?t|not) (?:understand|see|figure))|"
    r"i(?:'d| would) (?:like|love) to (?:know|understand))\b",
    re.IGNORECASE)


@dataclass(frozen=True)
class Parts:
    """The parts of a post, each a text of its own; "" where there is none."""

    title: str  # its first line, or its first sentence where there is one line only
    story: str  # everything in sentences, title and questions included
    asking: str  # the sentences of the story that ask
    code: str  # code, logs, tables of numbers and long formulas
    names: str  # what is called by name in the code: "Dense relu from_logits"
    quoted: str  # lines of somebody else


def parts_of(text: str) -> Parts:
    """The parts of a cleaned text."""
    quoted, own = _without_quotes(text)
    fenced = [one or other for one, other in _FENCED.findall(own)]
    prose, code = _apart(_FENCED.sub("\n", own).split("\n"))
    story = "\n".join(prose) or own.strip() or quoted
    sentences = sentences_of(story)
    title = sentences[0] if sentences else ""
    first_line = story.split("\n", 1)[0].strip()
    if len(first_line) <= LONGEST_TITLE and first_line != story:
        title = first_line
    asking = " ".join(sentence for sentence in sentences if _ASKS.search(sentence))
    in_code = "\n".join([*fenced, *code]).strip()
    return Parts(title[:LONGEST_TITLE], story, asking, in_code, _names(in_code), quoted)


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, in order."""
    return [sentence.strip() for sentence in _SENTENCE.split(text) if sentence.strip()]


def asking_in(story: str) -> list[str]:
    """The sentences that ask, in order; a short one ("why?", "is that right?") with the sentence that it leans on."""
    sentences = sentences_of(story)
    return [f"{before} {one}" if before and len(one.split()) < LEANS else one
            for before, one in zip(["", *sentences], sentences, strict=False) if _ASKS.search(one)]


def _without_quotes(text: str) -> tuple[str, str]:
    """The lines that quote somebody, and the others."""
    sides: tuple[list[str], list[str]] = ([], [])
    for line in text.split("\n"):
        sides[0 if _QUOTED.match(line) else 1].append(line)
    quoted, own = ("\n".join(lines) for lines in sides)
    return quoted.strip(), own


def _apart(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """The lines of prose and the stretches of code: in forum dumps both often stand in one line."""
    prose: list[str] = []
    code: list[str] = []
    for line in lines:
        kept: list[str] = []
        for is_code, words in _stretches(line.split()):
            (code if is_code else kept).append(" ".join(words))
        if kept:
            prose.append(" ".join(kept))
    return prose, code


def _stretches(words: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    """Words in a row that are code, or are not."""
    looks = [_codelike(word) for word in words]
    if max(looks, default=0) > 0 and _hardly_any_prose(looks):
        yield True, list(words)
        return
    sums = [0.0, *accumulate(looks)]
    around = [(max(0, i - AROUND), min(len(words), i + AROUND + 1)) for i in range(len(words))]
    inside = [sums[end] - sums[start] >= SHARE * (end - start) for start, end in around]
    for start, end in _runs(inside):
        yield inside[start] and end - start >= FEWEST and _is_code(looks[start:end]), list(words[start:end])


def _is_code(looks: Sequence[float]) -> bool:
    """Whether a stretch has at least two words that are surely code, or many numbers and nothing else."""
    return looks.count(1.0) >= 2 or (len(looks) >= 2 * FEWEST and _hardly_any_prose(looks))


def _hardly_any_prose(looks: Sequence[float]) -> bool:
    """Whether so few words are prose as in a line of code: "model = Sequential()" has one."""
    return looks.count(0.0) <= max(PROSE_IN_CODE * len(looks), looks.count(1.0) >= 2)


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The bounds of flags in a row that are alike."""
    start = 0
    for end in range(1, len(flags) + 1):
        if end == len(flags) or flags[end] != flags[start]:
            yield start, end
            start = end


def _codelike(word: str) -> float:
    """How much a word looks like code: 1, a half for a number or a word of both worlds, 0."""
    return 1.0 if _CODE.search(word) else 0.5 if _MAYBE_CODE.match(word) else 0.0


def _names(code: str) -> str:
    """The names in code, each once, in order."""
    return " ".join(list(dict.fromkeys(_NAME.findall(code)))[:MOST_NAMES])
