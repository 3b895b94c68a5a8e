"""The loss that a learner's log prints, small, beside the loss of our run: two curves to compare by their shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.diagnosis.spec import Symptoms
from bot.present.charts import fonts, svg
from bot.present.charts.theme import TEXT_SIZE, THEMES, TITLE_SIZE, Name, Theme
from sims.engine.activations import Array
from sims.engine.experiment import Run

WIDTH, HEIGHT = 440, 190  # of both together; narrow, so that a phone shows the text at its size
PANEL, TOP, BOTTOM = 210.0, 46.0, 24.0  # the width of one curve's box, and the room above and below its plot
LEFT = 52.0  # for the numbers beside it
FEWEST = 3  # numbers, from which it is a curve
LEVEL = 0.05  # of the loss, below which what it moves by is not made large
LOG_FROM = 100  # times its smallest number that a loss begins with, for an axis of logarithms
DASHED = "4 3"  # the line of held-out data


@dataclass(frozen=True)
class Curve:
    """A loss: its `title`, where it was measured, `at`, and its numbers; `held_out` are those on held-out data."""

    title: str
    unit: str  # "epoch" or "step"
    at: Array
    losses: Array
    held_out_at: Array
    held_out: Array


@dataclass(frozen=True)
class Curves:
    """The picture on both grounds as SVG, and in words."""

    light: str
    dark: str
    says: str


def curves(symptoms: Symptoms, run: Run[Any, Any] | None) -> Curves | None:
    """The loss in a post beside the one of our run; None where the post prints too few numbers, or nothing ran."""
    if run is None or not any(map(_is_curve, (symptoms.losses, symptoms.val_losses))):
        return None
    pair = (_pasted(symptoms), _ours(run))
    says = " ".join(map(_in_words, pair))
    light, dark = (_drawn(pair, says, name) for name in ("light", "dark"))
    return Curves(light, dark, says)


def _is_curve(numbers: Sequence[float]) -> bool:
    return len(numbers) >= FEWEST and int(np.isfinite(numbers).sum()) > 1


def _pasted(symptoms: Symptoms) -> Curve:
    losses, held_out = np.array(symptoms.losses, float), np.array(symptoms.val_losses, float)
    at = np.array(symptoms.epochs if len(symptoms.epochs) == len(losses) else range(1, len(losses) + 1), float)
    if len(at) > 1 and not (np.diff(at) >= 0).all():  # several trainings, or batches within epochs
        at = np.arange(1, len(losses) + 1, dtype=float)
    other = at if len(held_out) == len(at) else np.arange(1, len(held_out) + 1, dtype=float)
    return Curve("In your post", "epoch" if symptoms.epochs else "line", at, losses, other, held_out)


def _ours(run: Run[Any, Any]) -> Curve:
    frames = run.shown.frames
    measured = [frame for frame in frames if frame.validation_loss is not None]
    return Curve(f"Our run, seed {run.seed}", "step", np.array([frame.step for frame in frames], float),
                 np.array([frame.loss[0] for frame in frames]), np.array([frame.step for frame in measured], float),
                 np.array([frame.validation_loss[0] for frame in measured if frame.validation_loss is not None]))


def _in_words(curve: Curve) -> str:
    said = [_one(curve, curve.at, curve.losses, "the loss")] if len(curve.losses) else []
    if len(curve.held_out):
        said.append(_one(curve, curve.held_out_at, curve.held_out, "the held-out loss"))
    return f"{curve.title}: {'; '.join(said)}."


def _one(curve: Curve, at: Array, losses: Array, name: str) -> str:
    finite = np.isfinite(losses)
    if not finite.any():
        return f"{name} is not a number from the first {curve.unit} on"
    known, where = losses[finite], at[finite]
    said = f"{name} goes from {known[0]:.3g} to {known[-1]:.3g}"
    if not finite[-1]:
        return f"{said} and is not a number after {curve.unit} {where[-1]:g}"
    least = f", lowest at {curve.unit} {where[known.argmin()]:g} with {known.min():.3g}"
    return f"{said} in {len(losses)} numbers{least if known.min() < 0.98 * known[-1] else ''}"


def _drawn(pair: Sequence[Curve], says: str, name: Name) -> str:
    theme, is_log = THEMES[name], _in_logarithms(pair)
    boxes = [svg.group((WIDTH - PANEL) * number, 0, _panel(curve, is_log, theme)) for number, curve in enumerate(pair)]
    return svg.document((WIDTH, HEIGHT), "The loss in your post beside the loss of our run", says, *boxes,
                        ground=theme.background)


def _in_logarithms(pair: Sequence[Curve]) -> bool:
    """Whether both have an axis of logarithms: one of them needs it, and both can have it."""
    known = [numbers[np.isfinite(numbers)] for numbers in map(_all, pair)]
    return all(len(numbers) and numbers.min() > 0 for numbers in known) and any(
        numbers.max() >= LOG_FROM * numbers.min() for numbers in known)


def _all(curve: Curve) -> Array:
    return np.concatenate([curve.losses, curve.held_out])


def _panel(curve: Curve, is_log: bool, theme: Theme) -> str:
    """One curve with its title and the numbers at the ends of its axes."""
    both = _all(curve)
    low, high = _bounds(both[np.isfinite(both)], is_log)
    right, down = PANEL - LEFT - 10, HEIGHT - TOP - BOTTOM
    ends = np.concatenate([curve.at, curve.held_out_at])
    first, last = float(ends.min()), float(ends.max())

    def placed(at: Array, losses: Array) -> list[tuple[float, float]]:
        across = (at - first) / (last - first or 1) * right
        with np.errstate(invalid="ignore", divide="ignore"):
            up = (np.log(losses) - np.log(low)) / np.log(high / low) if is_log else (losses - low) / (high - low)
        return list(zip(across.tolist(), (down * (1 - up)).tolist(), strict=True))

    axis = svg.tag("path", d=f"M0,0v{down:g}h{right:g}", fill="none", stroke=theme.border)
    lines = [_line(placed(curve.at, curve.losses), theme.primary, None),
             _line(placed(curve.held_out_at, curve.held_out), theme.series[1], DASHED)]
    named = [svg.text(-6, 9, f"{high:.3g}", TEXT_SIZE, theme.muted, anchor="end"),
             svg.text(-6, down, f"{low:.3g}", TEXT_SIZE, theme.muted, anchor="end"),
             svg.text(0, down + 17, f"{curve.unit} {first:g}", TEXT_SIZE, theme.muted),
             svg.text(right, down + 17, f"{last:g}", TEXT_SIZE, theme.muted, anchor="end")]
    title = svg.text(LEFT, 17, fonts.fitted(curve.title, TITLE_SIZE, right, 600), TITLE_SIZE, theme.text, 600)
    note = svg.text(LEFT, 35, _note(curve, is_log), TEXT_SIZE, theme.muted)
    return title + note + svg.group(LEFT, TOP, axis, *filter(None, lines), *named)


def _note(curve: Curve, is_log: bool) -> str:
    """What the lines are, for the line below the title; short, for it has no more room than the plot."""
    scale = "log scale" if is_log else "loss"
    ended = np.isfinite(curve.losses)
    if len(ended) and not ended[-1]:
        return f"{scale}, then nan"
    return f"{'log' if is_log else 'loss'}; dashed: held out" if len(curve.held_out) else scale


def _bounds(known: Array, is_log: bool) -> tuple[float, float]:
    """The ends of the axis; a level loss stands in its middle."""
    if not len(known):
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    if is_log:
        return (low, high) if high > 1.05 * low else (low / 2, high * 2)
    if high - low < LEVEL * abs(high) or high == low:
        low, high = low - 0.1 * (abs(low) or 1), high + 0.1 * (abs(high) or 1)
    return (0.0 if 0 <= low < 0.5 * high else low), high


def _line(points: Sequence[tuple[float, float]], colour: str, dash: str | None) -> str:
    """A line through the points that are numbers, broken at the others; a dot where one stands alone."""
    path, pen = "", "M"
    for x, y in points:
        if np.isfinite(y):
            path += f"{pen}{x:.1f},{y:.1f}"
            pen = "L"
        else:
            pen = "M"
    look = {"fill": "none", "stroke": colour, "stroke_width": 2, "stroke_linecap": "round", "stroke_dasharray": dash}
    return svg.tag("path", d=path, **look) if path else ""
