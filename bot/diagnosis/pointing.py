"""Which entries the code and the numbers of a post point to, for whoever matches the post."""

from bot.diagnosis.reading import read_post
from bot.diagnosis.rules import diagnose, our_rules


def entries_pointed_to(text: str) -> tuple[str, ...]:
    """The entries that the diagnoses of a post name, the most telling first; none where nothing unusual is read."""
    found = diagnose(read_post(text), our_rules())
    return tuple(dict.fromkeys(one.rule.next for one in found if one.rule.next))
