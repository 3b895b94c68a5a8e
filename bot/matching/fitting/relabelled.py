"""What entries answer real posts since these were labelled: one JSON object a line, with a post's id and no text of it.

Labels are only added. Names of entries that are not in the knowledge base, or not yet, count for nothing.
"""

from collections.abc import Mapping
from pathlib import Path

from bot.content.phrasings import ENDING
from bot.matching.fitting.by_id import OfPost, read_by_id

RELABELLED = Path(__file__).with_suffix(ENDING)


class Added(OfPost):
    """The entries that answer a post, or help, beside those that its own labels name; or the group of what is not ours
    that it belongs to."""

    entries: tuple[str, ...] = ()
    half: tuple[str, ...] = ()
    group: str = ""


NOTHING = Added(id="-")


def read_relabelled(file: Path = RELABELLED) -> Mapping[str, Added]:
    """What is added to each post, by the post's id; ValueError, naming the line, where a line is none of that."""
    return read_by_id(file, Added, "what is added to a post")
