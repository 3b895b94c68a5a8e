"""A conversation that outlives its session: Back and Forward move through it, and a reload finds it again.

What is kept for a reload stays in the learner's own tab, as the browser's session storage. What comes back from there
is a visitor's data: bounded and read anew.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from bot.content.points import MOST_SAID
from bot.service import Bot
from bot.surfaces.chat import links
from bot.surfaces.chat.state import SKIPPED, Conversation, Lab, Turn
from sims.engine.randomness import LARGEST_SEED

KEPT = 8  # of the newest turns
LONGEST_QUESTION = 100_000  # characters: it may hold the code of a network
LONGEST = 200_000  # characters of what is kept

Word = Annotated[str, Field(max_length=80)]


class _Turn(BaseModel):
    question: str = Field(max_length=LONGEST_QUESTION)
    slug: Word | None = None
    changes: Annotated[dict[Word, Any], Field(max_length=64)] = {}
    seed: int | None = Field(None, ge=0, le=LARGEST_SEED)
    points: Annotated[list[Word], Field(max_length=MOST_SAID)] = []


class _Kept(BaseModel):
    turns: Annotated[list[_Turn], Field(max_length=KEPT)]
    guesses: Annotated[dict[Word, int], Field(max_length=500)] = {}
    predicts: bool = True


def kept(chat: Conversation) -> str:
    """What a reload needs to draw the newest turns again, as JSON; empty where there is nothing."""
    turns = [_Turn(question=turn.question, slug=turn.lab.slug if turn.lab else turn.slug,
                   changes=turn.lab.changes if turn.lab else dict(turn.changes),
                   seed=turn.lab.seed if turn.lab else turn.seed, points=list((turn.lab or turn).points))
             for turn in chat.turns[-KEPT:] if (turn.question or turn.lab) and len(turn.question) <= LONGEST_QUESTION]
    text = _Kept(turns=turns, guesses=chat.guesses, predicts=chat.predicts).model_dump_json() if turns else ""
    return text if len(text) <= LONGEST else ""


def restore(text: str, chat: Conversation, bot: Bot) -> None:
    """Take up a conversation that was kept; what cannot be read of it is left out, and the address's answer stays."""
    try:
        found = _Kept.model_validate(json.loads(text[:LONGEST]))
    except (ValueError, ValidationError, RecursionError):
        return
    turns = [_turn(one, bot) for one in found.turns if one.slug is None or one.slug in bot.entries]
    if turns:
        chat.turns = turns
        chat.predicts = found.predicts
        chat.guesses = {slug: guess for slug, guess in found.guesses.items()
                        if slug in bot.entries and SKIPPED <= guess < len(bot.entries[slug].prediction.options)}


def _turn(one: _Turn, bot: Bot) -> Turn:
    if one.slug is None:
        return Turn(one.question, is_new=False)
    given = {name: str(value) for name, value in one.changes.items()}
    changes, _ = links.changes_in(bot.entries[one.slug], given)
    points = tuple(name for name in one.points if bot.entries[one.slug].point(name))
    return Turn(one.question, slug=one.slug, changes=changes, seed=one.seed, points=points, is_new=False)


def follow_address(chat: Conversation, bot: Bot, asked: Mapping[str, str]) -> None:
    """The address is not the one that was written last: the learner went back or forward. Show what it names."""
    if not asked:
        chat.turns, chat.later = [], chat.turns + chat.later
        return
    turn = links.opened(bot)
    if turn is None or turn.lab is None:
        return
    if _take_up(chat, turn.lab):
        return
    chat.turns.append(turn)


def _take_up(chat: Conversation, wanted: Lab) -> bool:
    """Go to the turn whose entry the address names, among those on the page or those that were gone back from: the one
    that stands so already, else one that says these points, else the nearest."""
    every = chat.turns + chat.later
    here = len(chat.turns) - 1
    found = [(place, lab) for place, turn in enumerate(every) if (lab := turn.lab) and lab.slug == wanted.slug]
    if not found:
        return False

    def unlike(one: tuple[int, Lab]) -> tuple[Any, ...]:
        place, lab = one
        same = lab.said == wanted.points
        return not (same and lab.wanted == wanted.wanted), not (same and wanted.points), abs(place - here), place

    place, lab = min(found, key=unlike)
    chat.turns, chat.later = every[: place + 1], every[place + 1 :]
    if lab.wanted != wanted.wanted:
        lab.set_to(wanted.changes, wanted.seed)
    return True
