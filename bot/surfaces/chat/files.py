"""Taking an answer away: pictures, the animation, the recording and the code, each made when it is clicked."""

from collections.abc import Callable

import streamlit as st

from bot.content.entries import Entry
from bot.present.charts.theme import Name
from bot.present.downloads import FORMATS, file_name
from bot.present.permalinks import link_at
from bot.surfaces.chat import pictures
from bot.surfaces.chat.engine import Engine
from bot.surfaces.chat.state import Card, Lab, Turn

ICONS = {"code": ":material/code:", "json": ":material/data_object:", "gif": ":material/animation:",
         "webp": ":material/animation:"}


def menu(turn: Turn, lab: Lab, card: Card, entry: Entry, engine: Engine) -> None:
    """A popover with a button for each file that the answer has."""
    link = link_at(entry, card.changed, card.seed)
    with st.popover("Take away", icon=":material/download:", type="tertiary"), st.container(gap=None):
        for kind in card.files:
            form = FORMATS[kind]
            st.download_button(
                form.title, made(kind, lab, engine, pictures.theme()), file_name(link, kind),
                form.mime, key=f"file-{kind}-{turn.number}", on_click="ignore", type="tertiary",
                icon=ICONS.get(kind, ":material/image:"),
            )


def made(kind: str, lab: Lab, engine: Engine, theme: Name) -> Callable[[], bytes]:
    """What makes the file when it is wanted, of the answer as it is now."""
    slug, changes, seed = lab.slug, dict(lab.changes), lab.seed
    return lambda: FORMATS[kind].make(engine.bot.answer(slug, changes, seed), theme)
