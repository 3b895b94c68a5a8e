"""The ways to ask points as a file for browsers: `assets/search/asks.js` finds what is asked in nearly their words.

A deflated JSON object: `format`, and `points`, each [entry, id, title, its settings as a query, [ways to ask]]. Ways to
ask are bare words, spelt as the search spells what is typed.
"""

import json
import zlib
from collections.abc import Iterable

from bot.content.entries import Entry
from bot.content.points import bare_words
from bot.language.spelling import Speller
from bot.present.permalinks import query_for

FORMAT = 1  # asks.js reads this one alone


def asks_file(entries: Iterable[Entry], speller: Speller) -> bytes:
    """The file for the points of these entries; `speller` is that of the small matcher, which browsers have, too."""
    points = [[entry.slug, point.id, point.title, query_for(point.params),
               sorted({bare_words(speller.correct(ask)) for ask in point.asks})]
              for entry in entries for point in entry.points]
    return zlib.compress(json.dumps({"format": FORMAT, "points": points}, ensure_ascii=False,
                                    separators=(",", ":")).encode(), 9)
