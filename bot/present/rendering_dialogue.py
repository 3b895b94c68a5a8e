"""Replies, comparisons and a post's further questions as plain text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.answers.answer import Answer
from bot.answers.claims import ClaimResult
from bot.answers.comparison import Comparison
from bot.content.settings import shown
from bot.dialogue import Interpretation
from bot.matching import Decision, Pointed
from bot.present import shapes
from bot.present.closest import CLOSEST, Close, besides, closest
from bot.present.headline import headline
from bot.present.rendering import SHOWN, decided, explained, no_answer, said
from bot.present.short import shorts
from bot.service import Bot

TORN = "I am not sure which of these you mean. Each in short:"
WIDTH = 22  # characters of a column


def asked_as_json(bot: Bot, reply: Interpretation, making: bool = False) -> dict[str, Any]:
    """A question's answer with all that was asked for beside it; runs what is not remembered. For `making`, see
    `closest`."""
    answer = None if reply.slug is None else bot.answer(reply.slug, reply.changes, reply.seed)
    comparison = bot.compare(reply)
    told = _untold(bot, reply) if answer is None else dict(explained(answer, reply.level))
    point = None if answer is None else said(answer.point(reply.point))
    points = () if answer is None else answer.points_named(reply.points)
    near = close_to(bot, answer, reply, making)
    return shapes.Answered(
        **{**dict(understood(reply)), **told}, point=point,
        points=[one for told_point in points if (one := said(told_point))],
        near_points=[shapes.PointSaid(id=close.point.id, asks=close.title, says=close.told)
                     for close in near if close.slug == reply.slug and close.told],
        closest=[shapes.ClosePoint(entry=close.slug, id=close.point.id, asks=close.title, says=close.told)
                 for close in near],
        comparison=None if comparison is None else compared(comparison),
        further=[further(one, bot.answer(str(one.slug), one.changes, one.seed)) for one in reply.further],
    ).as_json()


def _untold(bot: Bot, reply: Interpretation) -> dict[str, Any]:
    """What stands in place of an explanation where nothing is answered."""
    return {"params": {}, "metrics": {}, "claims": [], "text": no_answer(bot.entries, reply.decision),
            "worked": None}


def understood_as_json(bot: Bot, reply: Interpretation) -> dict[str, Any]:
    """What a question asks for; nothing is run."""
    entry = bot.entries[reply.slug] if reply.slug else None
    points = [shapes.PointListed(id=found.id, asks=found.title) for name in reply.points
              if entry and (found := entry.point(name))]
    others = [shapes.Further(question=one.question, entry=one.slug, params=dict(one.changes)) for one in reply.further]
    return shapes.Matched(**dict(understood(reply)), point=points[0] if points else None, points=points,
                          params=dict(reply.changes), seed=reply.seed, further=others).as_json()


def understood(reply: Interpretation) -> shapes.Understood:
    """The decision, and what a conversation asks for beyond an entry and its settings."""
    setting, values = reply.compare or (None, ())
    compare = None if setting is None else shapes.Compared(setting=setting, values=list(values))
    offers = [shapes.Offered(setting=one.setting, value=one.value, words=one.words) for one in reply.offers]
    return shapes.Understood(**dict(decided(reply.decision)), compare=compare, level=reply.level,
                             notes=list(reply.notes), offers=offers)


def further(reply: Interpretation, answer: Answer) -> shapes.FurtherAnswered:
    """Another question of a post, with its answer in one line."""
    return shapes.FurtherAnswered(question=reply.question, entry=reply.slug, params=dict(reply.changes),
                                  point=said(answer.point(reply.point)),
                                  title=answer.entry.title, seed=answer.run.seed, headline=headline(answer))


def compared(comparison: Comparison) -> shapes.Comparison:
    """What was changed, every claim in both runs, and the metrics that the claims speak of."""
    return shapes.Comparison(
        summary=comparison.summary,
        changes=[shapes.Change(setting=change.name, title=change.title, values=(change.a, change.b))
                 for change in comparison.changes],
        claims=[shapes.ClaimCompared(says=pair.b.says, kind=pair.b.kind, flipped=pair.flipped,
                                     stands=(pair.a.stands, pair.b.stands),
                                     replicas_true=(pair.a.replicas_true, pair.b.replicas_true),
                                     replicas=pair.b.replicas) for pair in comparison.claims],
        metrics=[shapes.MetricCompared(metric=metric.name, description=metric.description, values=(metric.a, metric.b))
                 for metric in comparison.metrics],
    )


def read_as_lines(bot: Bot, reply: Interpretation) -> Iterator[str]:
    """How a question was read, where it may mean something else as well; nothing where that is beyond doubt."""
    beside = [f"{bot.entries[match.slug].title} [{match.slug}]" for match in reply.decision.beside]
    if beside and reply.slug:
        yield f"I read this as “{bot.entries[reply.slug].title}”. Or did you mean: {' · '.join(beside)}"
        yield ""


def close_to(bot: Bot, answer: Answer | None, reply: Interpretation, making: bool = False) -> tuple[Close, ...]:
    """The points that come closest to a question; where one is surely asked, and said, those that are likely too."""
    if answer is None:
        return closest(bot, reply.closest, making=making)
    return closest(bot, reply.closest, answer.entry.slug, answer.points, making)


def close_lines(near: Sequence[Close]) -> Iterator[str]:
    """The points that come closest to a question, each with how its answer begins."""
    if near:
        yield CLOSEST
        for close in near:
            yield f"  {close.title}  [{close.address}]"
            if close.first:
                yield f"    {close.first}{' …' if close.goes_on else ''}"
        yield ""


def torn_lines(bot: Bot, decision: Decision, found: Sequence[Pointed] = ()) -> Iterator[str]:
    """The three entries that an unclear question may mean, each in a sentence with a number of its run; then the points
    that were found to come closest."""
    yield TORN
    told = [short for short, _ in shorts(bot, decision.question, [match.slug for match in decision.ranked[:SHOWN]])]
    for short in told:
        yield f"\n{bot.entries[short.slug].title}  [{short.slug}]\n  {short.told}"
    yield from ("", *close_lines(besides(closest(bot, found, making=True), told)))


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
