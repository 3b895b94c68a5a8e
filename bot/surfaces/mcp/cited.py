"""What a model is told of an answer: short, with every number it may quote and where it comes from."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from bot.answers.answer import Answer
from bot.answers.claims import ClaimResult
from bot.answers.points import TO_YOUR_POINT, ToldPoint, said_first
from bot.content.entries import Entry
from bot.content.formats import plain_text
from bot.content.parts import ClaimKind
from bot.present.forum import addresses
from bot.present.shapes import Shape


class Tested(Shape):
    """A sentence that the runs judged. An identity is true by algebra or definition, and no evidence."""

    says: str
    kind: ClaimKind
    in_this_run: bool
    true_in: int = Field(ge=0, description="In how many of the `of` runs it is true.")
    of: int = Field(ge=1)
    control: str | None = Field(description='The same where the cause is missing: "without training in 2 of 32".')


class Cited(Shape):
    """An explanation at its settings, as a model may quote it. `answer` is Markdown with formulas in TeX."""

    entry: str
    title: str
    answer: str = Field(description="The direct answer, with this run's numbers.")
    claims: list[Tested]
    params: dict[str, Any] = Field(description="The settings that differ from the entry's own.")
    seed: int
    runs: int = Field(ge=1, description="How many networks were trained.")
    url: str = Field(description="The explanation with the network at work.")
    cite: str = Field(description="How to name the source of every number above.")


class Listed(Shape):
    """An explanation in a list."""

    entry: str
    title: str
    topic: str


class Reply(Shape):
    """What was made of a question. Without an `answer`, `says` tells why, and `nearest` has what can be answered."""

    decision: str = Field(description="answer, suggest or decline")
    sure: bool = Field(description="Whether the answer is beyond doubt the one that was asked for.")
    says: str
    point: str | None = Field(description="The answer to just what was asked, to be said before `answer`.")
    near_points: list[str] = Field(description="The questions that come closest to this one, each with its "
                                   "answer, the likeliest first; beside `point` those that are likely too.")
    answer: Cited | None
    notes: list[str] = Field(description="What was asked for and not done.")
    nearest: list[Listed]


def pointed(points: Sequence[ToldPoint]) -> str | None:
    """What is to be said before an answer, a paragraph for each point that was asked; None where none was."""
    texts = [says if leading == TO_YOUR_POINT else f"{leading} {says}" for leading, says in said_first(points)]
    return "\n\n".join(texts) or None


def cited(answer: Answer, public_url: str) -> Cited:
    """An answer as a model may quote it; links lie below `public_url`."""
    url, _ = addresses(public_url, answer)
    run, title = answer.run, plain_text(answer.entry.title)
    return Cited(
        entry=answer.entry.slug, title=title, answer=answer.paragraphs[0],
        claims=[tested(claim) for claim in answer.claims], params=answer.changed, seed=run.seed, runs=len(run.seeds),
        url=url, cite=f"Ask a Neuron, “{title}”, seed {run.seed}, {len(run.seeds)} runs: {url}",
    )


def tested(claim: ClaimResult) -> Tested:
    """A claim with its counts."""
    return Tested(says=plain_text(claim.says), kind=claim.kind, in_this_run=claim.in_this_run,
                  true_in=claim.replicas_true, of=claim.replicas,
                  control=None if claim.control is None else claim.control.evidence)


def listed(entry: Entry) -> Listed:
    """An entry in a list."""
    return Listed(entry=entry.slug, title=plain_text(entry.title), topic=entry.topic)
