"""Which entries the code and the numbers of a post point to, for whoever matches the post."""

from functools import cache

from bot.diagnosis.reading import read_post
from bot.diagnosis.rules import Rule, diagnose, read_rules


def entries_pointed_to(text: str) -> tuple[str, ...]:
    """The entries that the diagnoses of a post name, the most telling first; none where nothing unusual is read."""
    found = diagnose(read_post(text), _rules())
    return tuple(dict.fromkeys(one.rule.next for one in found if one.rule.next))


@cache
def _rules() -> tuple[Rule, ...]:
    return read_rules()
