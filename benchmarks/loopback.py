"""A server of one's own on this machine, what it spends, and clients that ask it. Nothing else is ever asked."""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE, ROOT = "127.0.0.1", Path(__file__).resolve().parent.parent
START, PATIENCE = 900.0, 600.0  # seconds until a server is ready, and until it has answered
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A server process with its workers."""

    port: int
    process: "subprocess.Popen[bytes]"

    def _every(self) -> list[Path]:
        """The folders in /proc of the process and its children; Linux has them."""
        found = [self.process.pid]
        for one in found:
            for task in Path(f"/proc/{one}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
        return [Path(f"/proc/{one}") for one in found]

    def seconds(self) -> float:
        """Processor time that all of them have spent."""
        fields = [(one / "stat").read_text().rpartition(")")[2].split() for one in self._every()]
        return sum(int(own[11]) + int(own[12]) for own in fields) / TICKS

    def megabytes(self) -> float:
        """Memory that they hold; what they have in common is counted once for all of them."""
        lines = [line for one in self._every() for line in (one / "smaps_rollup").read_text().splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def serving(*options: str, **variables: str) -> Iterator[Server]:
    """`ask-neuron serve` with these options and variables on a free port, ready; it keeps nothing."""
    with socket.socket() as free:
        free.bind((HERE, 0))
        port = free.getsockname()[1]
    own = {"ASK_NEURON_STORE": "off", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", "serve", "--port", str(port), *options]
    process = subprocess.Popen(command, env={**os.environ, **own, **variables}, stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + START
        while not asyncio.run(_is_ready(port)):
            if time.monotonic() > end or process.poll() is not None:
                sys.exit("The server did not start.")
            time.sleep(0.5)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(PATIENCE)


async def _is_ready(port: int) -> bool:
    try:
        async with Client(port) as client:
            return await client.ask("/readyz") == 200
    except OSError:
        return False


class Client:
    """One connection that stays open, as a browser's or a proxy's does."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> "Client":
        self._reader, self._writer = await asyncio.open_connection(HERE, self._port)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._writer.close()

    async def ask(self, path: str, body: bytes = b"") -> int:
        """Ask for a path, with a body of JSON or without one; the status, once all of the answer is here."""
        method, length = ("POST", f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n") if body else (
            "GET", "")
        self._writer.write(f"{method} {path} HTTP/1.1\r\nHost: {HERE}\r\n{length}\r\n".encode() + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
        await self._reader.readexactly(int(fields.get(b"content-length", b"0")))
        return int(head.split(b" ", 2)[1])


@dataclass
class Seen:
    """What clients saw: seconds of each answer that was one, how many were refused or failed; what the server spent."""

    waited: list[float] = field(default_factory=list)
    refused: int = 0
    failed: int = 0
    wall: float = 0.0
    spent: float = 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share was answered."""
        return 1000 * sorted(self.waited)[min(len(self.waited) - 1, int(share * len(self.waited)))]

    @property
    def row(self) -> str:
        """Answers, a second and a processor second; p50, p95, p99; refused, failed: a table's cells."""
        if not self.waited:
            return f"0 | – | – | – | – | – | {self.refused} | {self.failed}"
        rates = f"{len(self.waited) / self.wall:.1f} | {len(self.waited) / max(self.spent, 1e-9):.1f}"
        times = " | ".join(f"{self.percentile(share):.0f}" for share in (0.5, 0.95, 0.99))
        return f"{len(self.waited)} | {rates} | {times} | {self.refused} | {self.failed}"

    @property
    def middle(self) -> float:
        """The median of the seconds."""
        return statistics.median(self.waited)


Wanted = tuple[str, bytes]


async def ask_all(server: Server, wanted: Sequence[Wanted], clients: int, seconds: float) -> Seen:
    """Ask for all of it by so many clients at once; nothing is begun after `seconds`."""
    seen, left = Seen(), iter(wanted)
    began, spent = time.perf_counter(), server.seconds()

    async def one() -> None:
        async with Client(server.port) as client:
            for path, body in left:
                asked = time.perf_counter()
                if asked - began > seconds:
                    return
                await _asked(client, path, body, seen, asked)

    async def patiently() -> None:
        try:
            await asyncio.wait_for(one(), PATIENCE)
        except (OSError, EOFError, TimeoutError):
            seen.failed += 1

    await asyncio.gather(*(patiently() for _ in range(clients)))
    seen.wall, seen.spent = time.perf_counter() - began, server.seconds() - spent
    return seen


async def _asked(client: Client, path: str, body: bytes, seen: Seen, asked: float) -> None:
    status: Any = await client.ask(path, body)
    if status == 200:
        seen.waited.append(time.perf_counter() - asked)
    elif status in (429, 503):
        seen.refused += 1
    else:
        seen.failed += 1
