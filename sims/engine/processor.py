"""What the processor has, as numpy found it at import; NPY_DISABLE_CPU_FEATURES in the environment takes some away."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np


class Processor(NamedTuple):
    """Whether it is of the x86 family, and whether numpy computes with its vectors of 256 and of 512 bits."""

    x86: bool
    avx2: bool
    avx512: bool


def read(features: Iterable[str]) -> Processor:
    """The processor with these features, in the names of numpy 2.4 (X86_V3, X86_V4) or of earlier versions."""
    names = set(features)
    avx512 = bool(names & {"X86_V4", "AVX512_SKX"})
    avx2 = avx512 or "X86_V3" in names or names >= {"AVX2", "FMA3"}
    return Processor(any(name.startswith(("X86", "SSE")) for name in names), avx2, avx512)


def found() -> Processor:
    """This processor."""
    config: Any = np.show_config(mode="dicts")
    extensions = config["SIMD Extensions"]
    return read((*extensions["baseline"], *extensions["found"]))


PROCESSOR = found()
