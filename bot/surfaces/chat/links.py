"""The page's address: it opens an answer, and it always names the one on the screen."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from pydantic import ValidationError

from bot.content.entries import Entry
from bot.content.points import IN_QUERY
from bot.content.settings import SettingError, setting_of
from bot.dialogue import chosen
from bot.present.pasted import read_pasted, without_rest
from bot.present.permalinks import Permalink, link_at
from bot.service import Bot, UnknownEntry
from bot.surfaces.chat.state import Card, Lab, Turn, conversation

OFFERED = 3  # entries, where the link names none
BAD_LINK = "That link leads to no answer that I have. It may be mistyped, or the answer has a new name."
BAD_SEED = "The seed in that link is not one I can use, so this is the answer's own."
BAD_SETTINGS = "The link asks for settings that I cannot use: {}. Those are left as they were."


def opened(bot: Bot) -> Turn | None:
    """The turn that the address asks for. None where it names no entry; a turn that says so where there is no such one.
    """
    asked = st.query_params.to_dict()
    name = asked.get("entry")
    if name is None:
        return None
    try:
        entry = bot.entry(without_rest(name))
    except UnknownEntry:
        return Turn("", says=BAD_LINK, choices=_nearest(name, list(bot.entries)), is_open=False)
    points = entry.points_named(asked.pop(IN_QUERY, ""))
    given = read_pasted(urlencode(asked), entry.kind)
    faults = list(given.notes)
    try:
        seed = Permalink.model_validate({"entry": entry.slug, "seed": given.seed}).seed
    except ValidationError:
        seed = None
        faults.append(BAD_SEED)
    changes, wrong = changes_in(entry, given.settings)
    if wrong:
        faults.append(BAD_SETTINGS.format("; ".join(wrong)))
    lab = Lab(entry.slug, changes, seed, warning=" ".join(faults), points=points)
    return Turn("", lab=lab, situation=chosen(entry.slug, entry.title, changes, seed), is_open=False)


def keep_address(entry: Entry, card: Card, points: Sequence[str]) -> None:
    """Let the address name the answer on the screen, and the points of it that are said first."""
    wanted = dict(parse_qsl(link_at(entry, card.changed, card.seed).query()))
    if said := card.points_named(points):
        wanted[IN_QUERY] = " ".join(point.id for point in said)  # a space is written as +
    conversation().address = wanted
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def changes_in(entry: Entry, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Settings from a link as the experiment reads them, and what is wrong with those that it does not take."""
    kind = entry.kind
    good: dict[str, Any] = {}
    faults: list[str] = []
    for name, text in given.items():
        try:
            good[name] = setting_of(kind, name).parse(text)
        except SettingError as error:
            faults.append(str(error))
    return good, faults


def _nearest(name: str, slugs: Sequence[str]) -> tuple[str, ...]:
    return tuple(get_close_matches(name, slugs, OFFERED, 0.3)) or tuple(slugs)[:OFFERED]
