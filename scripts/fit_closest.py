"""Fit which points of several entries come closest to a question, after heads, numbers or many points have changed.

    python scripts/fit_closest.py --real FILE ... [--report]

FILEs have real posts (id, text, entries), of which bot/matching/fitting/pointed.jsonl says by their ids what they ask;
the others are of no use here. Entries are ranked by heads that were fitted without a post, which takes a quarter of an
hour. Writes the weights beside the other numbers of bot/matching/fitted/; `--report` measures only.
scripts/fit_matching.py runs this, too, where it is given real posts.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.content.entries import KNOWLEDGE, read_knowledge  # noqa: E402
from bot.diagnosis.pointing import entries_pointed_to  # noqa: E402
from bot.matching import artefacts, cache_folder, encoders, read_outside  # noqa: E402
from bot.matching.closest import CLOSEST  # noqa: E402
from bot.matching.fitting.chain import examples_of  # noqa: E402
from bot.matching.fitting.closest import candidates_of, fit_closest, held_out, posted  # noqa: E402
from bot.matching.fitting.crossfit import crossfit, measured_of  # noqa: E402
from bot.matching.fitting.examples import reader  # noqa: E402
from bot.matching.fitting.numbers import Outcomes  # noqa: E402
from bot.matching.fitting.train import Vectorised  # noqa: E402
from bot.matching.points import MINILM, SMALL, PointMatcher  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, metavar="FILE", nargs="+", required=True)
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    fit(options.real, *outcomes_of(options.real), options.report)


def outcomes_of(files: Sequence[Path]) -> tuple[Sequence[str], Sequence[str | None], Outcomes]:
    """The labels, the ids of the posts, and what heads that have not seen them make of each."""
    entries, outside = tuple(read_knowledge().values()), read_outside(KNOWLEDGE / "outside.toml")
    labels = artefacts.labels_of(entries, outside)
    speller, known, posts = examples_of(entries, outside, files, entries_pointed_to, entries)
    encode = {"minilm": Vectorised(encoders.minilm(), cache_folder()), "small": Vectorised(encoders.small())}
    asked = [measured_of(post) for post in posts]
    found = crossfit([*known, *posts], asked, labels, reader(speller), encode, print)
    encode["minilm"].keep()
    return labels, [post.post for post in posts], found


def fit(files: Sequence[Path], labels: Sequence[str], ids: Sequence[str | None], found: Outcomes,
        only_report: bool) -> None:
    """Fit the weights of both matchers, tell how good they are on posts that they have not seen, and write them."""
    entries, outside = read_knowledge(), read_outside(KNOWLEDGE / "outside.toml")
    fitted = artefacts.read(artefacts.SHIPPED)
    numbers = dict(fitted.numbers)
    for name, models in ((SMALL, {"small": encoders.small()}),
                         (MINILM, {"minilm": encoders.minilm(), "small": encoders.small()})):
        finder = PointMatcher(artefacts.matcher_of(fitted, models, outside, entries_pointed_to), fitted.asks, numbers)
        posts = [one for one in posted(files, labels, ids, found, name, numbers[name]) if one.asks]
        read = [candidates_of(post, finder, entries) for post in posts]
        names, candidates = read[0][0], [one for _, one in read]
        shares = held_out(names, candidates, CLOSEST).mean(axis=0).round(3)
        print(f"{name}: of {len(posts)} posts that ask a point, it is among the first 1 to {CLOSEST} of the closest in "
              f"{shares.tolist()}, by weights of other posts")
        numbers[name] = numbers[name].model_copy(update={"closest": fit_closest(names, candidates)})
    if not only_report:
        artefacts.write(artefacts.SHIPPED, replace(fitted, numbers=numbers))


if __name__ == "__main__":
    main()
