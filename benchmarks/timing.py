"""Timing by processor time, in one process; ratios by turns, so that the machine's own speed cancels."""

import os
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
    """Processor time of a fresh process that runs `code`, from its start to its end, in seconds."""
    before = os.times()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system
