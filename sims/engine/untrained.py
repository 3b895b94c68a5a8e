"""Training left out: the control that every experiment has without a line of its own.

Within `without_training()` the training functions make no step. They record the starting weights at every step that
they would have recorded, so that whatever is measured afterwards is measured as ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LEFT_OUT: ContextVar[bool] = ContextVar("training is left out", default=False)


@contextmanager
def without_training() -> Iterator[None]:
    """Leave out every step of the trainings that are run to their end inside."""
    before = _LEFT_OUT.set(True)
    try:
        yield
    finally:
        _LEFT_OUT.reset(before)


def training_is_left_out() -> bool:
    """Whether trainings make no step just now, in this thread."""
    return _LEFT_OUT.get()
