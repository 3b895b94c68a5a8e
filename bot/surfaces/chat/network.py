"""A message with a network of the learner's own: what was read, what is unusual about it, and a player on its runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from bot.content.entries import Entry
from bot.content.environment import public_url
from bot.diagnosis.answer import NetworkAnswer, as_markdown, changed, has_network
from bot.diagnosis.explained import explained_by
from bot.diagnosis.reading import read_post
from bot.diagnosis.spec import Reading
from bot.present.charts import stills
from bot.present.charts.curves import curves
from bot.present.code_export.changed import Line, codes
from bot.present.diagnosed import reply, share_query
from bot.present.recordings import recording
from bot.surfaces.chat import copying, pictures, player
from bot.surfaces.chat.chips import chips
from bot.surfaces.chat.engine import Engine
from bot.surfaces.chat.pictures import theme
from bot.surfaces.chat.state import NetworkCard, NetworkRun, Turn
from sims.engine.experiment import Run, drain

LONGEST_LINES = 12  # of a message that stands open


def trained(reading: Reading, engine: Engine) -> NetworkCard:
    """Train the network of a message, and draw the answer about it."""
    with st.spinner("Training your network"):
        return _card(drain(engine.bot.diagnosing(reading)), engine.bot.entries)


def reads(text: str) -> bool:
    """Whether a text holds a network."""
    return has_network(read_post(text))


def holds(turn: Turn) -> bool:
    """Whether the learner's message holds a network; it is read once."""
    if turn.reading is None and turn.slug is None and turn.question:
        turn.reading = read_post(turn.question)
    return turn.reading is not None and has_network(turn.reading)


def message(turn: Turn) -> None:
    """The learner's message as it was typed, its lines numbered as the answer names them."""
    lines = turn.question.count("\n") + 1
    st.code(turn.question, language=None, line_numbers=True, wrap_lines=True,
            height="content" if lines <= LONGEST_LINES else 260)


def show(turn: Turn, card: NetworkCard, last: bool, engine: Engine) -> None:
    """The answer: prose and counts on the left, the runs on the right."""
    left, right = st.columns([5, 7], gap="medium") if card.runs else (st.container(), None)
    with left:
        st.markdown(card.text)
    if right is not None:
        with right:
            _runs(turn, card)
            if card.curves:
                st.image(card.curves.dark if theme() == "dark" else card.curves.light)
                st.caption(card.curves.says)
    with left:
        if card.link:
            st.markdown(f"[Change its settings, or share it]({card.link})")
        if last:
            copying.draw(turn, card.reply)
    if last and card.entries:
        chips("Explain this", card.entries, engine, key=f"explained-{turn.number}")


def let_go(turn: Turn) -> None:
    """Forget the recordings of a network that no longer plays."""
    if turn.network and not player.is_new(turn):
        runs = tuple(replace(run, recording=b"") for run in turn.network.runs)
        turn.network = replace(turn.network, runs=runs)


def _runs(turn: Turn, card: NetworkCard) -> None:
    titles = [run.title for run in card.runs]
    chosen = titles[0]
    if len(titles) > 1:
        chosen = st.segmented_control("Which run", titles, default=titles[0], key=f"run-{turn.number}",
                                      label_visibility="collapsed") or titles[0]
    number = titles.index(chosen)
    run = card.runs[number]
    if not run.recording or player.play(f"player-{turn.number}-{number}", run.recording, "", ()).failed:
        pictures.still(run.still)
    st.caption(run.caption)
    if run.code:
        with st.expander("Its code in numpy"):
            st.code(run.code, language="python", height=300)


def _card(answer: NetworkAnswer, entries: Mapping[str, Entry]) -> NetworkCard:
    runs = [] if answer.run is None else [("As read", answer.run)]
    if answer.proof is not None and answer.proof.rule.mend:
        runs.append((f"With {changed(answer.proof)}", answer.proof.mended))
    written = codes([run for _, run in runs])
    query = share_query(answer.shown.params) if answer.shown is not None else ""
    return NetworkCard(
        text=as_markdown(answer),
        runs=tuple(_run(run, title, code) for (title, run), code in zip(runs, written, strict=True)),
        link=f"{public_url()}/try?{query}" if query and public_url() else "",
        entries=explained_by(answer, entries),
        reply=reply(answer, public_url()).markdown, curves=curves(answer.reading.symptoms, answer.run))


def _run(run: Run[Any, Any], title: str, code: Sequence[Line]) -> NetworkRun:
    said = (f"Solved in {int((run.metrics.solved == 1).sum())} of {len(run.seeds)} runs. On the screen is the one with "
            f"seed {run.seed}.")
    return NetworkRun(title, recording(run), stills.network_still(run, title), said,
                      "\n".join(line.text for line in code))
