"""Fit everything that matches questions, after the phrasings, an encoder or the costs have changed. The one command.

    python scripts/fit_matching.py [--real FILE ...] [--encoder] [--release]

Heads are fitted on the phrasings, and on real posts where FILEs of them are given (other people's words, which are no
part of this repository; what is fitted on them is). Mix, confidence and thresholds come from what heads that have not
seen them make of those posts, or of the posts that are told anew among the phrasings. bot/matching/costs.toml says what
each outcome is worth. Writes bot/matching/fitted/, with what finds points (scripts/fit_points.py and, with real posts,
fit_closest.py), and then bot/dialogue/followups.json, by which follow-ups are weighed (scripts/fit_followups.py); both
are committed.

`--encoder` distils the small encoder first (some minutes more, and needs torch). `--release` measures both matchers on
tests/questions/development.jsonl and writes benchmarks/matching.json, below which the tests do not let them fall.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.content.entries import KNOWLEDGE, read_knowledge  # noqa: E402
from bot.diagnosis.pointing import entries_pointed_to  # noqa: E402
from bot.matching import artefacts, cache_folder, clean, read_outside  # noqa: E402
from bot.matching.evaluation import QUESTIONS, Question, read_questions  # noqa: E402
from bot.matching.fitting.chain import fit_all, render  # noqa: E402
from bot.matching.fitting.crossfit import Measured  # noqa: E402
from bot.matching.fitting.examples import Example  # noqa: E402
from bot.matching.fitting.refit import write  # noqa: E402
from bot.matching.matcher import OUTSIDE  # noqa: E402

LANGUAGES = QUESTIONS.with_name("languages.jsonl")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, metavar="FILE", nargs="*", default=[])
    parser.add_argument("--encoder", action="store_true")
    parser.add_argument("--release", action="store_true")
    options = parser.parse_args()
    if options.encoder:
        run("distil_encoder.py")
    entries, outside = tuple(read_knowledge().values()), read_outside(KNOWLEDGE / "outside.toml")
    far = [question.text for question in read_questions(QUESTIONS) if question.scope == "far"]
    foreign = [measured(question) for question in read_questions(LANGUAGES)]
    fitted, outcomes = fit_all(entries, outside, options.real, far, foreign, cache_folder(), entries_pointed_to,
                               asking=entries)
    write(artefacts.SHIPPED, fitted, entries, outside)
    print(f"numbers from {render(outcomes)} questions")
    for file in sorted(artefacts.SHIPPED.iterdir()):
        print(f"{file.stat().st_size / 1e6:6.2f} MB  {file.relative_to(ROOT)}")
    real = ["--real", *map(str, options.real)] if options.real else []
    run("fit_points.py", *real)
    if real:
        run("fit_closest.py", *real)
    run("fit_followups.py")
    if options.release:
        run("measure_matching.py", "--release")


def measured(question: Question) -> Measured:
    """A question whose entry is known; one that is out of scope asks for none."""
    labels = {question.entry: 1.0} if question.entry else {f"{OUTSIDE}everyday": 1.0}
    return Measured(Example(clean(question.text), labels), labels if question.entry else {}, question.scope)


def run(script: str, *arguments: str) -> None:
    subprocess.run([sys.executable, str(ROOT / "scripts" / script), *arguments], check=True)


if __name__ == "__main__":
    main()
