"""Finding experiments: a module of `sims` that defines `EXPERIMENT` is one, under its file's name."""

import pkgutil
from functools import cache
from importlib import import_module
from typing import Any

import sims
from sims.engine.experiment import Experiment


@cache
def names() -> tuple[str, ...]:
    """The names of all experiments, in alphabetical order."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(sims.__path__) if not m.ispkg))


def find(name: str) -> Experiment[Any, Any]:
    """The experiment of that name; `KeyError` with the known names where there is none."""
    if name not in names():
        raise KeyError(f"there is no experiment {name!r}; there are: {', '.join(names())}")
    experiment = import_module(f"sims.{name}").EXPERIMENT
    if not isinstance(experiment, Experiment):
        raise TypeError(f"EXPERIMENT in sims/{name}.py is not an Experiment")
    return experiment
