"""Measure the matcher on a file of questions, for each encoder.

    python scripts/measure_matching.py [minilm] [small] [--questions FILE] [--neighbours FILE] [--release]

`--release` writes the figures on the development questions into benchmarks/matching.json, below which the tests then do
not let them fall.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot import encoders  # noqa: E402
from bot.entries import KNOWLEDGE, read_knowledge  # noqa: E402
from bot.evaluation import evaluate, read_neighbours, read_questions, render  # noqa: E402
from bot.matching import Matcher, cache_folder, read_outside  # noqa: E402

QUESTIONS = ROOT / "tests/questions"
RELEASED = ROOT / "benchmarks/matching.json"
ENCODERS: dict[str, Callable[[], encoders.Encoder]] = {"minilm": encoders.minilm, "small": encoders.small}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("encoders", nargs="*", default=list(ENCODERS), metavar="encoder")
    parser.add_argument("--questions", type=Path, default=QUESTIONS / "development.jsonl")
    parser.add_argument("--neighbours", type=Path, default=QUESTIONS / "neighbours.json")
    parser.add_argument("--release", action="store_true")
    options = parser.parse_args()
    entries, outside = read_knowledge(), read_outside(KNOWLEDGE / "outside.toml")
    questions = [q for q in read_questions(options.questions) if q.entry is None or q.entry in entries]
    neighbours = read_neighbours(options.neighbours)
    released = json.loads(RELEASED.read_text()) if RELEASED.is_file() else {}
    for name in options.encoders:
        matcher = Matcher.fit(tuple(entries.values()), outside, ENCODERS[name](), cache_folder())
        report = evaluate(matcher, questions, neighbours)
        print(render(report), end="\n\n")
        released[matcher.encoder.name] = report.model_dump(exclude={"confusions", "latency_ms", "memory_mb"})
    if options.release:
        RELEASED.write_text(json.dumps(released, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
