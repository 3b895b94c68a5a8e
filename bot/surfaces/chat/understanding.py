"""From a question to what is said to it: the dialogue decides, a turn keeps what is drawn."""

import streamlit as st

from bot.dialogue import DialogueState, Interpretation, chosen
from bot.language.text import LONGEST
from bot.matching.encoders import EncoderUnavailable
from bot.present.rendering_dialogue import TORN
from bot.surfaces.chat import network
from bot.surfaces.chat.engine import Engine
from bot.surfaces.chat.state import Lab, Turn, conversation, earlier_questions

OFFERED = 3  # entries, where the question is not clear or the answer not the one that was meant
DECLINE = "I have no tested answer to that. These are the nearest questions that I can answer."


def decide(turn: Turn, engine: Engine) -> None:
    """Fill in what to say to a turn's question; a chosen entry needs no matching."""
    if turn.slug is not None:
        turn.lab = Lab(turn.slug, dict(turn.changes), turn.seed, ask_first=not turn.points, points=turn.points)
        turn.situation = chosen(turn.slug, turn.question, turn.changes, turn.seed)
        return
    if turn.reading is not None and network.holds(turn):
        turn.network = network.trained(turn.reading, engine)
        return
    before = [other for other in conversation().turns if other is not turn]
    at = _situation(before)
    try:
        with st.spinner("Reading your question"):
            reply = engine.understand(turn.question[:LONGEST], earlier_questions(before), at)
    except EncoderUnavailable as error:
        turn.says = f"I cannot read questions at the moment: {error} These answers are here all the same."
        turn.choices = tuple(engine.bot.entries)[:OFFERED]
        return
    if turn.is_new:
        turn.kept = engine.bot.keep_question(reply, conversation().session)
    _take(turn, reply, at)
    turn.for_forum = engine.bot.belongs_in_forum(reply)


def _situation(turns: list[Turn]) -> DialogueState | None:
    """Where the conversation stands: after its last turn, at what the controls of the answer show now."""
    last = next((turn for turn in reversed(turns) if turn.situation), None)
    if last is None:
        return None
    if last.lab is None:
        return last.situation
    return last.situation and last.situation.moved(last.lab.changes, last.lab.seed)


def _take(turn: Turn, reply: Interpretation, at: DialogueState | None) -> None:
    nearest = tuple(match.slug for match in reply.decision.ranked[: OFFERED + 1])
    turn.situation, turn.further = reply.after, reply.further
    if reply.slug is None:
        turn.says = reply.decision.says or (TORN if reply.decision.kind == "suggest" else DECLINE)
        turn.choices = nearest[:OFFERED]
        turn.torn, turn.closest = reply.decision.is_torn, reply.closest
        return
    is_new = at is None or at.slug != reply.slug
    turn.beside = tuple(match.slug for match in reply.decision.beside) if is_new else ()
    others = [slug for slug in nearest if slug != reply.slug and slug not in turn.beside]
    turn.others = tuple(others[:OFFERED]) if is_new else ()
    turn.lab = Lab(reply.slug, dict(reply.changes), reply.seed, ask_first=is_new and not reply.points,
                   warning=" ".join(reply.notes), level=reply.level, points=reply.points,
                   closest=reply.closest, offers=reply.offers)
    turn.reply = reply if reply.compare or reply.before is not None else None
