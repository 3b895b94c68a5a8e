"""What a learner would use instead, doing the same work: scikit-learn, PyTorch, textbook numpy, a loop in C."""

import ctypes
import shutil
import subprocess
import tempfile
import warnings
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.work import POINTS, RATE, SEEDS, STEPS, WIDTHS, data, start
from sims.engine.activations import Array


def scikit_learn(hidden: tuple[int, ...] = (3,), steps: int = STEPS, batch: int = POINTS, activation: str = "logistic",
                 solver: str = "adam", points: int = POINTS) -> float:
    """One `MLPClassifier.fit`, from our start where it is the 2-3-1 network; gives the final log loss."""
    from sklearn.neural_network import MLPClassifier

    class Started(MLPClassifier):  # type: ignore[misc]
        """Starts from the weights that everybody starts from."""

        def _init_coef(self, fan_in: int, fan_out: int, dtype: type) -> tuple[Array, Array]:
            if hidden != (3,):
                return super()._init_coef(fan_in, fan_out, dtype)  # type: ignore[no-any-return]
            layer = start(3)[0 if fan_in == 2 else 1][0]
            return layer[:-1].astype(dtype), layer[-1].astype(dtype)

    known = data(1, points)
    epochs = steps * batch // points
    model = Started(hidden, activation=activation, solver=solver, batch_size=batch, learning_rate_init=RATE,
                    max_iter=epochs, tol=0, n_iter_no_change=10**9, alpha=0, shuffle=batch < points)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that it was stopped, which is what we want
        model.fit(known.inputs[0].T, known.targets[0, 0])
    assert model.n_iter_ == epochs
    p = model.predict_proba(known.inputs[0].T)[:, 1]
    y = known.targets[0, 0]
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())


def pytorch(steps: int = STEPS) -> float:
    """One network in eager PyTorch, as its tutorial writes it, in float64; gives the final log loss."""
    import torch

    torch.set_num_threads(1)
    known = data(1)
    x, y = torch.tensor(known.inputs[0].T), torch.tensor(known.targets[0].T)
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Sigmoid(), torch.nn.Linear(3, 1)).double()
    with torch.no_grad():
        for layer, ours in zip((model[0], model[2]), start(3), strict=True):
            layer.weight.copy_(torch.tensor(ours[0, :-1].T))
            layer.bias.copy_(torch.tensor(ours[0, -1]))
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    loss = torch.nn.BCEWithLogitsLoss()
    for _ in range(steps):
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()
    return float(loss(model(x), y).detach())


def textbook(steps: int = STEPS) -> float:
    """One network in numpy, as a textbook writes it: examples in rows, new arrays at each line."""
    known = data(1)
    x, y = known.inputs[0].T, known.targets[0].T
    (w1, b1), (w2, b2) = ((layer[0, :-1].copy(), layer[0, -1].copy()) for layer in start(3))
    theta = [w1, b1, w2, b2]
    m, v = ([np.zeros_like(t) for t in theta] for _ in range(2))
    for t in range(1, steps + 1):
        a1 = 1 / (1 + np.exp(-(x @ theta[0] + theta[1])))
        a2 = 1 / (1 + np.exp(-(a1 @ theta[2] + theta[3])))
        d2 = (a2 - y) / len(x)
        d1 = d2 @ theta[2].T * a1 * (1 - a1)
        for i, g in enumerate((x.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0))):
            m[i] = 0.9 * m[i] + 0.1 * g
            v[i] = 0.999 * v[i] + 0.001 * g**2
            theta[i] = theta[i] - RATE * (m[i] / (1 - 0.9**t)) / (np.sqrt(v[i] / (1 - 0.999**t)) + 1e-8)
    a1 = 1 / (1 + np.exp(-(x @ theta[0] + theta[1])))
    a2 = 1 / (1 + np.exp(-(a1 @ theta[2] + theta[3])))
    return float(-(y * np.log(a2) + (1 - y) * np.log(1 - a2)).mean())


@cache
def c_library() -> ctypes.CDLL | None:
    """The loop in C, compiled here and now; None where there is no gcc."""
    if not shutil.which("gcc"):
        return None
    target = Path(tempfile.mkdtemp()) / "loop.so"
    source = Path(__file__).with_name("loop.c")
    flags = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "-o", str(target), str(source), "-lm"], check=True)
    return ctypes.CDLL(str(target))


def c_loop(hidden: int = 3, steps: int = STEPS) -> float:
    """One network trained by the C loop in float32; gives the final log loss."""
    library = c_library()
    assert library is not None
    library.train.restype = ctypes.c_float
    known = data(1)
    x = np.ascontiguousarray(known.inputs[0], np.float32)
    y = np.ascontiguousarray(known.targets[0, 0], np.float32)
    first, second = (np.ascontiguousarray(layer[0], np.float32) for layer in start(hidden))
    pointer = ctypes.POINTER(ctypes.c_float)
    arrays = (array.ctypes.data_as(pointer) for array in (x, y, first, second))
    return float(library.train(*arrays, POINTS, hidden, steps, ctypes.c_float(RATE)))


def c_sweep() -> None:
    """The sweep of 320 networks, one after another, in C."""
    for hidden in WIDTHS:
        for _ in range(SEEDS):
            c_loop(hidden)
