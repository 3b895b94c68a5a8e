"""How processor time grows with a text, for tests of long and hostile ones: no machine's speed is asked for."""

import time
from collections.abc import Callable

TIMES = 4  # longer
NOTICED = 0.05  # seconds of processor time that tell nothing


def grows_in_proportion(read: Callable[[str], object], piece: str, length: int) -> bool:
    """Whether reading `piece` repeated to 4 x `length` characters takes, at the most, four times as many times as long
    as to `length`: what doubles with each piece, or grows as a cube, does not."""
    shorter, longer = (_seconds(read, (piece * size)[:size]) for size in (length, TIMES * length))
    return longer < TIMES**2 * shorter + NOTICED


def _seconds(read: Callable[[str], object], text: str) -> float:
    """Processor time of one reading: a second may find the first one's answer."""
    began = time.process_time()
    read(text)
    return time.process_time() - began
