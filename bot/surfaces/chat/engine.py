"""The one `Bot` of the process; it matches with the small encoder at once, with the large one when that is loaded."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import streamlit as st

from bot.dialogue import Reply, Situation
from bot.matching import BestMatcher
from bot.matching.encoders import EncoderUnavailable
from bot.service import Bot, shared_bot
from bot.surfaces.chat.drawn import Drawn


@dataclass(frozen=True)
class Engine:
    """A bot, its matcher as soon as that can be used, and the cards that were drawn."""

    bot: Bot
    matcher: Future[BestMatcher]
    cards: Drawn = field(default_factory=Drawn)

    def understand(self, question: str, previous: Sequence[str], at: Situation | None) -> Reply:
        """Understand a question, waiting for the small encoder if need be; `EncoderUnavailable` where there is none."""
        self.matcher.result()
        return self.bot.understand(question, previous, at)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """Read the entries and begin to load both encoders, once a process. A server has done so before it answers, so that
    no two of its threads import at the same time."""
    bot = shared_bot()
    found: Future[BestMatcher] = Future()
    try:
        bot.matcher.warm()
        found.set_result(bot.matcher)
    except EncoderUnavailable as error:
        found.set_exception(error)
    return Engine(bot, found)
