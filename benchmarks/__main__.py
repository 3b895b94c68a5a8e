"""`python -m benchmarks`: a table of ratios. Everything runs in one process, by turns, on one thread; the medians of the
ratios count, because the machine's own speed cancels in them."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy is imported

import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from benchmarks import peers, work

ROUNDS = 7


def seconds(task: Callable[[], object]) -> float:
    """Processor time of one call."""
    began = time.process_time()
    task()
    return time.process_time() - began


def ratios(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float, float]:
    """The median time of ours and of theirs in milliseconds, and the median of ours / theirs, after a warm-up."""
    seconds(ours), seconds(theirs)
    pairs = np.array([(seconds(ours), seconds(theirs)) for _ in range(rounds)])
    return *np.median(pairs * 1e3, axis=0).tolist(), float(np.median(pairs[:, 0] / pairs[:, 1]))


def start_up(code: str) -> float:
    """Wall time from process start to the end of `code`, in seconds."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - began


def start_ratio() -> tuple[float, float, float]:
    """Process start to the first trained run, against importing scikit-learn and fitting one."""
    ours = "from sims.engine.experiment import perform; from sims.coffee_roasting import EXPERIMENT as e; " \
           "perform(e, e.params(steps=1000), replicas=1)"
    theirs = "from benchmarks.peers import scikit_learn; scikit_learn()"
    start_up(ours), start_up(theirs)
    pairs = np.array([(start_up(ours), start_up(theirs)) for _ in range(5)])
    return *np.median(pairs * 1e3, axis=0).tolist(), float(np.median(pairs[:, 0] / pairs[:, 1]))


def agreement() -> dict[str, float]:
    """Equal work is checked: the final loss of everybody, which must be the same to 1e-4."""
    found = {"ours, float64": float(work.ours(replicas=1, dtype=np.float64).loss[0]),
             "ours, float32": float(work.ours(replicas=1).loss[0]), "scikit-learn": peers.scikit_learn(),
             "PyTorch": peers.pytorch(), "textbook numpy": peers.textbook()}
    if peers.c_library():
        found["C, float32"] = peers.c_loop()
    return found


def rows() -> list[tuple[str, str, str, tuple[float, float, float], float]]:
    """(our work, the other's work, what must be reached, measured, factor that the ratio is to be multiplied with)."""
    table = [
        ("32 replicas x 1,000 steps of 2-3-1", "one MLPClassifier.fit", "0.7", ratios(work.ours, peers.scikit_learn), 1),
        ("the same", "one network in eager PyTorch", "0.2", ratios(work.ours, peers.pytorch), 1),
        ("320 networks, widths 1-16, 20 seeds", "one MLPClassifier.fit", "15",
         ratios(work.sweep, peers.scikit_learn, 3), 1),
        ("the same, per network and step", "textbook numpy", "0.05", ratios(work.ours, peers.textbook), 1 / 32),
        ("2-8-8-1 tanh, batches of 10, per network and step", "MLPClassifier", "0.067",
         ratios(work.playground, lambda: peers.scikit_learn((8, 8), batch=10, activation="tanh", solver="sgd", points=500)),
         1 / 32),
        ("process start to the first run", "the same with scikit-learn", "0.2", start_ratio(), 1),
    ]
    if peers.c_library():
        table.insert(3, ("the same sweep", "a loop in C, float32", "3", ratios(work.sweep, peers.c_sweep, 3), 1))
    return table


def main() -> None:
    """Print the agreement of the losses and the table."""
    losses = agreement()
    print("Final log loss of the same work: " + ", ".join(f"{who} {loss:.6f}" for who, loss in losses.items()))
    spread = max(losses.values()) - min(losses.values())
    if spread > 1e-3 or abs(losses["ours, float64"] - losses["scikit-learn"]) > 1e-4:
        sys.exit("The losses differ: this is not the same work.")
    print("\n| work | against | ours ms | theirs ms | ratio | must be at most |\n|---|---|---|---|---|---|")
    for ours, theirs, must, (a, b, ratio), factor in rows():
        print(f"| {ours} | {theirs} | {a:.0f} | {b:.0f} | {ratio * factor:.3f} | {must} |", flush=True)


if __name__ == "__main__":
    main()
