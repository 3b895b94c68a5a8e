"""The conversation: greeting, questions, decisions, and the answers that the cards show."""

from functools import partial

import streamlit as st
from streamlit.elements.widgets.chat import ChatInputValue

from bot.language.text import LONGEST, TextError, accepted
from bot.surfaces.chat import afterwards, attention, card, dropped, greeting, history, links, network, worked
from bot.surfaces.chat.chips import offer
from bot.surfaces.chat.engine import Engine
from bot.surfaces.chat.state import Conversation, Turn, ask, conversation, forget
from bot.surfaces.chat.understanding import decide

AVATAR, LEARNER = ":material/neurology:", ":material/person:"
PLACEHOLDER = "Ask about neurons, layers, training … paste or drop your network"
LONGEST_MESSAGE = 100_000  # characters: it may hold the code of a network

def converse(engine: Engine) -> None:
    """Draw the conversation, and answer what is open."""
    chat = conversation()
    with st.bottom:  # named, it stays there without Streamlit's scrolling to the end of every answer
        typed = st.chat_input(PLACEHOLDER, max_chars=LONGEST_MESSAGE, submit_mode="disable", accept_file=True,
                              file_type=list(dropped.KINDS), max_upload_size=1)
    if not chat.link_read:
        chat.link_read = True
        turn = links.opened(engine.bot)
        chat.turns += [turn] if turn else []
        chat.address = st.query_params.to_dict()
    elif chat.address != (asked := st.query_params.to_dict()) and not typed:
        chat.address = asked
        history.follow_address(chat, engine.bot, asked)
    if typed:
        _accept(typed)
    greeting.greet(engine, bool(chat.turns), AVATAR)
    for turn in chat.turns:
        with st.container(key=attention.turn_key(turn.number)):
            _show(turn, turn is chat.turns[-1], engine)
    last = chat.turns[-1] if chat.turns else None
    attention.draw(last.number if last else None, _announcement(last, engine), history.kept(chat),
                   partial(_restore, chat, engine) if chat.is_new else None)
    if last:
        st.button("Start a new conversation", type="tertiary", icon=":material/refresh:", on_click=forget)
        afterwards.kept(engine)


def _restore(chat: Conversation, engine: Engine, text: str) -> None:
    chat.is_new = False
    history.restore(text, chat, engine.bot)


def _accept(typed: ChatInputValue) -> None:
    """Ask what was typed, and what the file beside it holds; what is blank or too long is refused, but the code of a
    network may be longer than a question. The page's own field bounds only those who use it."""
    if typed.files:
        return _accept_file(typed.text, typed.files[0])
    try:
        ask(_readable(typed.text, LONGEST_MESSAGE))
    except TextError as error:
        st.toast(str(error))


def _accept_file(text: str, file: dropped.File) -> None:
    """A file that cannot be read has its answer in the conversation: a note would be gone before it is read."""
    name = dropped.name_of(file)
    try:
        held = dropped.text_of(file)
        ask(_readable("\n\n".join(filter(None, (text.strip(), held))), dropped.LARGEST), file=name)
    except TextError as error:
        conversation().turns.append(Turn("", file=name, says=str(error), is_open=False))


def _readable(text: str, most: int) -> str:
    return text if LONGEST < len(text) <= most and network.reads(text) else accepted(text)


def _asked(turn: Turn) -> None:
    """What the learner sent."""
    with st.chat_message("user", avatar=LEARNER):
        if turn.file:
            st.text(f"File: {turn.file}")
        if network.holds(turn):
            network.message(turn)
        elif turn.question:
            st.text(turn.question)  # plain: a visitor's text is never read as Markdown


def _show(turn: Turn, last: bool, engine: Engine) -> None:
    if turn.question or turn.file:
        _asked(turn)
    with st.chat_message("assistant", avatar=AVATAR):
        if turn.is_open:
            decide(turn, engine)
            turn.is_open = False
        if turn.says:
            st.markdown(turn.says)
        if turn.network:
            network.let_go(turn)
            network.show(turn, turn.network, last, engine)
        elif turn.lab:
            card.show(turn, turn.lab, last, engine)
        elif turn.torn:
            afterwards.short_answers(turn, engine)
            afterwards.forum_post(turn, engine)
        elif turn.choices:
            offer(turn.choices, engine, key=f"choice-{turn.number}", picked_for=turn)
            afterwards.forum_post(turn, engine)


def _announcement(turn: Turn | None, engine: Engine) -> str:
    if turn is None:
        return ""
    if turn.network:
        return "Answer: your network"
    if not turn.lab:
        return turn.says
    checked = worked.said_of(turn.lab)
    return checked[1] if checked else f"Answer: {engine.bot.entries[turn.lab.slug].title}"
