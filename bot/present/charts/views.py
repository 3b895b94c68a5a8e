"""The still charts: each kind of `View` has a function that draws it from a `Run`, as theme-free Vega-Lite.

The view "network" has none: `stills.network_svg` draws the network.

for picture in draw(run):
    for panel in picture.panels:
        show(theme.dressed(panel.spec, "dark"), alt=panel.alt)
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.present.charts import planes, plots, spreads, surfaces
from bot.present.charts.pictures import Picture
from sims.engine.experiment import Run, View, ViewKind

Draw = Callable[[Run[Any, Any], View], list[Picture]]

KINDS: Mapping[ViewKind, Draw] = {
    "loss": plots.loss,
    "lines": plots.lines,
    "bars": spreads.bars,
    "matrix": planes.matrix,
    "histogram": spreads.histogram,
    "scatter": planes.scatter,
    "surface": surfaces.surface,
    "table": spreads.table,
}


def draw(run: Run[Any, Any], shown: Sequence[str] = ()) -> list[Picture]:
    """The charts of a run: its loss, then the experiment's other views.

    An experiment without a picture of its loss gets one at the end, unless nothing was trained. `shown` names the
    kinds to draw, where not all.
    """
    views = [view for view in run.experiment.views if view.kind in KINDS and (not shown or view.kind in shown)]
    views.sort(key=lambda view: view.kind != "loss")
    if not shown and len(run.shown.frames) > 1 and all(view.kind != "loss" for view in views):
        views.append(View("loss", "Loss while training"))
    return [picture for view in views for picture in KINDS[view.kind](run, view)]
