"""Fit the weights by which a follow-up goes on with an answer, leans on it, or changes the subject.

    python scripts/fit_followups.py

Fits on the train half of tests/questions/followups.jsonl, with each encoder in turn, and writes
bot/dialogue/followups.json, which is committed. Run it after the phrasings, the encoders, the heads or the clues have
changed.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.dialogue.followups import CLUES, MODEL, Evidence  # noqa: E402
from bot.dialogue.heard import hear  # noqa: E402
from bot.dialogue.replies import DialogueState  # noqa: E402
from bot.dialogue.stories import read_stories, steps  # noqa: E402
from bot.matching import BestMatcher  # noqa: E402
from bot.matching.encoders import Encoder, EncoderUnavailable  # noqa: E402
from bot.service import Bot  # noqa: E402

N = len(CLUES)
PARTS = (("alone", N), ("joined", N), ("current", N), ("following", N), ("none", N), ("refusals", 4))
STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)  # of the L2 penalty, per example
FOLDS = 5
WRONG = 0.06  # of the answers about another entry that may be wrong at the threshold

# where nothing is known yet: both readings count, what points back or names settings stays, the declined is not ours
PRIOR: dict[str, dict[int, float]] = {
    "alone": {0: 0.6}, "joined": {0: 0.4}, "current": {0: 0.5, 3: 1, 4: 1, 5: 2, 8: -0.5}, "following": {0: 0.3},
    "none": {0: -3}, "refusals": {0: 2, 1: 1, 2: -0.3},
}

# the clues that may change how much a reading counts; all others of its weights stay as they are
FREE: dict[str, Sequence[int]] = {"alone": (0, 1, 4, 7), "joined": (0, 1, 4, 7), "following": (0,)}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """What was to be weighed, the candidates that are right (the last position is none of ours), and its story."""

    evidence: Evidence
    right: tuple[int, ...]
    story: str


def main() -> None:
    bots = [Bot(), Bot()]
    bots[1].__dict__["matcher"] = BestMatcher(tuple(bots[1].entries.values()), bots[1].outside, None, large=missing)
    examples = [example for bot in bots for example in collect(bot)]
    strength = min(STRENGTHS, key=lambda one: held_out_loss(examples, one))
    weights = fit(examples, strength)
    numbers = {name: [round(float(x), 3) for x in part] for name, part in parts_of(weights).items()}
    threshold = threshold_of(examples, strength)
    MODEL.write_text(json.dumps({**numbers, "threshold": threshold}, indent=1) + "\n")
    print(f"{len(examples)} examples, penalty {strength}, threshold {threshold}")


def missing() -> Encoder:
    """No large encoder: the small one answers alone."""
    raise EncoderUnavailable("not wanted here")


def collect(bot: Bot) -> Iterator[Example]:
    """What the model has to decide, with the encoder of the bot."""
    for step in steps([story for story in read_stories() if story.set == "train"]):
        if step.at is None or bot.dialogue.by_rule(step.turn.text, step.at):
            continue
        if step.turn.kind == "change":
            right: Sequence[str | None] = step.turn.entries or (None,)
        else:
            right = step.turn.entries or (step.at.slug,)
        yield from example(bot, step.turn.text, step.at, step.at.question, right, step.story.id)


def example(bot: Bot, text: str, at: DialogueState | None, context: str, right: Sequence[str | None],
            story: str) -> Iterator[Example]:
    """An example, if any of the right entries is considered at all."""
    heard = hear(text, at, bot.entries[at.slug] if at else None)
    found = bot.dialogue.evidence(heard, at, context, bot.match(heard.text))
    names: list[str | None] = [*found.slugs, None]
    positions = tuple(names.index(one) for one in right if one in names)
    if positions:
        yield Example(found, positions, story)


def parts_of(weights: Floats) -> dict[str, Floats]:
    """The weights in their parts, by name."""
    ends = np.cumsum([size for _, size in PARTS])[:-1]
    return dict(zip((name for name, _ in PARTS), np.split(weights, ends), strict=True))


@dataclass(frozen=True)
class Table:
    """The examples in arrays, their candidates filled up to the most that one has; none of ours comes last."""

    columns: Floats  # (n, most, 4)
    clues: Floats  # (n, n_clues)
    refusals: Floats  # (n, 4)
    possible: Floats  # (n, most + 1): 0, or -inf where there is no candidate
    right: Floats  # (n, most + 1): 1 where a candidate is right


def table(examples: Sequence[Example]) -> Table:
    """Fill up."""
    most = max(len(one.evidence.slugs) for one in examples)
    columns, possible = np.zeros((len(examples), most, 4)), np.full((len(examples), most + 1), -np.inf)
    right = np.zeros_like(possible)
    for i, one in enumerate(examples):
        n = len(one.evidence.slugs)
        columns[i, :n], possible[i, :n], possible[i, -1] = one.evidence.columns, 0, 0
        right[i, [position if position < n else -1 for position in one.right]] = 1
    return Table(columns, np.array([one.evidence.clues for one in examples]),
                 np.array([one.evidence.refusals for one in examples]), possible, right)


def chances(t: Table, weights: Floats) -> Floats:
    """The probability of each candidate, (n, most + 1)."""
    part = parts_of(weights)
    factors = t.clues @ np.column_stack([part[name] for name in ("alone", "joined", "current", "following")])  # (n, 4)
    z = np.concatenate([np.einsum("nck,nk->nc", t.columns, factors),
                        (t.clues @ part["none"] + t.refusals @ part["refusals"])[:, None]], axis=1) + t.possible
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def fit(examples: Sequence[Example], strength: float) -> Floats:
    """The weights of least penalised loss. Where nothing is known, the question alone decides."""
    t = table(examples)
    start = np.concatenate([vector(PRIOR[name], size) for name, size in PARTS])
    free = np.concatenate([vector(dict.fromkeys(FREE.get(name, range(size)), 1.0), size) for name, size in PARTS])
    total = len(t.right)

    def loss(weights: Floats) -> tuple[float, Floats]:
        p = chances(t, weights)
        right = (p * t.right).sum(axis=1)
        wrong = p - p * t.right / right[:, None]  # the derivative by the scores
        columns = np.einsum("nck,nc,nz->kz", t.columns, wrong[:, :-1], t.clues)
        slope = np.concatenate([columns.ravel(), wrong[:, -1] @ t.clues, wrong[:, -1] @ t.refusals])
        apart = weights - start
        return (float(-np.log(right).sum() / total + strength * (apart @ apart)),
                free * (slope / total + 2 * strength * apart))

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x)


def vector(given: Mapping[int, float], size: int) -> Floats:
    """The given entries of a vector of that size; the others are 0."""
    return np.array([given.get(position, 0.0) for position in range(size)])


def folds(examples: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """Train and test by story."""
    stories = sorted({one.story for one in examples})
    for k in range(FOLDS):
        held = set(stories[k::FOLDS])
        yield [one for one in examples if one.story not in held], [one for one in examples if one.story in held]


def held_out_loss(examples: Sequence[Example], strength: float) -> float:
    """The mean log loss of stories that were not fitted on."""
    lost = 0.0
    for train, test in folds(examples):
        t = table(test)
        lost -= float(np.log((chances(t, fit(train, strength)) * t.right).sum(axis=1)).sum())
    print(f"penalty {strength}: held-out log loss {lost / len(examples):.4f}")
    return lost / len(examples)


def threshold_of(examples: Sequence[Example], strength: float) -> float:
    """The least probability from which answers about other entries are wrong in at most WRONG of cases, out of fold."""
    judged = []
    for train, test in folds(examples):
        t = table(test)
        for i, p in enumerate(chances(t, fit(train, strength))):
            best = int(p.argmax())
            if best < t.columns.shape[1] and not t.columns[i, best, 2]:
                judged.append((float(p[best]), bool(t.right[i, best])))
    judged.sort(reverse=True)
    least, wrong = 1.0, 0
    for seen, (p, is_right) in enumerate(judged, 1):
        wrong += not is_right
        if wrong <= WRONG * seen:
            least = p
    return round(least, 2)


if __name__ == "__main__":
    main()
