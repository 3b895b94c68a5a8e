"""A long post cut into the questions that it asks."""

import re
from collections.abc import Iterator

from bot.matching.parts import sentences_of

MOST = 8  # questions that are read of a post
FEWEST_WORDS = 3

_ITEM = re.compile(r"(?:^[^\S\n]*[-*•]|(?:^|(?<=[\s,;:.?!]))(?:\(?(?P<n>\d{1,2})[.)]|"
                   r"(?:first|second|third|fourth|last|final)(?:ly)?[,:]|"
                   r"(?:my |the )?(?:first|second|third|next|other|another|last) question(?: is)?[,:]?|"
                   r"(?:q|question)\s?\d[.:)]?))\s+(?=\S)", re.IGNORECASE | re.MULTILINE)
_ASKS = re.compile(
    r"\?|^(?:\W*+(?:and|also|so|but|then|hi|hello|ok|plus)[\s,]++)*+(?:why|how|what|when|which|where|who|is|are|does|do|"
    r"did|can|could|should|would|will|(?:please )?explain|i wonder|"
    r"i(?:'d| would) (?:like|love) to (?:know|understand))\b",
    re.IGNORECASE)
_LEANS = re.compile(r"\b(?:it|its|it's|this|that|that's|these|those|they|them|he|she|here|there|then|so|such|same|"
                    r"former|latter|above|instead|my|our)\b", re.IGNORECASE)


def questions_of(post: str) -> tuple[str, ...]:
    """The questions that a post asks, in order: items of a list, and sentences that ask; up to MOST."""
    return tuple(_asking(post))[:MOST]


def stands_alone(question: str) -> bool:
    """Whether a question of a post speaks of nothing that stands elsewhere in it."""
    return not _LEANS.search(question)


def is_list(post: str) -> bool:
    """Whether a post numbers its questions."""
    return sum(bool(_ASKS.search(item)) for item in _items(post)) > 1


def _items(post: str) -> list[str]:
    marks = list(_ITEM.finditer(post))
    numbers = [int(mark["n"]) for mark in marks if mark["n"]]
    if len(marks) < 2 or numbers not in ([], list(range(1, len(numbers) + 1))):
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(post)]
    return [post[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)]


def _asking(post: str) -> Iterator[str]:
    for part in _items(post) or [post]:
        for sentence in sentences_of(part):
            if _ASKS.search(sentence) and len(sentence.split()) >= FEWEST_WORDS:
                yield _ITEM.sub("", sentence, count=1).strip()
