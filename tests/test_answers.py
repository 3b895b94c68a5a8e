"""An entry and a run make an answer; settings and links are read and bounded."""

import numpy as np
import pytest
from pydantic import ValidationError

from bot.answers.answer import compose
from bot.answers.claims import judged
from bot.answers.values import holds_in, right_option
from bot.content.entries import Claim, Entry, Option, Prediction
from bot.content.settings import SettingError, make_params, settings_of
from bot.present.permalinks import Permalink, from_query
from bot.service import Bot, UnknownEntry
from sims.coffee_roasting import EXPERIMENT, CoffeeParams
from sims.engine.experiment import perform

QUICK = CoffeeParams(steps=200)
RUN = perform(EXPERIMENT, QUICK, seed=0)


def option(says: str, when: str) -> Option:
    return Option(says=says, when=when, feedback="-")


ENTRY = Entry(
    slug="x", topic="t", title="T", utterances=("a",), experiment="coffee_roasting", params={"steps": 200},
    claims=(Claim(says="Above {{ 0.5:.0%}}.", holds="accuracy > 0.5", in_at_least=0.9),
            Claim(says="Perfect.", holds="accuracy > 1", in_at_least=0.9)),
    prediction=Prediction(question="?", options=(option("bad", "accuracy < 0.5"), option("good", "accuracy >= 0.5"))),
    text="{{ accuracy:.3f}} of {{ hidden }} units at seed {{ seed }}",
)


def test_the_text_has_the_run_s_own_numbers() -> None:
    answer = compose(ENTRY, RUN)
    assert answer.text == f"{RUN.metrics.accuracy[0]:.3f} of 3 units at seed 0"
    other = compose(ENTRY, perform(EXPERIMENT, QUICK, seed=900))
    assert other.text != answer.text
    assert answer.metrics["accuracy"] == pytest.approx(RUN.metrics.accuracy[0])


def test_claims_are_judged_by_the_run() -> None:
    first, second = compose(ENTRY, RUN).claims
    assert first.says == "Above 50%."
    assert first.replicas_true == int((RUN.metrics.accuracy > 0.5).sum())
    assert first.stands
    assert (second.in_this_run, second.replicas_true, second.stands) == (False, 0, False)
    assert second.evidence == "in 0 of 32 runs"
    assert compose(ENTRY, RUN).broken == (second,)


def test_changed_settings_are_told() -> None:
    own = CoffeeParams(steps=200).model_dump()
    assert compose(ENTRY, RUN, own).changed == {}
    assert compose(ENTRY, perform(EXPERIMENT, CoffeeParams(steps=200, hidden=2)), own).changed == {"hidden": 2}


@pytest.mark.parametrize(
    ("true", "at_least", "at_most", "stands"),
    [(32, 0.9, 1.0, True), (28, 0.9, 1.0, True), (20, 0.9, 1.0, False), (12, 0.2, 0.6, True), (30, 0.2, 0.6, False)],
)
def test_a_claim_stands_unless_its_count_surprises(true: int, at_least: float, at_most: float, stands: bool) -> None:
    assert judged("s", "h", np.arange(32) < true, at_least, at_most).stands == stands


def test_the_prediction_is_decided_by_the_run() -> None:
    assert right_option(ENTRY.prediction.options, RUN) == int(RUN.metrics.accuracy[0] >= 0.5)
    assert right_option((option("never", "accuracy > 1"), option("nor", "accuracy < 0")), RUN) is None


def test_nothing_is_claimed_of_a_diverged_run() -> None:
    broken = RUN.metrics.model_copy(update={"accuracy": np.full(32, np.nan)})
    run = type(RUN)(RUN.experiment, RUN.params, RUN.seeds, RUN.shown, broken, 0.0)
    assert not holds_in("accuracy < 0.5", run).any()
    assert not holds_in("accuracy >= 0.5", run).any()
    assert "not a number" in compose(ENTRY, run).text


def test_settings_are_layered_and_bounded() -> None:
    assert make_params(CoffeeParams, {"hidden": 2}, {"hidden": "4", "steps": 100}).model_dump()["hidden"] == 4
    with pytest.raises(SettingError, match="no setting 'neurons' here; there are: hidden"):
        make_params(CoffeeParams, {"neurons": 2})
    with pytest.raises(SettingError, match=r"hidden \(hidden units\) cannot be 99: it takes a whole number from 1"):
        make_params(CoffeeParams, {"hidden": 99})
    with pytest.raises(SettingError, match="one of sigmoid, tanh"):
        make_params(CoffeeParams, {"activation": "softplus"})
    with pytest.raises(SettingError, match="learning_rate"):
        make_params(CoffeeParams, {"learning_rate": "nan"})
    assert settings_of(CoffeeParams)["learning_rate"].takes == "a number from 0.0001 to 1"


def test_links_go_both_ways() -> None:
    link = Permalink(entry="dead-relu", params={"hidden": 2, "bias": True}, seed=7)
    assert link.query() == "entry=dead-relu&bias=true&hidden=2&seed=7"
    read = Permalink(entry="dead-relu", params={"hidden": "2", "bias": "true"}, seed=7)
    assert from_query("?" + link.query()) == read


@pytest.mark.parametrize("query", ["", "entry=", "entry=../../etc", "entry=x&seed=-1", "entry=x&seed=no", "hidden=2"])
def test_a_bad_link_is_refused(query: str) -> None:
    with pytest.raises(ValidationError):
        from_query(query)


def test_the_bot_remembers_runs_and_knows_former_names() -> None:
    bot = Bot({"x": ENTRY, "y": ENTRY.model_copy(update={"slug": "y", "formerly": ("z",)})})
    assert bot.entry("z").slug == "y"
    assert bot.answer("x").run is bot.answer("y").run
    assert bot.answer("x", {"hidden": 2}).run is not bot.answer("x").run
    assert bot.outcome_of_prediction("x") == 1
    with pytest.raises(UnknownEntry, match="no entry 'w'"):
        bot.entry("w")
