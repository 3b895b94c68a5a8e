"""What a picture is: panels as Vega-Lite, ready to be dressed in a theme, or the rows of a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np

from bot.content.formats import SUPERSCRIPTS, number
from sims.engine.activations import Array
from sims.engine.experiment import Run, View
from sims.engine.metrics import is_shared, measure

Rows = list[dict[str, Any]]
DIGITS = 4  # of a number in a picture: its maps and tables tell more than the prose


@dataclass(frozen=True)
class Panel:
    """One chart: a Vega-Lite specification without colours, what it shows in words, and whether it has a width
    of its own (else it takes the room there is)."""

    spec: dict[str, Any]
    alt: str
    fixed: bool = False


@dataclass(frozen=True)
class Picture:
    """One view of a run: charts side by side, which wrap where there is no room, or a table."""

    title: str
    panels: tuple[Panel, ...] = ()
    caption: str = ""
    rows: tuple[dict[str, str], ...] = ()


def panel(chart: Any, datasets: Mapping[str, Rows], says: str, fixed: bool = False) -> Panel:
    """A panel from an Altair chart that names its data; the rows stay out of Altair, which is slow."""
    size = {"type": "pad"} if fixed else {"type": "fit-x", "contains": "padding"}
    return Panel({**specification(chart), "autosize": size, "datasets": dict(datasets)}, says, fixed)


def specification(chart: Any) -> dict[str, Any]:
    """What an Altair chart is in Vega-Lite, without colours and addresses."""
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return {key: value for key, value in spec.items() if key not in ("config", "$schema")}


def named(name: str) -> Any:
    """An Altair chart on the dataset of that name."""
    return alt.Chart(alt.NamedData(name=name))


def plain(value: Any) -> Any:
    """A number with four digits, or None where it is not finite; a text stays a text."""
    if isinstance(value, str):
        return str(value)
    return float(f"{value:.4g}") if np.isfinite(value) else None


def plains(values: Iterable[Any]) -> list[Any]:
    """Numbers with four digits, each None where it is not finite; texts stay texts."""
    return [plain(value) for value in values]


def values_of(run: Run[Any, Any], name: str) -> tuple[Array, Array]:
    """A metric of this run (...), and of all runs (R, ...); a shared metric counts as a single run."""
    array = np.asarray(getattr(run.metrics, name))
    every = array[None] if is_shared(type(run.metrics), name) else array
    return every[0], every


def unit_of(run: Run[Any, Any], name: str) -> str:
    """The unit that the metric's field declares, or an empty string."""
    return measure(type(run.metrics), name).unit


def titled(name: str, unit: str) -> str:
    """A name with its unit, where the unit says something that the name and the numbers do not."""
    return f"{name} ({unit})" if unit and unit != "share" and unit not in name else name


def some_of(count: int, most: int) -> Array:
    """Which examples to draw where there are more than `most`: a fixed choice, since data may stand in some order."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(0).permutation(count)[:most])


def power_of_ten(exponent: int) -> str:
    """A power of ten as people write it: 10⁻⁷; 0.01 to 1,000 in digits."""
    if -3 < exponent < 4:
        return f"{10.0**exponent:,.{max(0, -exponent)}f}"
    return "10" + str(exponent).translate(SUPERSCRIPTS)


def written(value: Any, unit: str = "") -> str:
    """A number in a picture, as a learner reads it."""
    return number(value, unit, DIGITS)


def called(view: View) -> list[str]:
    """What the metrics `y` of a view are called in its picture."""
    return list(view.names) or labels(view.y)


def labels(names: Sequence[str]) -> list[str]:
    """Names of metrics as people read them, without the words that all of them begin with."""
    words = [name.split("_") for name in names]
    same = 0
    while len(names) > 1 and min(map(len, words)) > same + 1 and len({w[same] for w in words}) == 1:
        same += 1
    return [" ".join(w[same:]) for w in words]
