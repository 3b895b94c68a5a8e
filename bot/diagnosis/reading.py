"""`read_post`: from the text of a post to what it says of a network, in bounded time and without running any of it."""

from collections.abc import Callable, Sequence

from bot.diagnosis.code.by_hand import read_by_hand
from bot.diagnosis.code.data import read_data
from bot.diagnosis.code.elsewhere import read_elsewhere
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
from bot.diagnosis.numbers.rows import read_mapped, read_table
from bot.diagnosis.numbers.symptoms import read_symptoms
from bot.diagnosis.rules import diagnose, our_rules
from bot.diagnosis.spec import Reading, Symptoms, Unread
from bot.diagnosis.told import read_told
from bot.diagnosis.words import read_words

_READERS: tuple[Callable[[Trace], list[Draft]], ...] = (
    read_sklearn, read_torch, read_keras, read_by_hand, read_elsewhere)
MOST_NETWORKS = 4  # of a post that are read
SURELY = 50        # a diagnosis as telling as this makes a later network the one that is asked about
_PLACES = ("first", "second", "third", "fourth")


def read_post(text: str) -> Reading:
    """What a post says of its asker's network: its code, its logs and its numbers. Nothing in it is run.

    Of several networks it is the first, unless nothing is wrong with that and something is with a later one.
    """
    lines = clean(text)
    language = foreign(lines)
    trace, drafts = None, [Draft()]
    if language is None:
        trace = follow(stretches(lines))
        drafts = _read_code(trace, "\n".join(lines))[:MOST_NETWORKS] or drafts
    unread = [Unread(what="the end of the text", why=f"only the first {LIMIT:,} characters are read")] if len(
        text) > LIMIT else []
    if language is not None:
        unread.append(Unread(what=language.name, line=language.line, why="only Python is read"))
    readings = []
    for place, draft in zip(_PLACES, drafts, strict=False):
        if len(drafts) > 1:
            draft.assumed.append(f"several networks are in the post; this is the {place}")
        readings.append(_whole(draft, lines, trace, tuple(unread)))
    return readings[0] if len(readings) == 1 else _asked_about(readings)


def _whole(draft: Draft, lines: Sequence[str], trace: Trace | None, unread: tuple[Unread, ...]) -> Reading:
    """A network that was read from code, if any, with what the words and the numbers around it say."""
    if trace is not None:
        read_told(draft, lines)
    read_messages(draft, lines)
    read_words(draft, lines)
    if trace is not None:
        read_table(draft, lines)
        read_mapped(draft, lines)
    symptoms = read_symptoms(lines, draft)
    finish(draft, symptoms)
    return Reading(spec=draft.spec(), symptoms=symptoms, unread=unread, assumed=tuple(draft.assumed),
                   has_code=bool(trace and draft.get("framework")))


def _asked_about(readings: Sequence[Reading]) -> Reading:
    """The first network with which something is surely wrong, by the network itself; else the first."""
    for reading in readings:
        bare = reading.model_copy(update={"symptoms": Symptoms()})
        if any(one.rule.telling >= SURELY for one in diagnose(bare, our_rules())):
            return reading
    return readings[0]


def _read_code(trace: Trace, text: str) -> list[Draft]:
    drafts = max((found for reader in _READERS if (found := reader(trace))), key=lambda one: _much(one[0]), default=[])
    for draft in drafts:
        read_data(draft, trace, text)
    return drafts


def _much(draft: Draft) -> int:
    """How much of a network a reader found."""
    return 3 * ("outputs" in draft.fields) + ("loss" in draft.fields) + ("layers" in draft.fields) + (
        "optimizer" in draft.fields)
