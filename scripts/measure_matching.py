"""Measure the matcher on a file of questions, for each encoder.

    python scripts/measure_matching.py [minilm] [small] [multilingual]
        [--questions FILE] [--neighbours FILE] [--release]

`--release` writes the figures on the development questions into benchmarks/matching.json, below which the tests then do
not let them fall.
"""

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.dialogue import Dialogue  # noqa: E402
from bot.dialogue.evaluation import Served  # noqa: E402
from bot.matching.evaluation import NEIGHBOURS, QUESTIONS, matcher_with, measure, render  # noqa: E402
from bot.service import Bot  # noqa: E402

RELEASED = ROOT / "benchmarks/matching.json"
NOT_RELEASED = {"by_entry", "by_style", "confusions", "latency_ms", "memory_mb", "left_out"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("encoders", nargs="*", default=["minilm", "small"], metavar="encoder")
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--neighbours", type=Path, default=NEIGHBOURS)
    parser.add_argument("--release", action="store_true")
    options = parser.parse_args()
    bot = Bot()
    released = json.loads(RELEASED.read_text()) if RELEASED.is_file() else {}
    for name in options.encoders:
        matcher = matcher_with(bot.matcher, name)
        served = Served(matcher.name, Dialogue(bot.entries, matcher.decide, bot.matcher.glance))
        report = measure(served, bot.entries, options.questions, options.neighbours)
        print(render(report), end="\n\n")
        released[report.encoder] = report.model_dump(exclude=NOT_RELEASED)
    if options.release:
        RELEASED.write_text(json.dumps(released, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
