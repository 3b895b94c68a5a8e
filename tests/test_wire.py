"""A run as bytes and back: the same numbers, the same answers, and nothing that is executed."""

from typing import Any

import numpy as np
import pytest
from known import ENTRIES

from bot.answers.wire import Unreadable, packed, unpacked
from bot.service import Bot
from bot.surfaces.web import files
from bot.surfaces.web.links import Links
from sims.engine.experiment import Run, perform
from sims.engine.registry import find, names

LINKS = Links("http://localhost", live_url="http://localhost")


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, down to the kind of every number."""
    if isinstance(one, np.ndarray):
        return bool(one.dtype == other.dtype and one.shape == other.shape
                    and np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    if hasattr(one, "__dataclass_fields__"):
        return type(one) is type(other) and all(same(getattr(one, name), getattr(other, name))
                                                for name in one.__dataclass_fields__)
    if isinstance(one, tuple | list):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and (one == other or one != one)


def equal(one: Run[Any, Any], other: Run[Any, Any]) -> bool:
    metrics = all(same(getattr(one.metrics, name), getattr(other.metrics, name))
                  for name in type(one.metrics).model_fields)
    return (metrics and same(one.shown, other.shown) and same(one.seeds, other.seeds)
            and one.params == other.params and one.experiment is other.experiment and one.verdict == other.verdict)


@pytest.mark.parametrize("name", ["coffee_roasting", "xor"])
def test_a_run_comes_back_as_it_was(name: str) -> None:
    run = perform(find(name), seed=3, replicas=4)
    assert equal(unpacked(packed(name, run)), run)


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_every_experiment_can_be_shared(name: str) -> None:
    run = perform(find(name), seed=3, replicas=2)
    assert equal(unpacked(packed(name, run)), run)


def test_an_answer_reads_the_same_from_bytes() -> None:
    first, second = Bot(ENTRIES), Bot(ENTRIES)
    answer = first.answer("coffee-roasting", {"steps": 60})
    shared = unpacked(packed(answer.entry.experiment, answer.run))
    second.runs._keep((answer.entry.experiment, shared.params.model_dump_json(), shared.seed), shared)
    again = second.answer("coffee-roasting", {"steps": 60})
    assert again.run is shared
    for make in (files.html, files.as_json, files.player):
        assert make(again, second.entries, LINKS).body == make(answer, first.entries, LINKS).body


def test_bytes_that_are_no_run_are_refused() -> None:
    whole = packed("xor", perform(find("xor"), replicas=2))
    for content in (b"", b"nothing", whole[:-1], whole[:40], b"\xff" * 64, whole.replace(b"xor", b"nor", 1),
                    whole.replace(b"Trained", b"Popened", 1)):
        with pytest.raises(Unreadable):
            unpacked(content)


def test_a_run_that_holds_anything_else_is_not_shared() -> None:
    run = perform(find("xor"), replicas=2)
    object.__setattr__(run.shown, "name", print)
    with pytest.raises(Unreadable, match="builtin_function"):
        packed("xor", run)
