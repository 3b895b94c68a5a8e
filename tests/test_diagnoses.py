"""The rules of diagnoses: each applies to its example, and runs of that network support its sentences."""

import tomllib
from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known import ENTRIES

from bot.content.settings import make_params
from bot.diagnosis.proof import Proof, prove, proving
from bot.diagnosis.rules import Rule, diagnose, read_rules
from bot.diagnosis.shown import shown_as
from bot.diagnosis.spec import (
    Activation,
    Data,
    Layer,
    Loss,
    NetworkSpec,
    Optimizer,
    Reading,
    Scaling,
    Start,
    Symptoms,
)
from sims.engine.experiment import Run, drain, is_shared
from sims.engine.general.cost import MOST_COST, estimated_cost
from sims.engine.general.settings import NetworkParams
from sims.engine.randomness import REPLICAS, ensemble_seeds
from sims.engine.training import Frame
from sims.your_network import EXPERIMENT

RULES = {rule.id: rule for rule in read_rules()}
EXAMPLES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("diagnosis_examples.toml").read_text("utf-8"))
SHOWN_BY_NO_RUN = {"integer-labels-one-hot-loss", "one-hot-labels-sparse-loss", "fewer-outputs-than-classes",
                   "scaler-saw-the-test-data", "scaler-fitted-again-on-test", "eval-missing-batch-norm",
                   "trained-in-eval-mode", "validation-better-than-training", "cross-entropy-over-one-output",
                   "logits-read-as-probabilities", "one-answer-beside-code", "nll-without-log-softmax",
                   "softmax-over-the-examples", "input-width", "input-dimensions", "nan-in-data",
                   "accuracy-of-several-labels", "gradient-from-own-output"}
EVERY = [pytest.param(RULES[name], id=name) for name in RULES]
RUN = [pytest.param(RULES[name], id=name) for name in RULES if name not in SHOWN_BY_NO_RUN]


def example(rule: Rule) -> Reading:
    """The network that a rule is tried on."""
    given = EXAMPLES[rule.id]
    spec = dict(given.get("spec", {}))
    layers = [dict(zip(("units", "activation", "dropout", "batch_norm"), row, strict=False))
              for row in spec.pop("layers", [])]
    return Reading(spec=NetworkSpec(**spec, layers=tuple(Layer(**layer) for layer in layers)),
                   symptoms=Symptoms(**given.get("symptoms", {})), has_code=given.get("has_code", False))


def test_there_are_rules_and_an_example_of_each() -> None:
    assert len(RULES) >= 40
    assert RULES.keys() == EXAMPLES.keys()
    assert {rule.id for rule in RULES.values() if rule.claim is None} == SHOWN_BY_NO_RUN


@pytest.mark.parametrize("rule", EVERY)
def test_a_rule_is_well_formed(rule: Rule) -> None:
    assert rule.next in ENTRIES
    assert rule.says.endswith(".")
    assert rule.text
    assert (rule.claim is None) == (rule.control is None) == bool(rule.by_reading)
    make_params(NetworkParams, rule.show, rule.mend)
    assert [found.rule for found in diagnose(example(rule), [rule])] == [rule]
    assert diagnose(Reading(), [rule]) == []


@pytest.mark.parametrize("rule", EVERY)
def test_of_all_rules_that_apply_to_its_example_it_is_among_the_most_telling(rule: Rule) -> None:
    found = [diagnosis.id for diagnosis in diagnose(example(rule), tuple(RULES.values()))]
    assert rule.id in found[:3], found
    assert "{" not in next(d.says for d in diagnose(example(rule), tuple(RULES.values())) if d.id == rule.id)


@pytest.mark.parametrize("rule", RUN[::10])
def test_runs_support_what_a_rule_says(rule: Rule) -> None:
    supports(prove(rule, example(rule).spec, 0, replicas=16))


@pytest.mark.slow
@pytest.mark.parametrize("rule", RUN)
def test_all_runs_from_three_seeds_support_it(rule: Rule) -> None:
    spec = example(rule).spec
    for seed in SEEDS:
        supports(drain(proving(rule, shown_as(spec, rule.show), lambda _, mend: shown_as(spec, rule.show, mend), seed,
                               one_of_three)))


SEEDS = (0, 1, 2)


def one_of_three(params: NetworkParams, seed: int) -> Generator[Frame, None, Run[Any, Any]]:
    """What was measured in the run of one of SEEDS, as `start` makes it."""
    yield from ()
    return crowds(params.model_dump_json())[seed]


@cache
def crowds(settings: str) -> tuple[Run[Any, Any], ...]:
    """The runs of SEEDS, trained together and once for all rules: a replica is the same in any crowd, as
    test_every_experiment.py holds."""
    params, seeds = NetworkParams.model_validate_json(settings), [ensemble_seeds(seed) for seed in SEEDS]
    with np.errstate(all="ignore"):
        outcome = drain(EXPERIMENT.run(params, np.concatenate(seeds)))
    nothing: Any = None
    measured = outcome.metrics
    parts = [slice(at * REPLICAS, (at + 1) * REPLICAS) for at in range(len(SEEDS))]
    own = [name for name in type(measured).model_fields if not is_shared(type(measured), name)]
    return tuple(Run(EXPERIMENT, params, seeds[at], nothing, measured.model_copy(
        update={name: getattr(measured, name)[part] for name in own}), 0.0) for at, part in enumerate(parts))


def layers(*rows: tuple[int, str]) -> tuple[Layer, ...]:
    return tuple(Layer(units=units, activation=activation) for units, activation in rows)  # type: ignore[arg-type]


MNIST = {"data": "mnist", "scaling": "divided", "task": "classes", "classes": 10, "target": "integers", "inputs": 784,
         "outputs": 10, "loss": "sparse_cross_entropy"}
XOR = {"data": "xor", "task": "classes", "classes": 2, "inputs": 2, "outputs": 1, "output_activation": "sigmoid"}
HARMLESS: dict[str, dict[str, Any]] = {
    "MNIST in Keras": {**MNIST, "framework": "keras", "output_activation": "softmax", "layers": layers((128, "relu")),
                       "from_logits": False, "optimizer": "adam", "epochs": 5, "metrics": ("accuracy",)},
    "MNIST in PyTorch": {**MNIST, "framework": "pytorch", "output_activation": "linear", "from_logits": True,
                         "layers": layers((512, "relu"), (512, "relu")), "optimizer": "sgd", "learning_rate": 0.001,
                         "epochs": 5, "batch_size": 64},
    "XOR by hand": {**XOR, "framework": "numpy", "layers": layers((4, "sigmoid")), "loss": "squared_error",
                    "optimizer": "sgd", "learning_rate": 0.5, "steps": 10_000, "start": "normal", "start_std": 1.0},
    "XOR in Keras": {**XOR, "framework": "keras", "layers": layers((16, "relu")), "loss": "squared_error",
                     "optimizer": "adam", "epochs": 500, "metrics": ("accuracy",)},
    "prices": {"framework": "keras", "data": "housing", "task": "regression", "target": "real", "inputs": 13,
               "outputs": 1, "output_activation": "linear", "layers": layers((64, "relu"), (64, "relu")),
               "loss": "squared_error", "optimizer": "rmsprop", "epochs": 80, "batch_size": 16,
               "scaling": "standardised", "metrics": ("mae",)},
    "moons in PyTorch": {"framework": "pytorch", "data": "moons", "task": "classes", "classes": 2, "inputs": 2,
                         "outputs": 1, "output_activation": "linear", "layers": layers((16, "relu")),
                         "loss": "log_loss", "from_logits": True, "optimizer": "adam", "learning_rate": 0.01},
    "iris in scikit-learn": {"framework": "sklearn", "data": "iris", "task": "classes", "classes": 3, "inputs": 4,
                             "outputs": 3, "output_activation": "softmax", "layers": layers((10, "relu")),
                             "loss": "cross_entropy", "optimizer": "adam", "epochs": 1000, "scaling": "standardised"},
    "a line": {"framework": "keras", "data": "line", "task": "regression", "inputs": 1, "outputs": 1,
               "output_activation": "linear", "loss": "squared_error", "optimizer": "sgd", "epochs": 500},
    "coffee": {"framework": "keras", "task": "classes", "classes": 2, "inputs": 2, "outputs": 1,
               "output_activation": "sigmoid", "layers": layers((3, "sigmoid")), "loss": "log_loss",
               "optimizer": "adam", "learning_rate": 0.01, "epochs": 10, "scaling": "standardised"},
    "an autoencoder": {"framework": "keras", "data": "mnist", "scaling": "divided", "inputs": 784, "outputs": 784,
                       "output_activation": "sigmoid", "layers": layers((32, "relu")), "loss": "log_loss",
                       "optimizer": "adam", "epochs": 50, "batch_size": 256},
    "logistic regression": {"framework": "pytorch", "task": "classes", "classes": 2, "inputs": 2, "outputs": 1,
                            "output_activation": "sigmoid", "loss": "log_loss", "optimizer": "sgd",
                            "learning_rate": 0.1, "epochs": 100},
}


@pytest.mark.parametrize("name", HARMLESS)
def test_nothing_is_said_of_a_harmless_network_and_it_can_be_run(name: str) -> None:
    spec = NetworkSpec(**HARMLESS[name])
    assert diagnose(Reading(spec=spec, has_code=True), tuple(RULES.values())) == []
    assert shown_as(spec).params.epochs >= 1


def test_what_is_shown_otherwise_and_what_is_assumed_is_said() -> None:
    shown = shown_as(NetworkSpec(**HARMLESS["MNIST in Keras"]))
    assert shown.otherwise[0] == "784-128-10 on MNIST is shown as 64-32-10 on 8×8 digits"
    assert shown.assumed == ("the learning rate is not in the post: 0.001",)
    assert (shown.params.hidden1, shown.params.data, shown.params.output) == (32, "digits", "softmax")
    deep = NetworkSpec(inputs=2, outputs=1, layers=layers((128, "gelu"), (64, "gelu"), (32, "gelu"), (16, "gelu"),
                                                          (8, "gelu")), learning_rate=1e9, epochs=10)
    shown = shown_as(deep)
    assert shown.params.widths == (64, 32, 16, 8)
    assert shown.params.learning_rate == 100
    assert "2-128-64-32-16-8-1 is shown as 2-64-32-16-8-1" in shown.otherwise
    assert "the activation gelu is shown as relu" in shown.otherwise


WIDTHS = st.none() | st.integers(1, 5000)
SPECS = st.builds(
    NetworkSpec,
    framework=st.none() | st.sampled_from(["keras", "pytorch", "sklearn", "numpy", "tensorflow", "words"]),
    inputs=WIDTHS, outputs=WIDTHS, classes=st.none() | st.integers(2, 100), steps=st.none() | st.integers(1, 10**7),
    epochs=st.none() | st.integers(1, 10**7), batch_size=st.none() | st.integers(0, 10**5),
    layers=st.lists(st.builds(Layer, units=WIDTHS, activation=st.none() | st.sampled_from(
        get_args(Activation)), dropout=st.floats(0, 1), batch_norm=st.booleans()), max_size=9).map(tuple),
    output_activation=st.none() | st.sampled_from(get_args(Activation)),
    loss=st.none() | st.sampled_from(get_args(Loss)), from_logits=st.none() | st.booleans(),
    optimizer=st.none() | st.sampled_from(get_args(Optimizer)), learning_rate=st.none() | st.floats(0, 1e6),
    momentum=st.none() | st.floats(0, 1), l2=st.none() | st.floats(0, 1e3), examples=st.none() | st.integers(1, 10**6),
    data=st.none() | st.sampled_from(get_args(Data)), task=st.sampled_from([None, "classes", "regression"]),
    start=st.none() | st.sampled_from(get_args(Start)), start_std=st.none() | st.floats(0, 100),
    scaling=st.none() | st.sampled_from(get_args(Scaling)), eval_missing=st.none() | st.booleans(),
    detached=st.none() | st.booleans(), label_shape=st.sampled_from([None, "broadcast", "column"]),
)


@settings(max_examples=300, deadline=None)
@given(SPECS, st.sampled_from(sorted(RULES)))
def test_any_specification_can_be_shown_within_bounds(spec: NetworkSpec, name: str) -> None:
    rule = RULES[name]
    for mend in ({}, rule.mend):
        params = shown_as(spec, rule.show, mend).params
        assert estimated_cost(params) <= 1.5 * MOST_COST
        assert max(params.widths, default=0) <= 64


def test_rows_in_a_post_are_what_is_run() -> None:
    spec = NetworkSpec(data="inline", rows=((0.0,), (1.0,), (2.0,)), targets=((1.0,), (3.0,), (5.0,)),
                       task="regression", outputs=1, output_activation="linear", loss="squared_error")
    params = shown_as(spec).params
    assert params.data == "own"
    assert params.own == "input 1|target 1;0|1;1|3;2|5"


def test_a_mended_run_differs_in_the_change_alone() -> None:
    rule = RULES["zero-start"]
    spec = example(rule).spec
    read, mended = (shown_as(spec, rule.show, mend).params for mend in ({}, rule.mend))
    changed = {name for name, value in read.model_dump().items() if value != getattr(mended, name)}
    assert changed == set(rule.mend)


def supports(proof: Proof) -> None:
    assert proof.as_read.experiment is EXPERIMENT
    assert proof.stands, (proof.as_read.seed, proof.claim, proof.control)
    if proof.rule.mend:
        assert proof.as_read.params != proof.mended.params
