"""How to train: the configuration, and losses of their own for hidden units."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sims.engine.activations import Array


@dataclass(frozen=True)
class TrainingConfig:
    """How to train.

    `learning_rate` is one for all replicas, or (R,), one for each. It changes by `schedule` until `final_rate` times as
    much is left (`sims/engine/schedules.py`). `batch_size` None means full batch. `l2` adds l2/2 times the sum of
    squared weights to the loss, one price for all replicas or (R,), one for each; `l1` takes rate * l1 off each
    weight's size after each step, which with plain descent is a proximal step for the loss plus l1 times the sum of the
    weights' sizes. `weight_decay` takes rate times weight_decay times each weight off beside the optimizer's step
    (decoupled, as in AdamW). All three spare biases. `dropout` is the share of hidden activations switched off at each
    step. `momentum` is that of "momentum" and "nesterov".
    """

    loss: str = "log_loss"
    optimizer: str = "adam"
    learning_rate: float | Array = 0.1
    steps: int = 1000
    batch_size: int | None = None
    momentum: float = 0.9
    l2: float | Array = 0.0
    dropout: float = 0.0
    l1: float = 0.0
    weight_decay: float = 0.0
    schedule: str = "constant"
    final_rate: float = 0.01

    def __post_init__(self) -> None:
        if not 0 < self.final_rate <= 1:
            raise ValueError(f"final_rate is a share of the learning rate above 0 and at most 1, not {self.final_rate}")

    def part(self, part: slice) -> "TrainingConfig":
        """The configuration of some of the replicas."""
        own: dict[str, Any] = {name: value[part] for name in ("learning_rate", "l2")
                               if isinstance(value := getattr(self, name), np.ndarray)}
        return replace(self, **own) if own else self

    def rate_of(self, replica: int = 0) -> float:
        """The learning rate that a replica begins with."""
        rates = self.learning_rate
        return float(rates[replica] if isinstance(rates, np.ndarray) else rates)


@dataclass(frozen=True)
class HiddenLabels:
    """A loss of its own on hidden units: log loss against `targets` (R, k, N) for the first k units of hidden layer
    `layer` (sigmoid), times `weight`."""

    targets: Array
    weight: float
    layer: int = 0
