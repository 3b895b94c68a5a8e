"""From a post to an answer about the asker's own network: what was read, what is unusual, and the runs that show it."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.diagnosis.chosen import spec_of
from bot.diagnosis.describe import DATA, STARTS, rows_alone, sentence
from bot.diagnosis.proof import Proof, Running, proving, training
from bot.diagnosis.reading import read_post
from bot.diagnosis.rules import Claim, Diagnosis, diagnose, our_rules
from bot.diagnosis.shown import Shown, at_settings, shown_as
from bot.diagnosis.spec import NetworkSpec, Reading
from bot.diagnosis.told import told
from sims.engine.experiment import Run, drain
from sims.engine.general.settings import LAYERS, NetworkParams
from sims.engine.randomness import REPLICAS
from sims.engine.training import Frame

MOST_OTHERS = 3  # further diagnoses that are named
FEWEST_NUMBERS = 3  # of a series, from which it is a log
GOOD = 0.8  # of a score
OURS = "No network is in the post, so a small one of ours is trained on them."
READ = "This is seen by reading alone, and no run shows it."
POOR = "None of our rules finds a fault in it, and yet it does not do well."
UNSHOWN = "At these settings the runs do not show it as clearly as they usually do."


@dataclass(frozen=True)
class Counted:
    """A claim with the number of runs in which it holds; None where it was not run."""

    says: str
    holds: str
    count: int | None
    of: int
    mended: bool  # whether it speaks of the network with the one change


@dataclass(frozen=True)
class NetworkAnswer:
    """What is said of a post. `run` is the network as read, `proof` the first diagnosis tried on it, if any."""

    reading: Reading
    diagnoses: tuple[Diagnosis, ...]
    shown: Shown | None
    run: Run[Any, Any] | None
    proof: Proof | None

    @property
    def entry(self) -> str | None:
        """The entry to read next."""
        return next((one.rule.next for one in self.diagnoses if one.rule.next), None)

    @property
    def assumed(self) -> tuple[str, ...]:
        """What had to be supposed, and what is shown otherwise than it was written."""
        notes = self.shown.assumed + self.shown.otherwise if self.shown else ()
        return tuple(dict.fromkeys((*self.reading.assumed, *notes)))

    def claims(self, diagnosis: Diagnosis) -> tuple[Counted, ...]:
        """The claims of a diagnosis, with counts where its runs were made."""
        proof = self.proof if self.proof is not None and self.proof.rule is diagnosis.rule else None
        of = len(proof.as_read.seeds) if proof else REPLICAS
        pairs = ((diagnosis.rule.claim, proof.claim if proof else None, False),
                 (diagnosis.rule.control, proof.control if proof else None, True))
        return tuple(_counted(claim, count, of, mended) for claim, count, mended in pairs if claim)


def _counted(claim: Claim, count: int | None, of: int, mended: bool) -> Counted:
    return Counted(claim.says, claim.holds, count, of, mended)


def answer_post(text: str, seed: int = 0, replicas: int = REPLICAS) -> NetworkAnswer:
    """Read a post, diagnose it, and run the network as read and with the first diagnosis' one change."""
    return drain(answering(read_post(text), seed, training(replicas)))


def answering(reading: Reading, seed: int = 0,
              running: Running | None = None) -> Generator[Frame, None, NetworkAnswer]:
    """The answer to a reading, frame by frame, for surfaces that show progress. `running` makes the runs."""
    running = running or training()
    found = tuple(diagnose(reading, our_rules()))
    if found and found[0].rule.claim is not None:
        proof = yield from proving(found[0].rule, shown_as(reading.spec, found[0].rule.show),
                                   lambda shown, mend: shown_as(reading.spec, found[0].rule.show, mend), seed, running)
        return NetworkAnswer(reading, found, proof.shown, proof.as_read, proof)
    if not can_be_run(reading.spec):
        return NetworkAnswer(reading, found, None, None, None)
    shown = shown_as(reading.spec)
    run = yield from running(shown.params, seed)
    return NetworkAnswer(reading, found, shown, run, None)


def answering_settings(params: NetworkParams, seed: int = 0,
                       running: Running | None = None) -> Generator[Frame, None, NetworkAnswer]:
    """The answer about a network that was chosen by its settings, frame by frame: it is run at these and at no
    others. `running` makes the runs."""
    running, reading = running or training(), Reading(spec=spec_of(params))
    found = tuple(diagnose(reading, our_rules()))
    shown = at_settings(params)
    if found and found[0].rule.claim is not None:
        proof = yield from proving(found[0].rule, shown, lambda shown, mend: at_settings(shown.params, mend), seed,
                                   running)
        return NetworkAnswer(reading, found, shown, proof.as_read, proof)
    run = yield from running(shown.params, seed)
    return NetworkAnswer(reading, found, shown, run, None)


def can_be_run(spec: NetworkSpec) -> bool:
    """Whether enough of a network was read to train it; layers that are not dense stay out."""
    return not spec.other_layers and bool(spec.layers or spec.output_activation or spec.outputs or rows_alone(spec))


def was_read(reading: Reading) -> bool:
    """Whether there is anything to say of a post: a network, or numbers of a training."""
    symptoms = reading.symptoms
    numbers = symptoms.losses or symptoms.accuracies or symptoms.val_losses or symptoms.outputs
    return can_be_run(reading.spec) or bool(reading.spec.other_layers or numbers or symptoms.plateau is not None)


def has_network(reading: Reading) -> bool:
    """Whether a post holds more of a network than a question in words does: its code or numbers of its training, of
    which there is something to show or to say; or words that tell a network of the asker's own with its training."""
    symptoms = reading.symptoms
    series = (symptoms.losses, symptoms.accuracies, symptoms.val_losses, symptoms.outputs)
    code = reading.has_code and reading.spec.framework not in (None, "words")
    enough = code or rows_alone(reading.spec) or told(reading) or max(map(len, series)) >= FEWEST_NUMBERS
    return enough and (
        can_be_run(reading.spec) or bool(diagnose(reading, our_rules())))


def as_plain_data(answer: NetworkAnswer) -> dict[str, Any]:
    """`spec` (what was read, with `lines`), `diagnoses` (most telling first), `entry`, `assumed`, `unread`, `text`."""
    return {
        "spec": _plain(answer.reading.spec.model_dump(mode="json", exclude_defaults=True)),
        "symptoms": _plain(answer.reading.symptoms.model_dump(mode="python", exclude_defaults=True)),
        "diagnoses": [_as_plain_data(answer, one) for one in answer.diagnoses],
        "entry": answer.entry,
        "assumed": list(answer.assumed),
        "unread": [one.model_dump(exclude_none=True) for one in answer.reading.unread],
        "text": as_markdown(answer),
    }


def _as_plain_data(answer: NetworkAnswer, diagnosis: Diagnosis) -> dict[str, Any]:
    rule = diagnosis.rule
    shown = answer.shown or shown_as(answer.reading.spec, rule.show)
    return {
        "id": diagnosis.id, "says": diagnosis.says, **({"line": diagnosis.line} if diagnosis.line else {}),
        "claims": [{"says": one.says, "holds": one.holds, "count": one.count, "of": one.of, "mended": one.mended}
                   for one in answer.claims(diagnosis)],
        "params": shown.params.model_dump(mode="json", exclude_defaults=True), "mend": dict(rule.mend),
        **({"by_reading": rule.by_reading} if rule.by_reading else {}),
        "entry": rule.next,
    }


def _plain(value: Any) -> Any:
    """A value without nan and inf, which JSON does not have: they become text."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if not isinstance(value, float) or np.isfinite(value) else str(value)


def as_markdown(answer: NetworkAnswer) -> str:
    """The answer as prose: the network as read, the counts, what is unusual, what mends it, what was assumed."""
    parts = [*_unread(answer), *_read(answer)]
    if answer.diagnoses:
        parts += _diagnosed(answer, answer.diagnoses[0])
    elif was_read(answer.reading):
        parts.append(" ".join(filter(None, (sound(answer), score_line(answer)))))
    if others := answer.diagnoses[1:1 + MOST_OTHERS]:
        parts.append("Also:\n\n" + "\n".join(f"- {one.says}{_at(one)}" for one in others))
    if answer.assumed:
        parts.append("Not as you wrote it, or not in your post: " + "; ".join(answer.assumed) + ".")
    return "\n\n".join(parts) + "\n"


def _unread(answer: NetworkAnswer) -> list[str]:
    return [f"{one.what[0].upper()}{one.what[1:]} is not read: {one.why}." for one in answer.reading.unread]


def _read(answer: NetworkAnswer) -> list[str]:
    said = sentence(answer.reading.spec)
    if rows_alone(answer.reading.spec):
        return [f"**Your rows, as read:** {said}. {OURS}"]
    if said and (answer.reading.has_code or can_be_run(answer.reading.spec)):
        return [f"**Your network, as read:** {said}."]
    if was_read(answer.reading):
        return ["**Your numbers, as read.** No network is in the post, so a small one of ours shows what they mean."
                if answer.run is not None else "**Your numbers, as read.**"]
    return ["There is no network and no number of a training in this. Paste the code that builds and trains it, or its "
            "log."]


def sound(answer: NetworkAnswer) -> str:
    """What is said where no rule applies: more cannot be known of a network that does badly all the same."""
    poor = answer.run is not None and not np.nansum(answer.run.metrics.solved) and not _median(answer.run) >= GOOD
    return POOR if poor else "Nothing in it looks wrong."


def _at(diagnosis: Diagnosis) -> str:
    return f" (line {diagnosis.line})" if diagnosis.line else ""


def _diagnosed(answer: NetworkAnswer, diagnosis: Diagnosis) -> list[str]:
    parts = [f"**{diagnosis.says}**{_at(diagnosis)}"]
    if answer.proof is not None:
        parts.append(score_line(answer))
        parts.append("\n".join(f"- {one.says} ({one.count} of {one.of} runs)" for one in answer.claims(diagnosis)))
        parts += [] if answer.proof.stands else [UNSHOWN]
    elif diagnosis.rule.by_reading:
        parts.append(f"{READ} {diagnosis.rule.by_reading}")
    return [part for part in (*parts, diagnosis.rule.text) if part]


def score_line(answer: NetworkAnswer) -> str:
    """How often the network solves its task, as read and with the change; where it never does, how well it does."""
    run, proof = answer.run, answer.proof
    if run is None or answer.shown is None:
        return ""
    of, task = len(run.seeds), DATA.get(str(answer.shown.params.data), "the task")
    if proof is None:
        solved = int(np.nansum(run.metrics.solved))
        return f"Trained {of} times, it solves {task} in {solved} of {of}." if solved else (
            f"Trained {of} times, its score on {task} is {_share(_median(run))} (the median).")
    before, after = proof.solved
    if not proof.rule.mend:
        return f"Trained {of} times, it solves {task} in {before} of {of}."
    if before or after:
        return f"Trained {of} times, it solves {task} in {before} of {of}; with {changed(proof)} in {after} of {of}."
    least, most = proof.scores
    return (f"Trained {of} times, its score on {task} is {_share(least)} (the median); "
            f"with {changed(proof)} it is {_share(most)}.")


def _median(run: Run[Any, Any]) -> float:
    scores = np.asarray(run.metrics.score)
    finite: Sequence[float] = scores[np.isfinite(scores)]
    return float(np.median(finite)) if len(finite) else float("nan")


def _share(score: float) -> str:
    if not np.isfinite(score):
        return "nothing finite"
    return f"{100 * score:.0f} %" if score >= 0 else "below 0 (worse than one answer for all)"


def changed(proof: Proof) -> str:
    """The one change in words: "Glorot's uniform start", "scaling of the inputs set to standardised"."""
    absent = {f"activation{n}" for n in range(1, LAYERS + 1) if not getattr(proof.shown.params, f"hidden{n}")}
    return " and ".join(_change(name, value) for name, value in proof.rule.mend.items() if name not in absent)


def _change(name: str, value: Any) -> str:
    if name == "slip" and value == "none":
        return "that mended"
    if name == "start" and value in STARTS:
        return STARTS[str(value)]
    return f"{NetworkParams.model_fields[name].title or name} set to {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, int | float) else str(value).replace("_", " ")
