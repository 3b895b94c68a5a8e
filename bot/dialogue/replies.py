"""What a question asks for, and where the conversation stands after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.matching import Decision, Match, Pointed

Level = Literal["text", "simpler", "deeper", "evidence", "code"]


@dataclass(frozen=True)
class DialogueState:
    """Where a conversation stands: the entry, the settings that were asked for, and how it came there."""

    slug: str
    question: str  # the one that the entry was found by
    decision: Decision
    changes: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None  # None: the entry's own
    setting: str | None = None  # the one that was spoken of last
    before: "DialogueState | None" = field(default=None, repr=False)
    brought: Mapping[str, Any] = field(default_factory=dict)  # of the changes, those that a point asked for by itself

    def moved(self, changes: Mapping[str, Any], seed: int | None) -> "DialogueState":
        """The situation after the controls of the answer were used, which can be undone like anything said."""
        if dict(changes) == dict(self.changes) and seed == self.seed:
            return self
        touched = [name for name, value in changes.items() if self.changes.get(name) != value]
        return replace(self, changes=dict(changes), seed=seed, setting=touched[-1] if touched else self.setting,
                       before=self)


def chosen(slug: str, question: str, changes: Mapping[str, Any], seed: int | None) -> DialogueState:
    """The situation where a learner chose the entry: by its title, or by a link."""
    decision = Decision("answer", (Match(slug, 1.0),), None, None, question)
    return DialogueState(slug, question or slug, decision, dict(changes), seed)


@dataclass(frozen=True)
class Offer:
    """A setting that a question speaks of without asking for a run at it: `words` say what a click would do."""

    setting: str
    value: Any
    words: str


@dataclass(frozen=True)
class Interpretation:
    """What a question asks for, in its conversation. `slug` is None where it is not answered."""

    question: str
    decision: Decision
    slug: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)  # the settings in force that the conversation asked for
    seed: int | None = None
    notes: tuple[str, ...] = ()
    compare: tuple[str, tuple[Any, Any]] | None = None  # a setting, and two of its values to put side by side
    level: Level = "text"
    point: str | None = None  # what is said first: the id of one of the entry's points
    also_points: tuple[str, ...] = ()  # ... and behind it: of those that the post asks as surely, in its order
    closest: tuple[Pointed, ...] = ()  # what it may ask, of this entry and those beside it, the likeliest first
    offers: tuple[Offer, ...] = ()  # settings that were spoken of and left as they are
    further: tuple["Interpretation", ...] = ()  # the post's other questions
    before: Mapping[str, Any] | None = None  # the settings until now, where the same entry is asked at other ones
    after: DialogueState | None = field(default=None, repr=False)

    @property
    def points(self) -> tuple[str, ...]:
        """The ids of all points that are said first, in the order in which they are asked."""
        return (self.point, *self.also_points) if self.point else ()

    def at(self, changes: Mapping[str, Any], seed: int | None) -> "Interpretation":
        """The reply at further settings, which both runs of a comparison have; a seed of None changes none. Whoever
        names some is shown those, and not the ones that a point would bring."""
        if not changes and seed is None:
            return self
        brought = self.after.brought if self.after else {}
        own = {name: value for name, value in self.changes.items() if brought.get(name) != value}
        before = None if self.before is None else {**self.before, **changes}
        return replace(self, changes={**own, **changes}, before=before, seed=self.seed if seed is None else seed)
