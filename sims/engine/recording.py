"""Recording a training whose steps are an experiment's own, say with tied weights or batch statistics."""

from collections.abc import Callable, Sequence

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.network import Network, mean_loss
from sims.engine.training import Frame, Trained, Training, TrainingConfig, recorded_steps
from sims.engine.untrained import training_is_left_out


def train_by(network: Network, data: Data, config: TrainingConfig, update: Callable[[int], None],
             weights: Callable[[], Sequence[Array]], name: str = "", frames: int = 60,
             validation: Data | None = None) -> Training:
    """Make `config.steps` steps with `update(t)`, t counted from 0, and record them as `train` does.

    `weights()` gives the layers (R, n_in + 1, n_out) of the dense `network` that computes the same just then.
    """
    recorded: list[Frame] = []
    idle = training_is_left_out()
    seen, done = [(some, some.inputs.astype(np.float32)) for some in (data, validation) if some], 0
    kept = [layer.astype(np.float32) for layer in weights()]
    diverged_at = np.full(len(kept[0]), -1)
    with np.errstate(all="ignore"):  # divergence is reported, not warned of
        for step in recorded_steps(config.steps, frames):
            for t in range(done, step if not idle else done):
                update(t)
            done = step
            now = [layer.astype(np.float32) for layer in weights()]
            finite = np.all([np.isfinite(layer).all(axis=(1, 2)) for layer in now], axis=0)
            diverged_at[~finite & (diverged_at < 0)] = step
            kept = [np.where((diverged_at < 0)[:, None, None], new, old)
                    for new, old in zip(now, kept, strict=True)]  # a diverged replica stays as it last was
            loss, *on_held_out = (mean_loss(network, kept, inputs, some.targets, config.loss, some.example_weights)
                                  for some, inputs in seen)
            recorded.append(Frame(step, loss, tuple(kept), on_held_out[0] if on_held_out else None, name))
            yield recorded[-1]
    return Trained(network, data, config, tuple(recorded), diverged_at, validation, name)
