"""What only several settings together show: comparisons that always hold, options that never come true, and values that
stand for "never"."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bot.answers.checks.report import Fault
from bot.answers.values import holds_in
from bot.content.entries import Entry
from bot.content.expressions import names_in
from bot.content.parts import UNTRAINED
from sims.engine.experiment import Run
from sims.engine.metrics import measure

STEPS = ("steps", "epochs", "updates")
NEVER = -1  # what stands for "never" in a count of steps


@dataclass
class Across:
    """What was seen of an entry at all settings that were tried."""

    entry: Entry
    held: dict[int, list[float]] = field(default_factory=dict)  # claim -> share of the seeds, setting by setting
    came: set[int] = field(default_factory=set)  # options that came true somewhere
    stands_for_never: set[tuple[str, str]] = field(default_factory=set)  # (where, metric)

    def note(self, run: Run[Any, Any]) -> None:
        """Remember what held in a run at any of the entry's settings."""
        for i, claim in enumerate(self.entry.claims):
            true = holds_in(claim.holds, run)
            self.held.setdefault(i, []).append(float(true.mean()))
            self._note_never(f"claims[{i}]", claim.holds, true, run)
            if claim.control is not None and claim.control != UNTRAINED:
                in_control = holds_in(claim.control, run)
                self.held[i].append(float(in_control.mean()))
                self._note_never(f"claims[{i}]", claim.control, in_control, run)

    def note_options(self, run: Run[Any, Any]) -> None:
        """Remember which options of the prediction came true in any of the run's seeds."""
        decided = np.zeros(len(run.seeds), bool)
        for k, option in enumerate(self.entry.prediction.options):
            true = holds_in(option.when, run)
            if (true & ~decided).any():  # the first that holds is the right one
                self.came.add(k)
            decided |= true
            self._note_never(f"prediction.options[{k}]", option.when, true, run)

    def _note_never(self, where: str, comparison: str, true: np.ndarray, run: Run[Any, Any]) -> None:
        for name in sorted(names_in(comparison) & type(run.metrics).model_fields.keys()):
            if (true & never(run, name)).any():
                self.stands_for_never.add((where, name))

    def faults(self) -> Iterator[Fault]:
        """What is wrong, now that all settings have been tried."""
        entry = self.entry
        for i, claim in enumerate(entry.claims):
            rates = self.held.get(i, [])
            always = len(rates) > 1 and all(claim.in_at_least <= rate <= claim.in_at_most for rate in rates)
            if claim.kind == "finding" and always:
                yield Fault(entry.slug, f"claims[{i}]", f"{claim.holds} holds at all of the {len(rates)} settings "
                            "tried, without training too: it tests nothing; sharpen it, or find one at which it fails")
        for k, option in enumerate(entry.prediction.options):
            if k not in self.came:
                yield Fault(entry.slug, f"prediction.options[{k}]", f"{option.says!r} never comes true, at no setting "
                            "tried and in no seed; ask so that every answer could be right, or name settings at which "
                            "this one is: true_at")
        for where, name in sorted(self.stands_for_never):
            yield Fault(entry.slug, where, f"{name} = {NEVER} stands for never, and the comparison holds of it; bound "
                        f"it below (0 <= {name}), or let the experiment give nan")


def never(run: Run[Any, Any], name: str) -> np.ndarray:
    """For each replica (R,) whether a count of steps is -1, which stands for "never"."""
    nowhere = np.zeros(len(run.seeds), bool)
    values = np.asarray(getattr(run.metrics, name))
    about = measure(type(run.metrics), name)
    counts = about.unit in STEPS or "step" in about.label
    one_each = not about.shared and values.shape == nowhere.shape
    if not counts or not one_each or values.dtype.kind not in "fiu":
        return nowhere
    rest = values[values != NEVER]
    return (values == NEVER) if (rest[np.isfinite(rest)] >= 0).all() else nowhere
