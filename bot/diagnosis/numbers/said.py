"""What the words of a post claim of a training: the loss stands at 0.693, the output is always 0.5, it overfits.

The phrases stand in `said.toml`.
"""

import math
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.diagnosis.draft import Draft
from bot.diagnosis.numbers.series import log_of_classes

LONGEST = 6_000  # characters of prose that are looked through
LONGEST_LINE, LONGEST_TITLE = 600, 200

_PHRASES = {name: [re.compile(pattern, re.IGNORECASE) for pattern in patterns] for name, patterns in tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()}
_STANDING = (
    r"(?:stuck|stay\w{0,3}|remain\w{0,3}|stands?|hover\w{0,4}|plateau\w{0,3}|stall\w{0,3}|stop\w{0,4}|constant\w{0,2}|"
    r"settles?|(?:doesn'?t|not|never) (?:go|get|drop|fall|decrease|change|improve|move)\w{0,4}|always|converge\w?|"
    r"saturat\w{2,3}|flat|sits?|around|about|approximately|near|fixed|frozen|same|keeps?|kept|only|barely)")
_NUMBER_NEAR = re.compile(
    rf"\b(?:loss(?:es)?|cost|cross[- ]entropy|error|mse)\b[^.\n]{{0,80}}?\b{_STANDING}\b[^\n]{{0,40}}?"
    r"(?<![\w.])(\d{1,6}\.\d{1,12})\b(?! ?%)", re.IGNORECASE)
_NAN_AT = re.compile(
    r"\bnan\b[^.\n]{0,60}?\b(?:(?:epoch|step|iteration) (\d{1,7})|(\d{1,7})(?:st|nd|rd|th) (?:epoch|step|iteration))\b|"
    r"\b(?:(?:epoch|step|iteration) (\d{1,7})|(\d{1,7})(?:st|nd|rd|th) (?:epoch|step|iteration))\b[^.\n]{0,60}?\bnan\b",
    re.IGNORECASE)
_NAN_FIRST = re.compile(r"\b(first|every|each) (epoch|step|iteration)\b|\bfrom the (start|beginning)\b|\bimmediately\b",
                        re.IGNORECASE)
_OF_CLASSES = (None, "log_loss", "cross_entropy", "sparse_cross_entropy", "nll", "other")


def _prose(lines: Sequence[str]) -> str:
    return "\n".join(line[:LONGEST_LINE] for line in lines)[:LONGEST]


def read_said(lines: Sequence[str]) -> tuple[str, ...]:
    """The claims that a post's words make."""
    return _claims(_prose(lines))


def read_asked(lines: Sequence[str], said: Sequence[str]) -> tuple[str, ...]:
    """Those of the claims that are what the post is about: they stand in its title or in a question."""
    title = next((line for line in lines if line.strip()), "")
    questions = [part for line in lines if "?" in line for part in re.split(r"(?<=[.?!]) ", line[:LONGEST_LINE])
                 if part.endswith("?")]
    text = "\n".join([title[:LONGEST_TITLE], *questions])[:LONGEST]
    return tuple(name for name in _claims(text) if name in said) if said else ()


def _claims(text: str) -> tuple[str, ...]:
    return tuple(name for name, patterns in _PHRASES.items() if any(pattern.search(text) for pattern in patterns))


def classes_of(value: float, draft: Draft, exactly: bool = False) -> int | None:
    """k where a loss that may be a log loss is ln k; `exactly` to three digits, where it was printed once."""
    if draft.get("loss") not in _OF_CLASSES:
        return None
    found = log_of_classes(value, draft.get("classes") or draft.get("outputs"))
    return found if found and (not exactly or abs(value - math.log(found)) < 0.003) else None


def numbers_in_words(lines: Sequence[str], found: dict[str, Any], draft: Draft) -> None:
    """Add the loss that sentences say it stands at, and when it became nan, where no log shows it."""
    text = _prose(lines)
    match = _NUMBER_NEAR.search(text) if found.get("plateau") is None and len(found.get("losses", ())) < 3 else None
    if match and "acc" not in match.group().lower():
        value = float(match.group(1))
        found["plateau"], found["plateau_classes"] = value, classes_of(value, draft)
        found["lines"]["plateau"] = text.count("\n", 0, match.start(1)) + 1
    if "loss_nan" in found["said"] and found.get("nan_from") is None:
        at = _NAN_AT.search(text)
        if at:
            found["nan_from"] = max(1, int(next(number for number in at.groups() if number)))
        elif _NAN_FIRST.search(text):
            found["nan_from"] = 1
