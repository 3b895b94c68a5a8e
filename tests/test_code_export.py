"""The code of a run: short, in need of numpy alone, and ending where the run on the screen ends."""

import ast
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from known import BOT

from bot.present.code_export import CLOSE, MOST_LINES, NoCode, last_numbers, numpy_code
from bot.service import Bot
from sims import your_network
from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, Run, drain, perform
from sims.engine.network import dense
from sims.engine.registry import find
from sims.engine.training import Frame, TrainingConfig, train

OWN, NOTHING = "steps of its own", "nothing is trained"
WITHOUT = {  # entries whose network is trained in steps of its own, or not at all
    **dict.fromkeys(("batch-norm", "superposition", "fully-connected", "gradient-checking", "gradient-clipping",
                     "learning-rate-finder", "perceptron-learning-rule", "second-order", "shuffle-the-data",
                     "skip-connections", "transfer-a-layer", "zero-the-gradients"), OWN),
    **dict.fromkeys(("perceptron-vs-neuron", "what-is-activation"), NOTHING),
}
# Together: every optimizer, batches, dropout, L2, class weights, labels for hidden units, float64, no biases, ReLU,
# softmax, a linear output, eight layers.
SOME: tuple[tuple[str, dict[str, Any]], ...] = (
    ("coffee-roasting", {}), ("epochs", {"optimizer": "momentum"}), ("dropout", {}), ("regularization", {}),
    ("epochs", {"batch_size": 30}),
    ("constrained-neuron", {"steps": 200}), ("backprop-chain-rule", {}), ("bias-term", {}), ("dead-relu", {}),
    ("multi-class-output", {}), ("relu-piecewise", {}), ("exploding-gradient", {}), ("why-not-squared-error", {}),
    ("class-imbalance", {"shown": "class weight"}), ("nan-loss", {}),
)


@pytest.fixture(scope="module")
def bot() -> Bot:
    return BOT


def run_of(bot: Bot, slug: str, changes: dict[str, Any] | None = None, seed: int | None = None) -> Run[Any, Any]:
    """The run of an entry's answer, without the controls of its claims."""
    entry = bot.entry(slug)
    return drain(bot.running(entry.experiment, bot.params(slug, changes), entry.seed if seed is None else seed))


def printed(file: Path) -> dict[str, float]:
    """What the file prints, run by itself, isolated from this project."""
    command = [sys.executable, "-I", file.name]
    done = subprocess.run(command, cwd=file.parent, capture_output=True, text=True, check=True, timeout=600)
    assert not done.stderr
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in done.stdout.splitlines())}


def farthest(run: Run[Any, Any], numbers: dict[str, float]) -> float:
    """How far the printed numbers are from the screen's, at most, relative to them."""
    wanted = last_numbers(run)
    assert numbers.keys() == wanted.keys()
    return max(abs(numbers[name] - value) / max(abs(value), 1e-4) for name, value in wanted.items())


def check_form(code: str) -> None:
    assert len(code.splitlines()) <= MOST_LINES
    tree = ast.parse(code)
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert imported <= {"numpy", "base64"}
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))
    assert ast.get_docstring(tree)


@pytest.mark.parametrize(("slug", "changes"), SOME[:3])
def test_the_file_ends_where_the_screen_does(bot: Bot, slug: str, changes: dict[str, Any], tmp_path: Path) -> None:
    run = run_of(bot, slug, changes)
    file = tmp_path / "network.py"
    file.write_text(numpy_code(run), encoding="utf-8")
    assert farthest(run, printed(file)) < CLOSE


@pytest.mark.parametrize(("slug", "changes"), SOME)
def test_every_way_of_training_is_repeated(bot: Bot, slug: str, changes: dict[str, Any]) -> None:
    run = run_of(bot, slug, changes)
    code = numpy_code(run)
    check_form(code)
    said: list[str] = []
    with np.errstate(all="ignore"):
        exec(compile(code, "exported", "exec"), {"print": said.append})
    assert farthest(run, {n: float(v) for n, v in (line.rsplit(" ", 1) for line in said)}) < CLOSE
    assert "is sensitive" not in code


class NoParams(Params):
    """No settings."""


class NoMetrics(Metrics):
    """No measurements."""


CONFIGS = {
    "nesterov, cosine": TrainingConfig("squared_error", "nesterov", 0.01, 60, schedule="cosine"),
    "rmsprop, step": TrainingConfig("absolute_error", "rmsprop", 0.01, 60, 9, schedule="step", final_rate=0.1),
    "l1, exponential": TrainingConfig("huber", "sgd", 0.1, 60, l1=0.02, schedule="exponential"),
    "adam, 1/t, dropout": TrainingConfig("squared_error", "adam", 0.01, 60, 9, dropout=0.2, schedule="inverse"),
}


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("hidden", ["softplus", "tanh"])
def test_what_no_entry_trains_with_yet_is_repeated_too(name: str, hidden: str) -> None:
    def run(params: NoParams, seeds: Array) -> Generator[Frame, None, Outcome[NoMetrics]]:
        inputs = uniform(seeds, [-1, -1], [1, 1], 20)
        data = Data(inputs, inputs.prod(axis=1, keepdims=True), (Axis("x1"), Axis("x2")), (Axis("product"),))
        shown = yield from train(dense(2, [4], 1, hidden, "linear"), data, CONFIGS[name], seeds)
        return Outcome(shown, NoMetrics())

    done = perform(Experiment("A product", NoParams, NoMetrics, run, ()), replicas=2)
    code = numpy_code(done)
    check_form(code)
    said: list[str] = []
    exec(compile(code, "exported", "exec"), {"print": said.append})
    assert farthest(done, {n: float(v) for n, v in (line.rsplit(" ", 1) for line in said)}) < CLOSE
    assert "is sensitive" not in code


YOURS: dict[str, dict[str, Any]] = {
    "another activation in each layer": {"hidden2": 3, "hidden3": 3, "activation1": "relu", "activation2": "tanh"},
    "the same with dropout": {"hidden2": 3, "activation1": "relu", "activation2": "tanh", "dropout": 0.2},
    "a sigmoid twice": {"loss": "log_loss_from_logits"},
    "softmax twice": {"data": "blobs", "points": 30, "output": "softmax", "loss": "cross_entropy_from_logits"},
    "a mean over the outputs": {"data": "blobs", "points": 30, "output": "softmax", "loss": "squared_error"},
    "batches, one of them smaller": {"data": "circles", "points": 50, "batch_size": 16, "optimizer": "rmsprop"},
    "digits": {"data": "digits", "points": 20, "output": "softmax", "loss": "cross_entropy", "scaling": "zero_to_one"},
    "no hidden layer": {"hidden1": 0, "data": "and"},
    "own rows": {"data": "own", "own": "1,2|3;2,1|5;0,0|1;4,1|2", "output": "linear", "loss": "squared_error"},
}


@pytest.mark.parametrize("name", YOURS)
def test_a_network_of_ones_own_is_repeated(name: str) -> None:
    params = your_network.EXPERIMENT.params(**{"epochs": 30, "learning_rate": 0.02, **YOURS[name]})
    run = perform(your_network.EXPERIMENT, params, replicas=2)
    code = numpy_code(run)
    check_form(code)
    said: list[str] = []
    exec(compile(code, "exported", "exec"), {"print": said.append})
    assert farthest(run, {n: float(v) for n, v in (line.rsplit(" ", 1) for line in said)}) < CLOSE
    assert "own rows" not in code
    assert "learning rate 0.02" in " ".join(code.split())
    assert "biases True" not in " ".join(code.split())  # only what differs from the defaults


def test_a_slip_has_no_code() -> None:
    run = perform(your_network.EXPERIMENT, your_network.EXPERIMENT.params(slip="wrong_sign", epochs=3), replicas=1)
    with pytest.raises(NoCode, match="steps of its own"):
        numpy_code(run)


def test_another_seed_is_another_file_with_other_numbers(bot: Bot, tmp_path: Path) -> None:
    run = run_of(bot, "hidden-neuron-meaning", seed=11)
    (tmp_path / "eleven.py").write_text(numpy_code(run), encoding="utf-8")
    numbers = printed(tmp_path / "eleven.py")
    assert farthest(run, numbers) < CLOSE
    assert farthest(run_of(bot, "hidden-neuron-meaning"), numbers) > CLOSE


def test_data_and_start_are_drawn_where_that_is_short_to_say(bot: Bot) -> None:
    assert "base64" not in numpy_code(run_of(bot, "coffee-roasting"))
    assert "175" in numpy_code(run_of(bot, "coffee-roasting"))
    assert "base64" in numpy_code(run_of(bot, "dropout"))


@pytest.mark.parametrize("slug", sorted(WITHOUT))
def test_where_there_is_no_plain_training_the_message_says_so(bot: Bot, slug: str) -> None:
    run = perform(find(bot.entry(slug).experiment), bot.params(slug), replicas=1)
    with pytest.raises(NoCode, match=WITHOUT[slug]):
        numpy_code(run)


@pytest.mark.slow
def test_the_file_of_every_entry_ends_where_the_screen_does(bot: Bot, tmp_path: Path) -> None:
    runs = {slug: run_of(bot, slug) for slug in bot.entries if slug not in WITHOUT}
    for slug, run in runs.items():
        code = numpy_code(run)
        check_form(code)
        (tmp_path / f"{slug}.py").write_text(code, encoding="utf-8")
    with ThreadPoolExecutor(2) as pool:
        far = dict(zip(runs, pool.map(lambda slug: farthest(runs[slug], printed(tmp_path / f"{slug}.py")), runs),
                       strict=True))
    apart = {slug: distance for slug, distance in far.items() if distance >= CLOSE}
    assert len(apart) <= 6, apart
    for slug, distance in apart.items():  # just above, the file itself may have been run on the near side
        told = "is sensitive" in (tmp_path / f"{slug}.py").read_text(encoding="utf-8")
        assert distance < (0.1 if told else 2 * CLOSE), (slug, distance)
