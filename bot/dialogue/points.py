"""The point of an entry that a question asks: what is said first, and the settings that show it."""

from collections.abc import Callable
from dataclasses import replace

from bot.content.entries import Entry
from bot.content.points import bare_words
from bot.dialogue import remarks
from bot.dialogue.replies import Interpretation

FEWEST = 5  # words; fewer name a topic, unless they are a point's own
Finding = Callable[[str, Entry], str | None]  # a question, and the entry that answers it, to the id of a point


def nothing(question: str, entry: Entry) -> str | None:
    """No entry has a point."""
    return None


def is_asked_so(question: str, entry: Entry) -> bool:
    """Whether these are the very words of a way to ask one of the entry's points."""
    words = bare_words(question)
    return any(words == bare_words(ask) for point in entry.points for ask in point.asks)


def with_point(reply: Interpretation, question: str, entry: Entry, find: Finding) -> Interpretation:
    """The reply with the point that the question asks, at the settings that show it where the learner named none."""
    exact = is_asked_so(question, entry)
    asks = exact or (reply.level == "text" and reply.compare is None and len(question.split()) >= FEWEST)
    point = entry.point(find(question, entry)) if asks else None
    at = reply.after
    if point is None or at is None or at.slug != entry.slug:
        return reply
    notes = tuple(note for note in reply.notes if note != remarks.SAME_ANSWER)
    reply = replace(reply, point=point.id, notes=notes)
    named = {name: value for name, value in reply.changes.items() if at.brought.get(name) != value}
    if named or reply.seed is not None or dict(reply.changes) == point.params:
        return reply
    params = dict(point.params)
    return replace(reply, changes=params, before=None, after=replace(at, changes=params, brought=params))
