"""Words into settings: "with only 2 neurons and relu" becomes {hidden: 2, activation: "relu"}.

The names that learners use for a setting stand beside it, in the experiment's `Params`. A number counts where it stands
next to such a name ("2 neurons", "lr = 0.5", "twice as many units"), a choice where it is named ("with relu", "relu
instead of sigmoid"); both only in those parts of a post that ask for a run (`bot.wishes`), so that "why is relu better
than sigmoid?" and a description of the learner's own network change nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic.fields import FieldInfo

from bot.numbers import FIGURE, figures, value
from bot.settings import bounds, choices, described
from bot.spelling import Speller
from bot.wishes import requested
from sims.engine.experiment import Params
from sims.engine.randomness import LARGEST_SEED

LONGEST = 2000  # characters that are read
VOCABULARY = """neurons units nodes hidden layers learning rate epochs iterations steps activation function batch size dropout
    optimizer optimiser threshold noise bias biases temperature classes features regularisation regularization lambda weight
    decay examples samples points depth width scaling slope budget tolerance instead double twice half without"""
# between a name and its value: "learning rate = 0.1", "the width to 3", "some noise, say 0.2"
JOIN = (r"(?:\s*(?P<sign>[=:]|->)|\s*\(|\s*,(?= (?:say|like)\b)|\s+(?:is|was|be|of|to|at|as|about|only|just|value|set|equals?|equal|"
        r"say|like|up|down|around|now)\b)*\s*")
# between a value and its name: "2 sigmoid units", "20% of the labels"
BETWEEN = (r"(?:[\s-]+|\s+of\s+(?:the\s+)?)(?:(?:hidden|training|only|just|total|sigmoid|tanh|leaky|relu|linear|different|"
           r"random|dense)[\s-]+){0,2}")
NOUN = r"(?:hidden|training|neurons?|units?|nodes?|layers?|examples?|samples?|steps?|epochs?|iterations?|updates|points?)\b"
INDEXED = re.compile(r"\b(?:layer|neuron|unit|node|week|course|part|exercise|question|step|example|lab|chapter|epoch|feature|"
                     r"class|number|no\.|figure|version|row|column) $")
PARTS = {"half": 1 / 2, "halve": 1 / 2, "halving": 1 / 2, "a third": 1 / 3, "a quarter": 1 / 4, "a fifth": 1 / 5,
         "a tenth": 1 / 10, "double": 2, "doubling": 2, "twice": 2, "triple": 3, "thrice": 3, "quadruple": 4,
         "halved": 1 / 2, "doubled": 2, "tripled": 3}
MANY = r"(?:(?:as|many|much|large|big|high|small|the|of|number|amount|hidden|training|our|these)\s+)*"
TIMES = r"(?P<n>\d+(?:\.\d+)?)\s*(?:x|times|-?fold)"
WAY = r"(?:(?P<less>smaller|lower|fewer|less|slower)|larger|bigger|higher|more|greater)"
ALIASES: dict[str, tuple[str, ...]] = {
    "leaky_relu": ("leaky-relu", "leaky relus", "leakyrelu", "leaky", "lrelu"), "relu": ("relus", "rectified linear"),
    "sigmoid": ("logistic function", "logistic", "sigmoids"), "tanh": ("hyperbolic tangent", "tan h"),
    "linear": ("identity", "no activation", "no activation function", "without activation", "no non-linearity",
               "without an activation function", "without non-linearity", "no nonlinearity", "without nonlinearity"),
    "step": ("step function", "heaviside", "step activation"), "scaled sigmoid": ("stretched sigmoid",),
    "sgd": ("plain gradient descent", "vanilla gradient descent", "stochastic gradient descent", "ordinary gradient descent"),
    "squared_error": ("mse", "mean squared error", "squared loss", "quadratic loss"),
    "log_loss": ("logloss", "cross entropy", "cross-entropy", "bce", "crossentropy"),
    "raw": ("no scaling", "without scaling", "unscaled", "not scaled", "don't scale", "no normalisation", "no normalization",
            "without normalisation", "without normalization", "unnormalised", "not normalised"),
    "standardised": ("standardized", "standardise", "standardize", "standardisation", "standardization", "z-score",
                     "z-scores"),
    "zero_to_one": ("min-max", "minmax", "0 to 1", "0-1", "[0,1]", "[0, 1]", "0 and 1", "zero and one"),
    "by_maximum": ("by the maximum", "by max", "by the max", "by its maximum", "by the largest"),
    "and": ("and gate", "and-gate", "and task", "and function", "and problem", "logical and"),
    "or": ("or gate", "or-gate", "or task", "or function", "or problem", "logical or"),
    "line": ("line task", "straight line", "the line"), "circle": ("circles", "ring"), "fast wave": ("faster wave",),
    "zero": ("all zeros", "all zero", "zeros", "all 0"), "tiny": ("tiny random", "very small"),
    "equal": ("all equal", "the same weights", "equal weights", "identical weights", "same value", "all the same"),
    "several": ("multi-label", "multilabel", "several labels", "many labels"),
    "one": ("multi-class", "multiclass", "one label", "single label"),
    "softmax": ("soft max",), "sigmoids": ("sigmoid",), "own": ("own rate", "own rates"), "same": ("same rate", "same rates"),
}
# values that are everyday words count only beside the setting's name: "random start", "task = and"
EVERYDAY = frozenset("and or with without one several same own plain equal random tiny zero sound step raw network line".split())


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
    """A value for a setting, where in the text the value itself stands, and how good the claim to these words is."""

    setting: str
    value: Any
    span: tuple[int, int]
    strength: tuple[int, int] = (9, 0)  # how it was found, then how long the name is


def read_settings(question: str, kind: type[Params], current: Mapping[str, Any] | None = None) -> Read:
    """Read the settings that a question names. `current` are those that "twice as many" is measured by."""
    fields = kind.model_fields
    text = figures(requested(_plain(question)))
    now = {name: f.default for name, f in fields.items()} | dict(current or {})
    found = list(_architecture(text, fields))
    for one in found:
        text = text[:one.span[0]] + " " * (one.span[1] - one.span[0]) + text[one.span[1]:]
    for name, f in fields.items():
        chosen = choices(f) or f.annotation is bool
        found += _choices(text, name, f) if chosen else _values(text, name, f, now[name])
    changes: dict[str, Any] = {}
    notes: list[str] = []
    compare = None
    for name, values in _by_setting(found).items():
        bounded = [_bounded(one, fields[name]) for one in values]
        if len(values) == 2 and compare is None and _compares(text):
            compare = (name, (bounded[0][0], bounded[1][0]))
        else:
            changes[name] = bounded[-1][0]
        notes += [note for _, note in bounded if note]
    seed = re.search(r"\bseed\s*(?:[=:#]|number|no\.?|is|to|of)?\s*(\d{1,9})\b", text)
    return Read(changes, tuple(notes), compare, min(int(seed[1]), LARGEST_SEED) if seed else None)


def _plain(question: str) -> str:
    """The question in lower case, its typing errors mended, "AND" and "OR" kept apart from the words of that name."""
    text = re.sub(r"\n\s*", "\n", re.sub(r"[^\S\n]+", " ", question[:LONGEST].replace("’", "'"))).strip()
    text = re.sub(r"\bw/o\b", "without", re.sub(r"\bw/ ?(?=[\s\d])", "with ", text))
    if not text.isupper():
        text = re.sub(r"\b(AND|OR)\b(?![\s-]gate)", r"\1-gate", text)
    return _speller().correct(text).lower()


@cache
def _speller() -> Speller:
    words = " ".join([VOCABULARY, *ALIASES, *(alias for aliases in ALIASES.values() for alias in aliases)])
    return Speller([words, words])


def _by_setting(found: list[_Found]) -> dict[str, list[Any]]:
    """The values of each setting; where two settings claim the same words, the better claim has them."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda one: one.strength, reverse=True):
        if not any(k.span[0] < one.span[1] and one.span[0] < k.span[1] for k in kept):
            kept.append(one)
    values: dict[str, list[Any]] = {}
    for one in sorted(kept, key=lambda one: one.span):
        if one.value not in values.setdefault(one.setting, []):
            values[one.setting].append(one.value)
    return values


def _architecture(text: str, fields: Mapping[str, FieldInfo]) -> Iterator[_Found]:
    """"3 hidden layers of 8" and "2-8-8-1" speak of depth and width at once."""
    several = rf"(?P<l>{FIGURE})[\s-]+(?:\w+\s+)?layers?\s*,?\s*(?:of|with|each|x|×|having)\s+(?P<n>{FIGURE})(?!\s+(?:epochs|steps))"
    listed = r"(?<![\d.-])\d{1,3}((?:-\d{1,3})+)-\d{1,3}(?![\d.-])"
    deep = next((name for name in ("layers", "depth") if name in fields), "")
    found: dict[str, tuple[float, tuple[int, int]]] = {}
    if match := re.search(several, text):
        found = {deep: (value(match["l"]), match.span("l")), "hidden": (value(match["n"]), match.span("n"))}
    elif match := re.search(listed, text):
        widths = match[1][1:].split("-")
        found = {deep: (len(widths), (match.start(), match.start(1))), "hidden": (int(widths[0]), match.span(1))}
    elif match := re.search(r"\b(?:no|without|0)\s+(?:a |any )?hidden\s+(?:layers?|units?|neurons?)\b", text):
        found = {"hidden": (0, match.span())}
    return iter([_Found(name, number, span) for name, (number, span) in found.items() if name in fields])


def names_of(name: str, setting: FieldInfo) -> list[str]:
    """What a setting is called: its title, its field's name, and the words listed beside it; longest first."""
    listed = described(setting).get("words")
    words = [str(word) for word in listed] if isinstance(listed, list) else []
    unit = str(described(setting).get("unit", ""))
    words += [unit] if setting.annotation is int and unit else []
    called = {(setting.title or "").lower(), name.replace("_", " "), name, *(word.lower() for word in words)}
    joined = {word.replace(" ", "") for word in called} | {word.replace(" ", "-") for word in called}
    plural = {word[:-1] for word in called if word.endswith("s") and len(word) > 4}
    return sorted((called | plural | joined) - {""}, key=len, reverse=True)


def _called(name: str, setting: FieldInfo) -> str:
    names = [re.escape(figures(word)) for word in names_of(name, setting)]
    return rf"(?P<called>{'|'.join(names)})(?:e?s)?(?![\w-]|\s+layers?\b)"


def _values(text: str, name: str, setting: FieldInfo, now: Any) -> Iterator[_Found]:
    called, whole = _called(name, setting), setting.annotation is int
    if relative := next(_relative(text, called, now, whole), None):
        match, number = relative
        yield _Found(name, number, match.span(), (8, len(match["called"])))
        return
    # what a value is changed from is not what is asked for: "from 3 to 5 neurons", "5 instead of 3 neurons"
    text = re.sub(rf"\b(?:from|instead of|rather than)\s+{FIGURE}", lambda match: " " * len(match[0]), text)
    second = rf"(?:\s*(?:vs\.?|versus|or|against|and)\s*(?P<b>{FIGURE})(?!\s*-?\s*[a-z]))?"
    after = rf"\b{called}{JOIN}(?P<n>{FIGURE})(?!\s*-?\s*{NOUN}|\s*(?:x|times)\b){second}"
    before = rf"(?:(?P<b>{FIGURE})\s*(?:vs\.?|versus|or|against)\s*)?(?P<n>{FIGURE}){BETWEEN}{called}(?:{second.replace('<b>', '<c>')})"
    for match in re.finditer(after, text):
        indexed = whole and not match["sign"] and match["called"] + "s" in names_of(name, setting)
        if not indexed and (not whole or match["sign"] or not re.search(r"[.%]", match["n"])) and (
                len(match["called"]) > 1 or match["sign"]):
            yield from _numbers(name, match, 4 if match["sign"] else 2 if whole else 3)
    for match in re.finditer(before, text):
        countable = match["called"].endswith("s") or match["called"] + "s" in names_of(name, setting)
        if not INDEXED.search(text[:match.start()]) and len(match["called"]) > 1 and (
                "%" not in match["n"] if whole else re.search(r"[.%e]", match["n"]) or countable):
            yield from _numbers(name, match, 3 if whole else 1)
    none = rf"\b(?:no|without|remove|drop|0)\s+(?:any\s+|the\s+|all\s+)*{called}(?!\s*\d)"
    if (match := re.search(none, text)) and (bounds(setting)[0] or 0) <= 0:
        yield _Found(name, 0, match.span(), (2, len(match["called"])))


def _numbers(name: str, match: re.Match[str], how: int) -> Iterator[_Found]:
    """The one or two numbers of a match, where they stand."""
    for part in ("b", "n", "c"):
        if match.groupdict().get(part):
            yield _Found(name, value(match[part]), match.span(part), (how, len(match["called"])))


def _relative(text: str, called: str, now: float, whole: bool) -> Iterator[tuple[re.Match[str], float]]:
    """"twice as many units", "10 times the learning rate", "one more neuron": measured by what is set now."""
    parts = "|".join(PARTS)
    for pattern in (rf"\b(?P<part>{parts})\s+{MANY}{called}", rf"\b{called}\s+(?:is |be |are |gets? )*(?P<part>doubled|halved|tripled)\b"):
        if match := re.search(pattern, text):
            yield match, now * PARTS[match["part"]]
    for pattern in (rf"{TIMES}\s*{MANY}(?:{WAY}\s+)?{called}",
                    rf"\b{called}\s+(?:that is |is |be |are |by |a |factor |of )*{TIMES}(?:\s+{WAY})?",
                    rf"\b(?P<less>reduce|decrease|divide|lower|cut)\s+(?:the\s+)?{called}\s+by\s+(?:a factor (?:of )?)?(?P<n>\d+)\b"):
        if match := re.search(pattern, text):
            yield match, now / max(value(match["n"]), 1e-9) if match["less"] else now * value(match["n"])
    if not whole:
        return
    if match := re.search(rf"(?P<n>\d+)(?P<share>%)?\s+(?:(?P<less>fewer|less)|more|additional|extra)\s+{MANY}{called}", text):
        step = (now * value(match["n"]) / 100 if match["share"] else value(match["n"])) * (-1 if match["less"] else 1)
        yield match, now + step
    if match := re.search(rf"\b(?:(?P<less>remove|drop)|add)\s+(?:(?P<n>\d+)|an?|another)\s+{MANY}{called}|"
                          .replace("|", "|", 1).rstrip("|"), text):
        yield match, now + (value(match["n"]) if match["n"] else 1) * (-1 if match["less"] else 1)
    if match := re.search(rf"\b(?:another|an? extra|an? additional)\s+{MANY}{called}", text):
        yield match, now + 1


def _spoken(name: str, setting: FieldInfo) -> dict[str, Any]:
    """What the values of a choice or a switch are called."""
    names = [word for word in names_of(name, setting) if len(word) > 1]
    if setting.annotation is bool:
        off = {f"{no} {word}" for word in names for no in ("no", "not", "without")}
        off |= {word.replace("without ", "with ") for word in names if word.startswith("without ")}
        off |= {word.removeprefix(un) for word in names for un in ("un", "not ") if word.startswith(un)}
        on = set(names) | {word.replace("without ", "no ") for word in names}
        return dict.fromkeys(off, False) | dict.fromkeys(on, True)
    spoken = {alias: one for one in choices(setting) for alias in (one.replace("_", " "), *ALIASES.get(one, ()), one)}
    if set(choices(setting)) == {"with", "without"}:
        spoken |= {f"{no} {word}": "without" for word in names for no in ("without", "no", "remove", "drop")}
        spoken |= {f"with {word}": "with" for word in names}
    return spoken


def _choices(text: str, name: str, setting: FieldInfo) -> Iterator[_Found]:
    spoken = {figures(alias): one for alias, one in _spoken(name, setting).items()}
    everyday = {figures(word) for word in EVERYDAY} & spoken.keys()
    clear = _either(spoken.keys() - everyday)
    # "x instead of y" asks for x alone: the other is blanked out first
    unwanted = (rf"\b(?:(?:instead of|rather than|in place of|not|no|without)\s+(?:the\s+|an?\s+|using\s+)?(?:{clear})\b|"
                rf"(?:from|replace|replacing|swap|change|switch)\s+(?:the\s+)?(?:{clear})(?=\s+(?:with|by|for|to)\b))")
    wanted = re.sub(unwanted, lambda match: match[0] if match[0] in spoken else " " * len(match[0]), text)
    for match in re.finditer(rf"(?<![\w-])(?P<o>{clear})(?![\w-]|\s+(?:regression(?<!o)|derivative))", wanted):
        yield _Found(name, spoken[re.sub(r"\s+(?:the|any)\b", "", match["o"])], match.span(), (5, len(match["o"])))
    names = _either(set(names_of(name, setting)) - spoken.keys())
    if not everyday or not names:
        return
    words = _either(everyday)
    joins = r"(?:\s*[=:]\s*|(?:\s+(?:is|are|to|at|as|from|all|the|of|being|set|weights|values|with))+\s+|\s+(?!and|or|with))"
    for pattern in (rf"\b(?:{names}){joins}(?P<o>{words})\b", rf"\b(?P<o>(?!and|or|with){words})[\s-]+(?:\w+\s+)?(?:{names})\b"):
        for match in re.finditer(pattern, wanted):
            yield _Found(name, spoken[match["o"]], match.span("o"), (4, len(match["o"])))


def _either(words: set[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+(?:the\s+|any\s+)?") for word in sorted(words, key=len, reverse=True))


def _compares(text: str) -> bool:
    return re.search(r"\b(?:vs\.?|versus|or|against|compare[sd]?|comparing|difference|between|better)\b", text) is not None


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
