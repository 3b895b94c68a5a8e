"""Running what a learner wants to see, and saying meanwhile how far it is."""

import time
from collections.abc import Callable, Generator

import streamlit as st

from bot.answers.answer import Answer
from bot.content.settings import SettingError
from bot.surfaces.chat.engine import Engine
from bot.surfaces.chat.state import Card, Lab, card_of
from sims.engine.randomness import REPLICAS
from sims.engine.training import Frame

BETWEEN_UPDATES = 0.15  # seconds


def update(lab: Lab, engine: Engine) -> Card | None:
    """Run what is wanted, unless it is drawn already; settings that cannot be run leave the last card standing."""
    if lab.card is not None and lab.drawn == lab.wanted:
        return lab.card
    try:
        key = lab.slug, engine.bot.params(lab.slug, lab.changes).model_dump_json(), lab.seed
        card = engine.cards.find(key) or engine.cards.keep(key, card_of(_answer(lab, engine)))
    except SettingError as error:
        lab.warning = f"That cannot be run: {error}."
        return lab.card
    lab.card, lab.drawn = card, lab.wanted
    return lab.card


def _answer(lab: Lab, engine: Engine) -> Answer:
    """Run what is wanted, and say meanwhile how far it is."""
    answering = engine.bot.answering(lab.slug, lab.changes, lab.seed)
    place = st.empty()
    with place.status("Training", type="compact") as status:
        answer = _follow(answering, lambda step: status.update(label=step))
    place.empty()
    return answer


def _follow(answering: Generator[Frame, None, Answer], tell: Callable[[str], object]) -> Answer:
    """Run to the end, and say now and then how far it is."""
    shown = time.monotonic()
    while True:
        try:
            frame = next(answering)
        except StopIteration as end:
            return end.value
        if time.monotonic() - shown > BETWEEN_UPDATES:
            shown = time.monotonic()
            what = f" ({frame.name.replace('_', ' ')})" if frame.name else ""
            tell(f"Training {REPLICAS} small networks{what}: step {frame.step}")
