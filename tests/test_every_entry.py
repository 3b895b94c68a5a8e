"""Every entry: well formed, its numbers fillable, its claims as true as they say, its counter-examples real."""

import ast
from collections import deque
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from crowds import SEEDS, trained
from known import BOT, ENTRIES

from bot.answers.answer import compose
from bot.answers.checks import check, runs
from bot.content.entries import Claim
from bot.content.expressions import parse
from bot.content.settings import bounds, choices, make_params
from sims.engine.experiment import Metrics, perform
from sims.engine.registry import find

each_entry = pytest.mark.parametrize("slug", ENTRIES, scope="module")  # its tests follow one another and share its run
each_run = pytest.mark.parametrize("slug", [  # the quick tests train every tenth
    pytest.param(slug, marks=[pytest.mark.slow] if at % 10 else []) for at, slug in enumerate(ENTRIES)], scope="module")
FIRST_FIFTEEN = {
    "what-is-activation", "output-probability", "hidden-neuron-meaning", "demand-prediction", "constrained-neuron",
    "interpretability", "sigmoid-vs-softmax", "why-nonlinearity", "is-hidden-layer-abstract", "how-many-neurons",
    "how-many-layers", "coffee-roasting", "how-neurons-learn-features", "gradient-descent", "loss-function-log-loss",
}


def test_the_promised_entries_are_there() -> None:
    assert set(ENTRIES) >= FIRST_FIFTEEN


@each_run
def test_an_entry_is_answered_by_its_run(slug: str) -> None:
    entry, answer = ENTRIES[slug], BOT.answer(slug)
    assert "{{" not in answer.text + answer.simpler + answer.deeper
    assert len(answer.claims) == len(entry.claims)
    assert BOT.outcome_of_prediction(slug) is not None
    otherwise = compose(entry, replace(answer.run, metrics=moved(answer.run.metrics)))
    assert answer.text != otherwise.text, "its prose holds no number of the run"


def moved(metrics: Metrics) -> Metrics:
    """The same metrics, had everything come out otherwise."""
    measured = {name: np.asarray(getattr(metrics, name)) for name in type(metrics).model_fields}
    other = {name: 0.7 * value + 1.3 if value.dtype.kind == "f" else value + 1 for name, value in measured.items()
             if value.dtype.kind in "fi"}
    return metrics.model_copy(update=other)


def test_prose_without_a_number_of_the_run_is_found() -> None:
    entry, answer = ENTRIES["coffee-roasting"], BOT.answer("coffee-roasting")
    bare = entry.model_copy(update={"text": answer.text})
    assert compose(bare, replace(answer.run, metrics=moved(answer.run.metrics))).text == answer.text


@pytest.mark.slow
@each_entry
def test_an_entry_is_answered_at_any_accepted_settings(slug: str) -> None:
    entry, kind = ENTRIES[slug], find(ENTRIES[slug].experiment)
    own = make_params(kind.params, entry.params).model_dump()
    changes = [dict(counter.params) for counter in entry.counter_examples]
    for name, field in kind.params.model_fields.items():
        values = choices(field) or ((False, True) if field.annotation is bool else bounds(field))
        small = {k: bounds(kind.params.model_fields[k])[0] for k in ("steps", "points") if k in own and k != name}
        changes += [{**small, name: value} for value in values if value is not None]
    for change in changes:
        if change.get("steps", 0) > 1000:
            continue  # only long, and no other
        run = perform(kind, make_params(kind.params, entry.params, change), seed=1, replicas=2)
        answer = compose(entry, run, own)
        assert "{{" not in answer.text, change
        assert len(answer.claims) == len(entry.claims)


@each_run
def test_steps_name_what_the_entrys_own_run_has(slug: str) -> None:
    steps = BOT.answer(slug).steps
    assert steps
    assert not [says for step in steps for says in step.missing]


@each_entry
def test_an_entry_keeps_the_form(slug: str) -> None:
    entry = ENTRIES[slug]
    assert len(entry.utterances) >= 20
    assert len(entry.claims) >= 2
    assert entry.counter_examples
    assert entry.next
    assert entry.reviewed
    assert entry.simpler
    assert entry.deeper
    assert 100 <= len(entry.text.split()) <= 330
    assert len(entry.title) <= 80
    assert not any("!" in text for text in (entry.text, entry.simpler))


def test_no_phrasing_stands_twice() -> None:
    seen: dict[str, str] = {}
    for entry in ENTRIES.values():
        for text in entry.utterances:
            key = " ".join(text.lower().split())
            assert key not in seen, f"{text!r} stands in {seen.get(key)} and in {entry.slug}"
            seen[key] = entry.slug


def test_from_any_entry_one_can_wander_to_a_third_of_the_others() -> None:
    for start in ENTRIES:
        reached, queue = {start}, deque([start])
        while queue:
            for name in ENTRIES[queue.popleft()].next:
                if name not in reached:
                    reached.add(name)
                    queue.append(name)
        assert len(reached) > len(ENTRIES) / 3, f"{start} leads only to {sorted(reached)}"


@pytest.mark.slow
def test_claims_hold_over_a_few_seeds() -> None:
    assert check(ENTRIES, ["coffee-roasting"], seeds=100, first_seed=2000).faults == ()


OPPOSITE = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}


def turned_round(claim: Claim) -> Claim:
    """The claim with its first comparison turned into its opposite."""
    tree = parse(claim.holds)
    first = next(node for node in ast.walk(tree) if isinstance(node, ast.Compare))  # of those that `and` joins
    first.ops[0] = OPPOSITE[type(first.ops[0])]()
    return claim.model_copy(update={"holds": ast.unparse(tree)})


ALIKE = sorted({entry.experiment for entry in ENTRIES.values()})


@pytest.mark.slow
@pytest.mark.parametrize("experiment", ALIKE)
def test_every_claim_holds_over_a_hundred_seeds_and_turned_round_is_found(
        experiment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries of one experiment share their runs, and so do their claims and the opposite of these. What is measured is
    kept for test_without_training.py."""
    monkeypatch.setattr(runs, "perform", cache(trained))
    chosen = [slug for slug, entry in ENTRIES.items() if entry.experiment == experiment]
    report = check(ENTRIES, chosen, SEEDS, first_seed=0)
    assert [str(fault) for fault in report.faults] == []
    for slug in chosen:
        assert len([c for c in report.checked if c.entry == slug]) > len(ENTRIES[slug].claims)
    turned = {slug: ENTRIES[slug].model_copy(update={
        "claims": tuple(map(turned_round, ENTRIES[slug].claims)), "counter_examples": (), "points": (), "steps": ()})
        for slug in chosen}
    found = check(turned, chosen, SEEDS, first_seed=0).checked
    green = [f"{c.entry} {c.where}: {c.holds} ({c.rate:.0%})" for c in found if c.ok and c.where.startswith("claims[")]
    at_times = tuple(f"{slug} claims[{i}]" for slug in chosen
                     for i, claim in enumerate(ENTRIES[slug].claims) if claim.in_at_most < 1)
    assert [line for line in green if not line.startswith(at_times)] == []
    assert len([c for c in found if c.where.startswith("claims[")]) == sum(len(ENTRIES[s].claims) for s in chosen)


@pytest.mark.parametrize(
    "holds", ["accuracy >= 1.01", "accuracy < 0.97", "edges_found >= 0.97", "accuracy >= -1"], ids=lambda h: h
)
@pytest.mark.usefixtures("trained_once")  # the four differ in what is asked of the same runs
def test_a_claim_turned_false_is_found(holds: str) -> None:
    entry = ENTRIES["coffee-roasting"]
    claim = Claim(says="x", holds=holds, in_at_least=entry.claims[0].in_at_least)
    broken = entry.model_copy(update={"claims": (claim, *entry.claims[1:])})
    faults = check({**ENTRIES, entry.slug: broken}, [entry.slug], seeds=40, first_seed=0).faults
    assert any("claims[0]" in f.where or "counter_examples[0]" in f.where for f in faults)


def test_a_broken_entry_is_told_how_to_mend_it() -> None:
    entry = ENTRIES["coffee-roasting"].model_copy(
        update={"next": ("no-such-entry",), "utterances": ("a", "a"), "params": {"hidden": 99}, "text": "{{ nothing }}"}
    )
    complaints = " ".join(map(str, check({entry.slug: entry}, [entry.slug], 4, 0).faults))
    for part in ("write at least 15", "stands twice", "'no-such-entry' is not another entry", "from 1 to 8"):
        assert part in complaints
    unfillable = ENTRIES["coffee-roasting"].model_copy(update={"text": "{{ nothing }}", "steps": ()})
    faults = check({**ENTRIES, entry.slug: unfillable}, [entry.slug], 4, 0).faults
    assert "no metric or setting 'nothing'" in str(faults)


def test_the_seed_changes_the_numbers() -> None:
    texts = {BOT.answer("coffee-roasting", seed=seed).text for seed in range(3)}
    assert len(texts) == 3
