"""`python -m benchmarks.sessions`: learners in the chat, each on a websocket as a browser has it.

Each opens the chat and then types questions, three in four of them an entry's own title. The time of an answer is from
the question to the end of the script's run. What idle learners cost is measured first: memory for each.
"""

import argparse
import asyncio
import random
import time
from collections.abc import Sequence

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.loopback import HERE, PATIENCE, Seen, Server, serving
from bot.content.entries import Entry, read_knowledge

OPENED_AT_ONCE = 10


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


async def active(server: Server, learners: Sequence[Learner], entries: Sequence[Entry], every: float,
                 seconds: float) -> Seen:
    """Each learner asks once in `every` seconds, not all at the same moment, for `seconds`."""
    seen, began, spent = Seen(), time.perf_counter(), server.seconds()

    async def one(learner: Learner, chance: random.Random) -> None:
        await asyncio.sleep(chance.uniform(0, every))
        while time.perf_counter() - began < seconds:
            entry = chance.choice(entries)
            asked = entry.title if chance.random() < 0.75 else chance.choice(entry.utterances)
            at = time.perf_counter()
            seen.waited.append(await learner.ask(asked))
            await asyncio.sleep(max(0.0, every - (time.perf_counter() - at)))

    await asyncio.gather(*(one(learner, random.Random(n)) for n, learner in enumerate(learners)))
    seen.wall, seen.spent = time.perf_counter() - began, server.seconds() - spent
    return seen


async def measure(server: Server, given: argparse.Namespace) -> None:
    """Print memory and times."""
    entries = list(read_knowledge().values())[: given.entries]
    first = await opened(server, 1)
    for entry in entries:  # what others have asked is there already
        await first[0].ask(entry.title)
    before = server.megabytes()
    idle = await opened(server, given.idle)
    grown = server.megabytes() - before
    print(f"{given.idle} idle learners: {server.megabytes():.0f} MB, of which {grown / given.idle:.2f} MB for each",
          flush=True)
    seen = await active(server, idle[: given.learners], entries, given.every, given.seconds)
    print(f"{given.learners} learners, a question every {given.every:g} s, for {given.seconds:g} s:\n"
          f"{len(seen.waited)} answers, {1000 * seen.spent / len(seen.waited):.0f} ms of processor time for each, "
          f"p50 {seen.percentile(0.5):.0f} ms, p95 {seen.percentile(0.95):.0f} ms, p99 {seen.percentile(0.99):.0f} ms")
    for learner in [*first, *idle]:
        await learner.close()


def main() -> None:
    """Measure with a server of our own."""
    reads = argparse.ArgumentParser(description=__doc__)
    reads.add_argument("--idle", type=int, default=200, help="learners who have the chat open; at least --learners")
    reads.add_argument("--learners", type=int, default=200, help="who ask")
    reads.add_argument("--every", type=float, default=60, help="seconds between two questions of one")
    reads.add_argument("--seconds", type=float, default=120)
    reads.add_argument("--entries", type=int, default=20, help="which all of them ask about")
    given = reads.parse_args()
    with serving() as server:
        asyncio.run(measure(server, given))


if __name__ == "__main__":
    main()
