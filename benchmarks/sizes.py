"""`python -m benchmarks.sizes`: what 10,000, 100,000 and 1,000,000 learners need, from what one core does here.

Measured is processor time, in this process: a question matched, an answer with a run that nobody asked for before, and
a page that is there already. docs/deploying.md says what is assumed, and shows the arithmetic; `--match` and the other
options take figures of another machine, or of `benchmarks.load`, in their place.
"""

import argparse
import asyncio
import math
import resource
import time
from collections.abc import Callable, Sequence
from itertools import islice

import httpx

from bot.service import Bot
from bot.surfaces.web import work
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

LEARNERS = (10_000, 100_000, 1_000_000)
QUESTIONS = 10  # that a learner asks in a week
BUSIEST = 0.10  # of a week's questions that fall into its busiest hour, before a deadline
FRESH = 0.25  # of questions that need a run of their own; the others are at an entry's own settings, and shared
PAGES = 5  # pages and pictures fetched for each question
BUSY = 0.6  # of a core that is in use at the busiest hour: beyond it queues grow
MEASURED, REPEATS = 40, 200


def main() -> None:
    """Measure, and print the estimate."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    for name in ("match", "fresh", "page"):
        parser.add_argument(f"--{name}", type=float, help="its milliseconds, in place of what is measured")
    given = parser.parse_args()
    match, fresh, page = given.match, given.fresh, given.page
    if None in (match, fresh, page):
        measured = asyncio.run(costs())
        match, fresh, page = (known or found for known, found in zip((match, fresh, page), measured, strict=True))
    print(f"a question matched {match:.1f} ms, a fresh answer {fresh:.0f} ms, a page that is there {page:.2f} ms; "
          f"this process holds {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    for learners in LEARNERS:
        rate = learners * QUESTIONS * BUSIEST / 3600
        print(f"{learners:9,} learners: {rate:7.1f} questions/s at the busiest hour, "
              f"{cores(rate, match, fresh, page)} cores")


def cores(rate: float, match: float, fresh: float, page: float) -> int:
    """Cores for so many questions a second, whose parts cost these milliseconds; one at the least."""
    return max(1, math.ceil(rate * (match + FRESH * fresh + PAGES * page) / 1000 / BUSY))


async def costs() -> tuple[float, float, float]:
    """Milliseconds of processor time for a match, a fresh answer and a page that is there."""
    work.PATIENCE = 600.0  # what counts is processor time, however long the machine takes
    bot = Bot()
    bot.warm()
    while not bot.is_ready:
        await asyncio.sleep(0.1)
    texts = list(islice((entry.utterances[-1] for entry in bot.entries.values()), MEASURED))
    for text in texts[:3]:
        bot.understand(text)
    match = mean([lambda text=text: bot.understand(text) for text in texts[3:]])
    transport = httpx.ASGITransport(alone(bot, WebSettings()))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        async def fetched(path: str) -> None:
            assert (await client.get(path, timeout=600)).status_code == 200

        slugs = list(islice(bot.entries, 0, None, max(1, len(bot.entries) // MEASURED)))
        await fetched(f"/e/{slugs[0]}")
        begun = time.process_time()
        for slug in slugs:
            await fetched(f"/e/{slug}?seed=123")
        fresh = (time.process_time() - begun) / len(slugs)
        begun = time.process_time()
        for _ in range(REPEATS):
            await fetched(f"/e/{slugs[0]}")
        page = (time.process_time() - begun) / REPEATS
    return 1000 * match, 1000 * fresh, 1000 * page


def mean(things: Sequence[Callable[[], object]]) -> float:
    """Seconds of processor time that one of these takes."""
    begun = time.process_time()
    for thing in things:
        thing()
    return (time.process_time() - begun) / len(things)


if __name__ == "__main__":
    main()
