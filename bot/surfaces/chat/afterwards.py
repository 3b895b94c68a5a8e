"""What stands below an answer: a post's other questions, and whether it helped; below a refusal, a post to copy."""

import streamlit as st

from bot.dialogue import Interpretation
from bot.present.charts.thumbnails import WIDTH, thumbnail
from bot.present.closest import besides, closest
from bot.present.forum import question_post
from bot.present.headline import headline
from bot.present.short import Short, shorts
from bot.surfaces.chat import close, pictures
from bot.surfaces.chat.engine import Engine
from bot.surfaces.chat.state import Lab, Turn, ask, conversation

HELPED = "Did this help?"
KEPT = ("For the people who write the answers, your questions, how they were answered, and what you pick, guess and "
        "rate is kept: without your name, and without the addresses and long numbers that stand in it. Whoever runs "
        "this page can delete it: this conversation is number `{session}`.")


def further(turn: Turn, last: bool, engine: Engine) -> None:
    """The other questions of a post as cards: the answer in a line, and in full a click away."""
    if not turn.further:
        return
    if not turn.headlines:
        with st.spinner("Running the experiments of your other questions"):
            turn.headlines = tuple(_in_a_line(one, engine) for one in turn.further)
    st.subheader("You also asked", anchor=False)
    for number, (reply, line) in enumerate(zip(turn.further, turn.headlines, strict=True)):
        entry = engine.bot.entries[str(reply.slug)]
        with st.container(border=True):
            st.text(reply.question)  # plain: a visitor's text is never read as Markdown
            st.markdown(f"**{entry.title}**  \n{line}")
            if last:
                st.button("Open this answer", key=f"further-{turn.number}-{number}", on_click=ask,
                          args=(entry.title, entry.slug, reply.changes, reply.seed))


def _in_a_line(reply: Interpretation, engine: Engine) -> str:
    """The point that a question asks, or else the headline of its answer."""
    answer = engine.bot.answer(str(reply.slug), reply.changes, reply.seed)
    point = answer.point(reply.point)
    return point.says if point and point.says else headline(answer)


def short_answers(turn: Turn, engine: Engine) -> None:
    """The entries that a question may mean, each in a sentence with a number and a picture of its run, and in full a
    click away."""
    if not turn.shorts:
        with st.spinner("Running the experiments of the nearest questions"):
            found = shorts(engine.bot, turn.question, turn.choices)
            turn.shorts = tuple((one, thumbnail(answer, pictures.theme())) for one, answer in found)
            turn.close = besides(closest(engine.bot, turn.closest), [one for one, _ in found])

    def chosen(short: Short) -> None:
        engine.bot.store.keep_pick(turn.question, short.slug, conversation().session, turn.kept)
        ask(short.asks, None if short.point else short.slug)  # a point is found by its question

    for short, picture in turn.shorts:
        with st.container(border=True, horizontal=True, key=f"short-{turn.number}-{short.slug}"):
            st.image(picture, width=WIDTH)
            with st.container(gap="xsmall", width="stretch"):
                st.button(short.asks, key=f"choice-{turn.number}-{short.slug}", on_click=chosen, args=(short,),
                          type="tertiary", wrap=True)
                st.text(short.says)
    close.show(turn, turn.close)


def helped(turn: Turn, lab: Lab, engine: Engine) -> None:
    """Thumbs, kept for the people who write the answers."""
    key = f"helped-{turn.number}"

    def said() -> None:
        value = st.session_state[key]
        if value is not None:
            engine.bot.store.keep_thumb(lab.slug, bool(value), turn.question, lab.changes, conversation().session,
                                        turn.kept)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(HELPED, width="content")
        st.feedback("thumbs", key=key, on_change=said)


def forum_post(turn: Turn, engine: Engine) -> None:
    """A post that can be copied, for a question that has no answer here."""
    if turn.for_forum:
        with st.expander("Ask people instead: a post to copy", type="compact", icon=":material/forum:"):
            titles = [engine.bot.entries[slug].title for slug in turn.choices]
            st.code(question_post(turn.question, titles), language=None, wrap_lines=True)


def kept(engine: Engine) -> None:
    """What is kept of this conversation, where anything is, and the number by which it can be forgotten."""
    if not engine.bot.store.is_off:
        st.caption(KEPT.format(session=conversation().session))
