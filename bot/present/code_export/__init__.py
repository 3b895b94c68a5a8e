"""The code of a run: one file of numpy that trains the network on the screen again and prints where it ends.

It is written to be read. Data and start come from the same random streams as on the screen where that is short to
say, and stand in the file as numbers where not.
"""

from textwrap import wrap
from typing import Any

import numpy as np

from bot.content.errors import OurError
from bot.content.formats import number
from bot.content.settings import Setting, settings_of
from bot.present.code_export.data import data_lines, embedded, start_lines
from bot.present.code_export.loop import arguments, batch_size, functions, is_weighted, probability, training
from sims.engine.experiment import Run
from sims.engine.losses import FUSED
from sims.engine.network import outputs
from sims.engine.scores import accuracy
from sims.engine.training import Trained

MOST_LINES, LINE = 60, 118
MOST_TOLD = 15  # settings
CLOSE = 0.01  # of a number: the file's may differ from the screen's by this much, because sums are rounded otherwise
SENSITIVE = " This training is sensitive: here rounding alone leads to a somewhat different end."
FUSED_LOSS = {
    "log_loss": "np.abs(z) * np.where(z > 0, 1 - y, y) + np.log1p(np.exp(-np.abs(z)))",
    "cross_entropy": "y * (np.log(np.exp(z - z.max(axis=0)).sum(axis=0)) + z.max(axis=0) - z)",
}
LOSS = {
    "squared_error": "(p - y) ** 2", "absolute_error": "np.abs(p - y)",
    "huber": "np.where(np.abs(p - y) < 1, (p - y) ** 2 / 2, np.abs(p - y) - 0.5)",
    "log_loss": "-(y * np.log(p) + (1 - y) * np.log(1 - p))",
    "cross_entropy": "-y * np.log(p)",
    "log_loss_from_logits": "np.maximum(p, 0) + np.log1p(np.exp(-np.abs(p))) - y * p",
    "cross_entropy_from_logits": "y * (np.log(np.exp(p - p.max(axis=0)).sum(axis=0)) + p.max(axis=0) - p)",
}


class NoCode(OurError, ValueError):
    """The run has no plain training that a short file could repeat; the message says why."""


def numpy_code(run: Run[Any, Any]) -> str:
    """A file of at most 60 lines that needs numpy alone; `NoCode` where the run has no training of the plain kind."""
    if reason := no_code(run):
        raise NoCode(f"{run.experiment.title}: {reason}")
    shown = run.shown
    body = [*functions(shown), "", *training(shown), "", *_data(run), *start_lines(run), *_end(run)]
    imports = ["import base64"] if any("base64." in line for line in body) else []
    whole = [*imports, "import numpy as np", "", *_constants(run), "", *body]
    return "\n".join([*_told(run, _printed("\n".join(whole))), *whole]) + "\n"


def no_code(run: Run[Any, Any]) -> str:
    """Why the run's training cannot be repeated by a short file; an empty text where it can."""
    shown = run.shown
    if len(shown.frames) < 2:
        return "nothing is trained in this run, so there is no training to repeat"
    if not shown.plain or "softmax" in shown.network.activations[:-1]:
        return "this network is trained in steps of its own kind, which no short file repeats"
    return ""


def last_numbers(run: Run[Any, Any]) -> dict[str, float]:
    """What the file prints at its end, as it is on the screen: the loss and, where there are classes, the accuracy of
    the network on its own training examples; or the step at which the training diverged."""
    shown = run.shown
    if run.verdict:
        return {"diverged at step": float(shown.diverged_at[0])}
    numbers = {"loss": float(shown.loss[0])}
    if _has_classes(shown):
        weights, inputs = [layer[:1] for layer in shown.weights], shown.data.inputs[:1].astype(shown.weights[0].dtype)
        numbers["accuracy"] = float(accuracy(outputs(shown.network, weights, inputs), shown.data.targets[:1])[0])
    return numbers


def _has_classes(shown: Trained) -> bool:
    """Whether each example has one right answer that the outputs choose."""
    targets = shown.data.targets[0]
    return bool(np.isin(targets, (0, 1)).all()) and (len(targets) == 1 or bool((targets.sum(axis=0) == 1).all()))


def _printed(code: str) -> dict[str, float]:
    """What a file of ours prints: the numbers by their names."""
    said: list[str] = []
    with np.errstate(all="ignore"):
        exec(compile(code, "<exported>", "exec"), {"print": said.append})
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in said)}


def _told(run: Run[Any, Any], printed: dict[str, float]) -> list[str]:
    """What the file is and where its training ended on the screen, with a warning where rounding leads elsewhere."""
    sizes = "-".join(map(str, run.shown.network.sizes))
    wanted = last_numbers(run)
    chosen = ", ".join(f"{setting.title} {setting.with_unit(value)}" for setting, value in _settings(run))
    ends = ", ".join(f"{name} {number(value, 'share' if name == 'accuracy' else '')}" for name, value in wanted.items())
    far = any(abs(printed.get(name, np.inf) - value) > CLOSE / 2 * abs(value) + 1e-6 for name, value in wanted.items())
    about = f"{run.experiment.title}: a {sizes} network, trained in numpy alone."
    says = f"Seed {run.seed}; {chosen}. On the screen of Ask a Neuron it ended with {ends}."
    return [f'"""{about}', *wrap(says + (SENSITIVE if far else ""), LINE), '"""']


def _settings(run: Run[Any, Any]) -> list[tuple[Setting, Any]]:
    """The run's settings with their values; of many those that differ from the defaults, and no texts, which hold
    examples."""
    told = [(setting, getattr(run.params, name)) for name, setting in settings_of(type(run.params)).items()
            if setting.kind != "text"]
    few = len(told) <= MOST_TOLD
    return [(setting, value) for setting, value in told if few or value != setting.default]


def _constants(run: Run[Any, Any]) -> list[str]:
    shown, config = run.shown, run.shown.config
    given = {"SEED": run.seed, "STEPS": config.steps, "RATE": round(config.rate_of(), 12), "L1": config.l1,
             "L2": config.l2, "MOMENTUM": config.momentum if config.optimizer in ("momentum", "nesterov") else 0,
             "KEEP": round(1 - config.dropout, 12) if config.dropout else 0, "BATCH": batch_size(shown)}
    used = {name: value for name, value in given.items() if value or name == "SEED"}
    return [f"{', '.join(used)} = {', '.join(map(repr, used.values()))}",
            f"SIZES, KIND = {shown.network.sizes}, np.{shown.weights[0].dtype}  # units by layer, precision"]


def _data(run: Run[Any, Any]) -> list[str]:
    """Lines that make the examples, how much each counts, and labels of hidden units, where there are any."""
    shown, lines, more = run.shown, data_lines(run), arguments(run.shown)
    if shown.labels is not None and "concepts" in more and not any(line.startswith("concepts = ") for line in lines):
        lines.append(f"concepts = {embedded(shown.labels.targets[0], shown)}")
    if shown.data.example_weights is not None and "importance" in more:
        lines.append(f"importance = {embedded(shown.data.example_weights[0], shown)}  # of each example")
    return lines


def _end(run: Run[Any, Any]) -> list[str]:
    """Lines that train, and print the loss and the accuracy."""
    shown, last = run.shown, run.shown.network.activations[-1]
    train = f"train({', '.join(['x', 'y', 'weights', *arguments(shown)])})"
    if run.verdict:
        return ['np.seterr(all="ignore")', train]
    fused, masks = (last, shown.config.loss) in FUSED, ""
    if shown.config.dropout:
        masks = f", {[1] * (len(shown.network.sizes) - 2)}"
    lines = [train, f"a, z = forward(x, weights{masks})"]
    if not fused:
        lines.append(f"p = {probability(shown)}")
    each = (FUSED_LOSS if fused else LOSS)[shown.config.loss]
    each = f"importance * ({each})" if is_weighted(shown) else each
    lines += [f"loss = ({each}).sum(axis=0)  # of each example",
              'print(f"loss {loss.mean():.6g}")']
    if _has_classes(shown):
        one = len(shown.data.target_axes) == 1
        right = "(output(z) > 0.5) == (y > 0.5)" if one else "z.argmax(axis=0) == y.argmax(axis=0)"
        lines.append(f'print(f"accuracy {{({right}).mean():.4f}}")')
    return lines
