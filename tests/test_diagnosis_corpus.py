"""Posts in the manner of real ones: what is read of them, and which diagnosis stands first."""

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.diagnosis.reading import read_post
from bot.diagnosis.rules import diagnose, read_rules
from bot.diagnosis.spec import NetworkSpec, Reading, Symptoms

CORPUS = Path(__file__).parent / "networks" / "corpus.jsonl"
POSTS = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
RULES = read_rules()
NOT_COMPARED = {"rows", "targets", "examples", "classes", "task", "lines", "l2", "gradient_not_averaged",
                "target_scaling", "own"}
AS_IT_SHOULD_BE: dict[str, tuple[Any, ...]] = {
    "sign_of_update": ("right",), "label_shape": ("column", "flat"), "target": ("binary", "integers", "real"),
    "bias": (True,), "output_bias": (True,),
}


@cache
def reading(text: str) -> Reading:
    """Each post is read once."""
    return read_post(text)


def compared(spec: NetworkSpec) -> dict[str, Any]:
    """A specification as `expect` writes it: unset fields and flags that are as they should be left out."""
    found: dict[str, Any] = {}
    for name in NetworkSpec.model_fields:
        value = getattr(spec, name)
        if name == "layers":
            value = [written(layer) for layer in value]
        telling = name in ("shuffle", "bias", "output_bias")  # fields that say something where they are False
        unset = value is None or value in ([], ()) or (value is False and not telling)
        if not unset and name not in NOT_COMPARED and value not in AS_IT_SHOULD_BE.get(name, ()):
            found[name] = list(value) if isinstance(value, tuple) else value
    if found.get("derivative_at") == found.get("derivative_written_for"):
        found.pop("derivative_at", None)
        found.pop("derivative_written_for", None)
    return found


def written(layer: Any) -> list[Any]:
    """A layer as `expect` writes it."""
    more = [layer.dropout] if layer.dropout or layer.batch_norm else []
    return [layer.units, layer.activation, *more, *(["bn"] if layer.batch_norm else [])]


def shows(symptoms: Symptoms, expected: Mapping[str, Any]) -> bool:
    """Whether all the listed symptoms are there."""
    for name, value in expected.items():
        found = getattr(symptoms, name)
        near = isinstance(value, float) and found is not None and math.isclose(found, value, rel_tol=1e-3)
        if found != value and not near:
            return False
    return True


def read_exactly(post: Mapping[str, Any]) -> bool:
    found = reading(post["text"])
    unread = [one.what for one in found.unread]
    return compared(found.spec) == post["expect"] and shows(found.symptoms, post.get("symptoms", {})) and (
        unread == ([post["unread"]] if "unread" in post else []))


def first(post: Mapping[str, Any]) -> str | None:
    found = diagnose(reading(post["text"]), RULES)
    return found[0].id if found else None


def test_the_corpus_is_large_and_mixed() -> None:
    assert len(POSTS) >= 120
    assert sum(post["harmless"] for post in POSTS) >= 30
    assert {post["first"] for post in POSTS} - {None} <= {rule.id for rule in RULES}
    assert len({post["first"] for post in POSTS}) >= 40


def test_specifications_are_read_exactly() -> None:
    wrong = [post["id"] for post in POSTS if not read_exactly(post)]
    assert len(wrong) <= 0.1 * len(POSTS), wrong


def test_the_right_diagnosis_stands_first() -> None:
    ill = [post for post in POSTS if not post["harmless"]]
    wrong = [(post["id"], post["first"], first(post)) for post in ill if first(post) != post["first"]]
    assert len(wrong) <= 0.15 * len(ill), wrong


def test_harmless_posts_get_no_diagnosis() -> None:
    harmless = [post for post in POSTS if post["harmless"]]
    alarms = [(post["id"], first(post)) for post in harmless if first(post) is not None]
    assert len(alarms) <= 0.05 * len(harmless), alarms


WITH_LAYERS = [post for post in POSTS if "layers" in post["expect"]]


@pytest.mark.parametrize("post", WITH_LAYERS[::12], ids=lambda post: post["id"])
def test_facts_say_on_which_line_they_stand(post: Mapping[str, Any]) -> None:
    found = reading(post["text"])
    lines = post["text"].split("\n")
    for name, line in {**found.spec.lines, **found.symptoms.lines}.items():
        assert 1 <= line <= len(lines), name
    rate = found.spec.lines.get("learning_rate")
    if rate is not None and found.spec.learning_rate is not None:
        assert any(char.isdigit() for char in lines[rate - 1])
