"""uvicorn's HTTP with patience that ends: for clients that ask half a request, or do not read what they asked for."""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN = 10.0  # seconds from the connection, or from the last answer, to the end of a request's headers
STALLED = 60.0  # seconds that a client may leave what was sent to it unread
OTHER_FILES = 200  # what a server has open besides its connections
MOST = 10_000  # connections
BOUNDS: dict[str, Any] = {  # of uvicorn: what one client may send, and how long it is waited for
    "h11_max_incomplete_event_size": 32_768,  # bytes of a request's headers
    "ws_max_size": 1 << 20,  # bytes that the chat's page may send at a time
    "timeout_keep_alive": 5, "timeout_graceful_shutdown": 15,  # seconds
    "backlog": 128,  # more would be taken at once than there are files for
}


def protocol(most: int | None = None) -> type[H11Protocol]:
    """The class for one server, with at most so many connections; by default as many as it may have files open."""
    room = most if most is not None else most_connections()
    return type("Bounded", (Patient,), {"most": max(room, 1), "waiting": OrderedDict()})


def most_connections() -> int:
    """As many as this process may have files open, and no more than MOST."""
    return max(1, min(MOST, _files() - OTHER_FILES))


def _files() -> int:
    """How many files this process may have open, after asking for as many as it can get."""
    try:
        import resource
    except ImportError:  # Windows has no such bound
        return MOST + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + OTHER_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST + OTHER_FILES)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Patient(H11Protocol):
    """Closes a connection on which nothing is asked, or nothing read, for too long. Where there is one connection too
    many, the one that has waited longest for its client to ask something makes room."""

    most: ClassVar[int]
    waiting: ClassVar["OrderedDict[Patient, asyncio.TimerHandle]"]
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most:
            oldest, timer = self.waiting.popitem(last=False) if self.waiting else (self, None)
            oldest.transport.abort()
            if timer is None:
                return
            timer.cancel()
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._has_asked()

    def on_response_complete(self) -> None:
        self._wait()
        super().on_response_complete()  # which begins with what was sent together with the last request
        self._has_asked()

    def handle_websocket_upgrade(self, event: Any) -> None:
        self._no_longer_waits()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        self._no_longer_waits()
        self._reads_again()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reads_again()
        self._stalled = self.loop.call_later(STALLED, self.transport.abort)

    def resume_writing(self) -> None:
        self._reads_again()
        super().resume_writing()

    def _wait(self) -> None:
        self._no_longer_waits()
        self.waiting[self] = self.loop.call_later(HEADERS_WITHIN, self.transport.abort)

    def _has_asked(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._no_longer_waits()

    def _no_longer_waits(self) -> None:
        with suppress(KeyError):
            self.waiting.pop(self).cancel()

    def _reads_again(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
