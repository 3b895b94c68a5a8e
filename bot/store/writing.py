"""Writes that nobody waits for: a thread for each file does them in order, in batches, and ends when it has none."""

import atexit
import logging
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from threading import Condition, Lock, Thread
from typing import Any

WAITING = 1000  # writes; what comes when so many wait is lost
BATCH = 100  # writes
IDLE = 5.0  # seconds
AT_THE_END = 10.0  # seconds that the end of the process waits for its last writes
LOG = logging.getLogger(__name__)


class Writer:
    """Does `work` on batches of what is put, in a thread of its own."""

    def __init__(self, work: Callable[[Sequence[Any]], None]) -> None:
        self._work = work
        self._waiting: deque[Any] = deque()
        self._changed = Condition()
        self._thread: Thread | None = None

    def put(self, write: Any) -> None:
        """Have something written soon; returns at once."""
        with self._changed:
            if len(self._waiting) >= WAITING:
                LOG.warning("the store is too slow for what is to be kept, and something was lost")
                return
            self._waiting.append(write)
            if self._thread is None or not self._thread.is_alive():  # a fork has no thread of its parent's
                self._thread = Thread(target=self._write, name="store", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def flush(self, patience: float) -> bool:
        """Wait until everything is written, at most `patience` seconds. Whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting, patience)

    def _write(self) -> None:
        while True:
            with self._changed:
                if not self._changed.wait_for(lambda: bool(self._waiting), IDLE):
                    self._thread = None
                    return
                batch = [self._waiting[i] for i in range(min(BATCH, len(self._waiting)))]
            try:
                self._work(batch)
            except Exception as error:  # the thread must live on
                LOG.warning("something could not be kept: %s", type(error).__name__)
            with self._changed:
                for _ in batch:
                    self._waiting.popleft()
                self._changed.notify_all()


_writers: dict[Hashable, Writer] = {}
_lock = Lock()


def writer(key: Hashable, work: Callable[[Sequence[Any]], None]) -> Writer:
    """The one of this process for that key, made with `work` at first."""
    with _lock:
        if key not in _writers:
            _writers[key] = Writer(work)
        return _writers[key]


@atexit.register
def _finish() -> None:
    for one in list(_writers.values()):
        one.flush(AT_THE_END)
