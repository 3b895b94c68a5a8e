"""The one `Bot` of the process; it matches with the small encoder at once, with the large one when that is loaded."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import streamlit as st

from bot.dialogue import Reply, Situation
from bot.matching import BestMatcher
from bot.service import Bot, shared_bot

WARM_UP = "what is a hidden neuron?"


@dataclass(frozen=True)
class Engine:
    """A bot, and its matcher as soon as that can be used."""

    bot: Bot
    matcher: Future[BestMatcher]

    @property
    def ready(self) -> bool:
        """Whether a question can be matched at once."""
        return self.matcher.done()

    def understand(self, question: str, previous: Sequence[str], at: Situation | None) -> Reply:
        """Understand a question, waiting for the small encoder if need be; `EncoderUnavailable` where there is none."""
        self.matcher.result()
        return self.bot.understand(question, previous, at)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """Read the entries and begin to load both encoders, once a process."""
    bot = shared_bot()

    def warm_up() -> None:
        if bot.matcher.wait():
            bot.match(WARM_UP)  # the first question pays for what torch prepares

    loader = ThreadPoolExecutor(1, thread_name_prefix="encoder")
    future = loader.submit(lambda: bot.matcher)
    loader.submit(warm_up)
    loader.shutdown(wait=False)
    return Engine(bot, future)
