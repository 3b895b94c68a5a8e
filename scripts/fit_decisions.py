"""Fit the confidence and the thresholds of every encoder on the development questions, and write them down.

    python scripts/fit_decisions.py [minilm] [small] [multilingual]

The multilingual encoder, which is optional, is fitted on the questions in other languages: those are what it is asked.

Writes bot/matching/calibration.json, which is committed. The head was not fitted on the development questions,
so the probabilities are calibrated out of sample. Run it after the phrasings, the encoders or the head have changed.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.content.entries import KNOWLEDGE, read_knowledge  # noqa: E402
from bot.matching import Calibration, Matcher, cache_folder, read_outside, shipped  # noqa: E402
from bot.matching.decisions import CALIBRATION_FILE, logit  # noqa: E402
from bot.matching.evaluation import ENCODERS, NEIGHBOURS, QUESTIONS, Question, read_neighbours, read_questions  # noqa: E402
from bot.matching.evaluation.questions import credit  # noqa: E402

# The operating point: as much as possible is answered outright while, of the development questions, at most these
# shares are answered wrongly (of those in scope) or answered at all (of the others). Of questions that learners typed,
# up to six times as many are answered wrongly: the first share is a sixth of the 3 % that we aim at there.
ANSWERED_WRONG, ANSWERED_OUTSIDE = 0.005, 0.01
LANGUAGES = QUESTIONS.with_name("languages.jsonl")
MISSES = 3.0  # learners' questions are missed at least three times as often as these, so a miss counts threefold

Floats = NDArray[np.float64]


def main(names: Sequence[str]) -> None:
    fitted = json.loads(CALIBRATION_FILE.read_text()) if CALIBRATION_FILE.is_file() else {}
    entries, outside = tuple(read_knowledge().values()), read_outside(KNOWLEDGE / "outside.toml")
    known = {entry.slug for entry in entries}
    for name in names:
        file = LANGUAGES if name == "multilingual" else QUESTIONS  # what it is asked
        questions = [q for q in read_questions(file) if q.entry is None or q.entry in known]
        encoder = ENCODERS[name]()
        matcher = shipped(entries, outside, encoder, cache_folder())
        calibration = fit(matcher, questions)
        fitted[encoder.name] = {key: round(value, 3) for key, value in calibration.model_dump().items()}
        print(encoder.name, fitted[encoder.name])
    CALIBRATION_FILE.write_text(json.dumps(fitted, indent=2, sort_keys=True) + "\n")


def fit(matcher: Matcher, questions: Sequence[Question]) -> Calibration:
    """The numbers for one matcher, from questions that its head has not seen."""
    neighbours = read_neighbours(NEIGHBOURS)
    tops, totals, rights = [], [], []
    for question in questions:
        entries, _ = matcher.probabilities(question.text, question.previous or ())
        best = max(entries, key=entries.__getitem__)
        tops.append(entries[best])
        totals.append(sum(entries.values()))
        rights.append(credit(question.entry, best, neighbours) if question.entry else 0.0)
    top, total, right = np.array(tops), np.array(totals), np.array(rights)
    scope = np.array([question.scope for question in questions])
    weights = np.where((scope == "in") & (right < 1), MISSES, 1.0)
    slopes = platt(np.column_stack([logit(top), logit(total)]), right, weights)
    confidence = np.array([
        Calibration(**slopes).confidences(np.array([t]), q)[0] for t, q in zip(top, total, strict=True)
    ])
    return Calibration(
        **slopes, answer=answer_from(confidence, right, scope), suggest=suggest_from(total, scope)
    )


def platt(features: Floats, right: Floats, weights: Floats) -> dict[str, float]:
    """Logistic regression on log odds (N, 2); a half neighbour counts as half right and half wrong."""
    twice = np.vstack([features, features])
    labels = np.repeat([1, 0], len(right))
    shares = np.concatenate([weights * right, weights * (1 - right)])
    model = LogisticRegression(C=10.0).fit(twice, labels, sample_weight=shares)
    return {"top": model.coef_[0, 0], "scope": model.coef_[0, 1], "offset": model.intercept_[0]}


def answer_from(confidence: Floats, right: Floats, scope: NDArray[np.str_]) -> float:
    """The lowest confidence at which an answer keeps within the shares above."""
    for threshold in np.arange(0.3, 1.0, 0.005):
        answered = confidence >= threshold
        wrong = (answered * (1 - right))[scope == "in"].mean()
        if wrong <= ANSWERED_WRONG and answered[scope != "in"].mean() <= ANSWERED_OUTSIDE:
            return float(threshold)
    return 1.0


def suggest_from(total: Floats, scope: NDArray[np.str_]) -> float:
    """The probability of being in scope at which we decline as large a share of ours as we keep of others."""
    thresholds = np.arange(0.05, 0.95, 0.01)
    ours, others = total[scope == "in"], total[scope != "in"]
    gaps = [abs((ours < t).mean() - (others >= t).mean()) for t in thresholds]
    return float(thresholds[int(np.argmin(gaps))])


if __name__ == "__main__":
    main(sys.argv[1:] or ["minilm", "small"])
