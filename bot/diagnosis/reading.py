"""`read_post`: from the text of a post to what it says of a network, in bounded time and without running any of it."""

from collections.abc import Callable

from bot.diagnosis.code.by_hand import read_by_hand
from bot.diagnosis.code.data import read_data
from bot.diagnosis.code.evaluate import Trace
from bot.diagnosis.code.keras import read_keras
from bot.diagnosis.code.lines import LIMIT, clean
from bot.diagnosis.code.sklearn import read_sklearn
from bot.diagnosis.code.syntax import stretches
from bot.diagnosis.code.torch import read_torch
from bot.diagnosis.code.walk import follow
from bot.diagnosis.draft import Draft
from bot.diagnosis.finish import finish
from bot.diagnosis.languages import foreign
from bot.diagnosis.messages import read_messages
from bot.diagnosis.numbers.rows import read_table
from bot.diagnosis.numbers.symptoms import read_symptoms
from bot.diagnosis.spec import Reading, Unread
from bot.diagnosis.told import read_told
from bot.diagnosis.words import read_words

_READERS: tuple[Callable[[Trace], Draft | None], ...] = (read_sklearn, read_torch, read_keras, read_by_hand)


def read_post(text: str) -> Reading:
    """What a post says of its asker's network: its code, its logs and its numbers. Nothing in it is run."""
    lines = clean(text)
    unread = [Unread(what="the end of the text", why=f"only the first {LIMIT:,} characters are read")] if len(
        text) > LIMIT else []
    language = foreign(lines)
    draft, trace = Draft(), None
    if language is None:
        trace = follow(stretches(lines))
        draft = _read_code(trace, "\n".join(lines))
    else:
        unread.append(Unread(what=language.name, line=language.line, why="only Python is read"))
    if language is None:
        read_told(draft, lines)
    read_messages(draft, lines)
    read_words(draft, lines)
    if language is None:
        read_table(draft, lines)
    symptoms = read_symptoms(lines, draft)
    finish(draft, symptoms)
    return Reading(spec=draft.spec(), symptoms=symptoms, unread=tuple(unread), assumed=tuple(draft.assumed),
                   has_code=bool(trace and draft.get("framework")))


def _read_code(trace: Trace, text: str) -> Draft:
    drafts = [draft for reader in _READERS if (draft := reader(trace)) is not None]
    if not drafts:
        return Draft()
    draft = max(drafts, key=_much)
    read_data(draft, trace, text)
    return draft


def _much(draft: Draft) -> int:
    """How much of a network a reader found."""
    return 3 * ("outputs" in draft.fields) + ("loss" in draft.fields) + ("layers" in draft.fields) + (
        "optimizer" in draft.fields)
