"""What a training costs, estimated before it runs, and how what is too large is made smaller."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sims.engine.batches import updates_per_epoch
from sims.engine.general.rows import Rows, read_rows, write_rows
from sims.engine.general.settings import LAYERS, NetworkParams
from sims.engine.general.tasks import GATES, TaskName
from sims.engine.network import Network
from sims.engine.randomness import REPLICAS

MOST_COST = 2.5e10  # multiply-adds: about a second of one core
FEWEST_POINTS, FEWEST_EPOCHS, NARROWEST = 200, 20, 16
MOST_FRAMES, FEWEST_FRAMES, KEPT_NUMBERS = 60, 12, 4_000_000  # weights in the frames of all replicas
# What takes as long as so many multiply-adds, as fitted to 1,700 runs of all kinds: numpy's calls for a layer in a
# step, an activation of an example, an update of a parameter; in plain steps, and in those of another kind.
PLAIN, OWN = (300_000, 15, 55), (430_000, 40, 60)
PERMUTATION, LAID_OUT = 100_000, 37  # each replica's, and for each number of an example, in an epoch
DROPPED, DICE = 100, 4_000_000  # a dropout mask's number for an example; a layer's calls for it, in steps of that kind
NORMED = 900_000  # the calls for a layer's batch normalisation
SEEN = 12  # an activation of an example, where only the loss is measured
FIXED = 3e8  # preparing and measuring
SHAPES: dict[TaskName, tuple[int, int]] = {"coffee": (2, 1), "digits": (64, 10), "line": (1, 1), "sine": (1, 1),
                                           "square": (1, 1), "houses": (2, 1), "blobs": (2, 3)}


@dataclass(frozen=True)
class Size:
    """Examples to train on, and the units of all layers from the inputs to the outputs."""

    points: int
    sizes: tuple[int, ...]


def size_of(params: NetworkParams) -> Size:
    """The size of the training, without drawing its data."""
    points, (n_in, n_out) = params.points, SHAPES.get(params.data, (2, 1))
    if params.data == "own":
        rows = read_rows(params.own)
        points, n_in, n_out = len(rows.inputs), rows.inputs.shape[1], max(rows.targets.shape[1], len(rows.words))
    elif params.data in GATES:
        points = 4
    elif params.data == "digits":
        points = min(points, 600)
    return Size(points - int(params.held_out * points), (n_in, *params.widths, max(n_out, params.outputs, 1)))


def estimated_cost(params: NetworkParams) -> float:
    """The cost of training all replicas, as a count of multiply-adds; what is not one counts for as many as take as
    long."""
    size = size_of(params)
    batch = min(params.batch_size or size.points, size.points)
    products = sum(a * b for a, b in pairwise(size.sizes))
    units, per_epoch = sum(size.sizes[1:]), updates_per_epoch(size.points, batch)
    plain = params.slip == "none" and not params.batch_norm and (params.order == "shuffled" or per_epoch == 1)
    calls, element, moved = PLAIN if plain else OWN
    calls += (NORMED if params.batch_norm else 0) + (DICE if params.dropout and not plain else 0)
    example = 3 * products + (element + (DROPPED if params.dropout else 0)) * units
    step = calls * (len(size.sizes) - 1) + REPLICAS * (batch * example + moved * (products + units))
    laid_out = PERMUTATION + LAID_OUT * size.points * (size.sizes[0] + size.sizes[-1] + 2)
    epoch = per_epoch * step + (REPLICAS * laid_out if per_epoch > 1 else 0)
    frames = min(MOST_FRAMES, params.epochs * per_epoch)
    return FIXED + params.epochs * epoch + frames * REPLICAS * size.points * (products + SEEN * units)


def scaled_down(params: NetworkParams, most: float = MOST_COST) -> tuple[NetworkParams, tuple[str, ...]]:
    """Settings that cost at most `most`, and a line for each thing that was made smaller; the same settings and no
    line where they already do. First there are fewer examples, then fewer epochs, then narrower layers."""
    lines: list[str] = []
    points = size_of(params).points
    if estimated_cost(params) > most and points > FEWEST_POINTS:
        share = max(FEWEST_POINTS / points, most / estimated_cost(params))
        params, line = _fewer_examples(params, share)
        lines.append(line)
    if estimated_cost(params) > most:
        epochs = _largest_epochs(params, most, min(params.epochs, FEWEST_EPOCHS))
        lines += [f"{params.epochs:,} epochs are shown as {epochs:,}"] if epochs < params.epochs else []
        params = params.model_copy(update={"epochs": epochs})
    written = "-".join(map(str, params.widths))
    while estimated_cost(params) > most and max(params.widths, default=0) > NARROWEST:
        halved = {f"hidden{n}": max(NARROWEST, getattr(params, f"hidden{n}") // 2) for n in range(1, LAYERS + 1)
                  if getattr(params, f"hidden{n}") > NARROWEST}
        params = params.model_copy(update=halved)
    if "-".join(map(str, params.widths)) != written:
        lines.append(f"hidden layers of {written} units are shown as {'-'.join(map(str, params.widths))}")
    if estimated_cost(params) > most:
        epochs = _largest_epochs(params, most, 1)
        lines.append(f"{params.epochs:,} epochs are shown as {epochs:,}")
        params = params.model_copy(update={"epochs": epochs})
    return params, tuple(lines)


def _largest_epochs(params: NetworkParams, most: float, least: int) -> int:
    """The most epochs within the cost, to two digits, and no fewer than `least`."""
    one, two = (estimated_cost(params.model_copy(update={"epochs": n})) for n in (1000, 2000))
    each = (two - one) / 1000
    fits = max(1, int((most - (one - 1000 * each)) / each))
    unit = 10 ** max(0, len(str(fits)) - 2)
    return max(least, min(params.epochs, fits // unit * unit))


def _fewer_examples(params: NetworkParams, share: float) -> tuple[NetworkParams, str]:
    """Settings with a share of their examples, and what was changed; own rows are taken evenly from all."""
    if params.data != "own":
        had = min(params.points, 600) if params.data == "digits" else params.points
        kept = max(FEWEST_POINTS, int(had * share))
        return params.model_copy(update={"points": kept}), f"{had:,} examples are shown as {kept:,}"
    rows = read_rows(params.own)
    count = len(rows.inputs)
    taken = np.linspace(0, count - 1, max(FEWEST_POINTS, int(count * share))).round().astype(int)
    fewer = Rows(rows.inputs[taken], rows.targets[taken], rows.names, rows.target_names, rows.words)
    return params.model_copy(update={"own": write_rows(fewer)}), f"{count:,} rows are shown as {len(taken):,} of them"


def frames_of(network: Network, steps: int) -> int:
    """How many frames are recorded: fewer where the weights of all replicas are many."""
    fits = KEPT_NUMBERS // (REPLICAS * sum(rows * columns for rows, columns in network.shapes))
    return int(np.clip(min(fits, steps + 1), FEWEST_FRAMES, MOST_FRAMES))
