"""The settings of an experiment as controls, made from its `Params`: bounds, units, choices and words stand there."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from bot.content.entries import Entry
from bot.content.settings import Setting, settings_of
from bot.present.permalinks import link_at
from bot.surfaces.chat.state import Card, Lab, Turn
from sims.engine.randomness import LARGEST_SEED

LOGARITHMIC_FROM = 50  # times the least value (or a hundredth of the default, where that is 0)
POSITIONS = 100  # of a plain slider, about
RUNGS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9)  # of a logarithmic slider, in every power of ten
SEED_HELP = "The start: another seed means other first weights and other examples."
SEED = "seed"


def panel(turn: Turn, lab: Lab, card: Card, entry: Entry) -> None:
    """All settings, the seed, and the way back to the entry's own."""
    settings = settings_of(entry.kind)
    with st.container(border=True, key=f"settings-{turn.number}"):
        st.subheader("Change the experiment", anchor=False)
        names = list(settings)
        for first in range(0, len(names), 2):  # row by row, so that a phone keeps their order
            for column, name in zip(st.columns(2, gap="medium"), names[first : first + 2], strict=False):
                with column:
                    _control(turn, lab, settings[name], card.settings[name])
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _seed(turn, lab, card, entry)


def in_force(turn: Turn, lab: Lab, entry: Entry, last: bool) -> None:
    """The settings that were asked for, as chips: a click takes one back."""
    settings = settings_of(entry.kind)
    said = {name: f"{settings[name].title}: {settings[name].format(value)}" for name, value in lab.changes.items()}
    said |= {SEED: f"seed: {lab.seed}"} if lab.seed is not None else {}
    if not said:
        return
    if not last:
        st.caption("With " + ", ".join(said.values()))
        return
    key = f"force-{turn.number}-{lab.version}"

    def taken_back() -> None:
        name = st.session_state[key]
        kept = {other: value for other, value in lab.changes.items() if other != name}
        lab.set_to(kept, None if name == SEED else lab.seed)

    st.pills("Settings in force", list(said), format_func=lambda name: f"{said[name]} ×", key=key, on_change=taken_back,
             help="Click on one to take it back.")


def offered(turn: Turn, lab: Lab) -> None:
    """The settings that the question spoke of, as buttons that run them."""
    left = [offer for offer in lab.offers if lab.changes.get(offer.setting) != offer.value]
    if left:
        with st.container(horizontal=True):
            for number, offer in enumerate(left):
                st.button(offer.words[:1].upper() + offer.words[1:], key=f"offer-{turn.number}-{number}",
                          icon=":material/tune:", on_click=lab.set_to,
                          args=({**lab.changes, offer.setting: offer.value}, lab.seed))


def counter_examples(turn: Turn, lab: Lab, entry: Entry) -> None:
    """Settings that break a claim, each a click away."""
    for index, example in enumerate(entry.counter_examples):
        st.button(
            f"Break it: {example.says}",
            key=f"break-{turn.number}-{index}",
            icon=":material/bolt:",
            on_click=lab.set_to,
            args=(dict(example.params), lab.seed),
            width="stretch",
            wrap=True,
        )


def _seed(turn: Turn, lab: Lab, card: Card, entry: Entry) -> None:
    key, following = f"seed-{turn.number}-{lab.version}", (card.seed + 1) % LARGEST_SEED

    def typed() -> None:
        lab.seed = int(st.session_state[key])

    st.number_input("Seed", 0, LARGEST_SEED, card.seed, key=key, on_change=typed, width=140, help=SEED_HELP)
    again: dict[str, Any] = {"on_click": lab.set_to, "args": (lab.changes, following), "icon": ":material/casino:"}
    back: dict[str, Any] = {
        "on_click": lab.set_to,
        "args": ({}, None),
        "icon": ":material/restart_alt:",
        "disabled": link_at(entry, card.changed, card.seed).is_own,
    }
    st.button("Another start", key=f"again-{turn.number}", **again)
    st.button("Reset", key=f"reset-{turn.number}", help="Back to the settings of this answer.", **back)


def _control(turn: Turn, lab: Lab, setting: Setting, value: Any) -> None:
    key = f"set-{turn.number}-{lab.version}-{setting.name}"

    def changed() -> None:
        lab.changes[setting.name], lab.warning = st.session_state[key], ""

    common: dict[str, Any] = {"key": key, "on_change": changed, "help": setting.description}
    if setting.kind == "choice":
        options = setting.choices
        st.selectbox(setting.label, options, options.index(value), format_func=setting.format, **common)
    elif setting.kind == "switch":
        st.toggle(setting.label, value, **common)
    elif setting.kind == "text":
        st.text_area(setting.label, value, **common)
    else:
        _slider(setting, value, common)


def _slider(setting: Setting, value: Any, common: Mapping[str, Any]) -> None:
    low, high = setting.low, setting.high
    if low is None or high is None:
        st.number_input(setting.label, low, high, value, **common)
    elif rungs := ladder(setting, value):
        st.select_slider(setting.label, rungs, value, format_func=setting.format, **common)
    else:
        kind: Callable[[float], float] = int if setting.kind == "whole" else float
        st.slider(setting.label, kind(low), kind(high), kind(value), kind(step_of(setting)), **common)


def ladder(setting: Setting, value: float) -> list[float]:
    """The rungs of a logarithmic slider: round numbers in every power of ten, both bounds and the present value.

    Empty where a plain slider serves: the bounds are near each other, or the setting declares its step.
    """
    low, high, whole = setting.low, setting.high, setting.kind == "whole"
    if low is None or high is None or low < 0 or setting.step:
        return []
    first = low or setting.default / 100  # a setting may be 0 although it is small where it matters
    if not first or high < LOGARITHMIC_FROM * first:
        return []
    powers = range(math.floor(math.log10(first)), math.ceil(math.log10(high)) + 1)
    rungs = {float(f"{by}e{power}") for power in powers for by in RUNGS}
    kept = {rung for rung in rungs if first <= rung <= high and (rung.is_integer() or not whole)}
    return sorted({int(rung) if whole else float(rung) for rung in kept | {low, high, value}})


def step_of(setting: Setting) -> float:
    """The step of a plain slider: the declared one, or a round one that gives about a hundred positions."""
    low, high = setting.low, setting.high
    if setting.step:
        return float(setting.step)
    if low is None or high is None:
        return 1.0
    power = 10.0 ** math.floor(math.log10((high - low) / POSITIONS))
    steps = [round(power * by, 12) for by in (10, 5, 2, 1, 0.5, 0.2, 0.1)]
    fits = (step for step in steps if (high - low) / step >= POSITIONS / 5 and _multiple(low, step))
    whole = setting.kind == "whole"
    return next((max(step, 1) if whole else step for step in fits), 1 if whole else steps[-1])


def _multiple(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) < 1e-6
