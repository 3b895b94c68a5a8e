"""How cost grows with points, width, depth and replicas: `python -m benchmarks.growth [FILE.svg]`.

The drawing needs matplotlib."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy is imported

import sys  # noqa: E402
from collections.abc import Sequence  # noqa: E402

from benchmarks import work  # noqa: E402
from benchmarks.timing import seconds  # noqa: E402
from sims.engine.experiment import drain  # noqa: E402
from sims.engine.network import dense  # noqa: E402
from sims.engine.randomness import crowd  # noqa: E402
from sims.engine.training import Recipe, train  # noqa: E402

STEPS = 200
AXES: dict[str, Sequence[int]] = {
    "replicas": (1, 2, 4, 8, 16, 32, 64, 128, 256),
    "points": (10, 25, 50, 100, 200, 400, 800, 1600),
    "width": (1, 2, 4, 8, 16, 32, 64),
    "depth": (1, 2, 3, 4, 6, 8),
}


def cost(replicas: int = 32, points: int = 200, width: int = 3, depth: int = 1) -> float:
    """Microseconds for each network and step, full batch, Adam; the least of five."""
    network = dense(2, [width] * depth, 1, "sigmoid", "sigmoid")
    data, seeds = work.data(replicas, points), crowd(0, replicas)

    def once() -> None:
        drain(train(network, data, Recipe(steps=STEPS), seeds, frames=2))

    once()
    return min(seconds(once) for _ in range(5)) * 1e6 / STEPS / replicas


def main() -> None:
    """Print a table for each axis, and draw them where a file is named."""
    found = {axis: [cost(**{axis: value}) for value in values] for axis, values in AXES.items()}
    for axis, values in AXES.items():
        print(f"\n| {axis} | " + " | ".join(map(str, values)) + " |\n|---|" + "---|" * len(values))
        print("| µs for each network and step | " + " | ".join(f"{us:.2f}" for us in found[axis]) + " |")
    if len(sys.argv) > 1:
        draw(found, sys.argv[1])


def draw(found: dict[str, list[float]], path: str) -> None:
    """Four panels, both axes logarithmic."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 4, figsize=(12, 3), sharey=True, layout="constrained")
    for panel, (axis, values) in zip(panels, AXES.items(), strict=True):
        panel.loglog(values, found[axis], marker="o", color="#14679e")
        panel.set_xlabel(axis)
        panel.grid(True, which="major", alpha=0.3)
    panels[0].set_ylabel("µs for each network and step")
    figure.savefig(path)


if __name__ == "__main__":
    main()
