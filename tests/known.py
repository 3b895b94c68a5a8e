"""The entries as they are shipped, read once for all tests, and the bot that answers for all of them.

Nothing may change them. What one test had trained is there for the next, in any worker: the bot keeps its runs, and how
often their controls hold, in a folder, by a hash of all that makes them.
"""

from contextlib import suppress
from typing import Any

from bot.answers.controls import Counted, Counts, as_bytes
from bot.answers.controls import Key as CountsKey
from bot.answers.controls import name_of as name_of_counts
from bot.answers.prepared import Prepared
from bot.answers.runs import Key, Runs, name_of
from bot.answers.wire import Unreadable, packed
from bot.content.entries import Entry
from bot.content.environment import cache_folder
from bot.service import Bot, shared_bot
from bot.sharing.version import RUNS, version
from sims.engine.experiment import Run

MOST = 200  # runs in the memory of one worker
FOLDER = cache_folder() / "tests" / version(RUNS)
PLACE = Prepared(FOLDER)


class KeptRuns(Runs):
    """Runs that are also put in the folder, for other workers."""

    def _keep(self, key: Key, run: Run[Any, Any]) -> Run[Any, Any]:
        if not PLACE.has(name_of(key)):
            with suppress(Unreadable):
                PLACE.put(name_of(key), packed(key[0], run))
        return super()._keep(key, run)


class KeptCounts(Counted):
    """Counts of controls that are also put there."""

    def keep(self, key: CountsKey, counts: Counts) -> Counts:
        PLACE.put(name_of_counts(key), as_bytes(counts))
        return super().keep(key, counts)


BOT: Bot = shared_bot()
ENTRIES: dict[str, Entry] = BOT.entries
BOT.runs, BOT.counted = KeptRuns(MOST, prepared=PLACE), KeptCounts(prepared=PLACE)  # type: ignore[assignment]


def a_bot(entries: dict[str, Entry] = ENTRIES) -> Bot:
    """A bot of a test's own, which remembers nothing yet but finds what any test had trained."""
    made = Bot(dict(entries), KeptRuns(MOST, prepared=PLACE))
    made.counted = KeptCounts(prepared=PLACE)  # type: ignore[assignment]
    return made
