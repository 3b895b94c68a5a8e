"""Values in a text, each for a setting: beside a name of it, by a name of their own, or left for the only one named."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo

from bot.content.settings import bounds, described
from bot.language import wishes
from bot.language.bounded import within
from bot.language.grammar import Spoken, grammar, short
from bot.language.numerals import FIGURE, value
from bot.language.relative import measures
from bot.language.requests import SHORT
from sims.engine.experiment import Params

INDEXED = re.compile(r"\b(?:layer|neuron|unit|node|week|course|part|exercise|question|step|example|lab|chapter|epoch|"
                     r"feature|class|kill|silence|delete|ablate|turn off|switch off|number|no\.|figure|version|row|"
                     r"column) $")
_COMPARES = re.compile(r"\b(?:with and without|"
                       r"vs\.?|versus|or|against|compare[sd]?|comparing|difference|between|better)\b")
_NUMBER, _NOT_WHOLE = re.compile(FIGURE), re.compile(r"[.%e]")
_GIVEN_UP = re.compile(rf"\b(?:from|instead of|rather than)\s+{FIGURE}")
_LAYERS_OF = re.compile(rf"(?P<l>{FIGURE})[\s-]+(?:\w{{1,20}}\s+)?layers?\s?,?\s?(?:of|with|each|x|×|having)\s+"
                        rf"(?P<n>{FIGURE})(?!\s+(?:epochs|steps))")
_LISTED = re.compile(r"(?<![\d.-])\d{1,3}((?:-\d{1,3}){1,9})-\d{1,3}(?![\d.-])")
_WIDE = re.compile(rf"(?P<n>{FIGURE})\s+(?:leaky\s+)?(?:relus|sigmoids|tanhs|wide)\b|"
                   rf"\b(?:network|net|layer)\s+of\s+(?P<m>{FIGURE})(?=\s?(?:[.,;?!]|$|and\b|with\b))")
_NO_LAYER = re.compile(r"\b(?:no|without|0)\s+(?:a |any |the |all )?hidden\s+(?:layers?|units?|neurons?)\b")
_TOLD, _AS = re.compile(r"\s(?:of|is|at|to)\s"), re.compile(r"\sas\s")
# what stands in each text that wants a setting absent, or gives up a value of one
ABSENT = re.compile(r"\b(?:no|without|0)\s|\soff\b")
_UNWANTED = re.compile(r"\b(?:instead of|rather than|in place of|not|no|without|from|replace|replacing|swap|change|"
                       r"switch)\s|->|\sreplaced\s")
BRIEF = 12  # words, in which a number and a setting belong together wherever they stand


@dataclass(frozen=True)
class Found:
    """A value for a setting, where in the text the value itself stands, and how good the claim to these words is."""

    setting: str
    value: Any
    span: tuple[int, int]
    strength: tuple[int, int] = (9, 0)  # how it was found, then how long the name is
    words: str = ""


def values_in(text: str, kind: type[Params], now: Mapping[str, Any]) -> tuple[list[Found], str]:
    """All values that a text names, and the text without those that were read first."""
    found = list(_architecture(text, kind.model_fields))
    for one in found:
        text = text[:one.span[0]] + " " * (one.span[1] - one.span[0]) + text[one.span[1]:]
    for spoken in grammar(kind):
        if spoken.is_spoken_of(text):
            found += _choices(text, spoken) if spoken.is_chosen else _values(text, spoken, now[spoken.name])
    found += _without_number(text, kind.model_fields, {one.setting for one in found})
    if len(text.split()) <= BRIEF:
        found += _lone_pair(text, kind, found)
    return found, text


def _lone_pair(text: str, kind: type[Params], found: Sequence[Found]) -> Iterator[Found]:
    """The only number that a brief text has left, for the only setting that it names and gives no value."""
    spans = [one.span for one in found]
    left = [match for match in _NUMBER.finditer(text)
            if not any(a < match.end() and match.start() < b for a, b in spans)]
    if len(left) != 1:
        return
    done = {one.setting for one in found}
    named = [(spoken, match) for spoken in grammar(kind)
             if spoken.name not in done and not spoken.is_chosen and spoken.is_spoken_of(text)
             and (match := spoken.mention.search(text)) and len(match["called"]) > 1]
    if len(named) != 1:
        return
    [(spoken, match)], [number] = named, left
    made = value(number[0])
    single = match["called"] + "s" in spoken.names and not match[0].endswith("s")
    indexed = spoken.is_whole and (single or match["numbered"] or INDEXED.search(text[:number.start()]))
    if not indexed and within(made, spoken.setting)[1] == "" and not (spoken.is_whole and _NOT_WHOLE.search(number[0])):
        yield Found(spoken.name, made, number.span(), (0, 0), number[0])


def by_setting(found: Sequence[Found]) -> dict[str, list[Any]]:
    """The values of each setting; where two settings claim the same words, the better claim has them."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: one.strength, reverse=True):
        if not any(k.span[0] < one.span[1] and one.span[0] < k.span[1] for k in kept):
            kept.append(one)
    values: dict[str, list[Any]] = {}
    for one in sorted(kept, key=lambda one: one.span):
        if one.value not in values.setdefault(one.setting, []):
            values[one.setting].append(one.value)
    return values


def _without_number(text: str, fields: Mapping[str, FieldInfo], named: set[str]) -> Iterator[Found]:
    for name, match, made in wishes.valued(text, fields):
        if name not in named and made is not None:
            yield Found(name, made, match.span(), (9, len(match[0])), match[0])


def _architecture(text: str, fields: Mapping[str, FieldInfo]) -> Iterator[Found]:
    """"3 hidden layers of 8" and "2-8-8-1" speak of depth and width at once."""
    deep = next((name for name in ("layers", "depth") if name in fields), "")
    found: dict[str, tuple[float, tuple[int, int]]] = {}
    match: re.Match[str] | None
    if match := _LAYERS_OF.search(text):
        found = {deep: (value(match["l"]), match.span("l")), "hidden": (value(match["n"]), match.span("n"))}
    elif match := _LISTED.search(text):
        widths = match[1][1:].split("-")
        found = {deep: (len(widths), (match.start(), match.start(1))), "hidden": (int(widths[0]), match.span(1))}
    elif match := _WIDE.search(text):
        part = "n" if match["n"] else "m"
        found = {"hidden": (value(match[part]), match.span(part))}
    elif match := _NO_LAYER.search(text):
        found = {"hidden": (0, match.span())}
    return iter([Found(name, number, span) for name, (number, span) in found.items() if name in fields])


def _values(text: str, spoken: Spoken, now: Any) -> Iterator[Found]:
    name, setting, whole = spoken.name, spoken.setting, spoken.is_whole
    low, high = bounds(setting)
    is_share = not whole and low is not None and low >= 0 and high is not None and high <= 1
    measured = measures(text)
    is_share = measured and (described(setting).get("unit") == "share" or is_share)
    if is_share and (part := spoken.relative.of_all(text)):
        yield Found(name, float(f"{part[1]:.12g}"), part[0].span(), (8, len(part[0]["called"])), part[0][0])
        return
    if measured and (found := next(spoken.relative.of(text, now, whole), None)):
        where, number = found
        yield Found(name, float(f"{number:.12g}"), where.span(), (8, len(where["called"])), where[0])
        return
    yield from _beside(text, spoken)
    if wishes.wants_extremes(text) and (extreme := spoken.extremes.search(text)):
        bound = high if extreme["up"] or extreme["most"] else low
        if bound is not None:
            yield Found(name, bound, extreme.span(), (3, len(extreme[0])), extreme[0])
    if (low or 0) <= 0 and ABSENT.search(text) and (absent := spoken.none.search(text)):
        yield Found(name, 0, absent.span(), (2, len(absent[0])), absent[0])


def _beside(text: str, spoken: Spoken) -> Iterator[Found]:
    """The numbers that stand beside a name."""
    name, whole = spoken.name, spoken.is_whole
    # what a value is changed from is not what is asked for: "from 3 to 5 neurons", "5 instead of 3 neurons"
    text = _GIVEN_UP.sub(lambda match: " " * len(match[0]), text)
    if not _NUMBER.search(text):  # each pattern below has one
        return
    two = compares(text)
    for match in spoken.after(two).finditer(text):
        indexed = whole and not match["sign"] and match["called"] + "s" in spoken.names
        if not indexed and (not whole or match["sign"] or not _NOT_WHOLE.search(match["n"])) and (
                len(match["called"]) > 1 or match["sign"] or _TOLD.search(match[0])):
            yield from _numbers(name, match, 4 if match["sign"] else 2 if whole else 3)
    for match in spoken.before(two).finditer(text):
        countable = match["called"].endswith("s") or match["called"] + "s" in spoken.names
        plural = match[0].rstrip().endswith("s")
        ahead = match["called"].endswith(" of")  # "hidden layer of 10": what it is of stands behind it
        if not ahead and (plural or not INDEXED.search(text[:match.start()])) and len(match["called"]) > 1 and (
                "%" not in match["n"] if whole
                else _NOT_WHOLE.search(match["n"]) or countable or _AS.search(match[0])):
            yield from _numbers(name, match, 3 if whole else 1)
    if whole and (them := spoken.of_them.search(text)):
        yield from _numbers(name, them, 3)
    if not whole and (far := spoken.by_or_to.search(text)):
        yield from _numbers(name, far, 1)


def _numbers(name: str, match: re.Match[str], how: int) -> Iterator[Found]:
    """The one or two numbers of a match, where they stand."""
    for part in ("b", "n", "c"):
        if match.groupdict().get(part):
            yield Found(name, value(match[part]), match.span(part), (how, len(match["called"])), match[0].strip(" ,("))


def _choices(text: str, spoken: Spoken) -> Iterator[Found]:
    name, called = spoken.name, spoken.values
    if "with" in text and spoken.both and (both := spoken.both.search(text)):
        yield Found(name, "with", (both.start(), both.start() + 1), (6, len(both[0])), "with")
        yield Found(name, "without", (both.start() + 1, both.end()), (6, len(both[0])), "without")
        return
    clearly = spoken.may_say_clearly(text)
    if clearly and _UNWANTED.search(text):
        text = spoken.unwanted.sub(lambda match: match[0] if short(match[0]) in called else " " * len(match[0]), text)
    for match in spoken.chosen(len(text.split()) > SHORT).finditer(text) if clearly else ():
        yield Found(name, called[short(match["o"])], match.span("o"), (5, len(match["o"])), match["o"])
    if not any(map(text.__contains__, spoken.everyday_heads)):
        return
    text = spoken.unwanted_word.sub(lambda match: " " * len(match[0]), text) if spoken.beside else text
    for pattern in (*spoken.beside, *([spoken.alone] if spoken.alone else [])):
        for match in pattern.finditer(text):
            for part in ("o", "p"):
                if match.groupdict().get(part):
                    yield Found(name, called[short(match[part])], match.span(part), (4, len(match[part])), match[part])


def compares(text: str) -> bool:
    """Whether a text weighs one value against another."""
    return bool(_COMPARES.search(text))
