"""What who runs a server sees of it: counts and seconds for Prometheus, and a line of JSON for each request.

Neither holds a visitor's words: a request is known by the first part of its path, its method and its status.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TextIO

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
OTHER, CHAT = "other", "chat"


class Watch:
    """Counts of one application. `parts` are the first parts of the paths that it answers; `waiting` says by the name
    of each kind of work how many things wait for it."""

    def __init__(self, parts: frozenset[str], waiting: Mapping[str, Callable[[], int]]) -> None:
        self._parts = parts
        self.registry = CollectorRegistry()
        self.requests = Counter("ask_neuron_requests", "Requests answered.", ("part", "method", "status"),
                                registry=self.registry)
        self.seconds = Histogram("ask_neuron_request_seconds", "Seconds until a response has ended.", ("part",),
                                 buckets=SECONDS, registry=self.registry)
        gauge = Gauge("ask_neuron_waiting", "Things that are being made or wait for it.", ("work",),
                      registry=self.registry)
        for name, count in waiting.items():
            gauge.labels(name).set_function(count)

    def part(self, path: str) -> str:
        """The first part of a path that is ours; whatever visitors may type besides counts as one."""
        first = path.split("/", 2)[1] if "/" in path else path
        if first in ("_stcore", "static", "media", "component"):
            return CHAT
        return f"/{first}" if first in self._parts else OTHER

    def told(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry)


class Watched:
    """Counts requests, and writes a line of JSON for each where `log` is given."""

    def __init__(self, app: ASGIApp, watch: Watch, log: TextIO | None = None) -> None:
        self._app, self._watch, self._log = app, watch, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begun = 500, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self._note(scope["method"], scope["path"], status, time.perf_counter() - begun)

    def _note(self, method: str, path: str, status: int, seconds: float) -> None:
        part = self._watch.part(path)
        known = method if method in ("GET", "HEAD", "POST") else OTHER
        self._watch.requests.labels(part, known, str(status)).inc()
        self._watch.seconds.labels(part).observe(seconds)
        if self._log is not None:
            line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "method": known, "part": part,
                    "status": status, "ms": round(1000 * seconds, 1)}
            print(json.dumps(line), file=self._log, flush=True)


def log_of(kind: str) -> TextIO | None:
    """Where lines of that kind go: "json" to standard error, otherwise nowhere."""
    return sys.stderr if kind == "json" else None
