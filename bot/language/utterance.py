"""What somebody typed, read once: cleaned, in lower case with typing errors mended, with its numbers as figures.

Everything that reads a learner's words takes an `Utterance`, so that nothing is cleaned or corrected twice.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from bot.language.numerals import FIGURE, figures
from bot.language.requests import Stance, requested
from bot.language.spelling import Speller
from bot.language.text import clean
from bot.language.vocabulary import ALIASES

LONGEST = 2000  # characters that are corrected and searched for settings: the first of a post
REMEMBERED = 256  # utterances; a conversation that is replayed reads none of its questions again
# words that a typing error may stand for, besides the values' names
VOCABULARY = """neurons units nodes hidden layers learning rate epochs iterations steps activation function batch size
    dropout optimizer optimiser threshold noise bias biases temperature classes features regularisation regularization
    lambda weight decay examples samples points depth width scaling slope budget tolerance instead double twice half
    without longer shorter noisier cleaner fewer wider narrower deeper shallower stronger weaker replace compare"""
GREEK = str.maketrans({"λ": "lambda", "α": "alpha", "η": "eta", "ε": "epsilon", "→": "->", "⇒": "->"})
_BLANKS, _BREAKS = re.compile(r"[^\S\n]+"), re.compile(r"\n[^\S\n]*")
_COUNT = re.compile(r"\b(?:n|num|nr|number)_(?=[a-z])")  # n_hidden, before "n" is taken for "and"
_GATE = re.compile(r"\b(AND|OR)\b(?![\s-]gate)")  # "AND" is a task, "and" is not
SWITCHED = ("bias(?:es)?|dropout|batch ?norm(?:ali[sz]ation)?|regulari[sz]ation|scaling|momentum|noise|weight decay|"
            "penalty")
COUNTED = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b"
_REWRITTEN = tuple((re.compile(pattern), plain) for pattern, plain in (
    (r"\bw/o\b", "without"), (r"\bpts\b", "points"),
    (r"(?<!\w)'?em\b", "them"), (r"\bw/ ?(?=[\s\d])", "with "), (r"=>|(?<!-)--{1,3}>", "->"),
    (r"\b(?:turn|switch|take|leave|strip) (?:the )?(?!an?\b|one\b|two\b|three\b|four\b|another\b)"
     r"([a-z][a-z -]{1,24}?) (?:off|out|away)\b", r"without \1"),
    (r"\b(?:turn|switch|put|add|bring) (?:the )?([a-z][a-z -]{1,24}?) (?:back(?: on| in)?|on)\b", r"with \1"),
    (r"\b(?:turn|switch) on (?:the )?(?=[a-z])", "with "),
    (rf"\b(?:leave out|take out|take away|take off|get rid of|cut|delete|lose|ditch|omit) (?={COUNTED})", "remove "),
    (rf"\b({SWITCHED}) (?:is |are |turned |switched ){{0,2}}off\b", r"without \1"),
    (rf"\b({SWITCHED}) (?:is |are |turned |switched ){{0,2}}on\b", r"with \1"),
    (r"\b(?:(?:remove|leave out|take out|leave away|omit|exclude|lose|ditch|turn off|switch off|take away|disable|"
     r"get rid of|skip|drop(?= the| all))\s+"
     r"(?:the\s+|all\s+|any\s+){0,3})(?!an?\b|one\b|\d|\w+\s+\d|" + COUNTED + ")", "without "),
))
# "3 -> 6" and "replace 3 neurons with 6" speak of 6 alone
_CHANGED = tuple((re.compile(pattern), plain) for pattern, plain in (
    (rf"{FIGURE}\s{{0,3}}->\s{{0,3}}(?={FIGURE})", ""),
    (rf"\b(?:replace|replacing|swap|swapping|change|changing|exchange|trade)\s+(?:the\s+|those\s+|these\s+|all\s+){{0,2}}{FIGURE}"
     rf"(?P<what>(?:\s+[a-z]+){{0,3}}?)\s+(?:with|by|for|to|into)\s+(?P<n>{FIGURE})", r"use \g<n>\g<what>"),
))


@dataclass(frozen=True)
class Utterance:
    """A learner's words in the forms that are read. Make one with `read`."""

    typed: str
    text: str  # cleaned
    plain: str  # in lower case, typing errors mended, what can be said in several ways said in one

    @cached_property
    def said(self) -> str:
        """The plain words with every number as figures, and of a change only what it leads to."""
        said = figures(self.plain)
        for pattern, now in _CHANGED:
            said = pattern.sub(now, said)
        return said

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The words of what is said, each once."""
        return frozenset(_TOKEN.findall(self.said))

    @cached_property
    def length(self) -> int:
        """The number of words."""
        return len(self.text.split())

    def asking(self, stance: Stance) -> str:
        """What of it asks for a run, taken as that stance takes it."""
        if stance not in self._asking:
            self._asking[stance] = requested(self.said, stance)
        return self._asking[stance]

    @cached_property
    def _asking(self) -> dict[Stance, str]:
        return {}


_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@lru_cache(REMEMBERED)
def read(typed: str) -> Utterance:
    """Read what was typed; what was read before is remembered."""
    text = clean(typed)
    return Utterance(typed, text, _plain(text))


def _plain(text: str) -> str:
    text = text[:LONGEST].replace("’", "'").translate(GREEK)
    text = _BREAKS.sub("\n", _BLANKS.sub(" ", text)).strip()
    text = _COUNT.sub("", text)
    if not text.isupper():
        text = _GATE.sub(r"\1-gate", text)
    text = _speller().correct(text).lower()
    for pattern, plain in _REWRITTEN:
        text = pattern.sub(plain, text)
    return text


@cache
def _speller() -> Speller:
    words = " ".join([VOCABULARY, *ALIASES, *(alias for aliases in ALIASES.values() for alias in aliases)])
    return Speller([words, words])
