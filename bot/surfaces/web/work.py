"""Work off the event loop: each thing is made once, in a thread, however many ask for it at the same time.

Nobody waits without end, and nothing is made for nobody: what nobody waits for any more is not begun, and a training
for it stops. (anyio's CapacityLimiter bounds how many things are made at once. It refuses nobody, knows of no thing for
which several wait, and what a task that went away had begun in `to_thread` runs to its end.)
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from math import ceil
from threading import Lock, RLock
from time import monotonic
from typing import Generic, TypeVar

from bot.answers.runs import STOPPED, GivenUp, unwanted
from bot.content.errors import OurError

T = TypeVar("T")

PATIENCE = 60.0  # seconds that a request waits for what it asks for
SOONEST, LATEST = 5.0, 60.0  # seconds after which who was refused may come again
LEARNT = 0.1  # how much the last thing tells of how long the next one takes
BUSY = "The server is busy training networks for others. Try again in some seconds."


class Busy(OurError, RuntimeError):
    """Too much is waiting to be made; ask again in `after` seconds."""

    kind = "busy"
    title = "Please wait a moment"

    def __init__(self, message: str = BUSY, after: float = 5) -> None:
        super().__init__(message)
        self.headers = {"Retry-After": str(ceil(after))}


class Workshop:
    """Threads for one kind of work, and how many things wait for them: more than `most` are refused, and so are those
    that would not be there within PATIENCE, by what things of this kind have taken lately; `seconds` is the guess to
    begin with."""

    def __init__(self, name: str, threads: int, most: int, seconds: float = 0.1) -> None:
        self._pool = ThreadPoolExecutor(threads, name)
        self._threads, self._most, self._waiting = threads, most, 0
        self._seconds = seconds  # that one thing takes
        self._lock = Lock()

    def begin(self, make: Callable[[], T]) -> "Job[T]":
        """Make something in a thread; `Busy` where too much is waiting."""
        with self._lock:
            if self._waiting >= self._most or self.expected > PATIENCE:
                raise Busy(after=min(max(self.expected, SOONEST), LATEST))
            self._waiting += 1
        job: Job[T] = Job()
        job.future = self._pool.submit(self._timed, job, make)
        job.future.add_done_callback(self._done)
        return job

    @property
    def expected(self) -> float:
        """Seconds until what waits now is made."""
        return self._waiting * self._seconds / self._threads

    @property
    def waiting(self) -> int:
        """How many things are being made or wait for it."""
        return self._waiting

    async def do(self, make: Callable[[], T]) -> T:
        """Make something in a thread, and wait for it."""
        return await self.begin(make).result()

    def _timed(self, job: "Job[T]", make: Callable[[], T]) -> T:
        began = monotonic()
        made = job.work(make)  # what fails, or was given up, says nothing of how long things take
        with self._lock:
            self._seconds += LEARNT * (monotonic() - began - self._seconds)
        return made

    def _done(self, _: object) -> None:
        with self._lock:
            self._waiting -= 1


class Job(Generic[T]):
    """Something that is being made, and how many wait for it."""

    future: "Future[T]"

    def __init__(self) -> None:
        self._waiting = 1  # who began it
        self._lock = Lock()

    def join(self) -> None:
        """One more waits for it; everybody who does, and who began it, calls `result` once."""
        with self._lock:
            self._waiting += 1

    def work(self, make: Callable[[], T]) -> T:
        """Make it, in the thread that calls; `GivenUp` where nobody waits any more."""
        if self._unwanted():
            raise GivenUp(STOPPED)
        before = unwanted.set(self._unwanted)
        try:
            return make()
        finally:
            unwanted.reset(before)

    async def result(self) -> T:
        """Wait for it. One who goes away does not take it from the others. `Busy` after PATIENCE."""
        try:
            if not self.future.done():
                await _end_of(self.future)
            return self.future.result()
        except TimeoutError as error:
            raise Busy from error
        finally:
            with self._lock:
                self._waiting -= 1

    def _unwanted(self) -> bool:
        return self._waiting == 0


async def _end_of(future: "Future[T]") -> None:
    """Wait until a future of a thread is done, however it ends; TimeoutError after PATIENCE."""
    loop = asyncio.get_running_loop()
    mine = loop.create_future()

    def wake() -> None:
        if not mine.done():
            mine.set_result(None)

    def tell(_: object) -> None:
        with suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(wake)

    future.add_done_callback(tell)
    async with asyncio.timeout(PATIENCE):
        await mine


class Memo(Generic[T]):
    """What was made, by key: the `most` last used. What fails is not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, Job[T]] = OrderedDict()
        self._lock = RLock()  # what fails at once is forgotten while it is held

    async def get(self, key: Hashable, make: Callable[[], T], workshop: Workshop) -> T:
        """The thing of that key, made now in the workshop where it is not there yet."""
        while True:
            job = self._begin(key, make, workshop)
            try:
                return await job.result()
            except GivenUp:  # by those who waited until just now
                self._forget(key, job)

    def keep(self, key: Hashable, thing: T) -> T:
        """Remember what was made elsewhere."""
        job: Job[T] = Job()
        job.future = Future()
        job.future.set_result(thing)
        with self._lock:
            self._made.setdefault(key, job)
            self._shrink()
        return thing

    def ready(self, key: Hashable) -> T | None:
        """The thing of that key where it is made already."""
        with self._lock:
            job = self._made.get(key)
            if job is None or not job.future.done() or job.future.exception() is not None:
                return None
            self._made.move_to_end(key)
        return job.future.result()

    def _begin(self, key: Hashable, make: Callable[[], T], workshop: Workshop) -> Job[T]:
        with self._lock:
            job = self._made.get(key)
            if job is not None:
                job.join()
                self._made.move_to_end(key)
                return job
            job = self._made[key] = workshop.begin(make)
            begun = job
            job.future.add_done_callback(lambda done: self._forget_failure(key, begun, done))
            self._shrink()
        return job

    def _shrink(self) -> None:
        while len(self._made) > self._most:
            self._made.popitem(last=False)

    def _forget_failure(self, key: Hashable, job: Job[T], done: "Future[T]") -> None:
        if done.cancelled() or done.exception() is not None:
            self._forget(key, job)

    def _forget(self, key: Hashable, job: Job[T]) -> None:
        with self._lock:
            if self._made.get(key) is job:
                del self._made[key]
