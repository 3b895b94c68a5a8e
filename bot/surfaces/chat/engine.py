"""The one `Bot` of the process."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import streamlit as st

from bot.content.recent import Recent
from bot.dialogue import DialogueState, Interpretation
from bot.matching import BestMatcher
from bot.matching.encoders import EncoderUnavailable
from bot.service import Bot, shared_bot
from bot.surfaces.chat.state import Card

CARDS = 64  # kept


@dataclass(frozen=True)
class Engine:
    """A bot, its matcher as soon as that can be used, and the cards that were drawn by entry, settings and seed: what
    one learner's answer was drawn for, the next one need not run or draw again."""

    bot: Bot
    matcher: Future[BestMatcher]
    cards: Recent[Card] = field(default_factory=lambda: Recent(CARDS))

    def understand(self, question: str, previous: Sequence[str], at: DialogueState | None) -> Interpretation:
        """Understand a question, waiting for the matcher if need be; `EncoderUnavailable` where there is none."""
        self.matcher.result()
        return self.bot.understand(question, previous, at)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """Read the entries and make the matcher, once a process; changed entries are fitted beside it. A server has done so
    before it answers, so that no two of its threads import at the same time."""
    bot = shared_bot()
    bot.store.warm()
    found: Future[BestMatcher] = Future()
    try:
        bot.matcher.warm()
        found.set_result(bot.matcher)
    except EncoderUnavailable as error:
        found.set_exception(error)
    return Engine(bot, found)
