"""Makes the runs that learners ask for most before they ask: each entry's own, and those that break a claim."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from threading import Event
from time import monotonic

from bot.answers.controls import as_bytes, controls_of, key_of
from bot.answers.controls import name_of as name_of_counts
from bot.answers.prepared import Prepared
from bot.answers.runs import name_of
from bot.answers.wire import Unreadable, packed
from bot.content.entries import Entry
from bot.content.settings import SettingError, make_params
from sims.engine.experiment import Params, perform
from sims.engine.registry import find

REST = 2.0  # times as long as the last run took, learners have the machine for themselves


def prepare(entries: Iterable[Entry], kept: Prepared | None, end: Event, rest: float = REST) -> int:
    """Make what is not there yet, one after another with rests between, until `end` is set; for a thread of its own.
    How many were made."""
    if kept is None:
        return 0
    kept.forget_others()
    made = 0
    for entry, params in _asked_most(list(entries)):
        began = monotonic()
        if end.is_set() or kept.is_full:
            break
        run, counts = _names(entry, params)
        if not (kept.has(run) and kept.has(counts)):
            content, counted = _make(entry, params)
            made += kept.put(run, content) and kept.put(counts, counted)
            end.wait((monotonic() - began) * rest)
    return made


def _asked_most(entries: list[Entry]) -> Iterator[tuple[Entry, Params]]:
    """Entries and settings: first all by themselves, then what breaks a claim."""
    for entry in entries:
        yield entry, make_params(entry.kind, entry.params)
    for entry in entries:
        for example in entry.counter_examples:
            with suppress(SettingError):
                yield entry, make_params(entry.kind, entry.params, example.params)


def _names(entry: Entry, params: Params) -> tuple[str, str]:
    """What the run is called in the folder, and the counts of its controls."""
    run = entry.experiment, params.model_dump_json(), entry.seed
    return name_of(run), name_of_counts(key_of(entry, params, entry.seed))


def _make(entry: Entry, params: Params) -> tuple[bytes, bytes]:
    """The run, trained now, and the counts of its controls, as bytes; none of a run that has no form as bytes."""
    run = perform(find(entry.experiment), params, entry.seed)
    try:
        content = packed(entry.experiment, run)
    except Unreadable:
        content = b""
    return content, as_bytes(controls_of(entry, run))
