"""Recordings: a run as the bytes that the player shows it from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, get_args

import numpy as np

from bot.content.expressions import names_in
from bot.content.settings import settings_of
from sims.engine.activations import Array
from sims.engine.codec import pack
from sims.engine.datasets import Axis
from sims.engine.experiment import Run
from sims.engine.metrics import Metrics, Part, measures
from sims.engine.training import Frame


def parts_of(holds: str, metrics: type[Metrics]) -> list[str]:
    """The parts of the player that a claim's condition on these metrics speaks of; empty where that is not known."""
    declared = measures(metrics)
    spoken = {declared[name].part for name in names_in(holds) if name in declared}
    return [part for part in get_args(Part) if part and part in spoken]


def recording(run: Run[Any, Any]) -> bytes:
    """The run on the screen, frame by frame, and where the other replicas ended; `bot/surfaces/player/` shows it.

    The header names the experiment, the seeds, and the settings as people read them. See `sims/engine/codec.py`.
    """
    about = {
        "title": run.experiment.title, "experiment": run.experiment.run.__module__.rpartition(".")[2],
        "seed": run.seed, "settings": settings(run),
    }
    return pack(run.shown, about, concepts(run), run.seeds.tolist())


def as_json(run: Run[Any, Any]) -> dict[str, Any]:
    """The run on the screen for other programs, as plain objects; what is not a finite number is null.

    `experiment`, `title`, `seed`, `settings` {name: value}; `network` {sizes, activations, bias}; `recipe` {loss,
    optimizer, learning_rate, steps, batch_size, momentum, l2, dropout}; `inputs` and `targets`, each a list of {name,
    unit, offset, scale, values}, where values are as the network sees them, one for each example, and the value in the
    unit is offset + scale times that; `begins`, when the first frame is, or null for "before training";
    `frames`, a list of {step, loss, validation_loss, weights}, weights by layer as rows of inputs (the last one is the
    bias) and columns of units; `diverged_at`, a step or null.
    """
    shown = run.shown
    step = int(shown.diverged_at[0])
    return {
        "experiment": run.experiment.run.__module__.rpartition(".")[2], "title": run.experiment.title,
        "seed": run.seed, "settings": run.params.model_dump(),
        "network": asdict(shown.network), "recipe": asdict(shown.config),
        "inputs": _axes(shown.data.axes, shown.data.inputs[0]),
        "targets": _axes(shown.data.target_axes, shown.data.targets[0]),
        "begins": shown.begins or None,
        "frames": [_frame(frame) for frame in shown.frames], "diverged_at": step if step >= 0 else None,
    }


def _axes(axes: Sequence[Axis], rows: Array) -> list[dict[str, Any]]:
    return [{"name": axis.name, "unit": axis.unit, "offset": axis.offset, "scale": axis.scale, "values": _plain(row)}
            for axis, row in zip(axes, rows, strict=True)]


def _frame(frame: Frame) -> dict[str, Any]:
    losses = (frame.loss, frame.validation_loss)
    loss, validation = (None if values is None else _plain(values[:1])[0] for values in losses)
    weights = [_plain(layer[0]) for layer in frame.weights]
    return {"step": frame.step, "loss": loss, "validation_loss": validation, "weights": weights}


def _plain(values: Array) -> Any:
    """An array as lists, each number with no more digits than its float32 has; None where it is not finite."""
    if values.ndim > 1:
        return [_plain(row) for row in values]
    return [float(str(value)) if np.isfinite(value) else None for value in values.astype(np.float32)]


def settings(run: Run[Any, Any]) -> list[tuple[str, str]]:
    """The run's settings as people read them: [("learning rate", "0.1"), ...]; without texts, which hold examples."""
    return [(setting.title, setting.with_unit(getattr(run.params, name)))
            for name, setting in settings_of(type(run.params)).items() if setting.kind != "text"]


def concepts(run: Run[Any, Any]) -> Mapping[str, Array]:
    """What the experiment's named concepts are for each example on the screen, {name: (N,)}; empty where it has none.
    """
    if run.experiment.concepts is None:
        return {}
    data = run.shown.data
    offset = np.array([axis.offset for axis in data.axes])[:, None]
    scale = np.array([axis.scale for axis in data.axes])[:, None]
    found = run.experiment.concepts(run.params, offset + scale * data.inputs[:1])
    return {name: values[0] for name, values in found.items()}
