"""What follows from what was read: the kind of task, the number of classes, outputs that only the data tell."""

import math
from collections.abc import Sequence

from bot.diagnosis.draft import Draft
from bot.diagnosis.spec import Symptoms

_CLASSES = {"xor": 2, "and": 2, "or": 2, "parity": 2, "circles": 2, "moons": 2, "spirals": 2, "breast_cancer": 2,
            "titanic": 2, "imdb": 2, "iris": 3, "wine": 3, "mnist": 10, "fashion_mnist": 10, "cifar10": 10,
            "digits": 10, "reuters": 46}
_REGRESSION = {"line", "sine", "square", "housing", "diabetes"}
_CLASS_LOSSES = {"log_loss", "cross_entropy", "sparse_cross_entropy", "nll", "hinge"}


def finish(draft: Draft, symptoms: Symptoms) -> None:
    """Add what follows; nothing that was read is changed."""
    data = draft.get("data")
    _task(draft, data, symptoms)
    if draft.get("task") == "classes":
        draft.put("classes", _CLASSES.get(str(data)))
        outputs = draft.get("outputs")
        if outputs and outputs > 1 and draft.get("target") != "multi_label":
            draft.put("classes", outputs)
        elif draft.get("target") == "binary" or (outputs == 1 and draft.get("loss") == "log_loss"):
            draft.put("classes", 2)
    if draft.get("bias") is False and _has_ones(draft.get("rows") or ()):
        del draft.fields["bias"]  # a column of ones is the first layer's bias
    if draft.get("framework") == "sklearn":
        _of_sklearn(draft)


def _has_ones(rows: Sequence[Sequence[float]]) -> bool:
    """Whether a column of the inputs is the same number in all rows, and not 0."""
    return any(len(set(column)) == 1 and column[0] != 0 for column in zip(*rows, strict=True))


def _task(draft: Draft, data: str | None, symptoms: Symptoms) -> None:
    target, loss = draft.get("target"), draft.get("loss")
    said = draft.get("said_targets")
    wide = said is not None and said[1] - said[0] > 2 and loss not in _CLASS_LOSSES and not draft.get("classes")
    if data in _REGRESSION or target == "real" or wide or _no_class(draft, symptoms):
        draft.put("task", "regression")
    elif data in _CLASSES or target in ("binary", "one_hot", "integers", "multi_label") or loss in _CLASS_LOSSES:
        draft.put("task", "classes")
    elif loss in ("squared_error", "absolute_error", "huber", "other"):
        by_output = {"linear": "regression", "relu": "regression"}
        draft.put("task", by_output.get(str(draft.get("output_activation"))) or _by_numbers(draft, symptoms))
        draft.put("task", "classes" if draft.get("output_activation") == "softmax" else None)


def _no_class(draft: Draft, symptoms: Symptoms) -> bool:
    """Whether the targets cannot be classes: an accuracy of 0, or negative numbers that a cut output cannot say."""
    unknown = draft.get("outputs") is None and "output_activation" in draft.lines  # Dense(y.shape[1])
    one = not unknown and draft.get("outputs") in (1, None) and draft.get("output_activation") in (
        "sigmoid", "linear", "relu")
    wanted = "negative_outputs_needed" in symptoms.said and draft.get("loss") is None
    return one and (symptoms.accuracy_zero or wanted) and draft.get("target") is None


def _by_numbers(draft: Draft, symptoms: Symptoms) -> str | None:
    """What an output between 0 and 1 is for: a loss above 1.5 means targets far beyond; else what the words say."""
    if any(value > 1.5 for value in symptoms.losses if math.isfinite(value)):
        return "regression"
    wanted = "negative_outputs_needed" in symptoms.said
    if wanted or ("regression" in symptoms.said and "classes" not in symptoms.said):
        return "regression"
    if draft.get("output_activation") == "softmax":
        return None
    return "classes" if "accuracy" in (draft.get("metrics") or ()) or "classes" in symptoms.said else None


def _of_sklearn(draft: Draft) -> None:
    """The output that MLPClassifier gives itself: one sigmoid for two classes, softmax for more."""
    classes = draft.get("classes")
    targets = draft.get("targets")
    if targets and draft.get("task") == "regression":
        draft.put("outputs", len(targets[0]))
    if draft.get("task") == "classes" and classes:
        draft.put("outputs", 1 if classes == 2 else classes)
        draft.put("output_activation", "sigmoid" if classes == 2 else "softmax")
        draft.put("loss", "log_loss" if classes == 2 else "cross_entropy")
