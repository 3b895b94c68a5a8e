"""Looking up while typing: half a word is enough, other words too."""

import pytest
from growth import grows_in_proportion

from bot.matching.typeahead import Lookup
from bot.service import shared_bot


@pytest.fixture(scope="module")
def lookup() -> Lookup:
    return shared_bot().lookup


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("overf", "overfitting"),
        ("dead re", "dead-relu"),
        ("what does a hid", "hidden-neuron-meaning"),
        ("how many neur", "how-many-neurons"),
        ("SIGMOID der", "sigmoid-derivative"),
        ("lr too high", "learning-rate"),
        ("initialise everything with 0", "zero-initialisation-symmetry"),
        ("affordab", "demand-prediction"),
    ],
)
def test_the_entry_is_among_the_first(lookup: Lookup, typed: str, slug: str) -> None:
    assert slug in [hit.slug for hit in lookup.search(typed)[:2]]


@pytest.mark.slow
def test_every_title_and_nearly_every_phrasing_finds_its_entry(lookup: Lookup) -> None:
    for slug, entry in lookup.entries.items():
        assert lookup.search(entry.title)[0].slug == slug
    asked = [(slug, text) for slug, text, _ in lookup.phrasings[::25] if lookup.search(text)]
    assert len(asked) > 100
    assert sum(lookup.search(text)[0].slug == slug for slug, text in asked) > 0.95 * len(asked)


def test_the_phrasing_that_was_found_is_told(lookup: Lookup) -> None:
    hit = lookup.search("hidden node probab")[0]
    assert (hit.slug, hit.phrasing) == ("hidden-neuron-meaning", "hidden node = probability?")


@pytest.mark.parametrize("typed", ["", "   ", "?!", "zzzzqqq", "\x00", "\ud800"])
def test_nothing_is_found_where_there_are_no_words(lookup: Lookup, typed: str) -> None:
    assert lookup.search(typed) == []


@pytest.mark.load
@pytest.mark.parametrize("piece", ["is the hidden neuron really affordability ", "confussed", "a ", "?"])
def test_looking_up_takes_time_in_proportion_to_what_is_typed(lookup: Lookup, piece: str) -> None:
    assert grows_in_proportion(lookup.search, piece, 250)
