"""What expressions may name in a run, and what is true in it."""

from typing import Any

import numpy as np

from bot.content.entries import Option
from bot.content.expressions import judge
from sims.engine.experiment import Run, is_shared


def names_of(run: Run[Any, Any]) -> tuple[dict[str, Any], set[str]]:
    """What expressions may name: settings, metrics, `seed`, `replicas`; and which of them vary by replica."""
    kind = type(run.metrics)
    metrics = {name: np.asarray(getattr(run.metrics, name)) for name in kind.model_fields}
    values = {**run.params.model_dump(), "seed": run.seed, "replicas": len(run.seeds), **metrics}
    return values, {name for name in metrics if not is_shared(kind, name)}


def holds_in(expression: str, run: Run[Any, Any]) -> np.ndarray:
    """Whether a comparison holds, for each replica of the run (R,)."""
    values, per_replica = names_of(run)
    return judge(expression, values, per_replica, len(run.seeds))


def right_option(options: tuple[Option, ...], run: Run[Any, Any]) -> int | None:
    """Which option of a prediction came true in the run on the screen; None where none did (it diverged, say)."""
    return next((i for i, option in enumerate(options) if holds_in(option.when, run)[0]), None)


def plain_metrics(run: Run[Any, Any]) -> dict[str, Any]:
    """The metrics of the run on the screen as plain numbers, strings and lists; None where one is not finite."""
    return {name: _plain(run, name) for name in type(run.metrics).model_fields}


def _plain(run: Run[Any, Any], name: str) -> Any:
    value = np.asarray(getattr(run.metrics, name))
    if not is_shared(type(run.metrics), name):
        value = value[0]
    plain = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    return _finite_or_none(plain)


def _finite_or_none(value: Any) -> Any:
    if isinstance(value, list):
        return [_finite_or_none(item) for item in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
