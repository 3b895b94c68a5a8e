"""Patterns made once, however many settings are called alike: `re` itself forgets all but a few hundred."""

import re
from functools import cache


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of ours: there are some thousands of them, and none comes from a learner."""
    return re.compile(pattern)
