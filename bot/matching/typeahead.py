"""Looking entries up while typing: every keystroke ranks all titles and phrasings.

Half a word counts for the words that it begins ("overf" finds overfitting); the matcher adds what is meant in other
words. Only the small encoder is asked, so that an answer takes a few milliseconds.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.content.entries import Entry
from bot.matching.matcher import Matcher

SHOWN = 8
LONGEST = 300  # characters of a query; more is a post, not a search
FAINT = 0.05  # scores below it are chance
IN_TITLE = 1.25  # a word found in a title counts for more than one in a phrasing
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True)
class Hit:
    """An entry with the phrasing of it that is nearest to what was typed; `phrasing` may be the title itself, or the
    title of one of its points, whose id is `point`."""

    slug: str
    title: str
    phrasing: str
    score: float
    point: str | None = None


@dataclass(frozen=True)
class Lookup:
    """The words of all titles and phrasings, and the matcher; make one with `lookup_of`."""

    entries: Mapping[str, Entry]
    matcher: Matcher
    phrasings: Sequence[tuple[str, str, str | None]]  # (slug, text, the point that it asks)
    weights: NDArray[np.float64]  # of each phrasing: less for a long one
    vocabulary: Sequence[str]  # sorted
    where: Sequence[NDArray[np.intp]]  # for each word, the phrasings that have it

    def search(self, typed: str, most: int = SHOWN) -> list[Hit]:
        """The best entries for what has been typed so far, best first; none for a text without words."""
        words = words_of(typed[:LONGEST])
        if not words:
            return []
        found = self._by_words(words)
        meant = {match.slug: match.confidence for match in self.matcher.decide(typed[:LONGEST]).ranked}
        best: dict[str, int] = {}
        for number, (slug, _, _) in enumerate(self.phrasings):
            if slug not in best or found[number] > found[best[slug]]:
                best[slug] = number
        scores = {slug: float(found[number]) + meant.get(slug, 0.0) for slug, number in best.items()}
        ranked = sorted(scores, key=lambda slug: (-scores[slug], slug))[:most]
        return [Hit(slug, self.entries[slug].title, text, scores[slug], point) for slug in ranked
                for _, text, point in [self.phrasings[best[slug]]] if scores[slug] > FAINT]

    def _by_words(self, words: Sequence[str]) -> NDArray[np.float64]:
        """For each phrasing the share of the typed words that it has, rare words counting more."""
        total, found = 0.0, np.zeros(len(self.phrasings))
        for number, word in enumerate(words):
            hit = np.zeros(len(self.phrasings), bool)
            for index in self._beginning(word, whole=number < len(words) - 1):
                hit[self.where[index]] = True
            rarity = float(np.log((1 + len(hit)) / (1 + hit.sum())))
            found += rarity * hit
            total += rarity
        return found / total * self.weights if total else found

    def _beginning(self, word: str, whole: bool) -> Iterator[int]:
        """The words of the vocabulary that begin so; only the word itself where another was typed after it."""
        index = bisect_left(self.vocabulary, word)
        while index < len(self.vocabulary) and self.vocabulary[index].startswith(word):
            if not whole or self.vocabulary[index] in (word, f"{word}s"):
                yield index
            index += 1


def lookup_of(entries: Mapping[str, Entry], matcher: Matcher) -> Lookup:
    """Read all titles and phrasings. `matcher` is that of the entries with the small encoder."""
    matcher.understood("mispelled")  # reads the dictionary now, not at the first keystroke
    phrasings: list[tuple[str, str, str | None]] = []
    for slug, entry in entries.items():
        phrasings += [(slug, text, None) for text in (entry.title, *entry.utterances)]
        phrasings += [(slug, point.title, point.id) for point in entry.points]
    weights = [(IN_TITLE if text == entries[slug].title else 1.0) / (1 + len(text) / 400)
               for slug, text, _ in phrasings]
    having: dict[str, set[int]] = {}
    for number, (_, text, _) in enumerate(phrasings):
        for word in words_of(text):
            having.setdefault(word, set()).add(number)
    vocabulary = sorted(having)
    return Lookup(entries, matcher, phrasings, np.array(weights), vocabulary,
                  [np.array(sorted(having[word]), np.intp) for word in vocabulary])


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without accents, each once, in order."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return list(dict.fromkeys(WORD.findall(plain)))
