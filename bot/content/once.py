"""Attributes that are made when they are first looked at, once, whichever threads look at the same time."""

from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):
    """Like `functools.cached_property`, which has no lock from Python 3.12 on. Whoever comes second waits."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make, self._lock = make, RLock()
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "once[T]": ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> "once[T] | T":
        if instance is None:
            return self
        with self._lock:
            kept = instance.__dict__  # where Python finds it the next time, before it asks us
            if self._name not in kept:
                kept[self._name] = self._make(instance)
            found: T = kept[self._name]
            return found
