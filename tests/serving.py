"""`ask-neuron serve` as processes of the tests' own, on free ports of this machine."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from redis_server import free_port

ROOT = Path(__file__).resolve().parent.parent
WAIT = 900.0  # seconds, for a busy machine


@dataclass(frozen=True)
class Served:
    """A server and its workers."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def workers(self) -> list[int]:
        """The processes that serve; Python's tracker of resources is none of them."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(one) for one in found if "spawn_main" in Path(f"/proc/{one}/cmdline").read_text()]

    def stop(self) -> int:
        """Tell it to stop, and wait until it has."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(WAIT)


@contextmanager
def serving(folder: Path, *options: str, **variables: str) -> Iterator[Served]:
    """A server that is ready; `variables` are those of the environment."""
    port, log = free_port(), folder / f"serve-{len(list(folder.glob('serve-*')))}.log"
    command = [sys.executable, "-m", "bot", "serve", "--port", str(port), *options]
    own = {"PYTHONPATH": str(ROOT), "ASK_NEURON_STORE": "off", "OMP_NUM_THREADS": "1"}
    with log.open("wb") as stream:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **own, **variables}, stdout=stream,
                                   stderr=stream)
    server = Served(port, process, log)
    try:
        until_ready(f"{server.address}/readyz", process)
        yield server
    finally:
        if process.poll() is None:
            server.stop()


def until_ready(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until an address answers that all is well."""
    end = time.monotonic() + WAIT
    with httpx.Client(timeout=WAIT, verify=False) as client:
        while time.monotonic() < end and process.poll() is None:
            with suppress(httpx.TransportError):
                if client.get(address).status_code == 200:
                    return
            time.sleep(0.2)
    raise TimeoutError(address)
