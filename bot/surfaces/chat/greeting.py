"""What greets a learner: what this is, questions to begin with, and a network that trains beside them."""

import streamlit as st

from bot.surfaces.chat import player, running
from bot.surfaces.chat.chips import chips
from bot.surfaces.chat.engine import Engine
from bot.surfaces.chat.state import Lab

SAYS = (
    "Ask what happens inside a small neural network, in your own words. I train the very network in question while "
    "you wait, 32 times over, and show you what came out."
)
OWN = "**Yours does not learn?** Paste its code, its log or its numbers below, and I run that very network."
PAGES = "[All questions](entries) · [Try your own network](try) · [For mentors](mentor)"
EXAMPLES = (  # those of them that exist greet the learner, up to six
    "hidden-neuron-meaning",
    "coffee-roasting",
    "how-many-neurons",
    "output-probability",
    "why-nonlinearity",
    "different-results-each-run",
    "demand-prediction",
    "gradient-descent",
    "constrained-neuron",
)
LIVING = "coffee-roasting"  # it trains beside the greeting


def greet(engine: Engine, begun: bool, avatar: str) -> None:
    """The title and what can be asked; before a conversation has begun also where to begin."""
    st.title("Ask a Neuron", anchor=False)
    with st.chat_message("assistant", avatar=avatar):
        if begun:
            st.markdown(SAYS)
        else:
            left, right = st.columns([6, 5], gap="large")
            with left:
                st.markdown(SAYS)
                known = [slug for slug in EXAMPLES if slug in engine.bot.entries]
                rest = [slug for slug in engine.bot.entries if slug not in known]
                chips("For example", (known + rest)[:6], engine, key="examples")
                st.markdown(OWN)
                st.markdown(PAGES)
            with right:
                _living(engine)


def _living(engine: Engine) -> None:
    """A network at its training, with its question and the answer to it."""
    if LIVING not in engine.bot.entries:
        return
    card = running.update(Lab(LIVING), engine)
    if card is not None and card.recording:
        st.caption(f"**{engine.bot.entries[LIVING].title}** {card.direct}")
        player.play("greeting", card.recording, "none", (), pose="train", compact=True)
