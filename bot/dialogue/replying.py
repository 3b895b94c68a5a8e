"""How what was heard is replied to, and the reply itself."""

from dataclasses import dataclass, replace
from typing import Literal

from bot.content.entries import Entry
from bot.dialogue import moves, remarks
from bot.dialogue.heard import About, Heard, heard_of
from bot.dialogue.replies import DialogueState, Interpretation
from bot.dialogue.settings import effective
from bot.matching import Decision, thresholds


@dataclass(frozen=True)
class Way:
    """The way to reply. `decision` is what it was taken by; a follow-up that a rule explains needs none.

    The entry at hand at the *settings* that were named, at the *value* of one that was not, after a *move*, or as it
    *stays*; the *answer* of the entry that comes first; or *nothing*, with the decision's own line.
    """

    act: Literal["settings", "value", "move", "stays", "answer", "nothing"]
    decision: Decision | None = None

    @property
    def slug(self) -> str | None:
        """The entry that was found."""
        return self.decision.ranked[0].slug if self.decision and self.act == "answer" else None


def carry_out(way: Way, heard: Heard, at: DialogueState | None, entry: Entry | None) -> Interpretation:
    """The reply. `entry` is the one that the way leads to; None where it leads to nothing."""
    if entry is None:
        assert way.decision is not None
        return Interpretation(heard.typed, way.decision, after=_likely(heard, way.decision, at))
    if at and heard.here and heard.bare and at.slug == entry.slug:
        if way.act == "move" and heard.kind:
            return moves.follow(heard.kind, heard.typed, entry, at)
        if way.act == "stays" and not heard.here.asked.tells:
            return _unchanged(heard, entry, heard.here, at)
        return _set_to(heard, entry, heard.bare if way.act == "value" else heard.here, at)
    assert way.decision is not None
    to = DialogueState(entry.slug, heard.typed, way.decision, before=at)
    return _set_to(heard, entry, heard_of(heard, entry), to, is_new=True)


def _set_to(heard: Heard, entry: Entry, about: About, at: DialogueState, is_new: bool = False) -> Interpretation:
    """The entry at the settings in force and those that are asked for."""
    asked, said = about.asked, about.asked.read
    changes = {**at.changes, **said.changes}
    seed = at.seed if said.seed is None else said.seed
    to = at
    if is_new or changes != at.changes or seed != at.seed or asked.setting:
        to = replace(at, changes=changes, seed=seed, setting=asked.setting or at.setting,
                     before=at.before if is_new else at)
    done = frozenset(said.changes) | ({said.compare[0]} if said.compare else set())
    notes = said.notes
    if said.changes and not is_new and not said.compare and seed == at.seed and not notes:
        same = effective(entry, changes) == effective(entry, at.changes)
        notes += (remarks.already(entry, said.changes),) if same else ()
    if said.changes if is_new else heard.wishes:
        notes += remarks.undone(remarks.governed(heard.ordered) if is_new else heard.said, entry, changed=True)
    return moves.go(heard.typed, to, at, entry, notes=notes, compare=said.compare,
                    offers=remarks.offers(about, entry, changes, done))


def _unchanged(heard: Heard, entry: Entry, about: About, at: DialogueState) -> Interpretation:
    """The reply to a follow-up that is about the same answer, and names no setting of it."""
    offered = remarks.offers(about, entry, at.changes, frozenset())
    lines = remarks.undone(heard.said, entry, changed=False) if heard.orders else ()
    if not lines:
        plain = remarks.NOTHING_FOUND.format(remarks.settable(entry))
        lines = (plain if heard.orders and not offered else remarks.SAME_ANSWER,)
    return moves.stay(heard.typed, at, notes=lines, offers=offered)


def _likely(heard: Heard, decision: Decision, at: DialogueState | None) -> DialogueState | None:
    """What a further question would follow on, where this one is unclear."""
    first = decision.ranked[0]
    if decision.kind != "suggest" or first.confidence < thresholds().likely:
        return at
    return DialogueState(first.slug, heard.typed, replace(decision, kind="answer"), before=at)
