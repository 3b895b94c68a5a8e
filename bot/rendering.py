"""Answers and decisions as plain text and as JSON: what other programs read."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.answers import Answer, plain_metrics
from bot.dialogue import Level
from bot.entries import Entry
from bot.matching import Decision
from bot.settings import allowed, described
from sims.engine import registry
from sims.engine.experiment import Run

SHOWN = 3  # alternatives


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """A decision with its best matches. `entry` is null unless it is an answer."""
    best = decision.ranked[0] if decision.ranked else None
    return {
        "decision": decision.kind,
        "entry": best.slug if best and decision.kind == "answer" else None,
        "confidence": round(best.confidence, 4) if best else 0.0,
        "alternatives": [{"entry": m.slug, "confidence": round(m.confidence, 4)} for m in decision.ranked[:SHOWN]],
    }


def answer_as_json(decision: Decision, answer: Answer | None, entries: Mapping[str, Entry],
                   level: Level = "text") -> dict[str, Any]:
    """A decision and its answer: settings, metrics, claims and text; empty where nothing is answered."""
    if answer is None:
        return {**decision_as_json(decision), "params": {}, "metrics": {}, "claims": [],
                "text": no_answer(entries, decision)}
    return {**decision_as_json(decision), **explanation_as_json(answer, level)}


def explanation_as_json(answer: Answer, level: Level = "text") -> dict[str, Any]:
    """An entry at its settings: what a run says, without a question."""
    claims = [{"says": c.says, "holds": c.holds, "in_this_run": c.in_this_run, "replicas_true": c.replicas_true,
               "replicas": c.replicas} for c in answer.claims]
    return {"entry": answer.entry.slug, "params": answer.run.params.model_dump(), "seed": answer.run.seed,
            "metrics": answer.metrics, "claims": claims, "text": at_level(answer, level)}


def run_as_json(name: str, run: Run[Any, Any]) -> dict[str, Any]:
    """A run of an experiment without an entry: the metrics of the replica on the screen, and what went wrong if it did.
    """
    return {"experiment": name, "params": run.params.model_dump(), "seed": run.seed, "replicas": len(run.seeds),
            "metrics": plain_metrics(run), "verdict": run.verdict}


def entry_as_json(entry: Entry) -> dict[str, str]:
    """An entry in a list."""
    return {"entry": entry.slug, "topic": entry.topic, "title": entry.title, "experiment": entry.experiment}


def at_level(answer: Answer, level: Level) -> str:
    """The answer's prose as it was asked for; the plain text where there is no other."""
    if level == "evidence":
        return _evidence(answer)
    other = {"simpler": answer.simpler, "deeper": answer.deeper}.get(level)
    return other or answer.text


def _evidence(answer: Answer) -> str:
    """How the answer is known: how many runs there are, from which seeds, and what each claim is tested by."""
    run = answer.run
    lines = [f"{len(run.seeds)} networks were trained, each with its own start and its own examples. On the screen is "
             f"seed {run.seed}; the others are the seeds {run.seeds[1]} to {run.seeds[-1]}, and any of them can be "
             "opened by its seed. Each statement is a comparison that was computed for every one of them:", ""]
    lines += [f"- {claim.says} Tested as `{claim.holds}`: true {claim.evidence}." for claim in answer.claims]
    return "\n".join(lines)


def text_lines(answer: Answer, level: Level = "text") -> Iterator[str]:
    """An answer as plain text, line by line."""
    yield answer.entry.title
    yield ""
    yield at_level(answer, level)
    yield ""
    for claim in answer.claims if level != "evidence" else ():  # there the claims are the text
        yield f"{claim.mark} {claim.says} ({claim.evidence})"
    if answer.broken:
        yield "With these settings, not everything above is true any more."
    if answer.run.verdict:
        yield (f"This run {answer.run.verdict}; the numbers are those of step {answer.run.shown_step:,}, the last one "
               "recorded before.")
    settings = ", ".join(f"{k}={v}" for k, v in answer.run.params.model_dump().items())
    yield f"\n[{answer.entry.slug}; seed {answer.run.seed}; {settings}]"


def no_answer(entries: Mapping[str, Entry], decision: Decision) -> str:
    """What is said where nothing is answered, with the nearest questions."""
    first = decision.says or ("Did you mean one of these?" if decision.kind == "suggest"
                              else "I do not know that. The nearest questions that I can answer are:")
    near = [f"  {entries[m.slug].title}  [{m.slug}]" for m in decision.ranked[:SHOWN]]
    return "\n".join([first, *near])


def experiment_as_json(name: str) -> dict[str, Any]:
    """An experiment with its settings and metrics."""
    experiment = registry.find(name)
    return {
        "experiment": name, "title": experiment.title,
        "params": {key: {"title": f.title, "description": f.description, "default": f.default, "takes": allowed(f),
                         "unit": described(f).get("unit", "")} for key, f in experiment.params.model_fields.items()},
        "metrics": {key: {"description": f.description, "unit": described(f).get("unit", "")}
                    for key, f in experiment.metrics.model_fields.items()},
    }
