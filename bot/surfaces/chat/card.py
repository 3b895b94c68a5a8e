"""An answer on the page: prose and claims on the left, the pictures of the run and its controls on the right."""

from collections.abc import Mapping

import streamlit as st

from bot.answers.claims import ClaimResult
from bot.answers.points import said_first
from bot.content.entries import Entry
from bot.dialogue import Level
from bot.present.closest import closest
from bot.present.rendering import code_of
from bot.surfaces.chat import (
    afterwards,
    close,
    comparing,
    controls,
    copying,
    files,
    links,
    pictures,
    player,
    prediction,
    running,
    worked,
)
from bot.surfaces.chat.chips import chips, offer
from bot.surfaces.chat.engine import Engine
from bot.surfaces.chat.state import Card, Lab, Turn, ask, conversation

LEVELS: dict[Level, tuple[str, str]] = {
    "text": ("The answer in full", ":material/article:"),
    "simpler": ("Put it more simply", ":material/child_care:"),
    "deeper": ("Go deeper", ":material/function:"),
    "evidence": ("How do you know?", ":material/fact_check:"),
    "code": ("The code of this run", ":material/code:"),
}
OPEN = 8  # of the newest answers
READ_AS = "I read this as “{}”. Or did you mean:"
NO_LONGER = "With your settings this is no longer true."
BROKEN = "You changed the settings: {} of the {} statements tested below no longer hold."
UNEXPECTED = "In these runs this came out otherwise than in most others; try another start."


def is_recent(turn: Turn) -> bool:
    """Whether the turn's answer stands open: older ones are folded, or a long conversation would fill the browser."""
    return turn in conversation().turns[-OPEN:]


def show(turn: Turn, lab: Lab, last: bool, engine: Engine) -> None:
    """Draw the answer; only the last one has controls, and only it is ever run."""
    entry = engine.bot.entries[lab.slug]
    _head(turn, lab, last, entry, engine)
    player.let_go(turn, lab)
    card = running.update(lab, engine) if last or not lab.drawn else lab.card  # after a reload none is drawn yet
    if card is None or not (is_recent(turn) or st.toggle("Show the answer", key=f"answer-{turn.number}")):
        return
    if last:
        links.keep_address(entry, card, lab.points)
        _compare(turn, lab, engine)
    if lab.compared and lab.compared.wanted == lab.drawn:
        comparing.show(lab.compared)
    guessing = last and prediction.is_due(lab, entry)
    with st.container(key=f"whole-{turn.number}"):  # on a phone the picture stands below the direct answer: see page.py
        left, right = st.columns([5, 7], gap="medium")
    with left:
        first, levels = _levels(lab, card, last, engine)
        with st.container(key=f"direct-{turn.number}"):
            _to_the_point(lab, card)
            controls.in_force(turn, lab, entry, last)
            _changed(card)
            if first == "text":
                _passages(turn, card, slice(1))
            else:
                st.markdown(levels[first])
        if first == "text":
            _closest(turn, lab, card, engine)
        prediction.ask(turn, entry, engine) if guessing else prediction.tell(lab, entry, engine)
        _words(turn, lab, card, entry, last, first, levels)
        if last:
            copying.button(turn, card)
    with right:
        shown = player.is_new(turn) or st.toggle("Show the pictures", key=f"pictures-{turn.number}")
        with st.container(key=f"living-{turn.number}"):
            _experiment(turn, lab, card, shown, guessing)
        st.caption(f"{card.replicas} networks trained in {card.seconds:.1f} s. On the screen is the one with seed "
                   f"{card.seed}.")
        if last:
            files.menu(turn, lab, card, entry, engine)
            controls.panel(turn, lab, card, entry)
    if shown:
        _more(card)
    afterwards.further(turn, last, engine)
    if last:
        afterwards.helped(turn, lab, engine)
        _onwards(turn, entry, engine)


def _to_the_point(lab: Lab, card: Card) -> None:
    """What is said before all else: the points that the question surely asks."""
    if said := card.points_named(lab.points):
        with st.container(border=True):
            for leading, says in said_first(said):
                st.markdown(f"**{leading}** {says}")


def _head(turn: Turn, lab: Lab, last: bool, entry: Entry, engine: Engine) -> None:
    """How the question was read, where it may mean something else as well; the title; what was made of its settings,
    and what could be run instead."""
    if turn.beside:
        chips(READ_AS.format(entry.title), turn.beside, engine, key=f"beside-{turn.number}", picked_for=turn)
    st.header(entry.title, anchor=False)
    if lab.warning:
        with st.container(border=True):
            st.text(lab.warning)  # plain: it may repeat what stood in the address
    if last:
        controls.offered(turn, lab)


def _compare(turn: Turn, lab: Lab, engine: Engine) -> None:
    """Run what the question compares, once."""
    if turn.reply is not None and lab.compared is None:
        with st.spinner("Running both"):
            found = engine.bot.compare(turn.reply)
        lab.compared = comparing.compared(found, lab.wanted) if found else None


def _changed(card: Card) -> None:
    """A word before the prose, which speaks of the entry's own settings, where claims no longer hold."""
    broken = sum(not claim.stands for claim in card.claims)
    if card.changed and broken:
        st.warning(BROKEN.format(broken, len(card.claims)), icon=":material/bolt:")


def _levels(lab: Lab, card: Card, last: bool, engine: Engine) -> tuple[Level, Mapping[Level, str]]:
    """Which level of the prose stands first, and the text of each."""
    levels: dict[Level, str]
    levels = {"text": card.text, "simpler": card.simpler, "deeper": card.deeper, "evidence": card.evidence}
    levels |= {"code": _code(lab, engine, last)} if lab.level == "code" else {}
    return (lab.level if levels[lab.level] else "text"), levels


def _words(turn: Turn, lab: Lab, card: Card, entry: Entry, last: bool, first: Level,
           levels: Mapping[Level, str]) -> None:
    """What follows the direct answer: the worked example, the claims and the rest of the prose; other levels a click
    away."""
    if first == "text":
        worked.show(turn, lab, card, last)
    with st.container(key=player.claims_key(turn)):
        _claims(card)
    if last:
        controls.counter_examples(turn, lab, entry)
        _also_asked(turn, card)
    if first == "text":
        _passages(turn, card, slice(1, None))
    for name, (label, icon) in LEVELS.items():
        if name != first and levels.get(name):
            with st.expander(label, type="compact", icon=icon):
                st.markdown(levels[name])
    if entry.sources:
        with st.expander("Sources", type="compact", icon=":material/menu_book:"):
            st.markdown("\n".join(f"- {source}" for source in entry.sources))


def _passages(turn: Turn, card: Card, which: slice) -> None:
    """Pieces of the text; a paragraph that has a step is named, so that the player finds it, and has its chart below.
    """
    for text, step in card.passages[which]:
        if step is None:
            st.markdown(text)
            continue
        with st.container(key=player.step_key(turn, step)):
            st.markdown(text)
        if step.chart is not None and player.is_new(turn):
            for picture in card.pictures_at(step):
                pictures.show(picture)


def _also_asked(turn: Turn, card: Card) -> None:
    """The entry's points as questions; a click asks one."""
    if card.points:
        with st.expander("What people also ask here", type="compact", icon=":material/help:"):
            for point in card.points:
                st.button(point.title, key=f"point-{turn.number}-{point.id}", on_click=ask, args=(point.title,),
                          type="tertiary", wrap=True)


def _closest(turn: Turn, lab: Lab, card: Card, engine: Engine) -> None:
    """The points that come closest to the question."""
    if not lab.closest:
        return
    if lab.close[0] != lab.drawn:
        lab.close = lab.drawn, closest(engine.bot, lab.closest, lab.slug, card.points)
    close.show(turn, lab.close[1])


def _code(lab: Lab, engine: Engine, last: bool) -> str:
    """The code of the run on the screen, written when it is asked for."""
    if last and lab.code[0] != lab.drawn:
        lab.code = lab.drawn, code_of(engine.bot.answer(lab.slug, lab.changes, lab.seed))
    return lab.code[1]


def _claims(card: Card) -> None:
    st.subheader("Tested in these runs", anchor=False)
    for claim in card.claims:
        st.markdown(_claim_line(claim, bool(card.changed)))


def _claim_line(claim: ClaimResult, changed: bool) -> str:
    colour = "orange" if not claim.stands else "green" if claim.mark == "✓" else "gray"
    line = f":{colour}[**{claim.mark}**] {claim.says} :gray[{claim.evidence}]"
    return line if claim.stands else f"{line}  \n:orange[**{NO_LONGER if changed else UNEXPECTED}**]"


def _experiment(turn: Turn, lab: Lab, card: Card, shown: bool, guessing: bool) -> None:
    """The network, where it is to be shown; untrained while a guess is asked for."""
    if card.verdict:
        st.warning(f"This run {card.verdict}. The numbers and pictures are those of step "
                   f"{card.shown_step:,}, the last one recorded before.")
    if shown:
        player.show(turn, lab, card, untrained=guessing)


def _more(card: Card) -> None:
    """The other pictures, two abreast where there is room."""
    others = card.pictures
    for first in range(0, len(others), 2):
        for column, picture in zip(st.columns(2, gap="medium"), others[first : first + 2], strict=False):
            with column:
                pictures.show(picture)


def _onwards(turn: Turn, entry: Entry, engine: Engine) -> None:
    if turn.others:
        with st.popover("Not what I meant", icon=":material/alt_route:"):
            st.markdown("Perhaps one of these?")
            offer(turn.others, engine, key=f"other-{turn.number}", picked_for=turn)
    following = [slug for slug in entry.next if slug in engine.bot.entries]
    if following:
        chips("Ask next", following, engine, key=f"next-{turn.number}")
