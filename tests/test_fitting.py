"""How heads and numbers are fitted: what examples count, what is held out, and thresholds that keep within limits."""

import json
from pathlib import Path

import numpy as np
import pytest
from known import ENTRIES as KNOWN
from test_choice import ENTRIES
from test_choice import OUTSIDE as GROUPS

from bot.content.entries import KNOWLEDGE
from bot.content.phrasings import read_phrasings
from bot.matching import Group, encoders, read_outside
from bot.matching.confidence import signs
from bot.matching.decisions import Numbers
from bot.matching.fitting import chain
from bot.matching.fitting.crossfit import crossfit, measured_of
from bot.matching.fitting.examples import (
    REAL,
    RETOLD,
    WRITTEN,
    Example,
    fold_of,
    groups_of_posts,
    of_knowledge,
    of_posts,
    reader,
    with_labels_of,
)
from bot.matching.fitting.numbers import Outcomes, best_thresholds, fit_mix, fit_numbers, read_costs
from bot.matching.fitting.relabelled import read_relabelled
from bot.matching.fitting.train import Vectorised, speller_of
from bot.matching.head import probabilities
from bot.matching.matcher import OUTSIDE

LABELS = ("bias-term", "dropout", "outside:greetings")


def test_retold_posts_are_told_from_written_phrasings() -> None:
    examples = of_knowledge(tuple(KNOWN.values()), read_outside(KNOWLEDGE / "outside.toml"))
    retold = [example for example in examples if example.post]
    assert {example.weight for example in retold} == {RETOLD}
    assert {example.weight for example in examples if not example.post} == {WRITTEN}
    assert len(retold) > 2000
    told = [phrasing for file in KNOWLEDGE.glob("*/*.jsonl") for phrasing in read_phrasings(file) if phrasing.of]
    assert all(phrasing.origin == "retold" for phrasing in told)


def post(**more: object) -> str:
    return json.dumps({"id": "p1", "text": "why a bias", "scope": "in", "entries": ["bias-term"], "half": [], **more})


def test_real_posts_become_examples_with_shares(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    lines = [
        post(half=["dropout", "no-such-entry"]),
        post(id="p2", entries=["no-such-entry"]),
        post(id="p3", scope="near", entries=[]),
        post(id="p4", scope="gap", entries=[]),
        post(id="p5", previous=["what is a neuron"]),
        post(id="p6", entries=["bias-term", "dropout"]),
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    labels = (*LABELS, "outside:not-yet")
    found = {example.post: example.labels for example in of_posts(file, labels, {"p3": "outside:greetings"})}
    assert found == {
        "p1": {"bias-term": 0.8, "dropout": 0.2}, "p3": {"outside:greetings": 1}, "p4": {"outside:not-yet": 1},
        "p6": {"bias-term": 0.5, "dropout": 0.5},
    }
    assert {example.weight for example in of_posts(file, labels, {})} == {REAL}


def test_labels_are_added_where_their_entries_exist_and_bring_posts_into_scope(tmp_path: Path) -> None:
    posts, relabelled = tmp_path / "posts.jsonl", tmp_path / "relabelled.jsonl"
    posts.write_text("\n".join([
        post(half=["dropout"]), post(id="p2", half=["dropout"]), post(id="p3", scope="near", entries=[]),
        post(id="p4", scope="gap", entries=[], half=["bias-term"]), post(id="p5", scope="gap", entries=[]),
        post(id="p6", scope="gap", entries=[]), post(id="p7"), post(id="p8", scope="near", entries=[]),
        post(id="p9", scope="near", entries=[]),
    ]))
    relabelled.write_text("\n".join(json.dumps(added) for added in [
        {"id": "p1", "entries": ["dropout"]}, {"id": "p2", "half": ["bias-term", "xor"]},
        {"id": "p3", "entries": ["dropout"]}, {"id": "p4", "entries": ["dropout", "not-written-yet"]},
        {"id": "p5", "entries": ["not-written-yet"]}, {"id": "p6", "half": ["dropout"]},
        {"id": "p8", "group": "greetings"},
    ]))
    labels, groups = (*LABELS, "xor", "outside:not-yet"), {"p3": "outside:greetings"}
    found = of_posts(posts, labels, groups, relabelled=relabelled)
    assert {example.post: example.labels for example in found} == {
        "p1": {"bias-term": 0.5, "dropout": 0.5},
        "p2": {"bias-term": 1 / 1.5, "dropout": 0.25 / 1.5, "xor": 0.25 / 1.5},
        "p3": {"dropout": 1}, "p4": {"dropout": 0.8, "bias-term": 0.2},
        "p5": {"outside:not-yet": 1}, "p6": {"outside:not-yet": 1}, "p7": {"bias-term": 1},
        "p8": {"outside:greetings": 1},
    }  # p9: nobody says which group it belongs to
    scopes = {example.post: measured_of(example).scope for example in found}
    assert scopes == {"p1": "in", "p2": "in", "p3": "in", "p4": "in", "p5": "gap", "p6": "gap", "p7": "in",
                      "p8": "near"}
    assert measured_of(found[3]).credit == {"dropout": 1, "bias-term": 0.5}
    told = [Example("told", {"outside:greetings": 1}, RETOLD, "p3")]
    assert [example.labels for example in with_labels_of(told, found)] == [{"dropout": 1}]


def test_what_is_added_names_posts_once_and_holds_none_of_their_text(tmp_path: Path) -> None:
    shipped = read_relabelled()
    assert shipped
    assert all(added.entries or added.half or added.group for added in shipped.values())
    file = tmp_path / "relabelled.jsonl"
    for second, fault in (
        ('{"id": "p1", "half": ["xor"]}', "twice"), ('{"id": "p2", "text": "why"}', "text"), ("{", "not what is added"),
    ):
        file.write_text('{"id": "p1", "entries": ["xor"]}\n' + second)
        with pytest.raises(ValueError, match=f"(?s)line 2.*{fault}"):
            read_relabelled(file)


@pytest.mark.parametrize("line", ["{", '{"id": "1"}', post(entries="bias-term"), "3"])
def test_a_line_that_is_no_post_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text(post() + "\n" + line, encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        of_posts(file, LABELS, {})


def test_a_post_and_its_retellings_are_held_out_together_and_ask_for_the_same() -> None:
    real = Example("a", {"bias-term": 0.5, "dropout": 0.5}, REAL, "p1")
    told = [Example("b", {"bias-term": 1}, RETOLD, "p1"), Example("c", {"dropout": 1})]
    assert fold_of(real, 5) == fold_of(told[0], 5) >= 0
    assert fold_of(told[1], 5) == -1
    assert [example.labels for example in with_labels_of(told, [real])] == [real.labels, {"dropout": 1}]
    near = Example("d", {"outside:greetings": 1}, RETOLD, "p2")
    assert groups_of_posts([*told, near]) == {"p2": "outside:greetings"}


def test_heads_are_measured_on_posts_that_they_have_not_seen() -> None:
    written = of_knowledge(ENTRIES, GROUPS)
    leaks = [Example(f"zzqx{n}", {"dropout": 1}, 100.0, f"p{n}") for n in range(3)]
    encode = {"minilm": Vectorised(encoders.small()), "small": Vectorised(encoders.small())}
    read = reader(speller_of(written))
    questions = [measured_of(leak) for leak in leaks]
    seen: list[str] = []
    outcomes = crossfit(written, questions, LABELS, read, encode, seen.append)
    assert 1 <= len(seen) <= 3  # parts with a question in them
    with_leaks = crossfit([*written, *leaks], questions, LABELS, read, encode, seen.append)
    before, after = (one.scores["ngrams", "whole"][:, 1] for one in (outcomes, with_leaks))
    assert np.abs(after - before).max() < 12  # a post whose own text was learnt would score far above the others
    assert (outcomes.targets[:, 1] == 1).all()
    assert (outcomes.scope == "in").all()


def outcomes(scores: np.ndarray, right: np.ndarray, scope: list[str]) -> Outcomes:
    """Two entries and a group; `right` is the entry that answers, or 2."""
    targets = np.eye(3)[right]
    credit = targets * np.array([1, 1, 0])
    n = len(right)
    return Outcomes({("small", "whole"): scores}, np.zeros(n), targets, credit, np.array(scope), np.ones(n))


def test_the_mix_trusts_the_source_that_knows() -> None:
    rng = np.random.default_rng(0)
    right = rng.integers(0, 3, 300)
    knows, guesses = 3 * np.eye(3)[right] + rng.normal(0, 1, (300, 3)), rng.normal(0, 3, (300, 3))
    given = outcomes(knows, right, ["in"] * 300)
    given = Outcomes({("small", "whole"): knows, ("ngrams", "whole"): guesses}, given.lengths, given.targets,
                     given.credit, given.scope, given.weights)
    mix = fit_mix(given)
    assert mix["small", "whole"][0] > 0.5
    assert abs(mix["ngrams", "whole"][0]) < 0.1


def test_thresholds_keep_within_the_limits_and_are_worth_most() -> None:
    rng = np.random.default_rng(1)
    n = 600
    confidence = rng.uniform(0, 1, n)
    right = (rng.uniform(0, 1, n) < confidence).astype(float)  # calibrated
    scope = np.array(["in"] * 400 + ["near"] * 150 + ["far"] * 50)
    confidence[400:] *= 0.9
    found = np.column_stack([np.where(scope == "in", right, 0), np.zeros((n, 2))])
    total = np.where(scope == "far", 0.1, 0.9)
    given = outcomes(np.zeros((n, 3)), np.zeros(n, int), scope.tolist())
    costs = read_costs()
    found_thresholds = best_thresholds(confidence, total, found, given, costs)
    answered = (confidence >= found_thresholds.answer) & (total >= found_thresholds.suggest)
    assert (answered * (1 - found[:, 0]))[scope == "in"].mean() <= costs.limits["wrong"]
    assert answered[scope == "near"].mean() <= costs.limits["near"]
    assert not answered[scope == "far"].any()
    assert answered[scope == "in"].mean() > 0.05
    assert found_thresholds.answer <= found_thresholds.sure
    strict = costs.model_copy(update={"limits": {"wrong": 0.0005, "near": 1.0, "far": 1.0}})
    assert best_thresholds(confidence, total, found, given, strict).answer > found_thresholds.answer


def test_confidences_are_calibrated_where_scores_are_too_sure() -> None:
    rng = np.random.default_rng(2)
    right = rng.integers(0, 2, 800)
    scores = 1.5 * np.eye(3)[right] + rng.normal(0, 1, (800, 3))
    scores[:, 2] -= 3
    given = outcomes(4 * scores, right, ["in"] * 800)  # four times as sure as it may be
    numbers: Numbers = fit_numbers(given, ("a", "b", OUTSIDE + "x"), read_costs())
    mixed = numbers.mix["small"]["whole"][0] * 4 * scores
    chances = np.exp(mixed) / np.exp(mixed).sum(axis=1, keepdims=True)
    first = chances[:, :2].argmax(axis=1)
    alone = {"small whole": probabilities((4 * scores).astype(np.float32))[:, :2].sum(axis=1)}
    found = signs(chances[:, :2], chances[:, 2:], np.zeros(800), np.zeros((800, 2)), alone)
    confidence = numbers.confidences(found)[np.arange(800), first]
    assert abs(confidence.mean() - (first == right).mean()) < 0.03


@pytest.mark.slow
def test_the_whole_chain_runs_on_a_few_texts(tmp_path: Path) -> None:
    posts = tmp_path / "posts.jsonl"
    ids = {"bias-term": "pq", "dropout": "rs"}
    posts.write_text("\n".join(post(id=f"{letter}{n}", entries=[slug], text=f"{slug} {letter} {n}")
                               for slug, letters in ids.items() for letter in letters for n in range(6)))
    groups = (*GROUPS, Group(name="far", says="No.", examples=("cheese", "cheese cake", "a cake")))
    pointed: list[str] = []

    def pointing(text: str) -> tuple[str, ...]:
        pointed.append(text)
        return ("dropout",)

    fitted, found = chain.fit_all(ENTRIES, groups, [posts], ["more cheese"], [], tmp_path, pointing, lambda line: None)
    assert fitted.labels == ("bias-term", "dropout", "outside:far", "outside:greetings")
    assert fitted.numbers.keys() == {"all-MiniLM-L6-v2", "small"}
    assert fitted.posts == 24
    assert chain.render(found) == "24 in"
    assert len(pointed) == 24
    assert fitted.numbers["all-MiniLM-L6-v2"].mix.keys() == {"minilm", "ngrams", "small", "nearest", "diagnosis"}
    assert "diagnosis" not in fitted.numbers["small"].mix  # a browser computes with these
