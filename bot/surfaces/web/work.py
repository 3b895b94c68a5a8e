"""Work off the event loop: each thing is made once, in a thread, however many ask for it at the same time."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock, RLock
from typing import Generic, TypeVar

from bot.content.errors import OurError

T = TypeVar("T")

WAITING = 100  # things to be made at a time; more are refused


class Busy(OurError, RuntimeError):
    """Too much is waiting to be made; ask again in some seconds."""

    kind = "busy"
    title = "Please wait a moment"


class Workshop:
    """The threads, and how many things wait for them."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="web")
        self._waiting = 0
        self._lock = Lock()

    def begin(self, make: Callable[[], T]) -> "Future[T]":
        """Make something in a thread; `Busy` where too much is waiting."""
        with self._lock:
            if self._waiting >= WAITING:
                raise Busy("The server is busy training networks for others. Try again in some seconds.")
            self._waiting += 1
        future = self._pool.submit(make)
        future.add_done_callback(self._done)
        return future

    async def do(self, make: Callable[[], T]) -> T:
        """Make something in a thread, and wait for it."""
        return await asyncio.wrap_future(self.begin(make))

    def _done(self, _: object) -> None:
        with self._lock:
            self._waiting -= 1


class Memo(Generic[T]):
    """What was made, by key: the `most` last used. What fails is not kept."""

    def __init__(self, workshop: Workshop, most: int) -> None:
        self._workshop, self._most = workshop, most
        self._made: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._lock = RLock()  # what fails at once is forgotten while it is held

    async def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing of that key, made now where it is not there yet."""
        with self._lock:
            future = self._made.get(key)
            if future is None:
                future = self._made[key] = self._workshop.begin(make)
                future.add_done_callback(lambda done: self._forget_failure(key, done))
            if key in self._made:  # a failure in no time is forgotten already
                self._made.move_to_end(key)
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        if future.done():
            return future.result()
        # shielded: one who goes away must not take the work from the others
        return await asyncio.shield(asyncio.wrap_future(future))

    def ready(self, key: Hashable) -> T | None:
        """The thing of that key where it is made already."""
        with self._lock:
            future = self._made.get(key)
            if future is None or not future.done():
                return None
            self._made.move_to_end(key)
        return future.result()

    def _forget_failure(self, key: Hashable, done: "Future[T]") -> None:
        if done.cancelled() or done.exception() is not None:
            with self._lock:
                self._made.pop(key, None)
