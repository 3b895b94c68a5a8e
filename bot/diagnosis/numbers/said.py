"""What the words of a post claim of a training: the loss stands at 0.693, the output is always 0.5, it overfits.

The phrases stand in `said.toml`.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.diagnosis.draft import Draft
from bot.diagnosis.numbers.series import log_of_classes

LONGEST = 6_000  # characters of prose that are looked through

_PHRASES = {name: [re.compile(pattern, re.IGNORECASE) for pattern in patterns] for name, patterns in tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()}
_STANDING = (
    r"(?:stuck|stay\w{0,3}|remain\w{0,3}|stands?|hover\w{0,4}|plateau\w{0,3}|stall\w{0,3}|stop\w{0,4}|constant\w{0,2}|"
    r"settles?|(?:doesn'?t|not|never) (?:go|get|drop|fall|decrease|change|improve|move)\w{0,4}|always|converge\w?|"
    r"saturat\w{2,3}|flat|sits?|around|about|approximately|near|fixed|frozen|same|keeps?|kept|only|barely)")
_NUMBER_NEAR = re.compile(
    rf"\b(?:loss(?:es)?|cost|cross[- ]entropy|error|mse)\b[^.\n]{{0,80}}?\b{_STANDING}\b[^\n]{{0,40}}?"
    r"(?<![\w.])(\d{1,6}\.\d{1,12})\b(?! ?%)", re.IGNORECASE)
_FROM_THE_START = re.compile(r"\b(first|start|beginning|immediately|every)\b", re.IGNORECASE)


def read_said(lines: Sequence[str], found: dict[str, Any], draft: Draft) -> None:
    """Add what the words claim to the symptoms in hand."""
    text = "\n".join(line[:600] for line in lines)[:LONGEST]
    said = tuple(name for name, patterns in _PHRASES.items() if any(pattern.search(text) for pattern in patterns))
    found["said"] = said
    if found.get("plateau") is None and len(found.get("losses", ())) < 3 and (match := _NUMBER_NEAR.search(text)) and (
            "acc" not in match.group().lower()):
        value = float(match.group(1))
        likely = draft.get("classes") or draft.get("outputs")
        found["plateau"], found["plateau_classes"] = value, log_of_classes(value, likely)
        found["lines"]["plateau"] = text.count("\n", 0, match.start(1)) + 1
    if "loss_nan" in said and found.get("nan_from") is None and _FROM_THE_START.search(text):
        found["nan_from"] = 1
