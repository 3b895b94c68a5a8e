"""Questions of a notebook session: each may lean on those before it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from operator import index
from typing import Any

import numpy as np

from bot.content.errors import OurError
from bot.content.settings import SettingError
from bot.dialogue import DialogueState, Interpretation
from bot.language.text import TextError, accepted, is_blank
from bot.matching import leans
from bot.service import Bot, shared_bot
from bot.surfaces.notebook.shown import Asked, Unanswered
from sims.engine.randomness import LARGEST_SEED


@dataclass
class Session:
    """Where the conversation stands: what was asked last, at which settings."""

    at: DialogueState | None = None


_session = Session()


class AskError(OurError, ValueError):
    """A question or setting that cannot be run; a notebook shows its one line without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"ask: {self}"]


def ask(question: str, /, *, seed: int | None = None, player: bool = True, **settings: Any) -> Asked | Unanswered:
    """Answer a question in your own words, by a run of its experiment with the `settings` you name.

    `seed` chooses another start and other data. `player=False` shows a still picture instead of the player.
    A question may lean on earlier ones ("and with two?"); `forget()` makes a fresh start. `AskError` says what was
    wrong with a setting and what is possible.
    """
    return answer_to(question, settings, seed, player)


def answer_to(question: str, settings: Mapping[str, Any], seed: int | None, player: bool) -> Asked | Unanswered:
    """Answer a question at `settings`, for `ask` and the cell magic; see `ask`."""
    if not isinstance(question, str) or is_blank(question):
        raise AskError('write a question, for example ask("what does a hidden neuron mean?")')
    try:
        accepted(question)
    except TextError as error:
        raise AskError(str(error)) from None
    seed = seed_of(seed)
    bot = the_bot()
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in settings.items()}
    reply = _understood(bot, question).at(plain, seed)
    if reply.slug is None:
        return Unanswered(question, reply.decision, bot, reply.closest)
    try:
        answer = bot.answer(reply.slug, reply.changes, reply.seed)
        comparison = bot.compare(reply)
    except SettingError as error:
        raise AskError(str(error)) from None
    if reply.after:
        _session.at = replace(reply.after, changes=reply.changes, seed=reply.seed)
    return Asked(question, answer, bot, reply, comparison, player)


def _understood(bot: Bot, question: str) -> Interpretation:
    """The reply to a question that stands alone is the same whenever its cell is run; others follow on the last one."""
    if _session.at and (ruled := bot.dialogue.by_rule(question, _session.at)):
        return ruled
    alone = None if _session.at and leans(question) else bot.understand(question)
    if alone is None or (alone.slug is None and _session.at):
        follow = bot.understand(question, at=_session.at)
        if follow.slug:
            return follow
    return alone if alone and alone.slug else bot.understand(question)


def seed_of(given: Any) -> int | None:
    """A seed as it is given, from numpy too; `AskError` where it is none."""
    try:
        seed = None if given is None else index(given)
    except TypeError:
        seed = -1
    if seed is not None and not 0 <= seed <= LARGEST_SEED:
        raise AskError(f"seed cannot be {given!r}: it takes a whole number from 0 to {LARGEST_SEED}")
    return seed


def forget() -> None:
    """Let the next question stand by itself."""
    _session.at = None


@cache
def the_bot() -> Bot:
    """The session's bot."""
    return shared_bot()
