"""What is wrong with an entry before anything is run."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.answers.checks.report import Fault
from bot.content.entries import Entry
from bot.content.settings import SettingError, described, make_params
from sims.engine.experiment import Params
from sims.engine.registry import find

FEWEST_PHRASINGS = 15
NO_CONTROL = ('a finding is held against its control: control = "untrained", a comparison over other metrics, or '
              'control_params; what is true by algebra is kind = "identity"')
OLD_LABELS = re.compile(r"(what it does not mean|do not read too much into it)\b", re.IGNORECASE)
OF_AN_EXAMPLE = re.compile(r"n|x|y|u|out|[wbza]\d+")  # names in a worked example; see knowledge/README.md


def form_faults(entry: Entry, entries: Mapping[str, Entry]) -> Iterator[Fault]:
    """The faults of phrasings, neighbours, claims, counter-examples, labels and the worked example."""
    for faults in (_phrasings(entry, entries), _neighbours(entry, entries), _claims(entry), _labels(entry)):
        yield from faults
    try:
        kind = entry.kind
    except KeyError as error:
        yield Fault(entry.slug, "experiment", str(error.args[0]))
        return
    yield from _counter_examples(entry, kind)
    yield from _worked(entry)


def _phrasings(entry: Entry, entries: Mapping[str, Entry]) -> Iterator[Fault]:
    if len(entry.utterances) < FEWEST_PHRASINGS:
        yield Fault(entry.slug, "phrasings", f"{len(entry.utterances)} phrasings; write at least {FEWEST_PHRASINGS}")
    if twice := {text for text in entry.utterances if entry.utterances.count(text) > 1}:
        yield Fault(entry.slug, "phrasings", f"stands twice: {', '.join(sorted(twice))}")
    mine = {_plain(text) for text in entry.utterances}
    for other in entries.values():
        if other.slug != entry.slug and (shared := mine & {_plain(text) for text in other.utterances}):
            yield Fault(entry.slug, "phrasings", f"stands in {other.slug} too: {', '.join(sorted(shared))}; "
                        "leave it where it is answered best")


def _plain(phrasing: str) -> str:
    return " ".join(phrasing.lower().split())


def _neighbours(entry: Entry, entries: Mapping[str, Entry]) -> Iterator[Fault]:
    for name in entry.next:
        if name not in entries or name == entry.slug:
            yield Fault(entry.slug, "next", f"{name!r} is not another entry; use the name of a file in knowledge/")


def _claims(entry: Entry) -> Iterator[Fault]:
    for i, claim in enumerate(entry.claims):
        if claim.kind == "finding" and not claim.has_control:
            yield Fault(entry.slug, f"claims[{i}]", NO_CONTROL)
    if all(claim.kind == "identity" for claim in entry.claims):
        yield Fault(entry.slug, "claims", "every claim is an identity; an entry needs a finding")


def _labels(entry: Entry) -> Iterator[Fault]:
    for text in (entry.text, entry.simpler, entry.deeper):
        for found in OLD_LABELS.finditer(text):
            yield Fault(entry.slug, "text", f'"{found[0]}" leaves open whether what follows is true; write "Not true:" '
                        "and the mistaken belief, then what is true")


def _counter_examples(entry: Entry, kind: type[Params]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for i, counter in enumerate(entry.counter_examples):
        where = f"counter_examples[{i}]"
        for breaks in counter.broken:
            if breaks >= len(entry.claims):
                last = len(entry.claims) - 1
                yield Fault(entry.slug, where, f"breaks = {breaks}, but claims count from 0 to {last}")
        if stops_training(kind, counter.params):
            yield Fault(entry.slug, where, "it merely stops training after a step, which breaks any claim; find "
                        "settings that say something about this one")
        try:
            settings = make_params(kind, entry.params, counter.params).model_dump_json()
        except SettingError:  # told where it is run
            continue
        if settings in seen:
            yield Fault(entry.slug, where, f"the same settings as counter_examples[{seen[settings]}]: two buttons "
                        "would do the same; let one break both, with also_breaks")
        seen.setdefault(settings, i)


def stops_training(kind: type[Params], params: Mapping[str, Any]) -> bool:
    """Whether all that settings change is that training ends after one step or epoch."""
    def is_length(name: str) -> bool:
        field = kind.model_fields.get(name)
        return field is not None and described(field).get("unit") in ("steps", "epochs", "updates")

    return bool(params) and all(is_length(name) and float(value) <= 1 for name, value in params.items())


def _worked(entry: Entry) -> Iterator[Fault]:
    if entry.worked is None:
        yield Fault(entry.slug, "worked", "there is no worked example; write one, with this run's numbers")
        return
    experiment = find(entry.experiment)
    taken = {"seed", "replicas", *experiment.params.model_fields, *experiment.metrics.model_fields}
    for name in entry.worked.numbers:
        if name in taken or (entry.worked.example and OF_AN_EXAMPLE.fullmatch(name)):
            yield Fault(entry.slug, "worked", f"the name {name!r} is a metric's, a setting's or the example's already")
