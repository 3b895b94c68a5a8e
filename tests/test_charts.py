"""The still charts: what they show is what the run says, for every kind of view and every experiment."""

import json
import re
from dataclasses import replace
from typing import Any, get_args

import altair as alt
import numpy as np
import pytest
from shortened import params_of, short_and_whole

from bot.present.charts import views
from bot.present.charts.pictures import Picture
from sims.engine import registry
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, Run, View, ViewKind, metric, perform, shared
from sims.engine.network import Network, dense, initial_weights
from sims.engine.training import Frame, Trained, TrainingConfig, untrained

R = 4


class AllMetrics(Metrics):
    """One metric of each shape that a view can ask for."""

    names: Any = shared("labels")
    widths: Any = shared("numbers")
    axis: Any = shared("another axis")
    score: Any = metric("a number a run", "share")
    other_score: Any = metric("another", "share")
    word: Any = metric("a word a run")
    curve: Any = metric("numbers along the widths", "share")
    other_curve: Any = metric("others")
    grid: Any = metric("rows and columns")
    points: Any = metric("pairs of numbers")


def metrics() -> AllMetrics:
    rng = np.random.default_rng(0)
    curve = rng.random((R, 3))
    curve[0, 1] = np.nan
    return AllMetrics(
        names=np.array(["one", "two", "two"]),
        widths=np.array([1, 10, 1000]),
        axis=np.array([0.0, 0.5, 1.0, 2.0]),
        score=np.array([1.0, 0.5, 0.75, np.nan]),
        other_score=rng.random(R),
        word=np.array(["a", "b", "a", "a"]),
        curve=curve,
        other_curve=rng.random((R, 3)) * 100,
        grid=rng.normal(size=(R, 4, 3)),
        points=rng.normal(size=(R, 3, 2)),
    )


def run_of(shown: Trained, *some_views: View) -> Run[Any, Any]:
    """A run around a network whose weights are known."""

    def never(_: Params, __: Any) -> Any:
        yield from ()
        return Outcome(shown, metrics())

    experiment = Experiment("All views", Params, AllMetrics, never, some_views)
    return perform(experiment, replicas=R)


def network_of(network: Network) -> Trained:
    rng = np.random.default_rng(1)
    n_in, n_out = network.sizes[0], network.sizes[-1]
    inputs = rng.uniform(-1, 1, (R, n_in, 20))
    answers = (inputs[:, :1] > 0).astype(float).repeat(n_out, axis=1)
    axes = tuple(Axis(f"input {i + 1}") for i in range(n_in))
    data = Data(inputs, answers, axes, tuple(Axis(f"answer {i + 1}") for i in range(n_out)))
    return untrained(network, initial_weights(network, np.arange(R)), data, TrainingConfig())


VIEWS: dict[ViewKind, View] = {
    "loss": View("loss", "Loss"),
    "lines": View("lines", "Lines", y=("curve", "other_curve"), x="widths", diagonal=True, log_y=True),
    "bars": View("bars", "Bars", y=("curve", "other_curve"), x="names"),
    "matrix": View("matrix", "Matrix", y=("grid",), x="names", rows="axis"),
    "histogram": View("histogram", "Histogram", y=("score", "other_score")),
    "scatter": View("scatter", "Scatter", y=("points",), x="names", arrows=True),
    "surface": View("surface", "Surface", y=("grid",), x="widths", rows="axis", path="points"),
    "table": View("table", "Table", y=("curve", "score"), x="names"),
}
MORE_VIEWS = [
    View("lines", "One line over words", y=("curve",), x="names"),
    View("bars", "Numbers of one run each", y=("score", "other_score")),
    View("histogram", "Words", y=("word",)),
    View("scatter", "Without labels", y=("points",)),
    View("surface", "Without a path", y=("grid",), x="widths", rows="axis"),
    View("bars", "Along a logarithm", y=("curve", "other_curve"), x="names", log_y=True),
    View("lines", "The mean", y=("other_curve",), x="widths", mean=True, names=("a plain name",)),
]


def pictures(view: View, shown: Trained | None = None) -> list[Picture]:
    return views.KINDS[view.kind](run_of(shown or network_of(dense(2, [3], 1, "tanh", "sigmoid"))), view)


def check(picture: Picture) -> None:
    """A picture is a table or charts that Vega-Lite understands, without colours, described in words."""
    assert picture.rows or picture.panels
    for panel in picture.panels:
        assert panel.alt
        assert "nan" not in panel.alt.lower().split()
        json.dumps(panel.spec, allow_nan=False)
        bare = re.sub(r"data:image/png[^\"]*", "", json.dumps(panel.spec))
        assert not re.search(r"#[0-9a-f]{6}", bare), "colours stand in theme.py"
    for panel in picture.panels[-1:]:  # slow: the panels of a picture are alike, and so are the rows of its data
        few = {name: rows[:1] for name, rows in panel.spec["datasets"].items()}
        alt.Chart.from_dict({**panel.spec, "datasets": few})


def test_every_kind_of_view_has_a_drawing() -> None:
    assert views.KINDS.keys() == set(get_args(ViewKind)) - {"network"} == VIEWS.keys()


@pytest.mark.parametrize("view", [*VIEWS.values(), *MORE_VIEWS], ids=lambda view: f"{view.kind}: {view.title}")
def test_a_view_is_drawn(view: View) -> None:
    for picture in pictures(view):
        check(picture)


def test_a_mean_is_drawn_over_all_runs_under_its_plain_name() -> None:
    view = View("lines", "Mean", y=("other_curve",), x="widths", mean=True, names=("a plain name",))
    run = run_of(network_of(dense(2, [3], 1, "tanh", "sigmoid")), view)
    (picture,) = views.draw(run)
    rows = picture.panels[0].spec["datasets"]["rows"]
    assert [row["y"] for row in rows] == pytest.approx(run.metrics.other_curve.mean(axis=0), rel=1e-3)
    assert {row["name"] for row in rows} == {"a plain name"}
    assert f"all {R} runs" in picture.caption


def test_the_counts_of_a_matrix_are_whole_numbers() -> None:
    run = perform(registry.find("confusion"), replicas=1)
    (picture,) = views.draw(run, ("matrix",))
    cells = picture.panels[0].spec["datasets"]["cells"]
    assert [cell["text"] for cell in cells] == [f"{count:.0f}" for count in run.metrics.matrix[0].ravel()]
    assert "below zero" not in picture.caption
    (other,) = pictures(VIEWS["matrix"])
    assert "below zero" in other.caption
    assert all(re.fullmatch(r"−?\d\.\d\d", cell["text"]) for cell in other.panels[0].spec["datasets"]["cells"])


def test_bars_along_a_logarithm_are_points() -> None:
    (picture,) = pictures(View("bars", "Bars", y=("curve",), x="names", log_y=True))
    assert [layer["mark"]["type"] for layer in picture.panels[0].spec["layer"]] == ["point", "rule"]
    assert picture.caption.startswith("Points")


@pytest.mark.parametrize("name", registry.names())
def test_names_of_a_view_fit_its_metrics(name: str) -> None:
    for view in registry.find(name).views:
        assert len(view.names) in (0, len(view.y)), view.title


@pytest.mark.parametrize("name", [  # the quick tests train every third
    pytest.param(name, marks=[pytest.mark.slow] if at % 3 else []) for at, name in enumerate(registry.names())])
@short_and_whole
def test_every_experiment_is_drawn(name: str, is_whole: bool) -> None:
    experiment = registry.find(name)
    run = perform(experiment, params_of(experiment, is_whole), replicas=2)
    drawn = views.draw(run)
    assert {view.title for view in run.experiment.views if view.kind != "network"} <= {p.title for p in drawn}
    for picture in drawn:
        json.dumps([panel.spec for panel in picture.panels], allow_nan=False)
        assert picture.rows or all(panel.alt for panel in picture.panels)


def test_the_loss_comes_first_and_the_network_is_no_chart() -> None:
    network = View("network", "The network")
    run = run_of(network_of(dense(2, [2], 1, "tanh", "sigmoid")), network, VIEWS["table"], VIEWS["loss"])
    assert [picture.title for picture in views.draw(run)] == ["Loss", "Table"]


def test_the_loss_of_a_run_that_diverges_ends_and_says_so() -> None:
    shown = network_of(dense(2, [2], 1, "tanh", "sigmoid"))
    first = shown.frames[0]
    frames = [Frame(step, np.full(R, loss), first.weights) for step, loss in enumerate([0.7, 30.0, np.nan, np.inf])]
    run = run_of(replace(shown, frames=tuple(frames), diverged_at=np.full(R, 3)))
    (picture,) = views.KINDS["loss"](run, VIEWS["loss"])
    check(picture)
    assert [row["y"] for row in picture.panels[0].spec["datasets"]["rows"]] == [0.7, 30.0, None, None]
    assert "the training diverged" in picture.caption


def test_a_loss_that_becomes_enormous_stands_logarithmically_up_to_where_the_run_diverged() -> None:
    shown = network_of(dense(2, [2], 1, "tanh", "sigmoid"))
    frames = [replace(shown.frames[0], step=step, loss=np.full(R, 10.0**step)) for step in (0, 8, 16, 24)]
    run = run_of(replace(shown, frames=tuple(frames), diverged_at=np.array([20, -1, -1, -1])))
    spec = views.KINDS["loss"](run, VIEWS["loss"])[0].panels[0].spec
    assert [row["y"] for row in spec["datasets"]["rows"]] == [1, 1e8, 1e16, None]  # its weights stand still afterwards
    assert spec["datasets"]["rows"][-1]["high"] == 1e24
    assert spec["layer"][1]["encoding"]["y"]["scale"]["type"] == "log"


def test_lines_that_lie_on_one_another_are_named() -> None:
    twice = View("lines", "Lines", y=("other_curve", "other_curve"), x="widths", names=("one", "other"))
    assert "“one” and “other” are the same line." in pictures(twice)[0].caption
    assert "same line" not in pictures(VIEWS["lines"])[0].caption


def test_the_bands_of_lines_that_hardly_vary_are_not_spoken_of() -> None:
    shared_by_all = View("lines", "Lines", y=("widths",), x="widths")
    assert pictures(shared_by_all)[0].caption == ""


def test_arrows_keep_their_angles() -> None:
    spec = pictures(VIEWS["scatter"])[0].panels[0].spec
    x, y = (spec["layer"][0]["encoding"][channel]["scale"]["domain"] for channel in "xy")
    assert x == y
    assert spec["width"] == spec["height"]
    assert max(np.abs(metrics().points[0]).ravel()) < x[1]


def test_lines_show_this_run_and_the_spread_of_all() -> None:
    rows = pictures(VIEWS["lines"])[0].panels[0].spec["datasets"]["rows"]
    this = metrics().other_curve
    drawn = [row for row in rows if row["name"] == "other curve"]
    assert [row["y"] for row in drawn] == pytest.approx(this[0], rel=1e-3)
    assert [row["low"] for row in drawn] == pytest.approx(np.percentile(this, 10, axis=0), rel=1e-3)
    assert [row["y"] for row in rows if row["name"] == "curve"][1] is None  # nan is left out


def test_a_histogram_counts_every_run_once_and_marks_this_one() -> None:
    score, other = pictures(VIEWS["histogram"])[0].panels
    assert sum(row["count"] for row in score.spec["datasets"]["rows"]) == 3  # the fourth is not a number
    assert sum(row["count"] for row in other.spec["datasets"]["rows"]) == R
    assert score.spec["datasets"]["mark"] == [{"low": 1.0}]
    assert "100%" in score.alt


def test_a_histogram_of_shares_that_are_all_alike_stays_within_0_and_100_percent() -> None:
    run = perform(registry.find("nonlinearity"), registry.find("nonlinearity").params(task="or"), 7, 4)
    (drawn, *_) = views.draw(run, ("histogram",))
    rows = drawn.panels[0].spec["datasets"]["rows"]
    assert 0.9 < rows[0]["low"] < rows[-1]["high"] == 1
    assert sum(row["count"] for row in rows) == 4


def test_a_table_names_its_rows_and_columns() -> None:
    rows = pictures(VIEWS["table"])[0].rows
    assert [row["What"] for row in rows] == ["one", "two (1)", "two (2)"]
    assert rows[0]["score"] == "100%"
    assert rows[1] == {"What": "two (1)", "curve": "not a number", "score": ""}
