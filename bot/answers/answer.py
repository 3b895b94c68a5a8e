"""Answers: an entry and a run make prose with numbers, judged claims, and what to ask next.

No surface knows more than an `Answer`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot.answers.claims import ClaimResult, Control, judged
from bot.answers.controls import controls_of
from bot.answers.points import ToldPoint, told_points
from bot.answers.steps import ToldStep, told_steps
from bot.answers.values import holds_in, names_of, plain_metrics
from bot.answers.worked import WorkedExample, work_out, worked_in
from bot.content.entries import CounterExample, Entry
from bot.content.expressions import ExpressionError
from bot.content.prose import render
from bot.content.settings import differing
from bot.content.steps import paragraphs_of
from sims.engine.experiment import Run


@dataclass(frozen=True)
class Answer:
    """Everything that a surface shows of an entry at some settings and seed."""

    entry: Entry
    run: Run[Any, Any]
    text: str
    simpler: str
    deeper: str
    claims: tuple[ClaimResult, ...]
    changed: dict[str, Any]  # the settings that differ from the entry's own
    worked: WorkedExample | None = None
    points: tuple[ToldPoint, ...] = ()  # all of the entry's, with what this run lets us say
    steps: tuple[ToldStep, ...] = ()  # what the picture shows at which paragraph

    def point(self, name: str | None) -> ToldPoint | None:
        """The point of that id; None where there is none, or where this run does not show it."""
        return next((point for point in self.points if point.id == name and point.says is not None), None)

    def points_named(self, names: Sequence[str]) -> tuple[ToldPoint, ...]:
        """The points of those ids, in their order, which this run shows."""
        found = (self.point(name) for name in names)
        return tuple(point for point in found if point is not None)

    @property
    def counter_examples(self) -> tuple[CounterExample, ...]:
        """The entry's settings that break a claim."""
        return self.entry.counter_examples

    @property
    def first_finding(self) -> ClaimResult:
        """The claim that speaks for the answer where there is room for one: its first finding."""
        return next((claim for claim in self.claims if not claim.is_identity), self.claims[0])

    @property
    def other_claims(self) -> tuple[ClaimResult, ...]:
        """The claims beside the first finding."""
        return tuple(claim for claim in self.claims if claim is not self.first_finding)

    @property
    def paragraphs(self) -> tuple[str, str]:
        """The text in two parts: the direct answer, which is the first paragraph, and the rest."""
        first, _, rest = self.text.strip().partition("\n\n")
        return first, rest.strip()

    @property
    def passages(self) -> tuple[tuple[str, ToldStep | None], ...]:
        """The text in pieces: each paragraph that has a step, with it, and what stands between. The first piece is the
        direct answer."""
        at = {step.paragraph: step for step in self.steps}
        pieces: list[tuple[str, ToldStep | None]] = []
        for number, paragraph in enumerate(paragraphs_of(self.text)):
            step = at.get(number)
            if number > 1 and step is None and pieces[-1][1] is None:
                pieces[-1] = f"{pieces[-1][0]}\n\n{paragraph}", None
            else:
                pieces.append((paragraph, step))
        return tuple(pieces)

    def worked_at(self, example: int) -> WorkedExample | None:
        """The worked example with another of the training examples; None where it cannot be computed."""
        try:
            return work_out(self.entry.worked, self.run, example) if self.entry.worked else None
        except ExpressionError:
            return None

    def worked_examples(self, most: int = 8) -> tuple[WorkedExample, ...]:
        """The worked example, and the same with up to `most` - 1 other training examples where it is about one."""
        if self.worked is None or self.worked.example is None:
            return () if self.worked is None else (self.worked,)
        count, first = self.run.shown.data.inputs.shape[-1], self.worked.example
        numbers = [(first + k * max(1, count // most)) % count for k in range(1, min(most, count))]
        return (self.worked, *(found for n in numbers if (found := self.worked_at(n))))

    @property
    def broken(self) -> tuple[ClaimResult, ...]:
        """The claims that are no longer true at these settings."""
        return tuple(claim for claim in self.claims if not claim.stands)

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """The metrics of the run on the screen, as plain numbers, strings and lists."""
        return plain_metrics(self.run)


def compose(entry: Entry, run: Run[Any, Any], own: dict[str, Any] | None = None,
            controls: Sequence[Control | None] | None = None) -> Answer:
    """Fill in the numbers of `run` and judge the claims. `own` are the settings that the entry itself has, `controls`
    the counts of the claims' controls, which are run where they are not given."""
    values, per_replica = names_of(run)
    own = own if own is not None else run.params.model_dump()
    changed = differing(run.params, own)
    lenient = bool(changed)  # at the entry's own settings everything that it names must be there
    text, simpler, deeper = (render(t, values, per_replica, lenient) for t in (entry.text, entry.simpler, entry.deeper))
    claims = tuple(
        judged(render(claim.says, values, per_replica, lenient), claim.holds, holds_in(claim.holds, run),
               claim.in_at_least, claim.in_at_most, claim.kind, control)
        for claim, control in zip(entry.claims, controls_of(entry, run) if controls is None else controls, strict=True)
    )
    return Answer(entry, run, text, simpler, deeper, claims, changed, worked_in(entry.worked, run, lenient),
                  told_points(entry, run, own), told_steps(entry, run))
