"""The settings of an experiment as controls, made from its `Params`: bounds, units, choices and words stand there."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from pydantic.fields import FieldInfo

from bot.comparison import shown
from bot.entries import Entry
from bot.settings import bounds, choices, described
from bot.ui.state import Card, Lab, Turn
from sims.engine.randomness import LARGEST_SEED
from sims.engine.registry import find

LOGARITHMIC_FROM = 50  # times the least value (or a hundredth of the default, where that is 0)
POSITIONS = 100  # of a plain slider, about
RUNGS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9)  # of a logarithmic slider, in every power of ten
SEED_HELP = "The start: another seed means other first weights and other examples."
SEED = "seed"
NAMES = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "sgd": "SGD", "xor": "XOR", "or": "OR", "and": "AND"}


def panel(turn: Turn, lab: Lab, card: Card, entry: Entry) -> None:
    """All settings, the seed, and the way back to the entry's own."""
    fields = find(entry.experiment).params.model_fields
    with st.container(border=True, key=f"settings-{turn.number}"):
        st.subheader("Change the experiment", anchor=False)
        names = list(fields)
        for first in range(0, len(names), 2):  # row by row, so that a phone keeps their order
            for column, name in zip(st.columns(2, gap="medium"), names[first : first + 2], strict=False):
                with column:
                    _control(turn, lab, name, fields[name], card.settings[name])
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _seed(turn, lab, card, entry)


def in_force(turn: Turn, lab: Lab, entry: Entry, last: bool) -> None:
    """The settings that were asked for, as chips: a click takes one back."""
    fields = find(entry.experiment).params.model_fields
    said = {name: f"{fields[name].title or name}: {_said(value)}" for name, value in lab.changes.items()}
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


def _said(value: Any) -> str:
    return NAMES[value] if isinstance(value, str) and value in NAMES else shown(value)


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
    untouched = not card.changed and card.seed == entry.seed

    def typed() -> None:
        lab.seed = int(st.session_state[key])

    st.number_input("Seed", 0, LARGEST_SEED, card.seed, key=key, on_change=typed, width=140, help=SEED_HELP)
    again: dict[str, Any] = {"on_click": lab.set_to, "args": (lab.changes, following), "icon": ":material/casino:"}
    back: dict[str, Any] = {
        "on_click": lab.set_to,
        "args": ({}, None),
        "icon": ":material/restart_alt:",
        "disabled": untouched,
    }
    st.button("Another start", key=f"again-{turn.number}", **again)
    st.button("Reset", key=f"reset-{turn.number}", help="Back to the settings of this answer.", **back)


def _control(turn: Turn, lab: Lab, name: str, field: FieldInfo, value: Any) -> None:
    key = f"set-{turn.number}-{lab.version}-{name}"
    unit, title = described(field).get("unit") or "", field.title or name.replace("_", " ")
    label = title[:1].upper() + title[1:] + (f" ({unit})" if unit and unit not in title else "")

    def changed() -> None:
        lab.changes[name], lab.warning = st.session_state[key], ""

    common: dict[str, Any] = {"key": key, "on_change": changed, "help": field.description}
    if options := choices(field):
        st.selectbox(
            label,
            options,
            options.index(value),
            format_func=lambda o: NAMES.get(o, o.replace("_", " ")),
            **common,
        )
    elif field.annotation is bool:
        st.toggle(label, value, **common)
    elif field.annotation is str:
        st.text_area(label, value, **common)
    else:
        _slider(label, field, value, common)


def _slider(label: str, field: FieldInfo, value: Any, common: Mapping[str, Any]) -> None:
    low, high = bounds(field)
    if low is None or high is None:
        st.number_input(label, low, high, value, **common)
    elif rungs := ladder(field, value):
        st.select_slider(label, rungs, value, format_func=lambda v: f"{v:g}", **common)
    else:
        kind: Callable[[float], float] = int if field.annotation is int else float
        st.slider(label, kind(low), kind(high), kind(value), kind(step_of(field)), **common)


def ladder(field: FieldInfo, value: float) -> list[float]:
    """The rungs of a logarithmic slider: round numbers in every power of ten, both bounds and the present value.

    Empty where a plain slider serves: the bounds are near each other, or the setting declares its step.
    """
    low, high = bounds(field)
    whole, step = field.annotation is int, described(field).get("step")
    if low is None or high is None or low < 0 or step:
        return []
    first = low or field.default / 100  # a setting may be 0 although it is small where it matters
    if not first or high < LOGARITHMIC_FROM * first:
        return []
    powers = range(math.floor(math.log10(first)), math.ceil(math.log10(high)) + 1)
    rungs = {float(f"{by}e{power}") for power in powers for by in RUNGS}
    kept = {rung for rung in rungs if first <= rung <= high and (rung.is_integer() or not whole)}
    return sorted({int(rung) if whole else float(rung) for rung in kept | {low, high, value}})


def step_of(field: FieldInfo) -> float:
    """The step of a plain slider: the declared one, or a round one that gives about a hundred positions."""
    low, high = bounds(field)
    if declared := described(field).get("step"):
        return float(declared)
    if low is None or high is None:
        return 1.0
    power = 10.0 ** math.floor(math.log10((high - low) / POSITIONS))
    steps = [round(power * by, 12) for by in (10, 5, 2, 1, 0.5, 0.2, 0.1)]
    fits = (step for step in steps if (high - low) / step >= POSITIONS / 5 and _multiple(low, step))
    whole = field.annotation is int
    return next((max(step, 1) if whole else step for step in fits), 1 if whole else steps[-1])


def _multiple(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) < 1e-6
