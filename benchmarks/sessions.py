"""`python -m benchmarks.sessions`: learners in the chat, each on a websocket as a browser has it.

What idle learners cost is measured first: memory at each of several numbers of them, and its slope. Then one learner
after another types a question, three in four of them an entry's own title, the others with a setting that nobody has
asked for; what counts is the server's own processor time for each, which other programs of the machine change little.
At last many ask at the same time: the time of an answer is from the question to the end of the script's run.
"""

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Sequence

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.loopback import HERE, PATIENCE, Seen, Server, serving
from bot.content.entries import Entry, read_knowledge
from bot.content.settings import settings_of

OPENED_AT_ONCE = 10
OWN = 0.75  # the share of questions at an entry's own settings


class Learner:
    """One conversation."""

    def __init__(self, port: int) -> None:
        self._address, self._origin = f"ws://{HERE}:{port}/_stcore/stream", f"http://{HERE}:{port}"
        self._box = ""  # the id of the field for questions

    async def open(self) -> None:
        """Open the chat."""
        self._socket = await websockets.connect(self._address, origin=self._origin, subprotocols=["streamlit"],
                                                open_timeout=PATIENCE, ping_interval=None, max_size=None)
        await self._run(BackMsg(rerun_script={"query_string": ""}))

    async def ask(self, question: str) -> float:
        """Type a question; the seconds until it is answered."""
        typed = {"id": self._box, "chat_input_value": {"data": question}}
        began = time.perf_counter()
        await self._run(BackMsg(rerun_script={"widget_states": {"widgets": [typed]}}))
        return time.perf_counter() - began

    async def close(self) -> None:
        """Leave."""
        await self._socket.close()

    async def _run(self, message: BackMsg) -> None:
        await self._socket.send(message.SerializeToString())
        while True:
            told = ForwardMsg.FromString(await asyncio.wait_for(self._socket.recv(), PATIENCE))
            kind = told.WhichOneof("type")
            if kind == "delta" and told.delta.new_element.WhichOneof("type") == "chat_input":
                self._box = told.delta.new_element.chat_input.id
            if kind == "script_finished":
                return


async def opened(server: Server, count: int) -> list[Learner]:
    """So many learners who read."""
    learners = [Learner(server.port) for _ in range(count)]
    room = asyncio.Semaphore(OPENED_AT_ONCE)

    async def one(learner: Learner) -> None:
        async with room:
            await learner.open()

    await asyncio.gather(*map(one, learners))
    return learners


def question(chance: random.Random, entry: Entry) -> tuple[str, bool]:
    """What a learner types about an entry, and whether at the entry's own settings."""
    numbers = [one for one in settings_of(entry.kind).values()
               if one.low is not None and one.high is not None and one.name != "steps"]
    if not numbers or chance.random() < OWN:
        return entry.title, True
    one = chance.choice(numbers)
    assert one.low is not None
    assert one.high is not None
    value = chance.uniform(one.low, one.high)
    return f"{entry.title} Try it with {one.title} = {round(value) if one.kind == 'whole' else f'{value:.3g}'}", False


async def alone(server: Server, learners: Sequence[Learner], entries: Sequence[Entry], count: int) -> None:
    """One question after another; print what each takes of the server's processor time."""
    spent: dict[bool, list[float]] = {True: [], False: []}
    chance = random.Random(0)
    for number in range(count):
        text, own = question(chance, chance.choice(entries))
        before = server.seconds()
        await learners[number % len(learners)].ask(text)
        spent[own].append(1000 * (server.seconds() - before))
    for name, some in (("own settings", spent[True]), ("other settings", spent[False]),
                       ("all", [*spent[True], *spent[False]])):
        if len(some) > 1:
            ordered = sorted(some)
            print(f"{len(some)} questions, {name}: processor time {statistics.mean(some):.0f} ms in the mean, "
                  f"p50 {statistics.median(some):.0f}, p95 {ordered[int(0.95 * len(some))]:.0f}", flush=True)
    mean = statistics.mean([*spent[True], *spent[False]])
    print(f"so one core has as much work as it can do with {60_000 / mean:.0f} learners who ask once a minute")


async def idle(server: Server, levels: Sequence[int]) -> list[Learner]:
    """Open the chat for so many learners; print the memory at each level, and what each learner adds."""
    learners: list[Learner] = []
    seen: list[float] = []
    for level in levels:
        learners += await opened(server, level - len(learners))
        seen.append(server.megabytes())
        print(f"{level} idle learners: {seen[-1]:.0f} MB", flush=True)
    if len(levels) > 1:
        print(f"each adds {1024 * statistics.linear_regression(levels, seen).slope:.0f} KB")
    return learners


async def active(server: Server, learners: Sequence[Learner], entries: Sequence[Entry], every: float,
                 seconds: float) -> Seen:
    """Each learner asks once in `every` seconds, not all at the same moment, for `seconds`."""
    seen, began, spent = Seen(), time.perf_counter(), server.seconds()

    async def one(learner: Learner, chance: random.Random) -> None:
        await asyncio.sleep(chance.uniform(0, every))
        while time.perf_counter() - began < seconds:
            asked, _ = question(chance, chance.choice(entries))
            at = time.perf_counter()
            seen.waited.append(await learner.ask(asked))
            await asyncio.sleep(max(0.0, every - (time.perf_counter() - at)))

    await asyncio.gather(*(one(learner, random.Random(n)) for n, learner in enumerate(learners)))
    seen.wall, seen.spent = time.perf_counter() - began, server.seconds() - spent
    return seen


async def measure(server: Server, given: argparse.Namespace) -> None:
    """Print memory and times."""
    entries = list(read_knowledge().values())
    entries = entries[:: max(1, len(entries) // given.entries)][: given.entries]
    first = await opened(server, 1)
    for entry in entries:  # what others have asked is there already
        await first[0].ask(entry.title)
    learners = await idle(server, given.idle)
    if given.questions:
        await alone(server, learners[:20] or first, entries, given.questions)
    if given.learners:
        seen = await active(server, learners[: given.learners], entries, given.every, given.seconds)
        print(f"{given.learners} learners, a question every {given.every:g} s, for {given.seconds:g} s: "
              f"{len(seen.waited)} answers, {1000 * seen.spent / len(seen.waited):.0f} ms of processor time for each, "
              f"p50 {seen.percentile(0.5):.0f} ms, p95 {seen.percentile(0.95):.0f} ms, p99 {seen.percentile(0.99):.0f} "
              f"ms; {server.megabytes():.0f} MB")
    for learner in [*first, *learners]:
        await learner.close()


def main() -> None:
    """Measure with a server of our own."""
    reads = argparse.ArgumentParser(description=__doc__)
    reads.add_argument("--idle", type=int, nargs="+", default=[0, 100, 200, 400], help="learners with the chat open")
    reads.add_argument("--questions", type=int, default=60, help="asked one after another")
    reads.add_argument("--learners", type=int, default=0, help="who ask at the same time; at most the last of --idle")
    reads.add_argument("--every", type=float, default=60, help="seconds between two questions of one")
    reads.add_argument("--seconds", type=float, default=120)
    reads.add_argument("--entries", type=int, default=20, help="which all of them ask about")
    given = reads.parse_args()
    with serving(ASK_NEURON_PREPARE="off") as server:  # else what is made beforehand would count as theirs
        asyncio.run(measure(server, given))


if __name__ == "__main__":
    main()
