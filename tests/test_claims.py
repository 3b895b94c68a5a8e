"""What a run says of a claim and of its control."""

from typing import Any

import numpy as np
import pytest
from known import ENTRIES

from bot.answers.answer import Answer, compose
from bot.answers.claims import ClaimResult, Control, judged
from bot.answers.controls import controls_of
from bot.content.entries import Claim, Entry
from bot.content.settings import make_params
from bot.service import Bot
from sims.engine.experiment import perform
from sims.engine.registry import find

COFFEE = ENTRIES["coffee-roasting"]
IDENTITY = Claim(says="It is so.", holds="hidden == hidden", kind="identity")
FINDING: dict[str, Any] = {"says": "It works.", "holds": "accuracy >= 0.9", "in_at_least": 0.8}


def with_claims(*claims: Claim) -> Entry:
    return COFFEE.model_copy(update={"claims": claims})


def run(changes: dict[str, Any] | None = None, replicas: int = 8) -> Any:
    kind = find(COFFEE.experiment)
    return perform(kind, make_params(kind.params, COFFEE.params, changes or {}), 8, replicas)


RUN = run()


def result(true: int, control: Control | None = None, **fields: Any) -> ClaimResult:
    return judged("s", "h", np.arange(32) < true, fields.pop("at_least", 0.9), control=control, **fields)


@pytest.mark.parametrize(("claim", "told"), [
    (result(31), "in 31 of 32 runs"),
    (result(31, Control("without training", 2, 32, 0.2)), "in 31 of 32 runs; without training in 2 of 32"),
    (result(12, Control("without training", 0, 32, 0.2), at_least=0.1, at_most=0.5),
     "in 12 of 32 runs, this one too; without training in 0 of 32"),
    (result(32, Control("without training", 32, 32, 0.2)),
     "in 32 of 32 runs; without training in 32 of 32, so it shows nothing here"),
    (result(3, Control("without training", 32, 32, 0.2)), "in 3 of 32 runs; without training in 32 of 32"),
    (result(32, kind="identity", at_least=1), "always, by the formula"),
    (result(31, kind="identity", at_least=1), "not at these settings"),
])
def test_evidence_in_words(claim: ClaimResult, told: str) -> None:
    assert claim.evidence == told


def test_an_identity_has_no_count() -> None:
    always, not_here = result(32, kind="identity", at_least=1), result(31, kind="identity", at_least=1)
    assert (always.mark, always.count, always.stands) == ("✓", "always", True)
    assert (not_here.mark, not_here.count, not_here.stands) == ("✗", "not here", False)
    assert result(31).count == "31 of 32"


@pytest.mark.parametrize(("true", "passes"), [(0, False), (2, False), (9, False), (13, True), (32, True)])
def test_a_control_passes_where_its_count_would_be_a_surprise(true: int, passes: bool) -> None:
    assert Control("x", true, 32, 0.2).passes == passes


def test_the_untrained_network_is_judged_by_the_same_comparison() -> None:
    entry = with_claims(Claim(**FINDING, control="untrained"))
    (control,) = controls_of(entry, RUN)
    untrained = perform(RUN.experiment, RUN.params, 8, 8, untrained=True).metrics.accuracy
    assert control == Control("without training", int((untrained >= 0.9).sum()), 8, 0.2)
    trained = controls_of(with_claims(Claim(**{**FINDING, "holds": "loss > 0"}, control="untrained")), RUN)
    assert trained == (Control("without training", 8, 8, 0.2),)


def test_a_comparison_is_judged_in_the_run_itself() -> None:
    entry = with_claims(Claim(**FINDING, control="best_line >= 0.9", against="with one line"),
                        Claim(**FINDING, control="accuracy >= 0.9", against="with itself", control_at_most=0.5))

    def elsewhere(params: object, untrained: bool) -> Any:
        raise AssertionError("no other run is needed")

    one, other = controls_of(entry, RUN, elsewhere)
    assert one == Control("with one line", int((RUN.metrics.best_line >= 0.9).sum()), 8, 0.2)
    assert other == Control("with itself", int((RUN.metrics.accuracy >= 0.9).sum()), 8, 0.5)


def test_other_settings_are_run_over_the_same_seeds_and_once() -> None:
    claim = Claim(**FINDING, control_params={"hidden": 1}, against="with one unit")
    asked: list[tuple[int, bool]] = []

    def elsewhere(params: Any, untrained: bool) -> Any:
        asked.append((params.hidden, untrained))
        return run({"hidden": params.hidden})

    one, other = controls_of(with_claims(claim, claim), RUN, elsewhere)
    assert one == other == Control("with one unit", int((run({"hidden": 1}).metrics.accuracy >= 0.9).sum()), 8, 0.2)
    assert asked == [(1, False)]


def test_control_settings_come_over_those_of_the_learner() -> None:
    claim = Claim(**FINDING, control_params={"hidden": 1}, against="with one unit")
    (control,) = controls_of(with_claims(claim), run({"hidden": 4, "steps": 300}))
    assert control is not None
    alone = run({"hidden": 1, "steps": 300}).metrics.accuracy
    assert control.replicas_true == int((alone >= 0.9).sum())


def test_identities_and_claims_without_a_control_have_no_count() -> None:
    assert controls_of(with_claims(IDENTITY, Claim(**FINDING)), RUN) == (None, None)


def test_the_first_finding_speaks_for_an_answer() -> None:
    answer = compose(with_claims(IDENTITY, *COFFEE.claims), RUN)
    assert answer.first_finding is answer.claims[1]
    assert answer.other_claims == (answer.claims[0], *answer.claims[2:])
    alone = compose(with_claims(IDENTITY), RUN)
    assert alone.first_finding is alone.claims[0]
    assert alone.other_claims == ()


def test_the_direct_answer_is_the_first_paragraph() -> None:
    answer: Answer = compose(COFFEE, RUN)
    first, rest = answer.paragraphs
    assert answer.text == f"{first}\n\n{rest}"
    assert "\n" not in first


def test_a_bot_counts_controls_once() -> None:
    bot = Bot(dict(ENTRIES))
    answer = bot.answer("coffee-roasting")
    again = bot.answer("coffee-roasting")
    for claim, same in zip(answer.claims, again.claims, strict=True):
        assert claim.control is not None
        assert same.control is claim.control
    assert bot.answer("coffee-roasting", seed=9).claims != answer.claims


def test_a_broken_claim_flips_with_the_settings_and_its_control_stays() -> None:
    bot = Bot(dict(ENTRIES))
    own, broken = bot.answer("coffee-roasting").claims[0], bot.answer("coffee-roasting", {"hidden": 2}).claims[0]
    assert (own.stands, broken.stands) == (True, False)
    assert own.control == broken.control
    assert broken.control is not None
    assert broken.replicas_true == broken.control.replicas_true
