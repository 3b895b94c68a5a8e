"""What is fitted for points: weights that prefer what was asked, a threshold by worth, other entries only for gain."""

import json
from pathlib import Path

import numpy as np
import pytest
from known import ENTRIES

from bot.matching import artefacts, encoders
from bot.matching.artefacts import read, thresholds
from bot.matching.asks import KnownVectors, known_vectors, texts_of
from bot.matching.decisions import Decision, Match, PointNumbers
from bot.matching.features import reading_of
from bot.matching.fitting.elsewhere import NEVER, Tried, best_elsewhere, counts
from bot.matching.fitting.pointed import pointed_posts, read_pointed
from bot.matching.fitting.points import Posed, best_threshold, fit_points, held_out, outcomes
from bot.matching.matcher import NGRAMS
from bot.matching.points import Pointed, asked_in, chances, in_order, logits, moved
from bot.matching.spaces import Space, pooled, space_of

COSTS = {"right": 1.0, "wrong": -1.0, "unasked": -0.6, "limit": 0.15}


def posed(right: int | None, entry: str = "a", near: float = 0.8, left_out: bool = True) -> Posed:
    """A question that lies near to one of three points, or to the phrasings where it asks for none."""
    asked = np.full(3, 0.1, np.float32)
    phrased = 0.8 if right is None else 0.1
    if right is not None:
        asked[right] = near
    said = np.zeros(3, np.float32)
    found = {"small": (asked, said, phrased), NGRAMS: (said, said, 0.0)}
    return Posed(entry, () if right is None else (right,), "x", found,
                 "left out" if left_out and right is not None else "ours")


QUESTIONS = [posed(k, entry) for entry in "abcd" for k in (0, 1, 2)] + [posed(None, entry) for entry in "abcd"]


def test_the_weights_prefer_what_was_asked() -> None:
    found = fit_points(QUESTIONS)
    assert found.asks["small"] > 1
    assert found.phrasings["small"] > 1
    assert min(*found.asks.values(), *found.says.values(), *found.phrasings.values()) >= 0
    confidence, right = outcomes(QUESTIONS, found)
    assert right.tolist() == [bool(one.right) for one in QUESTIONS]
    assert confidence[right].min() > confidence[~right].max()
    assert np.allclose(held_out(QUESTIONS)[0], confidence, atol=0.05)


def test_the_threshold_is_worth_most_and_keeps_general_questions_free() -> None:
    confidence, right = outcomes(QUESTIONS, fit_points(QUESTIONS))
    threshold = best_threshold(QUESTIONS, confidence, right, COSTS)
    assert confidence[~right].max() < threshold <= confidence[right].min()
    noisy = np.where(right, 0.5, 0.6)
    assert best_threshold(QUESTIONS, noisy, right, COSTS) > 0.6, "too many general ones would get one"
    assert best_threshold(QUESTIONS, noisy, right, {**COSTS, "limit": 1.0, "unasked": 0.0}) <= 0.5


def test_probabilities_are_those_of_the_points_and_of_none() -> None:
    near = posed(1).near
    numbers = PointNumbers(asks={"small": 10.0}, phrasings={"small": 10.0}, none=-1.0)
    assert logits(near, numbers).argmax() == 1
    found = chances(near, numbers)
    assert np.isclose(found.sum(), 1)
    assert found[-1] < found[1]
    assert chances(posed(None).near, numbers).argmax() == 3


def test_a_way_to_ask_that_is_left_out_does_not_find_itself() -> None:
    asks = np.eye(4, dtype=np.float32)
    space = Space(asks, np.eye(2, 4, dtype=np.float32), np.array([0, 0, 1, 1]), np.zeros((0, 4), np.float32))
    whole, alone = space.nearness(asks[0])[0], space.nearness(asks[0], without=0)[0]
    assert whole[0] > whole[1]
    assert alone[0] < whole[0]


def test_phrasings_that_ask_a_point_speak_against_none() -> None:
    texts = np.eye(6, dtype=np.float32)
    phrasings = np.vstack([texts[:3], texts[4:6], [texts[5] + texts[4]]])
    kept = space_of(texts[[0, 1, 2, 3, 0, 2]], np.array([0, 0, 1, 1]), phrasings).phrasings
    assert len(kept) < len(phrasings)
    assert any((row == texts[4]).all() for row in kept)


def tried(first: str, right: str, found: Pointed, kind: str = "answer") -> Tried:
    ranked = (Match(first, 0.7), Match("other", 0.2))
    decision = Decision(kind, ranked, None, None, "x")  # type: ignore[arg-type]
    return Tried(decision, (found,), frozenset((right,)))


def test_a_point_decides_on_the_entry_where_that_helps() -> None:
    helps = [tried("first", "other", Pointed("other", "p", 0.9)) for _ in range(5)]
    assert 0.5 <= best_elsewhere(helps, 0.5) <= 0.9
    assert counts(helps, 0.8) == {"right before": 0, "wrong before": 5, "right": 5, "wrong": 0}
    harms = [tried("first", "first", Pointed("other", "p", 0.9)) for _ in range(5)]
    assert best_elsewhere(harms, 0.5) == NEVER
    assert best_elsewhere(helps, 0.95) == NEVER, "what is not said does not decide"


def test_what_is_moved() -> None:
    decision = Decision("suggest", (Match("first", 0.5), Match("other", 0.3)), "g", "line", "x", False)
    found = moved(decision, [Pointed("other", "p", 0.8), Pointed("first", "q", 0.2)], 0.7, 0.9)
    assert (found.kind, found.ranked[0], found.outside, found.sure) == ("answer", Match("other", 0.8), None, False)
    assert [match.slug for match in found.ranked] == ["other", "first"]
    assert moved(decision, [Pointed("other", "p", 0.6)], 0.7, 0.9) is decision
    answered = Decision("answer", decision.ranked, None, None, "x")
    assert moved(answered, [Pointed("first", "q", 0.8)], 0.7, 0.9) is answered, "it is that entry already"


def test_marked_posts_are_read_with_the_entries_that_they_ask(tmp_path: Path) -> None:
    posts, marks = tmp_path / "posts.jsonl", tmp_path / "marks.jsonl"
    posts.write_text("\n".join(json.dumps(post) for post in (
        {"id": "p1", "text": "one", "entries": ["a", "b"]},
        {"id": "p2", "text": "two", "entries": ["a"]},
        {"id": "p3", "text": "three", "entries": ["a"]},
        {"id": "p4", "text": "and four?", "entries": ["a"], "previous": ["three"]},
    )))
    marks.write_text('{"id": "p1", "points": ["c#x", "a#y"]}\n{"id": "p2", "points": []}\n{"id": "p4", "points": []}\n')
    found = list(pointed_posts(posts, marks))
    assert [post.text for post in found] == ["one", "two"], "p3 is not marked, p4 leans on another"
    assert [dict(post.asked) for post in found] == [{"a": ("y",), "c": ("x",)}, {"a": ()}]
    marks.write_text('{"id": "p1", "points": ["a#y"], "text": "one"}\n')
    with pytest.raises(ValueError, match="line 1"):
        read_pointed(marks)


def test_the_marks_that_are_shipped_name_points_that_exist() -> None:
    known = {f"{entry.slug}#{point.id}" for entry in ENTRIES.values() for point in entry.points}
    marked = read_pointed()
    assert {point for points in marked.values() for point in points} <= known
    assert sum(not points for points in marked.values()) > 100, "posts that ask none weigh on the other side"


def test_a_question_of_several_texts_is_as_near_as_its_nearest() -> None:
    first, second = posed(0).near, posed(2).near
    found = pooled([first, second])
    assert np.allclose(found["small"][0], [0.8, 0.1, 0.8])
    assert found["small"][2] == 0.1
    assert pooled([first])[NGRAMS][2] == first[NGRAMS][2]


def sure_of(*points: int) -> list[np.ndarray]:
    """For each sentence of a post the probabilities of three points; it surely asks the one of that number."""
    return [np.where(np.arange(3) == point, 0.8, 0.05) for point in points]


def test_a_second_point_is_the_one_that_another_sentence_asks_by_itself() -> None:
    assert in_order(1, sure_of(1, 2)) == [1, 2]
    assert in_order(1, sure_of(2, 1)) == [2, 1], "in the order of the post"
    assert in_order(1, sure_of(1, 1)) == [1]
    assert in_order(1, [*sure_of(1), np.array([0.1, 0.3, 0.4])]) == [1], "not sure enough to stand beside it"
    assert in_order(1, sure_of(2)) == [1], "one sentence asks one thing"
    assert in_order(0, []) == [0], "nothing asks: the story alone told it"


def test_the_parts_of_a_post_that_may_ask() -> None:
    post = ("Weights stop moving\nI train on tide levels. The sum of the slopes is tiny from the third day on.\n"
            "Is that the rate? What do I log?\nAll my slopes are printed as zeros.")
    asking, others = asked_in(reading_of(post, post))
    assert [text.rsplit(". ", 1)[-1] for text in asking] == ["Is that the rate?", "Is that the rate? What do I log?"]
    assert "Weights stop moving" in others
    assert "All my slopes are printed as zeros." in others, "what is the matter is told last"
    assert any("tide levels" in text and "zeros" in text for text in others), "and all of the story"
    assert len(set(asking) | set(others)) == len(asking) + len(others), "none is read twice"
    short = "why is there a bias?"
    assert asked_in(reading_of(short, short)) == ((short,), ())


def test_what_is_shipped_knows_every_point() -> None:
    texts = [text for entry in ENTRIES.values() for text in texts_of(entry.points)]
    fitted = read(artefacts.SHIPPED)
    stale = [entry.slug for entry in ENTRIES.values() if not fitted.asks.knows(texts_of(entry.points))]
    assert fitted.asks.knows(texts), f"run scripts/fit_points.py --texts: {', '.join(stale)} changed"
    assert (artefacts.SHIPPED / artefacts.POINTS).stat().st_size < 900 * len(texts) + 4000, "4 MB for 700 points"
    assert 0.2 <= thresholds().point < 1


def test_known_vectors_are_those_that_were_given() -> None:
    vectors = encoders.small().encode(["one", "two", "three"])
    known = known_vectors(["one", "two", "three"], vectors)
    assert float((known.of(["three", "one"]) * vectors[[2, 0]]).sum()) > 1.98
    assert known.knows(["two"])
    assert not known.knows(["two", "four"])
    assert not KnownVectors().knows(["one"])
