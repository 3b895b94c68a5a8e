"""The conversation: greeting, questions, decisions, and the answers that the cards show."""

import streamlit as st

from bot.encoders import EncoderUnavailable
from bot.ui import attention, card, links
from bot.ui.chips import chips, offer
from bot.ui.engine import Engine
from bot.ui.state import Lab, Turn, ask, conversation, earlier_questions, forget

AVATAR, LEARNER = ":material/neurology:", ":material/person:"
PLACEHOLDER = "Ask about neurons, layers, training …"
LONGEST_QUESTION = 1000  # characters
OFFERED = 3  # entries, where the question is not clear or the answer not the one that was meant
GREETING = (
    "Ask what happens inside a small neural network, in your own words. I train the very network in question while "
    "you wait, 32 times over, and show you what came out."
)
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
SUGGEST = "I am not sure which of these you mean."
DECLINE = "I have no tested answer to that. These are the nearest questions that I can answer."


def converse(engine: Engine) -> None:
    """Draw the conversation, and answer what is open."""
    chat = conversation()
    with st.bottom:  # named, it stays there without Streamlit's scrolling to the end of every answer
        typed = st.chat_input(PLACEHOLDER, max_chars=LONGEST_QUESTION, submit_mode="disable")
    if not chat.link_read:
        chat.link_read = True
        turn = links.opened(engine.bot)
        chat.turns += [turn] if turn else []
    if typed:
        ask(typed)
    _greet(engine, bool(chat.turns))
    for turn in chat.turns:
        with st.container(key=attention.turn_key(turn.number)):
            _show(turn, turn is chat.turns[-1], engine)
    last = chat.turns[-1] if chat.turns else None
    attention.draw(last.number if last else None, _announcement(last, engine))
    if last:
        st.button("Start a new conversation", type="tertiary", icon=":material/refresh:", on_click=forget)


def _greet(engine: Engine, begun: bool) -> None:
    st.title("Ask a Neuron", anchor=False)
    with st.chat_message("assistant", avatar=AVATAR):
        st.markdown(GREETING)
        if not begun:
            known = [slug for slug in EXAMPLES if slug in engine.bot.entries]
            rest = [slug for slug in engine.bot.entries if slug not in known]
            chips("For example", (known + rest)[:6], engine, key="examples")


def _show(turn: Turn, last: bool, engine: Engine) -> None:
    if turn.question:
        with st.chat_message("user", avatar=LEARNER):
            st.text(turn.question)  # plain: a visitor's text is never read as Markdown
    with st.chat_message("assistant", avatar=AVATAR):
        if turn.is_open:
            _decide(turn, engine)
            turn.is_open = False
        if turn.says:
            st.markdown(turn.says)
        if turn.lab:
            card.show(turn, turn.lab, last, engine)
        elif turn.choices:
            offer(turn.choices, engine, key=f"choice-{turn.number}")


def _announcement(turn: Turn | None, engine: Engine) -> str:
    if turn is None:
        return ""
    return f"Answer: {engine.bot.entries[turn.lab.slug].title}" if turn.lab else turn.says


def _decide(turn: Turn, engine: Engine) -> None:
    """Match the question and fill in what to say; a chosen entry needs no matching."""
    if turn.slug is not None:
        turn.lab = Lab(turn.slug, ask_first=True)
        return
    earlier = earlier_questions([t for t in conversation().turns if t is not turn])
    try:
        with st.spinner("Reading your question"):
            decision = engine.match(turn.question, earlier)
    except EncoderUnavailable as error:
        turn.says = f"I cannot read questions at the moment: {error} These answers are here all the same."
        turn.choices = tuple(engine.bot.entries)[:OFFERED]
        return
    nearest = tuple(match.slug for match in decision.ranked[: OFFERED + 1])
    if decision.kind == "answer":
        turn.lab, turn.others = _lab(turn.question, nearest[0], engine), nearest[1:]
    else:
        turn.says = decision.says or (SUGGEST if decision.kind == "suggest" else DECLINE)
        turn.choices = nearest[:OFFERED]


def _lab(question: str, slug: str, engine: Engine) -> Lab:
    """The entry's answer at the settings that the question names, with a line that says which."""
    read = engine.bot.read(question, slug)
    titles = engine.bot.params(slug).__class__.model_fields
    named = [f"{titles[name].title or name} {value}" for name, value in read.changes.items()]
    named += [f"seed {read.seed}"] if read.seed is not None else []
    line = [f"From your question: {', '.join(named)}."] if named else []
    return Lab(slug, dict(read.changes), read.seed, ask_first=True, warning=" ".join([*line, *read.notes]))
