"""From scores to one of three decisions, with a confidence that is a probability."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

CALIBRATION_FILE = Path(__file__).with_name("calibration.json")
LIKELY_OUTSIDE = 0.5  # from this probability on, a question in another language is out of scope
CLEARLY = 0.5  # the share of the groups' probability from which a declined question gets one group's line

Kind = Literal["answer", "suggest", "decline"]


@dataclass(frozen=True)
class Match:
    """An entry, and the probability that it answers the question."""

    slug: str
    confidence: float


@dataclass(frozen=True)
class Decision:
    """What to do with a question: answer it with the first match, suggest the first three, or decline."""

    kind: Kind
    ranked: tuple[Match, ...]  # every entry, best first
    outside: str | None  # the group that it is declined for, or the rule that it cannot be read well by
    says: str | None  # the line of that group or rule
    question: str  # as understood: cleaned, put after the previous one where it leans on it, corrected


class Calibration(BaseModel):
    """Numbers fitted on the development questions by scripts/fit_decisions.py, one set an encoder.

    The confidence of an entry with probability p, where all entries together have probability q, is
    sigmoid(top * logit(p) + scope * logit(q) + offset).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    top: float = 1.0
    scope: float = 0.0
    offset: float = 0.0
    answer: float = 0.6  # the confidence from which the first match is the answer
    suggest: float = 0.5  # the probability of being in scope from which three entries are suggested

    def confidences(self, entries: NDArray[np.float64], in_scope: float) -> NDArray[np.float64]:
        """Probabilities (n_entries,) of entries, and of all together, to confidences."""
        z = self.top * logit(entries) + self.scope * logit(np.asarray(in_scope)) + self.offset
        return np.asarray(1 / (1 + np.exp(-z)))


def calibration(encoder_name: str) -> Calibration:
    """The fitted numbers for an encoder; MiniLM's where there are none."""
    fitted = json.loads(CALIBRATION_FILE.read_text()) if CALIBRATION_FILE.is_file() else {}
    return Calibration.model_validate(fitted.get(encoder_name) or fitted.get("all-MiniLM-L6-v2") or {})


def logit(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log odds, finite at 0 and 1."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(p / (1 - p)))
