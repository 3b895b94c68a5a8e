"""How cost grows with points, width, depth and replicas: `python -m benchmarks.growth [FILE.svg]`."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy is imported

import sys  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from pathlib import Path  # noqa: E402

import altair as alt  # noqa: E402
import vl_convert  # noqa: E402

from benchmarks import work  # noqa: E402
from benchmarks.timing import seconds  # noqa: E402
from sims.engine.experiment import drain  # noqa: E402
from sims.engine.network import dense  # noqa: E402
from sims.engine.randomness import ensemble_seeds  # noqa: E402
from sims.engine.training import TrainingConfig, train  # noqa: E402

STEPS, ROUNDS = 200, 8
AXES: dict[str, Sequence[int]] = {
    "replicas": (1, 2, 4, 8, 16, 32, 64, 128, 256),
    "points": (10, 25, 50, 100, 200, 400, 800, 1600),
    "width": (1, 2, 4, 8, 16, 32, 64),
    "depth": (1, 2, 3, 4, 6, 8),
}


def cost(replicas: int = 32, points: int = 200, width: int = 3, depth: int = 1) -> float:
    """Microseconds for each network and step, full batch, Adam."""
    network = dense(2, [width] * depth, 1, "sigmoid", "sigmoid")
    data, seeds = work.data(replicas, points), ensemble_seeds(0, replicas)

    def once() -> None:
        drain(train(network, data, TrainingConfig(steps=STEPS), seeds, frames=2))

    return seconds(once) * 1e6 / STEPS / replicas


def main() -> None:
    """Print a table for each axis, and draw them where a file is named."""
    rounds = [{axis: [cost(**{axis: value}) for value in values] for axis, values in AXES.items()}
              for _ in range(ROUNDS)]  # by turns, so that a busy moment spoils no single number
    found = {axis: [min(times) for times in zip(*(each[axis] for each in rounds), strict=True)] for axis in AXES}
    for axis, values in AXES.items():
        print(f"\n| {axis} | " + " | ".join(map(str, values)) + " |\n|---|" + "---|" * len(values))
        print("| µs for each network and step | " + " | ".join(f"{us:.2f}" for us in found[axis]) + " |")
    if len(sys.argv) > 1:
        draw(found, sys.argv[1])


def draw(found: dict[str, list[float]], path: str) -> None:
    """Four panels, both axes logarithmic, as SVG."""
    y = alt.Y("cost:Q", title="µs for each network and step", scale=alt.Scale(type="log"))
    panels = []
    for axis, values in AXES.items():
        rows = [{"value": value, "cost": cost} for value, cost in zip(values, found[axis], strict=True)]
        x = alt.X("value:Q", title=axis, scale=alt.Scale(type="log", nice=False), axis=alt.Axis(values=list(values)))
        panels.append(alt.Chart(alt.Data(values=rows), width=230, height=190).mark_line(point=True).encode(x=x, y=y))
    chart = alt.hconcat(*panels).resolve_scale(y="shared").to_dict()
    Path(path).write_text(vl_convert.vegalite_to_svg(chart), encoding="utf-8")


if __name__ == "__main__":
    main()
