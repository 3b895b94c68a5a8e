"""The point of an entry that a question asks: what is said first, and the settings that show it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.content.entries import Entry
from bot.content.points import Point, bare_words
from bot.dialogue import remarks
from bot.dialogue.replies import DialogueState, Interpretation

FEWEST = 5  # words; fewer name a topic, unless they are a point's own
Finding = Callable[[str, Entry], str | None]  # a question, and the entry that answers it, to the id of a point

Nearing = Callable[[str, Entry], Sequence[str]]  # ... to the ids of the points that it may ask, the likeliest first


def nothing_near(question: str, entry: Entry) -> Sequence[str]:
    """No point is near."""
    return ()


def nothing(question: str, entry: Entry) -> str | None:
    """No entry has a point."""
    return None


def is_asked_so(question: str, entry: Entry) -> bool:
    """Whether these are the very words of a way to ask one of the entry's points."""
    words = bare_words(question)
    return any(words == bare_words(ask) for point in entry.points for ask in point.asks)


def asked_point(question: str, entry: Entry, find: Finding) -> Point | None:
    """The entry's point that the question surely asks."""
    may = len(question.split()) >= FEWEST or is_asked_so(question, entry)
    return entry.point(find(question, entry)) if may else None


def with_point(reply: Interpretation, question: str, entry: Entry, find: Finding,
               near: Nearing = nothing_near) -> Interpretation:
    """The reply with the point that the question asks, at the settings that show it where the learner named none, and
    with those that it may ask."""
    exact = is_asked_so(question, entry)
    at, plain = reply.after, reply.level == "text" and reply.compare is None
    if at is None or at.slug != entry.slug or not (plain or exact):
        return reply
    point = asked_point(question, entry, find)
    if not exact and len(question.split()) >= FEWEST and bare_words(question) != bare_words(entry.title):
        said = point.id if point else None
        reply = replace(reply, near_points=tuple(name for name in near(question, entry) if name != said))
    return reply if point is None else _with(reply, point, at)


def _with(reply: Interpretation, point: Point, at: DialogueState) -> Interpretation:
    """The reply with a point, at the settings that show it where the learner named none."""
    notes = tuple(note for note in reply.notes if note != remarks.SAME_ANSWER)
    reply = replace(reply, point=point.id, notes=notes)
    named = {name: value for name, value in reply.changes.items() if at.brought.get(name) != value}
    if named or reply.seed is not None or dict(reply.changes) == point.params:
        return reply
    params = dict(point.params)
    return replace(reply, changes=params, before=None, after=replace(at, changes=params, brought=params))
