"""Runs over many seeds, trained once for all tests that judge claims by them: what was measured is kept beside the runs
of `known.BOT`, for all workers."""

import pickle
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from known import BOT, FOLDER

from sims.engine.experiment import Experiment, Params, Run, drain, perform
from sims.engine.randomness import REPLICAS
from sims.engine.registry import find, names

SEEDS = 100
NAMES = {find(name).title: name for name in names()}
remembered = lru_cache(64)(perform)  # whole runs, for the tests of one file that ask something else of the same ones


def trained(experiment: Experiment[Any, Any], params: Params, seed: int, replicas: int,
            untrained: bool = False) -> Run[Any, Any]:
    """A run, as `perform` makes it; its measurements are kept where it is one over SEEDS seeds. One as learners see it
    is that of `known.BOT`, which other tests ask for, too."""
    if replicas == REPLICAS and not untrained:
        return drain(BOT.runs.running(NAMES[experiment.title], params, seed))
    run = perform(experiment, params, seed, replicas, untrained)
    if replicas == SEEDS:
        file = _file(experiment, params, seed, untrained)
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, delete=False) as new:  # whole or not at all
            pickle.dump((run.seeds, dict(run.metrics)), new)
        Path(new.name).replace(file)
    return run


def measured(experiment: Experiment[Any, Any], params: Params, seed: int, untrained: bool) -> Run[Any, Any]:
    """A run over SEEDS seeds, where it was kept without what is on the screen."""
    with suppress(OSError):
        seeds, metrics = pickle.loads(_file(experiment, params, seed, untrained).read_bytes())
        nothing: Any = None
        return Run(experiment, params, seeds, nothing, experiment.metrics(**metrics), 0.0)
    return trained(experiment, params, seed, SEEDS, untrained)


def _file(experiment: Experiment[Any, Any], params: Params, seed: int, untrained: bool) -> Path:
    key = f"{experiment.title} {params.model_dump_json()} {seed} {untrained}"
    return FOLDER / "crowds" / blake2b(key.encode(), digest_size=16).hexdigest()
