"""Timing by processor time, in one process; ratios by turns, so that the machine's own speed cancels."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

ROUNDS = 7
Times = tuple[float, float, float]  # median milliseconds of ours and of theirs, median of ours / theirs


def seconds(task: Callable[[], object]) -> float:
    """Processor time of one call."""
    began = time.process_time()
    task()
    return time.process_time() - began


def by_turns(ours: Callable[[], float], theirs: Callable[[], float], rounds: int = ROUNDS) -> Times:
    """Two measurements in seconds, taken by turns after a warm-up."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    mine, other = (statistics.median(column) * 1e3 for column in zip(*pairs, strict=True))
    return mine, other, statistics.median(a / b for a, b in pairs)


def ratios(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = ROUNDS) -> Times:
    """The processor time of ours against theirs."""
    return by_turns(lambda: seconds(ours), lambda: seconds(theirs), rounds)


def start_up(code: str) -> float:
    """Wall time from process start to the end of `code`, in seconds."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - began
