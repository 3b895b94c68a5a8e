"""The one `Bot` of the process."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import streamlit as st

from bot.dialogue import Reply, Situation
from bot.matching import BestMatcher
from bot.service import Bot, shared_bot


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
        """Understand a question, waiting for the matcher if need be; `EncoderUnavailable` where there is none."""
        self.matcher.result()
        return self.bot.understand(question, previous, at)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """Read the entries and make the matcher, once a process; changed entries are fitted beside it."""
    bot = shared_bot()
    loader = ThreadPoolExecutor(1, thread_name_prefix="matcher")
    future = loader.submit(lambda: bot.matcher)
    loader.submit(lambda: bot.matcher.warm())
    loader.shutdown(wait=False)
    return Engine(bot, future)
