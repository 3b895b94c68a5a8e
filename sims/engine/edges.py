"""How far hidden units mark the edges of the coffee roaster's triangle."""

import numpy as np

from sims.engine.activations import Array
from sims.engine.coffee import beyond_edges, plane
from sims.engine.network import hidden_activations
from sims.engine.randomness import draw
from sims.engine.scores import correlation
from sims.engine.training import Trained


def edge_matches(trained: Trained, weights: tuple[Array, ...], side: int) -> Array:
    """How far each hidden unit marks each edge, over the plane: correlations without their sign, (R, units,
    3)."""
    grid, seen = plane(side)
    units = hidden_activations(trained.network, weights, seen.astype(np.float32))
    beyond = np.broadcast_to(beyond_edges(grid), (len(units), 3, units.shape[2]))
    return np.nan_to_num(np.abs(correlation(units, beyond)))


def random_lines(seeds: Array) -> Array:
    """How far three random lines mark their nearest edge, as tanh units with random weights and biases do: (R,)."""
    grid, seen = plane(40)
    drawn = draw(seeds, "lines", lambda rng: rng.normal(size=(3, 3)))
    units = np.tanh(drawn[:, :, :2] @ seen + drawn[:, :, 2:])
    beyond = np.broadcast_to(beyond_edges(grid), (len(units), 3, units.shape[2]))
    found: Array = np.abs(correlation(units, beyond)).max(axis=2).mean(axis=1)
    return found
