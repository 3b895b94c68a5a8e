"""Words into settings: "with only 2 neurons and relu" becomes {hidden: 2, activation: "relu"}.

The names that learners use for a setting stand beside it, in the experiment's `Params`. A number counts where it stands
next to such a name ("2 neurons", "lr = 0.5", "twice as many units"), a choice where it is named ("with relu", "relu
instead of sigmoid"); both only in those parts of a post that ask for a run (requests.py), so that "why is relu better
than sigmoid?" and a description of the learner's own network change nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic.fields import FieldInfo

from bot.content.settings import bounds, choices, described
from bot.language.numerals import FIGURE, figures, value
from bot.language.relative import relative, share
from bot.language.requests import SHORT, requested
from bot.language.vocabulary import EVERYDAY, names_of, plain, spoken
from sims.engine.experiment import Params
from sims.engine.randomness import LARGEST_SEED

# between a name and its value: "learning rate = 0.1", "the width to 3", "some noise, say 0.2"
JOIN = (r"(?:\s*(?P<sign>[=:]|->)|\s*\(|\s*,(?= (?:say|like)\b|\s*[\d.]{1,9}%?\s*(?:[.?!,;]|$))|"
        r"\s+(?:is|was|were|be|of|rate|probability|level|fraction|share|parameter|to|at|as|about|only|just|value|set|equals?|equal|"
        r"say|like|up|down|around|now|strength|too|so|big|small|high|low|bigger|smaller|higher|lower|larger|than)\b)*\s*")
# between a value and its name: "2 sigmoid units", "20% of the labels"
BETWEEN = (r"(?:[\s-]+|\s+(?:of|as|for)\s+(?:the\s+|an?\s+)?)(?:(?:hidden|training|only|just|total|sigmoid|tanh|"
           r"leaky|relu|linear|different|random|dense)[\s-]+){0,2}")
NOUN = (r"(?:hidden|training|neurons?|units?|nodes?|layers?|examples?|samples?|steps?|epochs?|iterations?|updates|"
        r"points?)\b")
INDEXED = re.compile(r"\b(?:layer|neuron|unit|node|week|course|part|exercise|question|step|example|lab|chapter|epoch|"
                     r"feature|class|kill|silence|delete|ablate|turn off|switch off|number|no\.|figure|version|row|"
                     r"column) $")


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


def read_settings(question: str, kind: type[Params], current: Mapping[str, Any] | None = None,
                  whole: bool = False) -> Read:
    """Read the settings that a question names. `current` are those that "twice as many" is measured by; `whole` reads
    what does not ask for a run by itself, too."""
    fields = kind.model_fields
    text = figures(plain(question))
    text = text if whole else requested(text)
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
        bounded = [within(one, fields[name]) for one in values]
        compared = _compares(text) and len({one for one, _ in bounded}) > 1
        if compared and len(values) == 2 and compare is None:
            compare = (name, (bounded[0][0], bounded[1][0]))
        elif not compared:
            changes[name] = bounded[-1][0]
        notes += [note for _, note in bounded if note]
    seed = re.search(r"\bseed\s*(?:[=:#]|number|no\.?|is|to|of)?\s*(\d{1,18})\b", text)
    return Read(changes, tuple(notes), compare, min(int(seed[1]), LARGEST_SEED) if seed else None)


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
    several = (rf"(?P<l>{FIGURE})[\s-]+(?:\w+\s+)?layers?\s*,?\s*(?:of|with|each|x|×|having)\s+"
               rf"(?P<n>{FIGURE})(?!\s+(?:epochs|steps))")
    listed = r"(?<![\d.-])\d{1,3}((?:-\d{1,3})+)-\d{1,3}(?![\d.-])"
    deep = next((name for name in ("layers", "depth") if name in fields), "")
    found: dict[str, tuple[float, tuple[int, int]]] = {}
    if match := re.search(several, text):
        found = {deep: (value(match["l"]), match.span("l")), "hidden": (value(match["n"]), match.span("n"))}
    elif match := re.search(listed, text):
        widths = match[1][1:].split("-")
        found = {deep: (len(widths), (match.start(), match.start(1))), "hidden": (int(widths[0]), match.span(1))}
    elif match := re.search(rf"(?P<n>{FIGURE})\s+(?:leaky\s+)?(?:relus|sigmoids|tanhs|wide)\b", text):
        found = {"hidden": (value(match["n"]), match.span("n"))}
    elif match := re.search(r"\b(?:no|without|0)\s+(?:a |any |the |all )?hidden\s+(?:layers?|units?|neurons?)\b", text):
        found = {"hidden": (0, match.span())}
    return iter([_Found(name, number, span) for name, (number, span) in found.items() if name in fields])


def _called(name: str, setting: FieldInfo) -> str:
    names = [re.escape(figures(word)) for word in names_of(name, setting)]
    return rf"(?P<called>{'|'.join(names)})(?:e?s)?(?![\w-]|\s+layers?\b)"


def _values(text: str, name: str, setting: FieldInfo, now: Any) -> Iterator[_Found]:
    called, whole = _called(name, setting), setting.annotation is int
    if described(setting).get("unit") == "share" and (part := share(text, called)):
        yield _Found(name, part[1], part[0].span(), (8, len(part[0]["called"])))
        return
    if found := next(relative(text, called, now, whole), None):
        where, number = found
        yield _Found(name, float(f"{number:.12g}"), where.span(), (8, len(where["called"])))
        return
    # what a value is changed from is not what is asked for: "from 3 to 5 neurons", "5 instead of 3 neurons"
    text = re.sub(rf"\b(?:from|instead of|rather than)\s+{FIGURE}", lambda match: " " * len(match[0]), text)
    joined = r"(?:vs\.?|versus|or|against|and)" if _compares(text) else r"(?:vs\.?|versus|or|against)"
    second = rf"(?:\s*{joined}\s*(?P<b>{FIGURE})(?!\s*-?\s*[a-z]))?"
    after = rf"\b{called}{JOIN}(?P<n>{FIGURE})(?!\s*-?\s*{NOUN}|\s*(?:x|times)\b){second}"
    first = rf"(?:(?P<b>{FIGURE})\s*{joined}\s*)?"
    before = rf"{first}(?P<n>{FIGURE}){BETWEEN}{called}{second.replace('<b>', '<c>')}"
    for match in re.finditer(after, text):
        indexed = whole and not match["sign"] and match["called"] + "s" in names_of(name, setting)
        if not indexed and (not whole or match["sign"] or not re.search(r"[.%]", match["n"])) and (
                len(match["called"]) > 1 or match["sign"]):
            yield from _numbers(name, match, 4 if match["sign"] else 2 if whole else 3)
    for match in re.finditer(before, text):
        countable = match["called"].endswith("s") or match["called"] + "s" in names_of(name, setting)
        plural = match[0].rstrip().endswith("s")
        if (plural or not INDEXED.search(text[:match.start()])) and len(match["called"]) > 1 and (
                "%" not in match["n"] if whole else re.search(r"[.%e]", match["n"]) or countable):
            yield from _numbers(name, match, 3 if whole else 1)
    of_them = rf"\b{called}\W*(?:(?:and|say|maybe|about|only|just)\s+)?(?P<n>{FIGURE})\s+of\s+(?:them|those|these)\b"
    if whole and (them := re.search(of_them, text)):
        yield from _numbers(name, them, 3)
    none = rf"\b(?:no|without|0)\s+(?:any\s+|the\s+|all\s+)*{called}(?!\s*\d)"
    if (absent := re.search(none, text)) and (bounds(setting)[0] or 0) <= 0:
        yield _Found(name, 0, absent.span(), (2, len(absent["called"])))


def _numbers(name: str, match: re.Match[str], how: int) -> Iterator[_Found]:
    """The one or two numbers of a match, where they stand."""
    for part in ("b", "n", "c"):
        if match.groupdict().get(part):
            yield _Found(name, value(match[part]), match.span(part), (how, len(match["called"])))


def _choices(text: str, name: str, setting: FieldInfo) -> Iterator[_Found]:
    called = {_short(figures(alias)): one for alias, one in spoken(name, setting).items()}
    everyday = {figures(word) for word in EVERYDAY} & called.keys()
    clear, words = _either(called.keys() - everyday), _either(everyday)
    # "x instead of y" and "from y to x" ask for x alone: y is blanked out first
    unwanted = (r"\b(?:(?:instead of|rather than|in place of|not|no|without)\s+(?:the\s+|an?\s+|using\s+)?"
                rf"(?:{clear})\b|"
                rf"(?:from|replace|replacing|swap|change|switch)\s+(?:the\s+)?(?:{clear})(?=\s+(?:with|by|for|to)\b)|"
                rf"\b(?:{clear})(?=\s*->|\s+replaced (?:by|with)))")
    text = re.sub(unwanted, lambda match: match[0] if _short(match[0]) in called else " " * len(match[0]), text)
    cue = ASKED if len(text.split()) > SHORT else ""
    for match in re.finditer(rf"{cue}(?<![\w-])(?P<o>{clear})(?![\w-]|\s+{OTHER}\b)(?<!logistic(?= regression))", text):
        yield _Found(name, called[_short(match["o"])], match.span("o"), (5, len(match["o"])))
    names = _either(set(names_of(name, setting)) - called.keys())
    if not everyday or not names:
        return
    joins = (r"(?:\s*[=:]\s*|(?:\s+(?:is|are|to|at|as|from|all|the|of|being|set|weights|values|with))+\s+|"
             r"\s+(?!and|or|with))")
    for pattern in (rf"\b(?:{names}){joins}(?P<o>{words})\b(?!\.\d)",
                    rf"\b(?P<o>(?!and|or|with)(?:{words}))[\s-]+(?:\w+\s+)?(?:{names})\b"):
        for match in re.finditer(pattern, text):
            yield _Found(name, called[_short(match["o"])], match.span("o"), (4, len(match["o"])))


# a long text speaks of much: only what it asks for by one of these words counts
ASKED = r"\b(?:with|use|used|using|try|take|to|was|were|only|just|want|put|had|[=:])\s*(?:the\s+|an?\s+|all\s+)?"
OTHER = "(?:regression|algebra|combination|boundary|separable|derivative)"  # "linear regression" is no activation
FILLER = r"\s+(?:the|any|feature|input)\b"


def _short(words: str) -> str:
    return re.sub(r"\s+", " ", re.sub(FILLER, "", words))


def _either(words: set[str]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", rf"(?:{FILLER})*\s+") for word in longest) or r"(?!)"


def _compares(text: str) -> bool:
    return bool(re.search(r"\b(?:vs\.?|versus|or|against|compare[sd]?|comparing|difference|between|better)\b", text))


def within(value: Any, setting: FieldInfo) -> tuple[Any, str]:
    """The nearest value that a setting may have, and a note where that is another one."""
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
