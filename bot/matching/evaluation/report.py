"""The report of one evaluation: its figures, its text, and whether it falls behind an earlier one."""

import json

from pydantic import BaseModel, Field

from bot.matching.evaluation.figures import Bin, Interval

SCOPES = ("in", "near", "gap", "far")


class Confusion(BaseModel):
    """A question in scope whose first match is not its entry."""

    id: str
    text: str
    entry: str
    first: str
    confidence: float
    credit: float


class Scores(BaseModel):
    """How well the questions in scope of one entry, or of one style, are matched. Right first lies between `low` and
    `high` in 95 % of bootstrap resamples."""

    questions: int
    hit1: float
    low: float
    high: float
    hit3: float
    mrr: float


class Report(BaseModel):
    """All figures of one evaluation. Rates are shares of the questions that they are about."""

    encoder: str
    questions: dict[str, int]  # by scope
    hit1: Interval
    hit3: Interval
    mrr: Interval
    auroc: Interval | None  # in scope against the rest, by the confidence of the first match
    decisions: dict[str, dict[str, float]]  # scope -> decision -> share
    ece: float  # expected calibration error over all questions
    reliability: list[Bin]
    by_entry: dict[str, Scores] = Field(default_factory=dict)
    by_style: dict[str, Scores] = Field(default_factory=dict)
    latency_ms: dict[str, float] = Field(default_factory=dict)
    memory_mb: float = 0.0
    confusions: list[Confusion] = Field(default_factory=list)
    left_out: dict[str, int] = Field(default_factory=dict)  # by the entry that does not exist, "" for none


def worse_than(report: Report, released: Report) -> list[str]:
    """The figures that are clearly below the released ones: below the lower bound of their interval."""
    found = []
    for name in ("hit1", "hit3", "mrr", "auroc"):
        now, then = getattr(report, name), getattr(released, name)
        if now is not None and then is not None and now.value < then.low:
            found.append(f"{name} {now.value:.3f}, was {then}")
    return found


def render(report: Report, confusions: int = 40) -> str:
    """The report to read: figures, decisions, reliability, the weakest entries and the surest confusions."""
    shown = [scope for scope in SCOPES if scope in report.questions or scope != "gap"]
    lines = [
        f"encoder  {report.encoder}",
        "questions  " + ", ".join(f"{scope} {report.questions.get(scope, 0)}" for scope in shown),
        f"hit@1  {report.hit1}",
        f"hit@3  {report.hit3}",
        f"MRR    {report.mrr}",
        f"AUROC  {report.auroc or 'needs questions out of scope'}",
        f"calibration error  {report.ece:.3f}",
        f"latency  p50 {report.latency_ms['p50']:.1f} ms, p95 {report.latency_ms['p95']:.1f} ms",
        f"memory  {report.memory_mb:.0f} MB",
        "",
        "decisions",
    ]
    lines[2:2] = [f"left out  {n} about {entry}, which does not exist" if entry else
                  f"left out  {n} in scope without an entry" for entry, n in report.left_out.items()]
    for scope in SCOPES:
        shares = report.decisions.get(scope, {})
        if shares:
            lines.append(f"  {scope:5}" + ", ".join(f"{name} {share:.1%}" for name, share in shares.items()))
    lines += ["", "reliability: confidence, how often right, questions"]
    lines += [f"  {b.confidence:.2f}  {b.right:.2f}  {b.questions}" for b in report.reliability]
    lines += ["", "hit@1 and its interval, hit@3, MRR, questions by style"]
    lines += [_scores(*item) for item in report.by_style.items()]
    weakest = sorted(report.by_entry.items(), key=lambda item: (item[1].hit1, item[1].mrr))
    lines += ["", "the same by entry, weakest first", *(_scores(*item) for item in weakest if item[1].hit1 < 1)]
    lines += ["", "confusions: asked for, taken for"]
    for c in sorted(report.confusions, key=lambda c: -c.confidence)[:confusions]:
        lines.append(
            f"  {c.entry} -> {c.first} ({c.confidence:.2f}): {json.dumps(c.text[:100], ensure_ascii=False)}"
        )
    return "\n".join(lines)


def _scores(name: str, scores: Scores) -> str:
    interval = f"[{scores.low:.2f}, {scores.high:.2f}]"
    return f"  {scores.hit1:.2f} {interval}  {scores.hit3:.2f}  {scores.mrr:.2f}  {scores.questions:3}  {name}"
