"""`python -m benchmarks.load`: how many questions a second one process answers, and how long each of them waits.

The server and its clients are on this machine. What counts is answers for each second of the server's own processor
time, which other programs of the machine change little; what is waited for is the machine's as it is.
"""

import argparse
import asyncio
import itertools
import json
import time
from collections.abc import Iterator, Sequence

from benchmarks.loopback import PATIENCE, Client, Seen, Server, Wanted, ask_all, serving
from bot.content.entries import Entry, read_knowledge

CLIENTS = (1, 10, 100)
HEAD = "| asked for | clients | answers | a second | a processor second | p50 ms | p95 ms | p99 ms | refused | failed |"
AT_ONCE = 500  # uncached runs
NO_MODEL = "/nowhere"  # without the large model the small matcher decides


def post(path: str, **body: object) -> Wanted:
    """A request with JSON."""
    return path, json.dumps(body).encode()


def questions(entries: Sequence[Entry]) -> Iterator[Wanted]:
    """Different questions, by turns of all entries."""
    texts = zip(*(entry.utterances for entry in entries), strict=False)
    return (post("/api/match", question=text) for row in texts for text in row)


def runs(entries: Sequence[Entry], first_seed: int) -> Iterator[Wanted]:
    """Answers that nobody has asked for yet, by turns of all entries."""
    return (post("/api/run", entry=entry.slug, seed=seed)
            for seed in itertools.count(first_seed) for entry in entries)


def every(kind: str, server: Server, wanted: Iterator[Wanted], warming: int, count: int, seconds: float) -> None:
    """A row for each number of clients, each with requests that were not made before, so that no answer is remembered
    that should not be. The first ones, which import and fill what a server has for good, are in none."""
    asyncio.run(ask_all(server, list(itertools.islice(wanted, warming)), 4, PATIENCE))
    for clients in CLIENTS:
        asked = list(itertools.islice(wanted, count))
        print(f"| {kind} | {clients} | {asyncio.run(ask_all(server, asked, clients, seconds)).row} |", flush=True)


def warmed(server: Server, entries: Sequence[Entry]) -> list[Wanted]:
    """Pages that the server holds."""
    pages: list[Wanted] = [(f"/e/{entry.slug}", b"") for entry in entries]
    asyncio.run(ask_all(server, pages, 1, 600))
    return pages


async def amid(server: Server, pages: Sequence[Wanted], asked: Sequence[Wanted], seconds: float) -> tuple[Seen, Seen]:
    """Cached pages, one after another, while all of `asked` is asked for at once."""
    rush = asyncio.create_task(ask_all(server, asked, len(asked), seconds))
    seen, end = Seen(), time.perf_counter() + seconds
    began, spent = time.perf_counter(), server.seconds()
    async with Client(server.port) as client:
        while time.perf_counter() < end and not rush.done():
            path, body = pages[len(seen.waited) % len(pages)]
            at = time.perf_counter()
            if await client.ask(path, body) == 200:
                seen.waited.append(time.perf_counter() - at)
            await asyncio.sleep(0.02)
    seen.wall, seen.spent = time.perf_counter() - began, server.seconds() - spent
    return seen, await rush


def soak(server: Server, pages: Sequence[Wanted], entries: Sequence[Entry], minutes: float) -> None:
    """Everything by turns for so long; memory at the beginning of each tenth."""
    new, asked = runs(entries, 10_000_000), questions(entries)
    for part in range(11):
        print(f"soak: {minutes * part / 10:.1f} min, {server.megabytes():.0f} MB", flush=True)
        end = time.monotonic() + 6 * minutes if part < 10 else 0
        while time.monotonic() < end:
            mixed = [*pages, *itertools.islice(new, 4), *itertools.islice(asked, 20)]
            seen = asyncio.run(ask_all(server, mixed, 8, 60))
            assert not seen.failed, f"{seen.failed} requests failed"


def main() -> None:
    """Print the table."""
    reads = argparse.ArgumentParser(description=__doc__)
    reads.add_argument("--seconds", type=float, default=20, help="that a row may take; what was begun is finished")
    reads.add_argument("--count", type=int, default=400, help="of cheap requests in a row")
    reads.add_argument("--minutes", type=float, default=0, help="of a soak at the end")
    given = reads.parse_args()
    entries = list(read_knowledge().values())
    print(HEAD + "\n|" + "---|" * 10)
    with serving("--pages-only", ASK_NEURON_MODEL=NO_MODEL) as server:
        every("match, small encoder", server, questions(entries), len(entries), given.count, given.seconds)
    with serving("--pages-only") as server:
        every("match, MiniLM", server, questions(entries), len(entries), given.count, given.seconds)
        pages = warmed(server, entries[:8])
        every("cached page", server, itertools.cycle(pages), 0, 5 * given.count, given.seconds)
        held = itertools.cycle(post("/api/run", entry=entry.slug) for entry in entries[:8])
        every("cached answer", server, held, 8, given.count, given.seconds)
        every("uncached answer", server, runs(entries, 1_000), 0, 40, given.seconds)
        before = server.megabytes()
        seen, rush = asyncio.run(amid(server, pages, list(itertools.islice(runs(entries, 90_000), AT_ONCE)), 60))
        print(f"| cached page, amid {AT_ONCE} uncached | 1 | {seen.row} |")
        print(f"| uncached answer | {AT_ONCE} | {rush.row} |")
        print(f"\nMemory: {before:.0f} MB before the {AT_ONCE}, {server.megabytes():.0f} MB after.")
        if given.minutes:
            soak(server, pages, entries, given.minutes)


if __name__ == "__main__":
    main()
