"""An answer about a learner's own network, as programs and forums read it."""

from typing import Any

import numpy as np

from bot.content.settings import written
from bot.diagnosis.answer import NetworkAnswer, as_markdown, as_plain_data, sound
from bot.diagnosis.describe import sentence
from bot.present import network_shapes as shapes
from bot.present.permalinks import query_for
from bot.present.three_forms import Canned, of_markdown
from sims.engine.experiment import Run
from sims.engine.general.settings import NetworkParams, linkable

LONGEST_ROWS = 1000  # characters of a learner's own rows that a link may hold


def diagnosed(answer: NetworkAnswer) -> shapes.Diagnosed:
    """The answer with all that other programs read of it."""
    mended = answer.proof.mended if answer.proof is not None and answer.proof.rule.mend else None
    return shapes.Diagnosed.model_validate({
        **as_plain_data(answer), "as_read": answer.run and _run(answer.run), "mended": mended and _run(mended)})


def _run(run: Run[Any, Any]) -> dict[str, Any]:
    scores = np.asarray(run.metrics.score)
    finite = scores[np.isfinite(scores)]
    return {"params": run.params.model_dump(mode="json", exclude_defaults=True), "replicas": len(run.seeds),
            "solved": int(np.nansum(run.metrics.solved)),
            "score": float(np.median(finite)) if len(finite) else None}


def share_query(params: NetworkParams, seed: int = 0, with_own_rows: bool = False) -> str:
    """The settings of a network as a query; a learner's own rows only where they ask for that and these are few. Empty
    where a link cannot hold the network, because its rows are not in it."""
    if params.data == "own" and not (with_own_rows and len(params.own) <= LONGEST_ROWS):
        return ""
    changes = {name: written(value) for name, value in linkable(params, with_own_rows, LONGEST_ROWS).items()}
    return query_for({"hidden1": params.hidden1, **changes}, seed or None)


def reply(answer: NetworkAnswer, base: str = "") -> Canned:
    """The answer as a reply for a forum, with a link to its run below the public address `base`; without one, or where
    the network trains on rows that no link holds, it has none."""
    parts = [as_markdown(answer).strip()]
    query = share_query(answer.shown.params) if base and answer.shown is not None else ""
    if query:
        parts.append(f"[Run it yourself]({base.rstrip('/')}/try?{query}): 32 networks, and every setting to change.")
    if base and answer.entry:
        parts.append(f"[Why this is so]({base.rstrip('/')}/e/{answer.entry})")
    return of_markdown("\n\n".join(parts) + "\n")


def summary(answer: NetworkAnswer) -> str:
    """The network and its first diagnosis in a line."""
    network, first = sentence(answer.reading.spec), next(iter(answer.diagnoses), None)
    says = f"{first.says}{f' (line {first.line})' if first.line else ''}" if first else sound(answer)
    return f"{network}: {says}" if network else says
