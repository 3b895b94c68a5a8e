"""Seeds: crowds that share no replica, replicas that can be opened by their own seed, streams that are their own."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.coffee_roasting import EXPERIMENT
from sims.engine.experiment import perform
from sims.engine.randomness import APART, LARGEST_SEED, MOST_REPLICAS, REPLICAS, ensemble_seeds, stream

CHOSEN = st.integers(0, APART - 1)  # what somebody types
SEED = st.integers(0, LARGEST_SEED)


@given(one=CHOSEN, other=CHOSEN, replicas=st.integers(1, MOST_REPLICAS))
def test_the_crowds_of_two_chosen_seeds_share_no_replica(one: int, other: int, replicas: int) -> None:
    assert (one == other) or not set(ensemble_seeds(one, replicas)) & set(ensemble_seeds(other, replicas))


@given(first=st.integers(0, 10**6), replicas=st.integers(1, 100))
def test_the_next_seeds_crowd_is_another_and_no_small_seed_is_anothers_replica(first: int, replicas: int) -> None:
    assert not set(ensemble_seeds(first, replicas)) & set(ensemble_seeds(first + 1, replicas))
    assert ensemble_seeds(first, replicas)[0] == first
    assert (ensemble_seeds(first, replicas)[1:] >= APART).all()


@given(chosen=CHOSEN, place=st.integers(0, REPLICAS - 1))
def test_a_replica_opened_by_its_own_seed_has_the_same_crowd_around_it(chosen: int, place: int) -> None:
    seeds = ensemble_seeds(chosen)
    opened = ensemble_seeds(int(seeds[place]))
    assert opened[0] == seeds[place]
    assert set(opened) == set(seeds)


@given(seed=SEED, replicas=st.integers(1, MOST_REPLICAS))
def test_a_crowd_has_its_seed_first_then_others_in_order_all_different_and_whole_in_json(
        seed: int, replicas: int) -> None:
    seeds = ensemble_seeds(seed, replicas)
    assert (len(seeds), seeds[0]) == (replicas, seed)
    assert (np.diff(seeds[1:]) > 0).all()
    assert seed not in seeds[1:]
    assert [float(s) for s in json.loads(json.dumps(seeds.tolist()))] == seeds.tolist()  # as JavaScript reads them
    assert seeds.min() >= 0
    assert seeds.max() <= LARGEST_SEED


@given(seeds=st.lists(SEED, min_size=2, max_size=2, unique=True))
def test_streams_of_different_seeds_and_purposes_differ(seeds: list[int]) -> None:
    drawn = [stream(seed, purpose).random() for seed in seeds for purpose in ("data", "weights", "test data")]
    assert len(set(drawn)) == 6


def test_a_derived_seed_is_never_another_seed_with_a_longer_purpose() -> None:
    second_words = {(place * APART + rest) >> 32 for place in range(1, MOST_REPLICAS) for rest in (0, APART - 1)}
    assert min(second_words) > 127  # beyond every character of a purpose
    with pytest.raises(UnicodeEncodeError):
        stream(1, "données")


def test_a_run_opened_by_a_replicas_seed_is_that_replica() -> None:
    run = perform(EXPERIMENT, EXPERIMENT.params(steps=20), seed=40, replicas=6)
    opened = perform(EXPERIMENT, EXPERIMENT.params(steps=20), seed=int(run.seeds[4]), replicas=6)
    order = [run.seeds.tolist().index(seed) for seed in opened.seeds]
    assert order == [4, 0, 1, 2, 3, 5]
    for one, other in zip(run.shown.weights, opened.shown.weights, strict=True):
        np.testing.assert_array_equal(one[order], other)


@pytest.mark.parametrize(("seed", "replicas"), [(-1, 1), (LARGEST_SEED + 1, 1), (0, 0), (0, MOST_REPLICAS + 1)])
def test_what_is_no_crowd_is_refused(seed: int, replicas: int) -> None:
    with pytest.raises(ValueError, match=r"seed must lie between|a crowd has from 1"):
        ensemble_seeds(seed, replicas)


@given(seed=SEED, purpose=st.sampled_from(["d", "data", "second start 1"]))
def test_a_stream_is_numpys_own_for_the_seed_and_the_letters(seed: int, purpose: str) -> None:
    own = np.random.default_rng([seed, *purpose.encode("ascii")])
    assert stream(seed, purpose).random(3).tolist() == own.random(3).tolist()
