"""What was made last, for whoever needs it again."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """Things by key, the `most` last used; for several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> T | None:
        """The thing of that key, where it is still there."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, thing: T) -> T:
        """Keep a thing; gives the one that another thread kept meanwhile, so that all have the same."""
        with self._lock:
            kept = self._kept.setdefault(key, thing)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return kept


class RecentOf(Generic[T]):
    """Things that one maker made, the `most` last used; what another made before it is forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._maker: object = None
        self._made: Recent[T] = Recent(most)
        self._lock = Lock()

    def by(self, maker: object) -> Recent[T]:
        """What `maker`, the present one, made."""
        with self._lock:
            if self._maker is not maker:
                self._made, self._maker = Recent(self._most), maker
            return self._made
