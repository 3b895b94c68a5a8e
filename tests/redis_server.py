"""A Redis of the tests' own, on a free port of this machine, which they stop and start again."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

MISSING = "Redis is not installed on this machine (Debian: redis-server)"
WAIT = 240.0  # seconds, for a busy machine


@dataclass
class Server:
    """A server that keeps all in memory."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=60, socket_connect_timeout=60)

    def start(self) -> None:
        with (self.folder / "redis.log").open("ab") as log:
            command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly",
                       "no", "--dir", str(self.folder)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            with suppress(redis.RedisError):
                self.client.ping()
                return
            time.sleep(0.1)
        raise TimeoutError((self.folder / "redis.log").read_text())

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(600)
        self.process = None


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server that runs; the test is skipped where there is none."""
    if shutil.which("redis-server") is None:
        pytest.skip(MISSING)
    server = Server(folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.kill()
