"""The page's address: it opens an answer, and it always names the one on the screen."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from pydantic import ValidationError

from bot.content.entries import Entry
from bot.content.settings import SettingError
from bot.dialogue import chosen
from bot.present.permalinks import Permalink, from_query
from bot.service import Bot, UnknownEntry
from bot.surfaces.chat.state import Card, Lab, Turn

OFFERED = 3  # entries, where the link names none
BAD_LINK = "That link leads to no answer that I have. It may be mistyped, or the answer has a new name."
BAD_SEED = "The seed in that link is not one I can use, so this is the answer's own."
BAD_SETTINGS = "The link asks for settings that I cannot use: {}. Those are left as they were."


def opened(bot: Bot) -> Turn | None:
    """The turn that the address asks for; one that says so kindly where it cannot be had; None where it asks none."""
    asked = st.query_params.to_dict()
    name = asked.get("entry")
    if name is None:
        return None
    try:
        entry = bot.entry(name)
    except UnknownEntry:
        return Turn("", says=BAD_LINK, choices=_nearest(name, list(bot.entries)), is_open=False)
    try:
        link, faults = from_query(urlencode(asked)), []
    except ValidationError:
        given: dict[str, str | bool | int | float] = {}
        given |= {key: value for key, value in asked.items() if key not in ("entry", "seed")}
        link, faults = Permalink(entry=entry.slug, params=given, seed=None), [BAD_SEED]
    changes, wrong = _changes(bot, entry.slug, link.params)
    if wrong:
        faults.append(BAD_SETTINGS.format("; ".join(wrong)))
    lab = Lab(entry.slug, changes, link.seed, warning=" ".join(faults))
    return Turn("", lab=lab, situation=chosen(entry.slug, entry.title, changes, link.seed), is_open=False)


def keep_address(entry: Entry, card: Card) -> None:
    """Let the address name the answer on the screen."""
    seed = None if card.seed == entry.seed else card.seed
    wanted = dict(parse_qsl(Permalink(entry=entry.slug, params=card.changed, seed=seed).query()))
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def _changes(bot: Bot, slug: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Settings from a link as the experiment reads them, and what is wrong with those that it does not take."""
    good: dict[str, Any] = {}
    faults: list[str] = []
    for name, text in given.items():
        try:
            good[name] = bot.params(slug, {name: text}).model_dump()[name]
        except SettingError as error:
            faults.append(str(error))
    return good, faults


def _nearest(name: str, slugs: Sequence[str]) -> tuple[str, ...]:
    return tuple(get_close_matches(name, slugs, OFFERED, 0.3)) or tuple(slugs)[:OFFERED]
