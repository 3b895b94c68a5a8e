"""The one `Bot` of the process; its encoders load in the background while the greeting already shows."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import streamlit as st

from bot.matching import Decision
from bot.service import Bot

WARM_UP = "what is a hidden neuron?"


@dataclass(frozen=True)
class Engine:
    """A bot, and a future that is done as soon as its matcher decides without delay."""

    bot: Bot
    warm: Future[None]

    def match(self, question: str, previous: Sequence[str]) -> Decision:
        """Match a question, waiting for an encoder if need be; `EncoderUnavailable` where there is none."""
        self.warm.result()
        return self.bot.match_surely(question, previous)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """Read the entries and begin to load the encoders, once a process."""
    bot = Bot()

    def warm() -> None:
        bot.matcher.warm()  # the large encoder, in a thread of its own
        bot.match(WARM_UP)  # the first question pays for what is prepared once

    loader = ThreadPoolExecutor(1, thread_name_prefix="matcher")
    future = loader.submit(warm)
    loader.shutdown(wait=False)
    return Engine(bot, future)
