"""Making anew, with esbuild, what is committed of JavaScript: for the tests that compare."""

import subprocess
from collections.abc import Callable
from typing import TypeVar

import pytest

from scripts.bundle_player import ESBUILD, esbuild

T = TypeVar("T")


def made_anew(make: Callable[[list[str]], T]) -> T:
    """What `make` makes with esbuild's command; the test is skipped where that cannot be had."""
    command = esbuild()
    if command is None:
        pytest.skip("there is no Node for esbuild")
    try:
        return make(command)
    except subprocess.CalledProcessError:
        pytest.skip(f"esbuild {ESBUILD} cannot be had here")
