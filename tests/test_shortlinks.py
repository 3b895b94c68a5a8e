"""Short links: there and back, permanent, and honest about numbers that have changed since."""

import base64
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import BOT, ENTRIES

from bot.answers.answer import compose
from bot.present.shortlinks import BadCode, _digest, decode, encode, trace
from sims.engine.experiment import perform
from sims.engine.randomness import LARGEST_SEED
from sims.engine.registry import find, names

COFFEE = BOT.answer("coffee-roasting")
VERSIONS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: ".".join(map(str, parts)))


@given(st.sampled_from(sorted(ENTRIES)), st.integers(0, LARGEST_SEED), VERSIONS, st.data())
def test_there_and_back(slug: str, seed: int, version: str, data: st.DataObject) -> None:
    entry = ENTRIES[slug]
    fields = find(entry.experiment).params.model_fields
    values = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(),
                       st.text("abcdefghij_ äñ", max_size=40))
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(fields)), values.filter(lambda v: len(str(v)) < 60)))
    run = COFFEE.run.__class__(**{**vars(COFFEE.run), "seeds": COFFEE.run.seeds - COFFEE.run.seed + seed})
    answer = COFFEE.__class__(**{**vars(COFFEE), "entry": entry, "run": run, "changed": changed})
    found = decode(encode(answer, version), ENTRIES)
    assert found.link.entry == slug
    assert found.link.seed == (None if seed == entry.seed else seed)
    assert found.link.params == {k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in changed.items()}
    assert (found.version, found.trace) == (version, trace(answer))


def test_a_code_of_an_earlier_release_still_leads_where_it_led() -> None:
    found = decode("Aaa-I_UAAgCpl40Ikl0BMlwY", ENTRIES)
    assert (found.link.entry, found.link.params, found.link.seed) == ("coffee-roasting", {"hidden": "2"}, 7)
    assert found.version == "0.2.0"


def test_a_former_name_leads_to_the_entry() -> None:
    renamed = ENTRIES["coffee-roasting"].model_copy(update={"slug": "roasting", "formerly": ("coffee-roasting",)})
    others = {slug: entry for slug, entry in ENTRIES.items() if slug != "coffee-roasting"}
    assert decode(encode(COFFEE, "0.2.0"), {**others, "roasting": renamed}).link.entry == "roasting"


def test_a_trace_changes_with_the_numbers_and_with_nothing_else() -> None:
    entry, run = COFFEE.entry, COFFEE.run
    assert trace(compose(entry, perform(run.experiment, run.params, run.seed))) == trace(COFFEE)
    assert trace(compose(entry, perform(run.experiment, run.params, run.seed + 40))) != trace(COFFEE)
    reworded = entry.model_copy(update={"text": "Other words.", "steps": (), "title": "Another title?"})
    assert trace(compose(reworded, run)) == trace(COFFEE)


@given(st.data())
def test_a_mistyped_code_is_no_other_link(data: st.DataObject) -> None:
    code = encode(COFFEE, "0.2.0")
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from("ABCabc019-_").filter(lambda letter: letter != code[place]))
    with pytest.raises(BadCode, match=r"mistyped"):
        decode(code[:place] + other + code[place + 1 :], ENTRIES)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda b: base64.urlsafe_b64encode(b).decode()))
def test_anything_else_is_refused_in_words(code: str) -> None:
    with pytest.raises(BadCode):
        decode(code, ENTRIES)


def test_an_entry_that_is_not_here() -> None:
    others = {slug: entry for slug, entry in ENTRIES.items() if slug != "coffee-roasting"}
    with pytest.raises(BadCode, match="not here"):
        decode(encode(COFFEE, "0.2.0"), others)


def test_no_two_entries_and_no_two_settings_of_an_experiment_share_a_digest() -> None:
    slugs = [name for entry in ENTRIES.values() for name in (entry.slug, *entry.formerly)]
    assert len({_digest(slug, 4) for slug in slugs}) == len(slugs)
    for experiment in names():
        settings = find(experiment).params.model_fields
        assert all(_digest(one, 2) != _digest(other, 2) for one, other in combinations(settings, 2))


def test_a_code_is_short() -> None:
    assert len(encode(COFFEE, "0.2.0")) <= 20
