"""Written conversations, turn by turn: is the entry kept, is a change of subject noticed, is the wish done?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bot.dialogue.replies import DialogueState, Interpretation, Level, chosen
from bot.matching.evaluation.shipped import QUESTIONS, EvaluationError

STORIES = QUESTIONS.with_name("followups.jsonl")

Kind = Literal["opening", "stays", "leans", "change"]


class Turn(BaseModel):
    """One question of a story, and what it asks for.

    `kind` is how it stands to what was said before: it *stays* with the entry, *leans* on the conversation to ask for
    something related, or is a *change* of subject. `entries` are those that answer it; none where nothing of ours does.
    What is None is not compared; with `free`, nothing but the entry is. `said` asks for a note that nothing was done.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    kind: Kind
    entries: tuple[str, ...] | None = None
    params: dict[str, bool | int | float | str] | None = None
    level: Level = "text"
    compare: tuple[str, tuple[Any, Any]] | None = None
    seed: int | None = None
    said: bool = False
    free: bool = False


class Story(BaseModel):
    """A conversation that somebody could have had."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    set: Literal["train", "held out"]
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Step:
    """A turn where it stands: the entries that the conversation may be at, and the place itself."""

    story: Story
    turn: Turn
    around: tuple[str, ...]
    previous: tuple[str, ...]  # questions
    at: DialogueState | None


@dataclass(frozen=True)
class Figures:
    """Counts of what was right, over all turns of a kind."""

    context: tuple[int, int]  # right first, of the turns that stay or lean
    noticed: tuple[int, int]  # left the earlier entry, of the changes of subject
    changed: tuple[int, int]  # right first, or declined where nothing of ours answers, of the same
    exact: tuple[int, int]  # settings, level, comparison, seed, of the turns that say them
    wrong: tuple[str, ...]


def read_stories(path: Path = STORIES) -> list[Story]:
    """The stories in a JSON Lines file; EvaluationError says what is wrong."""
    try:
        return [Story.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{path}: {error}") from error


def steps(stories: Sequence[Story]) -> Iterator[Step]:
    """All follow-ups, each at the place where a perfect listener would stand."""
    for story in stories:
        around: tuple[str, ...] = ()
        at: DialogueState | None = None
        for number, turn in enumerate(story.turns):
            if turn.kind != "opening":
                yield Step(story, turn, around, tuple(one.text for one in story.turns[:number]), at)
            if turn.entries:
                around = turn.entries
                at = chosen(around[0], turn.text, turn.params or {}, None)
            elif at is not None and turn.kind == "stays" and (turn.params is not None or turn.seed is not None):
                changes = at.changes if turn.params is None else turn.params
                touched = [name for name, value in changes.items() if at.changes.get(name) != value]
                at = DialogueState(at.slug, at.question, at.decision, changes, turn.seed or at.seed,
                                   touched[-1] if touched else at.setting, at)


def judge(reply_to: Callable[[Step], Interpretation], stories: Sequence[Story]) -> Figures:
    """Count what is right of the replies to all follow-ups."""
    counts = {name: [0, 0] for name in ("context", "noticed", "changed", "exact")}
    wrong = []

    def count(name: str, right: bool) -> bool:
        counts[name][0] += right
        counts[name][1] += 1
        return right

    for step in steps(stories):
        reply, turn = reply_to(step), step.turn
        first = reply.slug or reply.decision.ranked[0].slug
        if turn.kind == "change":
            right = count("noticed", reply.slug not in step.around or reply.slug in (turn.entries or ()))
            right &= count("changed", first in turn.entries if turn.entries else reply.slug is None)
        else:
            right = count("context", first in (turn.entries or step.around))
        if turn.kind == "stays" and not turn.free:
            right &= count("exact", not faults(turn, reply, step.at))
        if not right:
            wrong.append(f"{step.story.id} {step.around} {dict(step.at.changes) if step.at else ''} / {turn.text}: "
                         f"{reply.slug or first + '?'} {dict(reply.changes)} {reply.level} {reply.compare}, "
                         f"not {turn.model_dump(exclude_defaults=True, exclude={'text'})}")
    pairs = {name: (one, of) for name, (one, of) in counts.items()}
    return Figures(**pairs, wrong=tuple(wrong))


def faults(turn: Turn, reply: Interpretation, at: DialogueState | None) -> list[str]:
    """What a reply gets wrong besides the entry; settings that a point brings to show itself nobody asked for."""
    brought = reply.after.brought if reply.after else {}
    asked = {name: value for name, value in reply.changes.items() if brought.get(name) != value}
    before = dict(at.changes) if at else {}
    wanted: dict[str, Any] = {"params": before if turn.params is None else turn.params, "level": turn.level,
                              "compare": turn.compare}
    got: dict[str, Any] = {"params": asked, "level": reply.level, "compare": reply.compare}
    if turn.seed is not None:
        wanted["seed"], got["seed"] = turn.seed, reply.seed
    if turn.said:
        wanted["said"], got["said"] = True, bool(reply.notes)
    return [name for name, value in wanted.items() if got[name] != value]
