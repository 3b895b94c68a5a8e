"""Replies, comparisons and a post's further questions as plain text and as JSON."""

from collections.abc import Iterator
from typing import Any

from bot.answers.answer import Answer
from bot.answers.claims import ClaimResult
from bot.answers.comparison import Comparison
from bot.content.settings import shown
from bot.dialogue import Reply
from bot.present.headline import headline
from bot.present.rendering import answer_as_json, decision_as_json
from bot.service import Bot

WIDTH = 22  # characters of a column


def asked_as_json(bot: Bot, reply: Reply) -> dict[str, Any]:
    """A question's answer with all that was asked for beside it; runs what is not remembered."""
    answer = None if reply.slug is None else bot.answer(reply.slug, reply.changes, reply.seed)
    comparison = bot.compare(reply)
    return {**answer_as_json(reply.decision, answer, bot.entries, reply.level), **reply_as_json(reply),
            "comparison": None if comparison is None else comparison_as_json(comparison),
            "further": [further_as_json(one, bot.answer(str(one.slug), one.changes, one.seed))
                        for one in reply.further]}


def understood_as_json(reply: Reply) -> dict[str, Any]:
    """What a question asks for; nothing is run."""
    further = [{"question": one.question, "entry": one.slug, "params": dict(one.changes)} for one in reply.further]
    return {**decision_as_json(reply.decision), "params": dict(reply.changes), "seed": reply.seed,
            **reply_as_json(reply), "further": further}


def reply_as_json(reply: Reply) -> dict[str, Any]:
    """What a conversation asks for beyond an entry and its settings."""
    setting, values = reply.compare or (None, ())
    return {"compare": None if setting is None else {"setting": setting, "values": list(values)}, "level": reply.level,
            "notes": list(reply.notes)}


def further_as_json(reply: Reply, answer: Answer) -> dict[str, Any]:
    """Another question of a post, with its answer in one line."""
    return {"question": reply.question, "entry": reply.slug, "title": answer.entry.title, "params": dict(reply.changes),
            "seed": answer.run.seed, "headline": headline(answer)}


def comparison_as_json(comparison: Comparison) -> dict[str, Any]:
    """What was changed, every claim in both runs, and the metrics that the claims speak of."""
    return {
        "summary": comparison.summary,
        "changes": [{"setting": c.name, "title": c.title, "values": [c.a, c.b]} for c in comparison.changes],
        "claims": [{"says": pair.b.says, "kind": pair.b.kind, "flipped": pair.flipped,
                    "stands": [pair.a.stands, pair.b.stands],
                    "replicas_true": [pair.a.replicas_true, pair.b.replicas_true], "replicas": pair.b.replicas}
                   for pair in comparison.claims],
        "metrics": [{"metric": m.name, "description": m.description, "values": [m.a, m.b]} for m in comparison.metrics],
    }


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """The two runs in two columns; a flipped claim has an exclamation mark before it."""
    yield comparison.summary
    yield ""
    for change in comparison.changes:
        yield _row(shown(change.a), shown(change.b), change.title)
    for pair in comparison.claims:
        yield _row(_count(pair.a), _count(pair.b), pair.b.says, "!" if pair.flipped else " ")
    for metric in comparison.metrics:
        yield _row(metric.a, metric.b, metric.description)


def _row(a: str, b: str, what: str, mark: str = " ") -> str:
    return f"{mark} {a:{WIDTH}}{b:{WIDTH}}{what}"


def _count(claim: ClaimResult) -> str:
    return f"{'✓' if claim.stands else '✗'} {claim.count}"
