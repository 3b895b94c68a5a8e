"""The player in an answer: the newest ones play, older ones have a still picture of the network when asked for it."""

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import streamlit as st

from bot.answers.steps import ToldStep
from bot.present.charts.theme import player_css
from bot.surfaces.chat import pictures
from bot.surfaces.chat.components import component
from bot.surfaces.chat.state import Card, Lab, Turn, conversation

PLAYING = 3  # of the newest answers; a player off the screen stops, but its recording takes room
Pose = Literal["", "untrained", "train"]
HOME = '<div class="nrn-home"></div>'


def claims_key(turn: Turn) -> str:
    """The name of the container of a turn's claims, which is also its class on the page."""
    return f"claims-{turn.number}"


def step_key(turn: Turn, step: ToldStep) -> str:
    """The name of the container of a paragraph that has a step, which is also its class on the page."""
    return f"step-{turn.number}-{step.paragraph}"


def is_new(turn: Turn) -> bool:
    """Whether the turn is one of the newest: older ones keep their pictures back, or a long conversation would
    fill the browser's memory."""
    return turn in conversation().turns[-PLAYING:]


def let_go(turn: Turn, lab: Lab) -> None:
    """Forget the recording of an answer that no longer plays."""
    if lab.card and lab.card.recording and not is_new(turn):
        lab.card = replace(lab.card, recording=b"")


def show(turn: Turn, lab: Lab, card: Card, untrained: bool = False) -> None:
    """The network of an answer: playing, or else still. It may stand `untrained` first, and plays when that ends."""
    if not card.recording or _play(turn, lab, card, untrained).failed:
        pictures.still(card.network)


def _play(turn: Turn, lab: Lab, card: Card, untrained: bool) -> Any:
    examples = [{"seen": worked.seen, "index": worked.example} for worked in card.worked if worked.seen]
    key = f"player-{turn.number}"

    def picked() -> None:
        lab.example = int(st.session_state[key].picked)

    said = card.points_named(lab.points)
    return play(key, card.recording, claims_key(turn), card.about, examples,
                lab.example % len(examples) if examples else 0, picked, "untrained" if untrained else "",
                selected=said[0].point.part if said else "", steps=[] if untrained else
                [{"key": step_key(turn, step), "shows": step.state} for _, step in card.passages
                 if step is not None and step.state is not None])


def play(key: str, recording: bytes, claims: str, about: Sequence[Sequence[str]],
         examples: Sequence[Mapping[str, Any]] = (), now: int = 0, picked: Callable[[], None] = lambda: None,
         pose: Pose = "", compact: bool = False, selected: str = "",
         steps: Sequence[Mapping[str, Any]] = ()) -> Any:
    """The player of a recording. `claims` names the container of the claims that light up, `about` has the parts of
    the picture that each speaks of; `examples` are those that can be picked, `now` the one that is; `selected` is the
    part that is selected at first. With the pose "untrained" the network stands at its first step, and trains when it
    is drawn again without; with "train" it does so at once. A `compact` player shows the network and how to play it,
    and no more. `steps` are paragraphs, each {key: the name of its container, shows: see steps.js}. The result has
    `failed` where it cannot play."""
    options = {"theme": pictures.theme(), "claims": claims, "about": about, "examples": examples, "now": now,
               "pose": pose, "compact": compact, "selected": selected, "steps": list(steps)}
    text = json.dumps(options).encode()
    draw = component("playing", html=HOME, css=player_css(), js="player.js")
    return draw(key=key, data=struct.pack("<I", len(text)) + text + recording,
                on_failed_change=lambda: None, on_picked_change=picked)
