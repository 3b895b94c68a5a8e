"""The worked example of an answer: this run's numbers in a few lines, and the last one to fill in."""

import streamlit as st

from bot.answers.worked import WorkedExample
from bot.content.parts import GAP
from bot.surfaces.chat.state import Card, Lab, Turn

LABEL = "The missing number"


def show(turn: Turn, lab: Lab, card: Card, last: bool) -> None:
    """The calculation; in the last answer with a box for its number, in earlier ones with the step to unfold."""
    if not card.worked:
        return
    now = lab.example % len(card.worked)
    worked = card.worked[now]
    with st.container(border=True):
        st.markdown(f"**{worked.says}**")
        for line in worked.lines:
            st.markdown(line)
        st.markdown(worked.ask.replace(GAP, r"\_\_\_"))
        if last:
            _box(turn, lab, worked, f"worked-{turn.number}-{lab.version}-{now}")
        with st.expander("Show the step", type="compact"):
            st.markdown(worked.step)
        if last and len(card.worked) > 1:
            st.button("Another example", key=f"another-{turn.number}", type="tertiary", on_click=_another, args=(lab,))


def _box(turn: Turn, lab: Lab, worked: WorkedExample, key: str) -> None:
    def checked() -> None:
        lab.checked = lab.wanted, lab.example, *worked.verdict(st.session_state[key])

    with st.form(f"form-{key}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(LABEL, key=key, width=160, autocomplete="off")
        st.form_submit_button("Check", on_click=checked)
    if said := said_of(lab):
        good, text = said
        st.markdown(f":green[**✓**] {text}" if good else f":orange[**✗**] {text}")


def said_of(lab: Lab) -> tuple[bool, str] | None:
    """What was said of the learner's number, while the same example stands there."""
    if lab.checked is None or lab.checked[:2] != (lab.wanted, lab.example):
        return None
    return lab.checked[2], lab.checked[3]


def _another(lab: Lab) -> None:
    lab.example += 1
