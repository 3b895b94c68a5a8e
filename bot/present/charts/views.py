"""The still charts: each kind of `View` has a function that draws it from a `Run`, as theme-free Vega-Lite.

for picture in draw(run):
    for panel in picture.panels:
        show(theme.dressed(panel.spec, "dark"), alt=panel.alt)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.present.charts import networks, planes, plots, spreads, surfaces
from bot.present.charts.pictures import Picture
from sims.engine.experiment import Run, View, ViewKind

Draw = Callable[[Run[Any, Any], View], list[Picture]]

KINDS: Mapping[ViewKind, Draw] = {
    "network": networks.network,
    "loss": plots.loss,
    "lines": plots.lines,
    "bars": spreads.bars,
    "matrix": planes.matrix,
    "histogram": spreads.histogram,
    "scatter": planes.scatter,
    "surface": surfaces.surface,
    "table": spreads.table,
}
FIRST: Sequence[ViewKind] = ("network", "loss")  # what a learner looks at before the experiment's own views


def draw(run: Run[Any, Any], shown: Sequence[str] = ()) -> list[Picture]:
    """The pictures of a run: its network, its loss, then the experiment's other views.

    An experiment without a picture of its loss gets one at the end, unless nothing was trained. `shown` names the
    kinds to draw, where not all.
    """
    views = [view for view in run.experiment.views if not shown or view.kind in shown]
    views.sort(key=lambda view: FIRST.index(view.kind) if view.kind in FIRST else len(FIRST))
    if not shown and len(run.shown.frames) > 1 and all(view.kind != "loss" for view in views):
        views.append(View("loss", "Loss while training"))
    return [replace(picture, kind=view.kind) for view in views for picture in KINDS[view.kind](run, view)]
