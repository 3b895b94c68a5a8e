"""How to train: the recipe, and losses of their own for hidden units."""

from dataclasses import dataclass

from sims.engine.activations import Array


@dataclass(frozen=True)
class Recipe:
    """How to train. `batch_size` None means full batch; `l2` adds l2/2 times the sum of squared weights, biases
    excluded; `dropout` is the share of hidden activations switched off at each step."""

    loss: str = "log_loss"
    optimizer: str = "adam"
    learning_rate: float = 0.1
    steps: int = 1000
    batch_size: int | None = None
    momentum: float = 0.9
    l2: float = 0.0
    dropout: float = 0.0


@dataclass(frozen=True)
class HiddenLabels:
    """A loss of its own on hidden units: log loss against `targets` (R, k, N) for the first k units of hidden layer
    `layer` (sigmoid), times `weight`."""

    targets: Array
    weight: float
    layer: int = 0
