"""Words into settings: "with only 2 neurons and relu" becomes {hidden: 2, activation: "relu"}.

The names that learners use for a setting stand beside it, in the experiment's `Params`. A number counts where it stands
next to such a name ("2 neurons", "lr = 0.5", "twice as many units"); a choice counts where something asks for it ("with
relu", "activation = tanh", "relu instead of sigmoid"), so that "why is relu better?" changes nothing. Of a long post
only the sentences that ask for something are read: the rest describes the learner's own network, not ours.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic.fields import FieldInfo

from bot.settings import bounds, choices, described
from sims.engine.experiment import Params
from sims.engine.randomness import LARGEST_SEED

ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS = {word: n for n, word in enumerate(ONES.split())} | {word: 10 * n for n, word in enumerate(TENS.split(), 2)}
WORDS |= {"a single": 1, "a dozen": 12, "a hundred": 100, "hundred": 100, "a thousand": 1000, "thousand": 1000}
FIGURES = r"(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?:\s?%|k\b)?"
NUMBER = rf"(?:{FIGURES}|\b(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})\b)"
JOIN = r"\s*(?:[=:]|\b(?:is|was|of|to|at|as|be|about|with|only|just|value|set|equals?|equal|=)\b|\s)*\s*"
BETWEEN = r"\s+(?:(?:more|hidden|training|only|just|total|sigmoid|tanh|relu|linear)\s+)?"
ASKS = (r"(?:with|use|using|used|try|trying|to|take|put|make it|make them|switch to|activation\s*[=:]?|activations?|"
        r"function|optimi[sz]er|want|if(?: \w+){0,4}|about|an?|=|:)")
SHORT = 16  # words; so short a question is read whole
WISH = re.compile(
    r"\b(?:what (?:if|happens|about|would)|how about|if (?:i|we|you|there|it)|suppose|imagine|try|set|use|show|change|make|"
    r"instead of|rather than|compare|versus|vs|run|train it|only|same with|and with|but with|now with)\b")
MULTIPLES = {"double": 2, "twice": 2, "triple": 3, "half": 0.5, "halve": 0.5, "ten times": 10, "a tenth of": 0.1}
ALIASES = {
    "leaky_relu": ("leaky relu", "leaky-relu", "leaky", "lrelu"), "relu": ("relu", "relus", "rectified linear"),
    "sigmoid": ("sigmoid", "logistic", "sigmoids"), "tanh": ("tanh", "hyperbolic tangent"), "sgd": ("sgd", "plain sgd"),
    "linear": ("linear", "identity"), "squared_error": ("squared error", "mse", "mean squared error"),
    "log_loss": ("log loss", "cross entropy", "cross-entropy", "bce"), "momentum": ("momentum",), "adam": ("adam",),
}


@dataclass(frozen=True)
class Read:
    """What a question says of an experiment's settings.

    `changes` by setting; `notes` tells where a value was out of bounds and which was used; `compare` names one setting
    with the two values that are to be put side by side; `seed` where one is named.
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    compare: tuple[str, tuple[Any, Any]] | None = None
    seed: int | None = None


@dataclass(frozen=True)
class _Found:
    """A value for a setting, where it stands in the text, and how long the name is that it was found by."""

    setting: str
    value: Any
    span: tuple[int, int]
    length: int = 0


def read_settings(question: str, kind: type[Params], current: Mapping[str, Any] | None = None) -> Read:
    """Read the settings that a question names. `current` are those that "twice as many" is measured by."""
    text = _wish(" ".join(question.lower().replace("’", "'").split())[:2000])
    fields = kind.model_fields
    now = {name: f.default for name, f in fields.items()} | dict(current or {})
    found = [one for name, f in fields.items() for one in _candidates(text, name, f, now[name])]
    found += _architecture(text, fields)
    changes: dict[str, Any] = {}
    notes: list[str] = []
    compare = None
    for name, values in _by_setting(found).items():
        bounded = [_bounded(value, fields[name]) for value in values]
        if len(values) == 2 and compare is None and _compares(text):
            compare = (name, (bounded[0][0], bounded[1][0]))
        else:
            changes[name] = bounded[-1][0]
        notes += [note for _, note in bounded if note]
    seed = re.search(r"\bseed\s*(?:[=:#]|number|no\.?)?\s*(\d{1,9})\b", text)
    number = min(int(seed[1]), LARGEST_SEED) if seed else None
    return Read(changes, tuple(notes), compare, number)


def _wish(text: str) -> str:
    if len(text.split()) <= SHORT:
        return text
    return " ".join(sentence for sentence in re.split(r"(?<=[.?!;])\s+", text) if WISH.search(sentence))


def _by_setting(found: list[_Found]) -> dict[str, list[Any]]:
    """The values of each setting, where two claim the same words the one with the longer name ("dropout rate")."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda one: -one.length):
        if not any(k.setting != one.setting and k.span[0] < one.span[1] and one.span[0] < k.span[1] for k in kept):
            kept.append(one)
    values: dict[str, list[Any]] = {}
    for one in sorted(kept, key=lambda one: one.span):
        if one.value not in values.setdefault(one.setting, []):
            values[one.setting].append(one.value)
    return values


def _candidates(text: str, name: str, setting: FieldInfo, now: Any) -> Iterator[_Found]:
    if choices(setting):
        yield from _choices(text, name, setting)
    elif setting.annotation is bool:
        yield from _switches(text, name, setting)
    else:
        yield from _values(text, name, setting, now)


def _architecture(text: str, fields: Mapping[str, FieldInfo]) -> Iterator[_Found]:
    """"three hidden layers of 8" and "2-8-8-1" speak of depth and width at once."""
    several = rf"(?P<l>{NUMBER})\s+(?:hidden\s+)?layers?\s+(?:of|with|each|x|×)\s+(?P<n>{NUMBER})"
    if "hidden" in fields and (match := re.search(several, text)):
        yield _Found("hidden", _number(match["n"]), match.span(), 99)
        if "layers" in fields:
            yield _Found("layers", _number(match["l"]), match.span("l"), 99)
    if "hidden" in fields and (match := re.search(r"(?<![\d.-])\d+-((?:\d+-)+)\d+(?![\d.-])", text)):
        hidden = [int(n) for n in match[1].split("-") if n]
        yield _Found("hidden", hidden[0], match.span(), 99)
        if "layers" in fields:
            yield _Found("layers", len(hidden), match.span(), 99)


def names_of(name: str, setting: FieldInfo) -> list[str]:
    """What a setting is called: its title, its field's name, and the words listed beside it; longest first."""
    listed = described(setting).get("words")
    words = [str(word) for word in listed] if isinstance(listed, list) else []
    unit = str(described(setting).get("unit", ""))
    words += [unit] if setting.annotation is int and unit else []
    called = {(setting.title or "").lower(), name.replace("_", " "), name, *(word.lower() for word in words)}
    plural = {word[:-1] for word in called if word.endswith("s") and len(word) > 4}
    return sorted((called | plural) - {""}, key=len, reverse=True)


NOUN = r"hidden|neurons?|units?|nodes?|layers?|examples?|steps?|epochs?|points?"


def _called(name: str, setting: FieldInfo) -> str:
    return "|".join(re.escape(word) for word in names_of(name, setting))


def _values(text: str, name: str, setting: FieldInfo, now: Any) -> Iterator[_Found]:
    called = rf"(?P<called>{_called(name, setting)})"

    def found(match: re.Match[str], value: float) -> _Found:
        return _Found(name, value, match.span(), len(match["called"]))

    several = rf"(?P<n>{NUMBER})\s*(?:vs\.?|versus|or|against)\s*(?P<b>{NUMBER}){BETWEEN}{called}s?\b"
    many = r"(?:(?:as\s+(?:many|much|large)|the|of|number)\s+)*(?:hidden\s+)?"
    factor = rf"\b(?P<n>{'|'.join(MULTIPLES)})\s+{many}{called}\b"
    times = rf"(?P<n>{NUMBER})\s*(?:x|times)\s+(?:as\s+(?:many|much|large)|more|the)\s+(?:\w+\s+)?{called}\b"
    after = rf"\b{called}\b{JOIN}(?P<n>{NUMBER})(?!\s*(?:{NOUN}))"
    before = rf"(?P<n>{NUMBER}){BETWEEN}{called}s?\b"
    none = rf"\b(?:no|without|zero)\s+(?:any\s+)?{called}\b"
    if match := re.search(several, text):
        yield from (found(match, _number(match["n"])), found(match, _number(match["b"])))
    elif match := re.search(factor, text):
        yield found(match, now * MULTIPLES[match["n"]])
    elif match := re.search(times, text):
        yield found(match, now * _number(match["n"]))
    elif matches := list(re.finditer(after, text)) or list(re.finditer(before, text)):
        yield from (found(match, _number(match["n"])) for match in matches)
    elif (match := re.search(none, text)) and (bounds(setting)[0] or 0) <= 0:
        yield found(match, 0)


def _switches(text: str, name: str, setting: FieldInfo) -> Iterator[_Found]:
    called = rf"(?P<called>{_called(name, setting)})"
    off = rf"\b(?:no|without|remove|drop|skip|turn off|switch off|un)(?:\s+(?:the|any|using))*[\s-]*{called}"
    on = rf"\b(?:with|use|using|add|turn on|switch on)(?:\s+(?:the|a|an))*\s+{called}"
    said = rf"\b{called}\s*[=:]\s*(?P<v>true|false|on|off|yes|no)\b"
    for pattern, value in ((off, False), (on, True)):
        if match := re.search(pattern, text):
            yield _Found(name, value, match.span(), len(match["called"]))
            return
    if match := re.search(said, text):
        yield _Found(name, match["v"] in ("true", "on", "yes"), match.span(), len(match["called"]))


def _choices(text: str, name: str, setting: FieldInfo) -> Iterator[_Found]:
    spoken = {alias: value for value in choices(setting)
              for alias in (value, value.replace("_", " "), *ALIASES.get(value, ()))}
    options = "|".join(re.escape(alias) for alias in sorted(spoken, key=len, reverse=True))
    # "x instead of y" asks for x alone: what follows "instead of" is blanked out first
    unwanted = rf"\b(?:instead of|rather than|in place of|not)\s+(?:the\s+|an?\s+)?(?:{options})\b"
    wanted = re.sub(unwanted, lambda match: " " * len(match[0]), text)
    two = rf"\b(?P<o>{options})\b[^.?!]{{0,12}}?\b(?:vs\.?|versus|or|against)\b[^.?!]{{0,12}}?\b(?P<b>{options})\b"
    if match := re.search(two, wanted):
        yield from (_Found(name, spoken[match[part]], match.span(part), len(match[part])) for part in ("o", "b"))
        return
    cue = rf"(?:\b{ASKS}\s*(?:the\s+|an?\s+)?|\b(?:{_called(name, setting)})\b{JOIN})"
    asked = rf"{cue}(?P<o>{options})\b(?!\s+(?:regression|derivative))"
    for match in re.finditer(asked if wanted == text else rf"\b(?P<o>{options})\b", wanted):
        yield _Found(name, spoken[match["o"]], match.span("o"), len(match["o"]))


def _compares(text: str) -> bool:
    return re.search(r"\b(?:vs\.?|versus|or|against|compare[sd]?|difference|between|better)\b", text) is not None


def _number(text: str) -> float:
    plain = text.strip().replace("−", "-").replace(",", "")
    if plain in WORDS:
        return WORDS[plain]
    if plain.endswith("%"):
        return float(plain[:-1]) / 100
    if plain.endswith("k"):
        return float(plain[:-1]) * 1000
    return float(plain)


def _bounded(value: Any, setting: FieldInfo) -> tuple[Any, str]:
    if isinstance(value, bool | str):
        return value, ""
    low, high = bounds(setting)
    kept = min(max(value, low if low is not None else value), high if high is not None else value)
    kept = round(kept) if setting.annotation is int else float(kept)
    if kept == value:
        return kept, ""
    side = f"at most {high:g}" if high is not None and value > high else f"at least {low:g}"
    if low is not None and high is not None and low <= value <= high:
        return kept, f"{setting.title}: {value:g} is not a whole number, so I used {kept}."
    return kept, f"{setting.title}: {value:g} is out of bounds here ({side}), so I used {kept:g}."
