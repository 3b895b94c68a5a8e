"""Answers and decisions as plain text and as JSON: what other programs read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.answers.answer import Answer
from bot.answers.claims import ClaimResult
from bot.answers.points import ToldPoint, said_first
from bot.answers.values import plain_metrics
from bot.answers.worked import WorkedExample
from bot.content.entries import Entry
from bot.content.settings import settings_of, written
from bot.dialogue import Level
from bot.matching import Decision, Match
from bot.present import listing_shapes as listing
from bot.present import shapes
from bot.present.code_export import no_code, numpy_code
from sims.engine import registry
from sims.engine.experiment import Run
from sims.engine.metrics import measures

SHOWN = 3  # alternatives
CODE = "The code of this run: one file that trains the network on the screen again, with numpy alone."
NO_CODE = "There is no short code for this run: {}."
CONTROLLED = ", and again where its cause is missing: there it should fail"


def decided(decision: Decision) -> shapes.Decision:
    """A decision with its best matches. `entry` is null unless it is an answer, which `sure` and `beside` qualify."""
    best = decision.ranked[0] if decision.ranked else None
    return shapes.Decision(
        decision=decision.kind, entry=best.slug if best and decision.kind == "answer" else None,
        confidence=round(best.confidence, 4) if best else 0.0, alternatives=_alternatives(decision.ranked[:SHOWN]),
        sure=decision.kind == "answer" and decision.sure, beside=_alternatives(decision.beside),
    )


def _alternatives(matches: Sequence[Match]) -> list[shapes.Alternative]:
    return [shapes.Alternative(entry=match.slug, confidence=round(match.confidence, 4)) for match in matches]


def explained(answer: Answer, level: Level = "text") -> shapes.Explanation:
    """An entry at its settings: what a run says, without a question."""
    return shapes.Explanation(
        entry=answer.entry.slug, params=answer.run.params.model_dump(), seed=answer.run.seed, metrics=answer.metrics,
        claims=[judged(claim) for claim in answer.claims], text=at_level(answer, level),
        worked=None if answer.worked is None else shapes.WorkedShown(**asdict(answer.worked)),
    )


def judged(claim: ClaimResult) -> shapes.Claim:
    """A claim with its counts, and those of its control."""
    control = None if claim.control is None else shapes.ControlShown(
        against=claim.control.against, replicas_true=claim.control.replicas_true, replicas=claim.control.replicas)
    return shapes.Claim(says=claim.says, holds=claim.holds, in_this_run=claim.in_this_run,
                        replicas_true=claim.replicas_true, replicas=claim.replicas, kind=claim.kind, control=control)


def said(point: ToldPoint | None) -> shapes.PointSaid | None:
    """The point that was asked, with its answer; None where there is none, or where the run does not show it."""
    return None if point is None or point.says is None else shapes.PointSaid(id=point.id, asks=point.title,
                                                                             says=point.says)


def beside(answer: Answer) -> list[shapes.PointBeside]:
    """All points of an answer's entry."""
    return [shapes.PointBeside(id=told.id, asks=told.title, says=told.says, params=dict(told.point.params))
            for told in answer.points]


def run_as_json(name: str, run: Run[Any, Any]) -> dict[str, Any]:
    """A run of an experiment without an entry: the metrics of the replica on the screen, and what went wrong if it did.
    """
    return shapes.Ran(experiment=name, params=run.params.model_dump(), seed=run.seed, replicas=len(run.seeds),
                      metrics=plain_metrics(run), verdict=run.verdict).as_json()


def entry_as_json(entry: Entry) -> dict[str, Any]:
    """An entry in a list."""
    points = [shapes.PointListed(id=point.id, asks=point.title) for point in entry.points]
    return listing.EntryListed(entry=entry.slug, topic=entry.topic, title=entry.title,
                              experiment=entry.experiment, points=points).as_json()


def whole_entry_as_json(entry: Entry) -> dict[str, Any]:
    """An entry as it is written."""
    written = entry.model_dump(exclude={"slug", "show", "utterances", "points"})
    points = [listing.PointWritten(**{**dict(point), "asks": point.title, "asked_as": list(point.asks)})
              for point in entry.points]
    return listing.EntryShown(entry=entry.slug, asked_as=list(entry.utterances), points=points, **written).as_json()


def at_level(answer: Answer, level: Level) -> str:
    """The answer's prose as it was asked for; the plain text where there is no other."""
    if level == "evidence":
        return _evidence(answer)
    if level == "code":
        return code_of(answer)
    other = {"simpler": answer.simpler, "deeper": answer.deeper}.get(level)
    return other or answer.text


def code_of(answer: Answer) -> str:
    """The code of the run as a block of Markdown, or a line that says why there is none."""
    if reason := no_code(answer.run):
        return NO_CODE.format(reason)
    return f"{CODE}\n\n```python\n{numpy_code(answer.run)}```"


def _evidence(answer: Answer) -> str:
    """How the answer is known: how many runs there are, from which seeds, and what each claim is tested by."""
    run, controls = answer.run, CONTROLLED if any(claim.control for claim in answer.claims) else ""
    lines = [f"{len(run.seeds)} networks were trained, each with its own start and its own examples. On the screen is "
             f"seed {run.seed}; the others are the seeds {run.seeds[1]} to {run.seeds[-1]}, and any of them can "
             "be opened by its seed. Each statement is a comparison that was computed for every one of "
             f"them{controls}:", ""]
    lines += [f"- {claim.says} Tested as `{claim.holds}`: true {claim.evidence}." for claim in answer.claims]
    return "\n".join(lines)


def text_lines(answer: Answer, level: Level = "text", points: Sequence[ToldPoint] = (),
               below: Sequence[str] = ()) -> Iterator[str]:
    """An answer as plain text, line by line; first the points that were asked. `below` stands under the direct answer.
    """
    yield answer.entry.title
    yield ""
    for leading, says in said_first(points):
        yield from (f"{leading} {says}", "")
    if level == "text":
        first, rest = answer.paragraphs
        worked = (*worked_lines(answer.worked), "") if answer.worked else ()
        yield from (first, "", *below, *worked, rest)
    else:
        yield at_level(answer, level)
    yield ""
    for claim in answer.claims if level not in ("evidence", "code") else ():  # there something else is the text
        yield f"{claim.mark} {claim.says} ({claim.evidence})"
    if answer.broken:
        yield "With these settings, not everything above is true any more."
    if answer.run.verdict:
        yield (f"This run {answer.run.verdict}; the numbers are those of step {answer.run.shown_step:,}, the last one "
               "recorded before.")
    settings = ", ".join(f"{name}={written(value)}" for name, value in answer.run.params.model_dump().items())
    yield f"\n[{answer.entry.slug}; seed {answer.run.seed}; {settings}]"


def worked_lines(worked: WorkedExample) -> Iterator[str]:
    """A worked example as plain text, indented, with its solution."""
    yield f"  {worked.says}"
    yield from (f"    {line}" for line in worked.lines)
    yield f"    Your turn: {worked.ask}"
    yield f"    (solution: {worked.step})"


def no_answer(entries: Mapping[str, Entry], decision: Decision) -> str:
    """What is said where nothing is answered, with the nearest questions."""
    first = decision.says or ("Did you mean one of these?" if decision.kind == "suggest"
                              else "I do not know that. The nearest questions that I can answer are:")
    near = [f"  {entries[m.slug].title}  [{m.slug}]" for m in decision.ranked[:SHOWN]]
    return "\n".join([first, *near])


def experiment_as_json(name: str) -> dict[str, Any]:
    """An experiment with its settings and metrics."""
    experiment = registry.find(name)
    params = {setting.name: listing.SettingShown(title=setting.title, description=setting.description,
                                                 unit=setting.unit, default=setting.default, takes=setting.takes)
              for setting in settings_of(experiment.params).values()}
    metrics = {metric.name: listing.MetricShown(description=metric.label, unit=metric.unit, kind=metric.kind)
               for metric in measures(experiment.metrics).values()}
    return listing.ExperimentShown(experiment=name, title=experiment.title, params=params, metrics=metrics).as_json()
