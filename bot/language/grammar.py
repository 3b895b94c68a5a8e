"""How an experiment's settings are spoken of: patterns made once for each kind of `Params`, from the names beside them.

A pattern is compiled when a text first has its setting's name, and beside it what else the pattern needs (a number, a
wish): `is_spoken_of`, and the looks in found.py, are cheap, and most texts end at them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from pydantic.fields import FieldInfo

from bot.content.settings import choices
from bot.language import wishes
from bot.language.numerals import FIGURE, figures
from bot.language.patterns import compiled
from bot.language.relative import Relative
from bot.language.vocabulary import EVERYDAY, names_of, spoken
from sims.engine.experiment import Params

# between a name and its value: "learning rate = 0.1", "the width to 3", "some noise, say 0.2"
JOIN = (r"(?:\s?(?P<sign>[=:]|->)|\s?\(|\s?,(?= (?:say|like)\b|\s?-?[\d.]{1,9}%?\s?(?:[.?!,;]|$))|"
        r"\s+(?:is|was|were|be|of|rate|probability|level|fraction|share|parameter|to|at|as|about|only|just|value|set|equals?|equal|"
        r"say|like|up|down|around|now|strength|too|so|big|small|high|low|bigger|smaller|higher|lower|larger|than|goes?|"
        r"negative|positive|again)\b){0,6}\s?")
# between a value and its name: "2 sigmoid units", "20% of the labels"
BETWEEN = (r"(?:[\s-]+|\s+(?:of|as|for)\s+(?:(?:the|an?|those|these|my|our|its)\s+)?)"
           r"(?:(?:hidden|training|only|just|total|sigmoid|tanh|leaky|relu|linear|different|random|dense)[\s-]+){0,2}")
NOUN = (r"(?:hidden|training|neurons?|units?|nodes?|layers?|examples?|samples?|steps?|epochs?|iterations?|updates|"
        r"points?)\b")
# a long text speaks of much: only what it asks for by one of these words counts
ASKED = r"\b(?:with|use|used|using|try|take|to|was|were|only|just|want|put|had|[=:])\s?(?:the\s+|an?\s+|all\s+)?"
OTHER = "(?:regression|algebra|combination|boundary|separable|derivative)"  # "linear regression" is no activation
FILLER = r"\s(?:the|any|feature|input)\b"
_FILLER, _SPACE = re.compile(FILLER), re.compile(r"\s+")
_JOINED = r"(?:vs\.?|versus|or|against)"
_JOINED_WIDELY = r"(?:vs\.?|versus|or|against|and|with|to)"  # in a comparison


@dataclass(frozen=True)
class Spoken:
    """How one setting is spoken of."""

    name: str
    setting: FieldInfo

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What it is called, numbers as figures; the longest first."""
        return tuple(figures(word) for word in names_of(self.name, self.setting))

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """What a text that speaks of it holds at least one of."""
        words = self.values if self.is_chosen else ()
        short = {word[:-1] if word.endswith("s") and len(word) > 4 else word for word in (*self.names, *words)}
        return tuple(sorted({_FILLER.sub("", word).split()[0] for word in short}))

    @cached_property
    def is_chosen(self) -> bool:
        """Whether it is a choice or a switch, not a number."""
        return bool(choices(self.setting)) or self.setting.annotation is bool

    @property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers."""
        return self.setting.annotation is int

    def is_spoken_of(self, text: str) -> bool:
        """Whether a text may speak of it; False is certain."""
        return any(map(text.__contains__, self.heads if self.is_chosen else self.names))

    @cached_property
    def called(self) -> str:
        """A pattern of its names, in a group `called`; a layer is not a unit of its own: "3 hidden layers"."""
        names = "|".join(re.escape(name) for name in self.names)
        return rf"(?P<called>{names})(?:e?s)?(?![\w-]|\s+layers?\b)"

    @cached_property
    def relative(self) -> Relative:
        """What measures it by its present value."""
        return Relative(self.called)

    @cached_property
    def more_or_less(self) -> tuple[re.Pattern[str], ...]:
        """What asks for more or less of it without a number."""
        return wishes.patterns_of(self.called)

    @cached_property
    def mention(self) -> re.Pattern[str]:
        """A name of it, and whether a number stands right behind: "unit 2"."""
        return compiled(rf"\b{self.called}(?P<numbered>\s?(?:number |no\. ?|#)?\d)?")

    @cached_property
    def alone(self) -> re.Pattern[str] | None:
        """A value that is an everyday word, with nothing beside it: "raw, with lr 0.1"."""
        words = _either(self.everyday - FUNCTION_WORDS)
        return None if words == NEVER else compiled(rf"(?:^|[,;]\s?)(?:now\s|just\s|then\s)?(?P<o>{words})"
                                                    r"(?:\s(?:please|instead|now|then))?(?=[,;.!?]|$)")

    @cached_property
    def extremes(self) -> re.Pattern[str]:
        """What asks for the most or the least of it that is possible."""
        return wishes.extremes_of(self.called)

    def after(self, compares: bool) -> re.Pattern[str]:
        """A value behind a name; with a second one in a comparison."""
        return _after(self.called, compares)

    def before(self, compares: bool) -> re.Pattern[str]:
        """A value before a name; with one more before or behind it."""
        return _before(self.called, compares)

    @cached_property
    def of_them(self) -> re.Pattern[str]:
        """"relu units, 3 of them"."""
        return compiled(rf"\b{self.called}\W{{0,3}}(?:(?:and|say|maybe|about|only|just|instead)\W{{1,2}}){{0,2}}"
                        rf"(?P<n>{FIGURE})\s+of\s+(?:them|those|these)\b")

    @cached_property
    def by_or_to(self) -> re.Pattern[str]:
        """"shift the cloud by 0.3": a name as a verb, and how far."""
        return compiled(rf"\b{self.called}\s+(?:the|it|them|this|that|its|our|all)\s+(?:\w{{1,20}}\s+){{0,2}}?"
                        rf"(?:by|to|at)\s+(?P<n>{FIGURE})")

    @cached_property
    def none(self) -> re.Pattern[str]:
        """"no noise", "without any dropout"."""
        unnamed = self.called.replace("(?P<called>", "(?:")
        return compiled(rf"\b(?:no|without|0)\s+(?:(?:any|the|all)\s+){{0,3}}{self.called}(?!\s?\d)|"
                        rf"\b{unnamed}\s+(?:(?:is|set|turned|switched|to)\s+){{0,2}}off\b")

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The values of a choice or a switch, by what they are called."""
        return {short(figures(alias)): value for alias, value in spoken(self.name, self.setting).items()}

    @cached_property
    def everyday(self) -> frozenset[str]:
        """Those names of values that are everyday words."""
        return frozenset({figures(word) for word in EVERYDAY} & self.values.keys())

    @cached_property
    def clear(self) -> frozenset[str]:
        """The other names of values."""
        return frozenset(self.values.keys() - self.everyday)

    @cached_property
    def _clear_words(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(words.split()) for words in sorted(self.clear))

    @cached_property
    def everyday_heads(self) -> tuple[str, ...]:
        """What a text that says one of these holds at least one of."""
        return tuple(sorted({word.split()[0] for word in self.everyday}))

    @cached_property
    def unwanted(self) -> re.Pattern[str]:
        """What is given up: "x instead of y" and "from y to x" ask for x alone."""
        return compiled(
            r"\b(?:(?P<not>(?:instead of|rather than|in place of|not|no|without)\s+(?:the\s+|an?\s+|using\s+)?)|"
            r"(?P<from>(?:from|replace|replacing|swap|change|switch)\s+(?:the\s+)?)|)"
            rf"(?:{_either(self.clear)})"
            r"(?(not)\b|(?(from)(?=\s+(?:with|by|for|to)\b)|(?=\s?->|\s+replaced (?:by|with))))")

    @cached_property
    def unwanted_word(self) -> re.Pattern[str]:
        """An everyday value that is given up: "zero instead of random"."""
        return compiled(rf"\b(?:instead of|rather than|in place of|not)\s+(?:the\s+|all\s+|an?\s+)?"
                        rf"(?:{_either(self.everyday)})\b")

    def chosen(self, long: bool) -> re.Pattern[str]:
        """A value by its name; in a long text only where it is asked for."""
        return _chosen(_either(self.clear), long)

    def may_say_clearly(self, text: str) -> bool:
        """Whether a text may hold a value that is no everyday word; False is certain."""
        return any(all(map(text.__contains__, words)) for words in self._clear_words)

    @cached_property
    def both(self) -> re.Pattern[str] | None:
        """"With or without bias": what can be there or not, both ways."""
        if set(choices(self.setting)) != {"with", "without"}:
            return None
        names = _either(set(self.names))
        return compiled(rf"\b(?:with(?:out)? {_JOINED_WIDELY} with(?:out)? (?:an? |the )?(?:{names})|"
                        rf"with (?:an? |the )?(?:{names}) {_JOINED_WIDELY} (?:without|no|not)|"
                        rf"(?:{names}) {_JOINED_WIDELY} (?:no|without) (?:{names}))\b")

    @cached_property
    def beside(self) -> tuple[re.Pattern[str], ...]:
        """A value that is an everyday word, beside a name of the setting."""
        names, words = _either(set(self.names) - self.values.keys()), _either(self.everyday)
        if not self.everyday or names == NEVER:
            return ()
        joins = (r"(?:\s?[=:]\s?|(?:\s+(?:is|are|to|at|as|from|all|the|of|being|set|weights|values|with)){1,4}\s+|"
                 r"\s+(?!and|or|with))")
        return tuple(compiled(pattern) for pattern in (
            rf"\b(?:{names}){joins}(?P<o>{words})\b(?!\.\d)",
            rf"\b(?P<o>(?!and|or|with)(?:{words}))\s+{_JOINED}\s+(?P<p>{words})[\s-]+(?:\w{{1,20}}\s+)?(?:{names})\b",
            rf"\b(?P<o>(?!and|or|with)(?:{words}))[\s-]+(?:\w{{1,20}}\s+)?(?:{names})\b"))


@cache
def grammar(kind: type[Params]) -> tuple[Spoken, ...]:
    """How the settings of an experiment are spoken of. A text, such as a learner's own rows, is never read."""
    return tuple(Spoken(name, setting) for name, setting in kind.model_fields.items() if setting.annotation is not str)


def short(words: str) -> str:
    """The name of a value without the words that may stand in it: "no feature scaling"."""
    return _SPACE.sub(" ", _FILLER.sub("", words))


NEVER = r"(?!)"
FUNCTION_WORDS = frozenset(("and", "or", "with", "without", "one", "1", "same", "own", "several"))


def _either(words: set[str] | frozenset[str]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", rf"(?:{FILLER}){{0,3}}\s+") for word in longest) or NEVER


def _after(called: str, compares: bool) -> re.Pattern[str]:
    return compiled(rf"\b{called}{JOIN}(?P<n>{FIGURE})(?!\s?-?\s?{NOUN}|\s?(?:x|times)\b){_second(compares)}")


def _before(called: str, compares: bool) -> re.Pattern[str]:
    first = rf"(?:(?P<b>{FIGURE})\s?{_JOINED_WIDELY if compares else _JOINED}\s?)?"
    return compiled(rf"{first}(?P<n>{FIGURE}){BETWEEN}{called}{_second(compares).replace('<b>', '<c>')}")


def _second(compares: bool) -> str:
    joined = r"(?:vs\.?|versus|or|against|and)" if compares else _JOINED
    return rf"(?:\s?{joined}\s?(?P<b>{FIGURE})(?!\s?-?\s?[a-z]))?"


def _chosen(clear: str, long: bool) -> re.Pattern[str]:
    cue = ASKED if long else ""
    return compiled(rf"{cue}(?<![\w-])(?P<o>{clear})(?![\w-]|\s+{OTHER}\b)(?<!logistic(?= regression))")
