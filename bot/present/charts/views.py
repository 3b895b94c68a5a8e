"""The still charts: each kind of `View` has a function that draws it from a `Run`, as theme-free Vega-Lite.

The view "network" has none: `stills.network_svg` draws the network.

for picture in draw(run):
    for panel in picture.panels:
        show(theme.dressed(panel.spec, "dark"), alt=panel.alt)
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.answers.steps import views_of
from bot.content.recent import RecentOf
from bot.present.charts import planes, plots, spreads, surfaces
from bot.present.charts.pictures import Picture
from sims.engine.experiment import Run, View, ViewKind

Draw = Callable[[Run[Any, Any], View], list[Picture]]

_DRAWN: RecentOf[list[Picture]] = RecentOf(16)  # a run's page, its card and both themes ask for the same charts

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
    return [picture for view in shown_views(run, shown) for picture in draw_view(run, view)]


def shown_views(run: Run[Any, Any], shown: Sequence[str] = ()) -> list[View]:
    """The views that `draw` draws."""
    views = [view for view in views_of(run) if not shown or view.kind in shown]
    own = [view for view in views if view in run.experiment.views]
    return sorted(own, key=lambda view: view.kind != "loss") + [view for view in views if view not in own]


def draw_view(run: Run[Any, Any], view: View) -> list[Picture]:
    """The charts of one view; the same objects when they are asked for again, so change nothing in them."""
    drawn = _DRAWN.by(run)
    return drawn.find(view) or drawn.keep(view, KINDS[view.kind](run, view))
