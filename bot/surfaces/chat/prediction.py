"""A guess beside the network before it is trained: remembered for the session, and never in the answer's way."""

import streamlit as st

from bot.content.entries import Entry
from bot.surfaces.chat.engine import Engine
from bot.surfaces.chat.state import SKIPPED, Lab, Turn, conversation

WIDTH = 640  # pixels; less on a phone


def is_due(lab: Lab, entry: Entry) -> bool:
    """Whether a guess is still asked for."""
    chat = conversation()
    return lab.ask_first and chat.predicts and entry.slug not in chat.guesses


def ask(turn: Turn, entry: Entry, engine: Engine) -> None:
    """The question, with an option a button: a guess trains the network in the picture."""
    with st.container(border=True, width=WIDTH):
        st.markdown("**First, your guess.** " + entry.prediction.question)
        for index, option in enumerate(entry.prediction.options):
            st.button(
                option.says,
                key=f"guess-{entry.slug}-{index}",
                on_click=_guess,
                args=(turn, entry, index, engine),
                width="stretch",
                wrap=True,
            )
        with st.container(horizontal=True):
            st.button("Skip", key=f"skip-{entry.slug}", type="tertiary", on_click=_guess,
                      args=(turn, entry, SKIPPED, engine))
            st.button("Skip, and do not ask again", key=f"never-{entry.slug}", type="tertiary", on_click=_never)


def tell(lab: Lab, entry: Entry, engine: Engine) -> None:
    """The guess against what happened, with what there is to say about it."""
    guess = conversation().guesses.get(entry.slug, SKIPPED)
    if guess == SKIPPED:
        return
    if lab.outcome is None or lab.outcome[0] != lab.seed:
        with st.spinner("Running the experiment of the prediction"):
            lab.outcome = lab.seed, engine.bot.outcome_of_prediction(entry.slug, lab.seed)
    options, came = entry.prediction.options, lab.outcome[1]
    with st.container(border=True):
        st.caption(entry.prediction.question)
        if came is None:
            st.markdown(f"You guessed: *{options[guess].says}*. In this run none of the options came true.")
        elif came == guess:
            st.markdown(f":green[**✓ You guessed it:**] *{options[came].says}*. {_said(options[came].feedback)}")
        else:
            st.markdown(
                f"**You guessed:** *{options[guess].says}*.  \n**What happened:** *{options[came].says}*. "
                + _said(options[came].feedback)
            )
        if others := _tally(lab, entry, engine):
            st.caption(others)


def _said(feedback: str) -> str:
    return feedback.removeprefix("Right. ").removeprefix("Right: ")


def _tally(lab: Lab, entry: Entry, engine: Engine) -> str:
    """What others guessed, where anything is kept of it."""
    if lab.tally is None:
        lab.tally = engine.bot.store.guesses(entry.slug)
    counts = {option.says: lab.tally.get(option.says, 0) for option in entry.prediction.options}
    total = sum(counts.values())
    if total < 2:  # this learner alone, or nothing is kept
        return ""
    return f"Of {total} guesses so far: " + "; ".join(f"{count} × {says}" for says, count in counts.items()) + "."


def _guess(turn: Turn, entry: Entry, option: int, engine: Engine) -> None:
    conversation().guesses[entry.slug] = option
    if option != SKIPPED:
        says = entry.prediction.options[option].says
        engine.bot.store.keep_guess(entry.slug, says, conversation().session, turn.kept)


def _never() -> None:
    conversation().predicts = False
