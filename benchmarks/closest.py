"""How often the point that a real post asks stands among the closest ones.

    python -m benchmarks.closest FILE

FILE has real posts (id, text, entries), of which bot/matching/fitting/pointed.jsonl says by their ids what they ask.
The entries are ranked by heads that were fitted without a post (bot/matching/fitting/crossfit.py), with the mix and
the thresholds that are shipped; the points' weights are the shipped ones, which may have seen these posts:
scripts/fit_closest.py --report tells how weights do that have not. Takes half an hour, most of it for heads.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.content.entries import KNOWLEDGE, Entry, read_knowledge
from bot.matching import artefacts, encoders, read_outside
from bot.matching.closest import CLOSEST
from bot.matching.fitting.closest import Posted, posted
from bot.matching.points import IN_LISTS, MINILM, NEAREST, PointMatcher, standing
from scripts.fit_closest import outcomes_of


def hits(posts: Sequence[Posted], finder: PointMatcher, entries: dict[str, Entry], looked: int,
         least: float) -> tuple[int, int, np.ndarray]:
    """How many posts get a point said, how many of them the right one; and of the others, in how many the asked point
    is among the first one, two, three, four of the closest."""
    said = right = 0
    shown = np.zeros(CLOSEST, int)
    for post in posts:
        ranked = post.decision.ranked[:looked]
        entry = entries[ranked[0].slug]
        among = [(entries[slug], confidence) for slug, confidence in standing(entry.slug, ranked)]
        asked = finder.asked(post.text, entry, least, among)
        if asked.sure:
            said, right = said + 1, right + any(f"{entry.slug}#{name}" in post.asks for name in asked.sure)
        else:
            found = [f"{one.entry}#{one.id}" in post.asks for one in asked.closest]
            shown += [any(found[:most]) for most in range(1, CLOSEST + 1)]
    return said, right, shown


def main(file: Path) -> None:
    """Measure, and print."""
    fitted, outside = artefacts.read(artefacts.SHIPPED), read_outside(KNOWLEDGE / "outside.toml")
    found = posted([file], *outcomes_of([file]), MINILM, fitted.numbers[MINILM])
    posts, entries = [post for post in found if post.asks], read_knowledge()
    matcher = artefacts.matcher_of(fitted, {"minilm": encoders.minilm(), "small": encoders.small()}, outside)
    finder = PointMatcher(matcher, fitted.asks, fitted.numbers)
    answered = [post for post in posts if post.decision.kind == "answer"]
    rightly = [post for post in answered if post.decision.ranked[0].slug in post.entries]
    torn = [post for post in posts if post.decision.kind == "suggest"]
    least = fitted.numbers[MINILM].thresholds.point
    one = (1, NEAREST)
    for name, some, sure, widths in (("answered", answered, least, one), ("rightly", rightly, least, one),
                                     ("lists", torn, 2.0, (NEAREST, IN_LISTS))):  # in lists none counts as said
        for looked in widths:
            said, right, shown = hits(some, finder, entries, looked, sure)
            print(f"{name:9} {len(some)} posts, {looked} entries: a point is said to {said}, the right one to {right}; "
                  f"the asked one is among the first 1 to {CLOSEST} of the closest of the others: {shown.tolist()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
