"""The points of an entry that a question asks: what is said first, and the settings that show it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.content.entries import Entry
from bot.content.points import Point, asked_exactly, bare_words
from bot.dialogue import remarks
from bot.dialogue.replies import DialogueState, Interpretation
from bot.matching import Match, PointsAsked
from bot.matching.points import FEWEST, IN_LISTS, NEAREST

LIKELY_TOO = 0.25  # how likely a point must be to stand below one that is said
# a question, the entry that answers it, and those that are looked through beside it, to the points that it asks
Finding = Callable[[str, Entry, Sequence[Match]], PointsAsked]


def nothing(question: str, entry: Entry, ranked: Sequence[Match]) -> PointsAsked:
    """No entry has a point."""
    return PointsAsked()


def is_asked_so(question: str, entry: Entry) -> bool:
    """Whether these are the very words of a way to ask one of the entry's points."""
    return asked_exactly(question, ((point.id, point.asks) for point in entry.points)) is not None


def may_ask_one(question: str, entry: Entry) -> bool:
    """Whether a question says enough to ask one of the entry's points."""
    return len(question.split()) >= FEWEST or is_asked_so(question, entry)


def with_points(reply: Interpretation, question: str, entry: Entry, find: Finding,
                shows_closest: bool = True) -> Interpretation:
    """The reply with the points that the question asks, at the settings that show the first of them where the learner
    named none, and with those that come closest, where they are shown."""
    exact = is_asked_so(question, entry)
    at, plain = reply.after, reply.level == "text"
    if at is None or at.slug != entry.slug or not (plain or exact) or not may_ask_one(question, entry):
        return reply
    found = find(question, entry, reply.decision.ranked[:NEAREST] if shows_closest else ())
    if shows_closest and not exact and bare_words(question) != bare_words(entry.title):
        reply = replace(reply, closest=tuple(one for one in found.closest if not found.sure or (
            one.confidence >= LIKELY_TOO and (one.entry != entry.slug or one.id not in found.sure))))
    points = [point for name in found.sure if (point := entry.point(name))]
    return _with(reply, points, at) if points else reply


def with_closest(reply: Interpretation, question: str, entries: Mapping[str, Entry], find: Finding) -> Interpretation:
    """The reply to a question that may mean several entries, with the points of theirs that come closest to it."""
    ranked = reply.decision.ranked[:IN_LISTS]
    if not reply.decision.is_torn or not may_ask_one(question, entries[ranked[0].slug]):
        return reply
    return replace(reply, closest=find(question, entries[ranked[0].slug], ranked).closest)


def _with(reply: Interpretation, points: Sequence[Point], at: DialogueState) -> Interpretation:
    """The reply with points, at the settings that show the first where the learner named none and compares none."""
    point, *others = points
    notes = tuple(note for note in reply.notes if note != remarks.SAME_ANSWER)
    reply = replace(reply, point=point.id, also_points=tuple(one.id for one in others), notes=notes)
    named = {name: value for name, value in reply.changes.items() if at.brought.get(name) != value}
    if named or reply.compare or reply.seed is not None or dict(reply.changes) == point.params:
        return reply
    params = dict(point.params)
    return replace(reply, changes=params, before=None, after=replace(at, changes=params, brought=params))
