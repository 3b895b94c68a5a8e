"""Wishes that name no number: "longer", "a bit lower", "fewer neurons", "full batch". Each becomes a sensible step.

A plain wish doubles or halves; "a bit" is half as much again, or one where things are counted in ones; "a lot" is three
to ten times. What goes below zero, or starts there, moves by a part of its range.
"""

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from bot.content.settings import bounds
from bot.language.patterns import compiled

FILE = Path(__file__).with_name("wishes.toml")

FEW = 10  # up to so many, "a bit more" is one more
WIDE = 1000  # times the least value: a setting that is thought of in powers of ten
TIMES = {"bit": 1.5, "": 2.0, "much": 4.0}
POWER = 10.0  # of "much" for a setting in powers of ten
SHARE_OF_RANGE = {"bit": 0.05, "": 0.15, "much": 0.4}

BIT = r"a (?:little|bit|touch|tad)(?: bit)?|slightly|somewhat"
MUCH = (r"a (?:whole )?lot|lots|much|way|far|considerably|significantly|many(?= more| fewer| less)|many times|"
        r"a good deal|really")
_BIT, _MUCH = re.compile(rf"\b(?:{BIT})\b"), re.compile(rf"\b(?:{MUCH})\b")
_MORE = (r"more|larger|bigger|higher|greater|stronger|additional|extra|increased|longer|faster|bolder|steeper")
_LESS = r"fewer|less|smaller|lower|weaker|reduced|shorter|slower|gentler|milder|tinier"
_RAISE = r"add(?: some| more| a few)?|increase|raise|grow|bump(?: up)?|boost|crank(?: up)?|enlarge|turn up|push up|up"
_LOWER = r"without (?:some|a few)|lower|reduce|decrease|shrink|cut(?: down)?|lessen|turn down|bring down"
_DEGREE = rf"(?:{BIT}|{MUCH})"
_BARE = re.compile(rf"\b(?!faster|slower)(?:(?P<up>{_MORE}|{_RAISE})|(?P<down>{_LESS}|{_LOWER}))\b")
# what stands in each text that wants more or less of anything, or the most or the least
_CUES = re.compile(rf"\b(?:{_MORE}|{_LESS}|{_RAISE}|{_LOWER}|up|down)")
_EXTREME = re.compile(r"\b(?:as |max|min|the (?:most|largest|biggest|highest|fewest|least|smallest|lowest))")


@dataclass(frozen=True)
class _Implied:
    settings: tuple[str, ...]
    up: re.Pattern[str]
    down: re.Pattern[str]


@dataclass(frozen=True)
class _Value:
    settings: tuple[str, ...]
    says: re.Pattern[str]
    value: Any


def degree(text: str) -> str:
    """How much of a change a text asks for: "bit", "much", or "" for neither."""
    return "bit" if _BIT.search(text) else "much" if _MUCH.search(text) else ""


def stepped(now: float, setting: FieldInfo, up: bool, how: str = "") -> float:
    """The value one step up or down from `now`, within the setting's bounds."""
    low, high = bounds(setting)
    whole = setting.annotation is int
    low, high = -math.inf if low is None else low, math.inf if high is None else high
    if now == 0 or low < 0:
        part = SHARE_OF_RANGE[how] * (high - low)
        value = now + (max(round(part), 1) if whole else part) * (1 if up else -1)
    elif whole and how == "bit" and now <= FEW:
        value = now + (1 if up else -1)
    else:
        times = POWER if how == "much" and not whole and low > 0 and high / low >= WIDE else TIMES[how]
        value = now * times if up else now / times
    value = float(f"{value:.2g}")
    if whole:
        value = math.floor(value + 0.5)
        value = max(value, now + 1) if up else min(value, now - 1)
    return min(max(value, low), high)


def wants(text: str) -> bool:
    """Whether a text may want more or less of something that it names; False is certain."""
    return bool(_CUES.search(text))


def wants_extremes(text: str) -> bool:
    """Whether a text may want the most or the least of something; False is certain."""
    return bool(_EXTREME.search(text))


def patterns_of(called: str) -> tuple[re.Pattern[str], ...]:
    """What asks for more or less of a setting by its name, where `called` is a pattern of the name."""
    small = r"(?:(?:in|of|the|training|hidden|number|a|an|total|amount|our|its)\s+){0,4}"
    return tuple(compiled(pattern) for pattern in (
        rf"\b(?:{_DEGREE}\s+)?(?:(?P<up>{_MORE})|(?P<down>{_LESS}))\s+{small}{called}",
        rf"\b(?:{_DEGREE}\s+)?(?:(?P<up>{_RAISE})|(?P<down>{_LOWER}))\s+{small}{called}(?:\s+{_DEGREE})?",
        rf"\b{called}\s+(?:(?:is|be|are|were|was|gets?)\s+){{0,2}}(?:{_DEGREE}\s+)?"
        rf"(?:(?P<up>{_MORE}|up)|(?P<down>{_LESS}|down))\b(?!\s+than)(?:\s+{_DEGREE})?",
    ))


def extremes_of(called: str) -> re.Pattern[str]:
    """What asks for the most or the least that is possible of a setting."""
    small = r"(?:(?:of|the|number)\s+){0,3}"
    unnamed = called.replace("(?P<called>", "(?:")
    return compiled(
        rf"\b(?:(?P<up>as (?:many|much|large|big|high)|max(?:imum|imal)?|max out)|(?P<down>as (?:few|little|small|low)|"
        rf"min(?:imum|imal)?))\s+{small}{unnamed}|"
        rf"\bthe (?:(?P<most>most|largest|biggest|highest)|(?P<least>fewest|least|smallest|lowest))\s+"
        rf"{small}{unnamed}(?=\s+possible)")


def implied(text: str, fields: Mapping[str, FieldInfo]) -> Iterator[tuple[str, re.Match[str], bool]]:
    """The settings that a text wants more of (True) or less of (False) without naming them."""
    for wish in _wishes():
        name = next((name for name in wish.settings if name in fields), None)
        for up, pattern in ((True, wish.up), (False, wish.down)):
            if name and (match := pattern.search(text)):
                yield name, match, up


def valued(text: str, fields: Mapping[str, FieldInfo]) -> Iterator[tuple[str, re.Match[str], Any]]:
    """The settings that a text gives a value without a number."""
    for one in _values():
        name = next((name for name in one.settings if name in fields), None)
        if name and (match := one.says.search(text)):
            low, high = bounds(fields[name])
            yield name, match, {"most": high, "least": low}.get(str(one.value), one.value)


def bare(text: str) -> bool | None:
    """Whether a text that names no setting wants more (True) or less (False); None where neither."""
    match = _BARE.search(text)
    return None if match is None else bool(match["up"])


@cache
def _wishes() -> tuple[_Implied, ...]:
    return tuple(_Implied(tuple(one["settings"]), _whole(one["up"]), _whole(one["down"])) for one in _data()["wishes"])


@cache
def _values() -> tuple[_Value, ...]:
    return tuple(_Value(tuple(one["settings"]), _whole(one["says"]), one["value"]) for one in _data()["values"])


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b")


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
