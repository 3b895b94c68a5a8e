"""A reading as flat names and values: what the conditions of a diagnosis are written over.

    when = ["loss == 'squared_error'", "output_activation == 'sigmoid'", "task == 'classes'"]

All conditions of a list must hold. What is not known is nan, and nan satisfies nothing: neither `bias == 0` nor
`bias != 0` holds where the code does not show a bias. Flags are 1 and 0.
"""

import math
from typing import Any

from bot.diagnosis.spec import SAID, NetworkSpec, Reading, Symptoms

UNKNOWN = math.nan
SPEC_LISTS = {"layers", "rows", "targets", "drawn_targets", "label_values", "said_targets", "metrics", "other_layers",
              "lines"}
SERIES = {"losses", "val_losses", "accuracies", "val_accuracies", "epochs", "outputs", "printed_targets", "said",
          "asked", "lines"}
USUAL_RATE, USUAL_BATCH = 0.001, 32  # of Adam, and of Keras
SATURATING = ("sigmoid", "tanh", "hard_sigmoid", "softsign")


def facts(reading: Reading) -> dict[str, Any]:
    """Every name that a condition may use, with its value; nan where it is not known."""
    spec, symptoms = reading.spec, reading.symptoms
    flat = {name: _flat(getattr(spec, name)) for name in NetworkSpec.model_fields if name not in SPEC_LISTS}
    flat |= {name: _flat(getattr(symptoms, name)) for name in Symptoms.model_fields if name not in SERIES}
    found = flat | _of_layers(spec) | _of_targets(spec) | _of_numbers(symptoms) | {
        "has_code": float(reading.has_code), "unread_code": float(any("code" in one.what for one in reading.unread))}
    return {name: UNKNOWN if value != value else value for name, value in found.items()}  # equal facts are found again


def names() -> frozenset[str]:
    """All names that conditions may use."""
    return frozenset(facts(Reading()))


def _flat(value: Any) -> Any:
    if value is None:
        return UNKNOWN
    return float(value) if isinstance(value, bool) else value


def _of_layers(spec: NetworkSpec) -> dict[str, Any]:
    activations = [layer.activation for layer in spec.layers]
    units = [layer.units for layer in spec.layers if layer.units]
    known = bool(spec.layers) or spec.outputs is not None
    same = activations[0] if len(set(activations)) == 1 else None
    return {
        "dense_only": float(not spec.other_layers),
        "hidden_layers": len(spec.layers) if known else UNKNOWN,
        "first_units": units[0] if units else UNKNOWN,
        "smallest_units": min(units, default=UNKNOWN),
        "largest_units": max(units, default=UNKNOWN),
        "linear_layers": float(sum(a == "linear" for a in activations)),
        "all_hidden_linear": float(bool(activations) and all(a == "linear" for a in activations)),
        "sigmoid_layers": float(sum(a in SATURATING for a in activations)),
        "relu_layers": float(sum(a == "relu" for a in activations)),
        "softmax_layers": float(sum(a == "softmax" for a in activations)),
        "hidden_activation": same or UNKNOWN,
        "dropout": max((layer.dropout for layer in spec.layers), default=0.0),
        "batch_norm": float(any(layer.batch_norm for layer in spec.layers)),
        "rate_said": float(spec.learning_rate is not None),
        "metric_accuracy": float("accuracy" in spec.metrics),
    }


def _of_targets(spec: NetworkSpec) -> dict[str, Any]:
    inputs = [abs(value) for row in spec.rows for value in row]
    targets = [value for row in spec.targets for value in row]
    lowest, highest = spec.drawn_targets or spec.label_values or spec.said_targets or (UNKNOWN, UNKNOWN)
    squares = [1 + sum(value * value for value in row) for row in spec.rows]
    rate = spec.learning_rate if spec.rows and spec.learning_rate is not None else UNKNOWN
    return {
        "reach": _reach(spec, max(inputs, default=UNKNOWN)),
        "rate_times_squares": rate * sum(squares) / max(len(squares), 1),  # above 2 a straight line diverges
        "inputs_largest": max(inputs, default=UNKNOWN if spec.said_largest is None else spec.said_largest),
        "targets_lowest": min(targets, default=lowest),
        "targets_highest": max(targets, default=highest),
    }


def _reach(spec: NetworkSpec, largest: float) -> float:
    """How far all steps together can move the output of a single layer: each moves a weight by the rate at most."""
    rate = spec.learning_rate or USUAL_RATE if spec.optimizer in ("adam", "rmsprop") else UNKNOWN
    if spec.layers or spec.other_layers or not spec.epochs or not spec.rows:
        return UNKNOWN
    batches = math.ceil(len(spec.rows) / spec.batch_size) if spec.batch_size else 1 if spec.batch_size == 0 else (
        math.ceil(len(spec.rows) / USUAL_BATCH) if spec.framework == "keras" else UNKNOWN)
    return rate * spec.epochs * batches * (1 + len(spec.rows[0]) * largest)


def _of_numbers(symptoms: Symptoms) -> dict[str, Any]:
    ends = {"loss": symptoms.losses, "val_loss": symptoms.val_losses,
            "accuracy": symptoms.accuracies, "val_accuracy": symptoms.val_accuracies}
    flat: dict[str, Any] = {"log_length": float(max(len(series) for series in ends.values()))}
    for name, series in ends.items():
        flat[f"{name}_first"] = series[0] if series else UNKNOWN
        flat[f"{name}_last"] = series[-1] if series else UNKNOWN
    outputs = [value for row in symptoms.outputs for value in row]
    flat |= {"output_lowest": min(outputs, default=UNKNOWN), "output_highest": max(outputs, default=UNKNOWN)}
    flat |= {f"said_{name}": float(name in symptoms.said) for name in SAID}
    return flat | {f"asked_{name}": float(name in symptoms.asked) for name in SAID}

