"""`python -m benchmarks`: a table of ratios. Everything runs in one process, by turns, on one thread; the medians of
the ratios count, because the machine's own speed cancels in them."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy is imported

import sys  # noqa: E402

import numpy as np  # noqa: E402

from benchmarks import peers, work  # noqa: E402
from benchmarks.timing import Times, by_turns, ratios, start_up  # noqa: E402


def start_ratio() -> Times:
    """Process start to the first trained run, against importing scikit-learn and fitting one; processor time."""
    ours = ("from sims.engine.experiment import perform; from sims.coffee_roasting import EXPERIMENT as e; "
            "perform(e, e.params(steps=1000), replicas=1)")
    theirs = "from benchmarks.peers import scikit_learn; scikit_learn()"
    return by_turns(lambda: start_up(ours), lambda: start_up(theirs), 5)


def agreement() -> dict[str, float]:
    """Equal work is checked: the final loss of everybody, which must be the same to 1e-4."""
    found = {"ours, float64": float(work.ours(replicas=1, dtype=np.float64).loss[0]),
             "ours, float32": float(work.ours(replicas=1).loss[0]), "scikit-learn": peers.scikit_learn(),
             "PyTorch": peers.pytorch(), "textbook numpy": peers.textbook()}
    if peers.c_library():
        found["C, float32"] = peers.c_loop()
    return found


def rows() -> list[tuple[str, str, str, Times, float]]:
    """(our work, the other's work, what must be reached, measured, factor that the ratio is to be multiplied with)."""
    def batches() -> float:
        return peers.scikit_learn((8, 8), batch=10, activation="tanh", solver="sgd", points=500)

    table = [
        ("32 replicas x 1,000 steps of 2-3-1", "one MLPClassifier.fit", "0.7",
         ratios(work.ours, peers.scikit_learn), 1),
        ("the same", "one network in eager PyTorch", "0.2", ratios(work.ours, peers.pytorch), 1),
        ("320 networks, widths 1-16, 20 seeds", "one MLPClassifier.fit", "15",
         ratios(work.sweep, peers.scikit_learn, 3), 1),
        ("the same, per network and step", "textbook numpy", "0.05", ratios(work.ours, peers.textbook), 1 / 32),
        ("2-8-8-1 tanh, batches of 10, per network and step", "MLPClassifier", "0.067",
         ratios(work.playground, batches), 1 / 32),
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
