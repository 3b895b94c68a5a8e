"""The controls of an entry's claims: the same comparisons where the phenomenon is absent."""

import json
from collections.abc import Callable
from dataclasses import asdict
from hashlib import blake2b
from typing import Any

import numpy as np

from bot.answers.claims import Control
from bot.answers.prepared import Prepared
from bot.answers.values import holds_in
from bot.content.entries import Claim, Entry
from bot.content.parts import UNTRAINED
from bot.content.recent import Recent
from bot.content.settings import SettingError, make_params
from bot.sharing import Shelf
from sims.engine.experiment import Params, Run, perform

AnyRun = Run[Any, Any]
Counts = tuple[Control | None, ...]  # one for each claim
Key = tuple[str, str, int]  # an entry with its claims, the settings as JSON, and a seed
KEPT = 1024  # answers
Elsewhere = Callable[[Params, bool], AnyRun]  # settings, and whether training is left out; with the run's seeds


class Counted:
    """The counts that were made last, by what they are of; with a `shelf`, those of other processes, too, and what was
    `prepared` beforehand."""

    def __init__(self, shelf: Shelf | None = None, prepared: Prepared | None = None) -> None:
        self._kept: Recent[Counts] = Recent(KEPT)
        self._shelf = shelf
        self._elsewhere = [one for one in (prepared, shelf) if one is not None]

    def find(self, key: Key) -> Counts | None:
        """The counts, where this process has them."""
        return self._kept.find(key)

    def fetch(self, key: Key) -> Counts | None:
        """The counts, where any process has them; this may take a moment."""
        found = self.find(key)
        for place in self._elsewhere if found is None else ():
            content = place.find(name_of(key))
            if content is not None and (told := _read(content)) is not None:
                return self._kept.keep(key, told)
        return found

    def keep(self, key: Key, counts: Counts) -> Counts:
        """Remember counts that were made now."""
        if self._shelf is not None:
            self._shelf.put(name_of(key), as_bytes(counts))
        return self._kept.keep(key, counts)


def key_of(entry: Entry, params: Params, seed: int) -> Key:
    """What counts are kept by: an entry with its claims, the settings, and a seed."""
    claims = blake2b(repr(entry.claims).encode(), digest_size=8).hexdigest()
    return f"{entry.slug} {claims}", params.model_dump_json(), seed


def name_of(key: Key) -> str:
    """What counts are called outside of this process."""
    return f"controls {key[0]} {key[2]} {blake2b(key[1].encode(), digest_size=16).hexdigest()}"


def as_bytes(counts: Counts) -> bytes:
    """Counts for other processes."""
    return json.dumps([one and asdict(one) for one in counts]).encode()


def _read(content: bytes) -> Counts | None:
    """What `as_bytes` made these of; None where they are none."""
    try:
        return tuple(None if one is None else Control(**one) for one in json.loads(content))
    except (ValueError, TypeError):
        return None


def controls_of(entry: Entry, run: AnyRun, elsewhere: Elsewhere | None = None) -> Counts:
    """For each claim the count of its control over the run's seeds; None where it has none, or it cannot be run.

    `elsewhere` gives the same experiment and seeds at other settings or untrained; by default it is run anew.
    """
    runs: dict[tuple[str, bool], AnyRun] = {}

    def once(params: Params, untrained: bool) -> AnyRun:
        key = (params.model_dump_json(), untrained)
        if key not in runs:
            runs[key] = (elsewhere or beside(run))(params, untrained)
        return runs[key]

    return tuple(_counted(claim, control_truth(claim, run, once)) for claim in entry.claims)


def beside(run: AnyRun) -> Elsewhere:
    """Runs the experiment of `run` with its seeds at other settings, or untrained."""
    def anew(params: Params, untrained: bool) -> AnyRun:
        return perform(run.experiment, params, run.seed, len(run.seeds), untrained)

    return anew


def control_truth(claim: Claim, run: AnyRun, elsewhere: Elsewhere) -> np.ndarray | None:
    """Whether the control of a claim holds, for each replica (R,); None where it has none, or it cannot be run."""
    if claim.control == UNTRAINED:
        return holds_in(claim.holds, elsewhere(run.params, True))
    if claim.control is not None:
        return holds_in(claim.control, run)
    if claim.control_params is None:
        return None
    try:
        params = make_params(type(run.params), run.params.model_dump(), claim.control_params)
    except SettingError:  # it does not go together with a learner's settings
        return None
    return holds_in(claim.holds, elsewhere(params, False))


def _counted(claim: Claim, true: np.ndarray | None) -> Control | None:
    if true is None:
        return None
    return Control(claim.control_name, int(true.sum()), len(true), claim.control_at_most)
