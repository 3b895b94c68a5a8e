"""Questions of a notebook session: each may lean on those before it."""

from collections.abc import Mapping
from functools import cache
from operator import index
from typing import Any

import numpy as np

from bot.notebook.shown import Asked, Unanswered
from bot.service import Bot
from bot.settings import SettingError
from sims.engine.randomness import LARGEST_SEED

REMEMBERED = 8  # earlier questions that a new one may lean on
_earlier: list[str] = []


class AskError(ValueError):
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
    """The same, with the settings as a mapping."""
    if not isinstance(question, str) or not question.strip():
        raise AskError('write a question, for example ask("what does a hidden neuron mean?")')
    seed = _seed(seed)
    bot = the_bot()
    decision = bot.match_surely(question, tuple(_earlier))
    _remember(question)
    if decision.kind != "answer":
        return Unanswered(question, decision, bot)
    slug = decision.ranked[0].slug
    read = bot.read(question, slug)
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in settings.items()}
    try:
        answer = bot.answer(slug, {**read.changes, **plain}, read.seed if seed is None else seed)
    except SettingError as error:
        raise AskError(str(error)) from None
    return Asked(question, answer, bot, read.notes, player)


def _seed(given: Any) -> int | None:
    try:
        seed = None if given is None else index(given)
    except TypeError:
        seed = -1
    if seed is not None and not 0 <= seed <= LARGEST_SEED:
        raise AskError(f"seed cannot be {given!r}: it takes a whole number from 0 to {LARGEST_SEED}")
    return seed


def forget() -> None:
    """Let the next question stand by itself."""
    _earlier.clear()


@cache
def the_bot() -> Bot:
    """The session's bot. The large encoder loads while you read the first answer; without it the small one serves."""
    bot = Bot()
    bot.matcher.warm()
    return bot


def _remember(question: str) -> None:
    _earlier.append(question)
    del _earlier[:-REMEMBERED]
