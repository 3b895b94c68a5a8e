"""Values that name no setting: "and with 3?", "half of that", "50%?", "2 or 5?" speak of the setting spoken of last."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic.fields import FieldInfo

from bot.content.settings import bounds, choices
from bot.language import wishes
from bot.language.bounded import step, within
from bot.language.numerals import FIGURE, figures, value
from bot.language.settings import Read
from bot.language.utterance import Utterance
from bot.language.vocabulary import spoken
from sims.engine.experiment import Params

_LESS = r"(?P<less>smaller|lower|fewer|less|slower)"
_MORE = r"(?:larger|bigger|higher|more|greater|faster|as (?:many|much|large|big|high))"
_PARTS = {"twice": 2, "double": 2, "doubled": 2, "triple": 3, "tripled": 3, "thrice": 3, "quadruple": 4, "half": 1 / 2,
          "halve": 1 / 2, "halved": 1 / 2, "a third": 1 / 3, "quarter": 1 / 4, "tenth": 1 / 10, "hundredth": 1 / 100}
_PART = re.compile(rf"\b(?P<part>{'|'.join(_PARTS)})\b(?:\s+{_LESS})?")
_TIMES = re.compile(rf"(?<![\w.])(?P<n>\d{{1,9}}(?:\.\d{{1,9}})?)\s?(?:x|times|-?fold)\b"
                    rf"(?:\s+(?:{_LESS}|{_MORE}))?|(?P<by>[x×*]\s?{FIGURE})")
_STEP = re.compile(r"(?<![\w.])(?P<n>\d{1,9})\s+(?:(?P<less>fewer|less)|more|extra|additional)\b")
_NONE = re.compile(r"^(?:\w+ )?(?:without(?: (?:it|that|any|one|them|those))?|none|nothing|zero|no|off)$|"
                   r"\b(?:i|we|you) (?:don't|dont|do not|didn't|did not)(?: do (?:it|that|this|so))?(?: at all)?$")
_BOTH = re.compile(r"\bwith(?:out)? (?:and|or|vs\.?|versus|against) with(?:out)?\b")
_PAIR = re.compile(rf"(?P<a>{FIGURE})\s?(?:vs\.?|versus|or|against|and|with|to)\s?(?P<b>{FIGURE})")
_ONE = re.compile(FIGURE)
_OF_THEM = re.compile(r"\bof (?:them|those|these)\b")


def read_bare(utterance: Utterance, kind: type[Params], current: Mapping[str, Any], likely: Sequence[str],
              others: Sequence[str]) -> Read:
    """Read a fragment's value for the first setting that can have it, of the `likely` ones and then of the `others`.

    `current` are the values in force, by which "twice as many" is measured; "a bit lower", without any number, needs a
    setting that is likely. Empty where the text holds no single value.
    """
    said = utterance.said
    spoken_of = list(dict.fromkeys([*likely, *others]))
    if _OF_THEM.search(said):  # "one of them" is a number after all, and units are the things that are counted
        said = figures(_OF_THEM.sub("", said))
        spoken_of.sort(key=lambda name: name != "hidden")
    if _BOTH.search(said):
        return _with_and_without({name: kind.model_fields[name] for name in spoken_of})
    if _NONE.search(said.strip(" ?.!")):
        return _absent({name: kind.model_fields[name] for name in spoken_of})
    fields = {name: kind.model_fields[name] for name in spoken_of if _numerical(kind.model_fields[name])}
    for name, setting in fields.items():
        number = _relative(said, float(current[name]), setting)
        if number is not None:
            return _read(name, number, setting)
    if (pair := _PAIR.search(said)) and len(_ONE.findall(said)) == 2:
        both = [value(pair["a"]), value(pair["b"])]
        compared = _first_that_takes(fields, both)
        a, b = (within(number, fields[compared])[0] for number in both) if compared else (0, 0)
        return Read(compare=(compared, (a, b))) if compared and a != b else Read()
    numbers = _ONE.findall(said)
    wanted = next((name for name in likely if name in fields), None)
    if not numbers and wanted and utterance.asking("follow") and (up := wishes.bare(said)) is not None:
        return _stepped(wanted, fields, current, up, said)
    if len(numbers) != 1 or not fields:
        return Read()
    number = value(numbers[0])
    taker = _first_that_takes(fields, [number]) or next(iter(fields))
    return _read(taker, number, fields[taker])


def _stepped(name: str, fields: Mapping[str, FieldInfo], current: Mapping[str, Any], up: bool, said: str) -> Read:
    """"A bit lower", "even smaller": a step, and what it was."""
    made, note = step(current[name], fields[name], up, wishes.degree(said))
    return Read({name: made} if made != current[name] else {}, (note,))


def _with_and_without(fields: Mapping[str, FieldInfo]) -> Read:
    for name, setting in fields.items():
        if "without" in choices(setting):
            return Read(compare=(name, ("with", "without")))
        if setting.annotation is bool:
            return Read(compare=(name, (True, False)))
    return Read()


def _absent(fields: Mapping[str, FieldInfo]) -> Read:
    """"And without it?": the first setting that can be nothing."""
    for name, setting in fields.items():
        options = choices(setting)
        absent = [value for called, value in spoken(name, setting).items() if called.startswith(("no ", "without "))]
        if "without" in options or absent:
            return Read({name: "without" if "without" in options else absent[0]})
        if not options and (bounds(setting)[0] or 0) <= 0 <= (bounds(setting)[1] or 0):
            return Read({name: 0})
    return Read()


def _numerical(setting: FieldInfo) -> bool:
    return setting.annotation in (int, float)


def _relative(said: str, now: float, setting: FieldInfo) -> float | None:
    """What a relative word makes of a value; None where there is no such word, or it would change nothing."""
    number = None
    if match := _TIMES.search(said):
        by = value(match["n"] or match["by"][1:].strip())
        number = now / max(by, 1e-9) if match["less"] else now * by
    elif match := _PART.search(said):
        part = _PARTS[match["part"]]
        number = now / part if match["less"] and part > 1 else now * part
    elif (match := _STEP.search(said)) and setting.annotation is int:
        number = now + value(match["n"]) * (-1 if match["less"] else 1)
    return None if number is None or within(number, setting)[0] == now else float(f"{number:.12g}")


def _first_that_takes(fields: Mapping[str, FieldInfo], numbers: Sequence[float]) -> str | None:
    return next((name for name, setting in fields.items() if all(_takes(setting, n) for n in numbers)), None)


def _takes(setting: FieldInfo, number: float) -> bool:
    low, high = bounds(setting)
    fits = (low is None or number >= low) and (high is None or number <= high)
    return fits and (setting.annotation is not int or number == int(number))


def _read(name: str, number: float, setting: FieldInfo) -> Read:
    kept, note = within(number, setting)
    return Read({name: kept}, (note,) if note else ())
