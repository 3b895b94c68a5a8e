"""What `ask-neuron check` finds: every fault can be provoked, and nothing is found in a good entry."""

from typing import Any

import numpy as np
import pytest
from known import ENTRIES

from bot.answers.checks import Report, check
from bot.answers.checks.across import Across, never
from bot.answers.checks.form import stops_training
from bot.content.entries import Claim, CounterExample, Entry, Option, Prediction
from bot.content.parts import Worked
from sims.engine.experiment import Metrics, metric, shared
from sims.engine.registry import find

pytestmark = pytest.mark.usefixtures("trained_once")  # most differ in what is asked of the same runs
COFFEE = ENTRIES["coffee-roasting"]
SEEDS = 24
QUICK: dict[str, Any] = {"hidden": 3, "steps": 300}


def report(**changes: Any) -> Report:
    """A check of the coffee entry with something changed, over a few seeds."""
    steps = () if "text" in changes else COFFEE.steps  # they name its paragraphs
    entry: Entry = COFFEE.model_copy(update={"params": QUICK, "steps": steps, **changes})
    return check({**ENTRIES, entry.slug: entry}, [entry.slug], SEEDS, 0)


def faults(**changes: Any) -> str:
    return "\n".join(map(str, report(**changes).faults))


def claim(holds: str = "accuracy >= 0.7", **fields: Any) -> Claim:
    return Claim(**{"says": "x", "holds": holds, "in_at_least": 0.5, **fields})


def first(one: Claim) -> tuple[Claim, ...]:
    return (one, *COFFEE.claims[1:])


def test_a_good_entry_has_no_fault() -> None:
    assert check(ENTRIES, ["coffee-roasting"], 100, 0).faults == ()


def test_a_finding_without_a_control() -> None:
    assert "claims[0]: a finding is held against its control" in faults(claims=first(claim()))
    assert "held against its control" not in faults(claims=first(claim(control="untrained")))


def test_an_entry_of_identities_alone() -> None:
    same = Claim(says="x", holds="hidden == hidden", kind="identity")
    assert "an entry needs a finding" in faults(claims=(same, same), counter_examples=())


def test_an_identity_that_fails_somewhere() -> None:
    assert "accuracy == 1 in every run" in faults(claims=first(Claim(says="x", holds="accuracy == 1", kind="identity")))


@pytest.mark.parametrize("control", [
    {"control": "untrained"},
    {"control": "good_share > 0", "against": "of any roasts"},
    {"control_params": {"hidden": 2}, "against": "with two units"},
])
def test_a_control_that_passes_too_often(control: dict[str, Any]) -> None:
    passing = claim("loss > 0", **control)
    found = faults(claims=first(passing))
    assert "control of claims[0]" in found
    assert "there without its cause too" in found
    passing = passing.model_copy(update={"control_at_most": 1.0})
    assert "there without its cause too" not in faults(claims=first(passing))


def test_both_counts_are_told() -> None:
    found = report(claims=(claim(control="untrained"), Claim(says="y", holds="hidden == 3", kind="identity"), claim()),
                   counter_examples=())
    one, same, alone = found.counted
    assert (one.against, one.seeds, one.control_true is not None) == ("without training", SEEDS, True)
    assert str(one) == (f"coffee-roasting claims[0]: in {one.true} of {SEEDS}; without training in "
                        f"{one.control_true}: x")
    assert str(same) == f"coffee-roasting claims[1]: identity, in {SEEDS} of {SEEDS}: y"
    assert "; no control: x" in str(alone)


def test_a_comparison_that_holds_at_every_setting() -> None:
    assert "loss > 0 holds at all of the" in faults(claims=first(claim("loss > 0", control="untrained")))
    other = claim("loss > 0", control="accuracy > 2", against="beyond all")  # it fails there: it is a test
    assert "holds at all of the" not in faults(claims=first(other))
    same = Claim(says="x", holds="hidden > 0", kind="identity")
    assert "holds at all of the" not in faults(claims=(same, *COFFEE.claims[1:]))


def test_a_counter_example_that_merely_stops_training() -> None:
    told = "it merely stops training after a step"
    assert told in faults(counter_examples=(CounterExample(says="x", params={"steps": 1}, breaks=0),))
    assert told not in faults(counter_examples=(CounterExample(says="x", params={"steps": 40}, breaks=0),))
    params = find("coffee_roasting").params
    assert not stops_training(params, {"steps": 1, "hidden": 1})
    assert not stops_training(params, {"hidden": 1})
    assert stops_training(find("batch_size").params, {"epochs": 1})


def test_two_buttons_with_the_same_settings() -> None:
    twice = (CounterExample(says="x", params={"hidden": 2}, breaks=0),
             CounterExample(says="y", params={"hidden": 2, "steps": 300}, breaks=1))
    assert "counter_examples[1]: the same settings as counter_examples[0]" in faults(counter_examples=twice)
    both = CounterExample(says="x", params={"hidden": 1}, breaks=0, also_breaks=(1,))
    assert "counter_examples" not in faults(counter_examples=(both,))
    neither = CounterExample(says="x", params={"hidden": 4}, breaks=0, also_breaks=(1,))
    stays = (claim("accuracy >= 0.5"), claim("accuracy >= 0.4"))
    assert faults(counter_examples=(neither,), claims=stays).count("counter_examples[0] at") == 2


def test_a_counter_example_of_a_claim_that_is_not_there() -> None:
    assert "breaks = 7" in faults(counter_examples=(CounterExample(says="x", params={"hidden": 1}, breaks=7),))


def option(when: str, **fields: Any) -> Option:
    return Option(says=f"says {when}", when=when, feedback="f", **fields)


def predicted(*options: Option) -> dict[str, Any]:
    return {"prediction": Prediction(question="?", options=options)}


def test_an_option_that_never_comes_true() -> None:
    found = faults(**predicted(option("accuracy <= 1"), option("accuracy > 1")))
    assert "prediction.options[1]: 'says accuracy > 1' never comes true" in found
    assert "prediction.options[0]" not in found


def test_an_option_that_another_one_hides() -> None:
    found = faults(**predicted(option("accuracy <= 1"), option("accuracy <= 0.99")))
    assert "prediction.options[1]" in found


def test_settings_at_which_an_option_comes_true() -> None:
    rest = option("hidden < 8")
    assert "prediction.options[1]" in faults(**predicted(rest, option("hidden == 8")))
    assert "prediction.options" not in faults(**predicted(rest, option("hidden == 8", true_at={"hidden": 8})))
    assert "prediction.options[1]: hidden" in faults(**predicted(rest, option("hidden == 8", true_at={"hidden": 80})))


def test_an_option_may_come_true_without_training_only() -> None:
    assert "prediction.options" not in faults(**predicted(option("accuracy > 0.9"), option("accuracy <= 0.9")))


@pytest.mark.parametrize("label", ["Do not read too much into it", "What it does not mean"])
@pytest.mark.parametrize("level", ["text", "simpler", "deeper"])
def test_an_old_label(label: str, level: str) -> None:
    assert f'"{label}" leaves open' in faults(**{level: f"A.\n\n{label}: it is so."})


def worked(**fields: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {"says": "x", "lines": ["A"], "ask": "is ___", "answer": "1:.2f", "step": "1.00"}
    return {"worked": Worked(**{**usual, **fields})}


@pytest.mark.parametrize(("change", "told"), [
    ({"worked": None}, "there is no worked example"),
    (worked(answer="1 / (loss - loss):.2f"), "not a finite number"),
    (worked(example="first", answer="a1[9]:.2f"), "cannot be evaluated"),
    (worked(answer="0.5:.2f", step="0.50", tolerance=0.6), "lets 0 pass"),
    (worked(step="as above"), "step does not show the answer"),
    (worked(numbers={"accuracy": "1:.2f"}), "the name 'accuracy' is"),
    (worked(numbers={"hidden": "1:.2f"}), "the name 'hidden' is"),
    (worked(numbers={"w1": "1:.2f"}, example="first"), "the name 'w1' is"),
    (worked(lines=["{{ nothing }}"]), "no metric or setting 'nothing'"),
])
def test_a_worked_example_that_does_not_work(change: dict[str, Any], told: str) -> None:
    assert told in faults(**change)


def test_a_worked_example_that_does() -> None:
    assert "worked" not in faults(**worked(numbers={"w1": "accuracy:.2f"}))


def test_a_control_at_settings_that_are_not_possible() -> None:
    bad = claim(control_params={"hidden": 99}, against="with many")
    assert "control of claims[0]: hidden" in faults(claims=first(bad))


class Counts(Metrics):
    """Counts of steps, some of which never came."""

    reached: Any = metric("the step at which it was reached, -1 for never", unit="steps")
    sign: Any = metric("1 or -1")
    share: Any = metric("share of the steps", unit="share")
    all_steps: Any = shared("the steps")


def test_a_value_that_stands_for_never_must_not_satisfy_a_comparison() -> None:
    class Run:
        seeds = np.arange(3)
        metrics = Counts(reached=np.array([5, -1, 7]), sign=np.array([1, -1, 1]), share=np.array([0.5, -1, -0.5]),
                         all_steps=np.array([-1, 2]))

    run: Any = Run()
    assert never(run, "reached").tolist() == [False, True, False]
    assert not any(never(run, name).any() for name in ("sign", "share", "all_steps"))

    seen = Across(COFFEE)
    seen._note_never("claims[0]", "reached <= 6", np.array([True, True, False]), run)
    seen._note_never("claims[1]", "0 <= reached", np.array([True, False, True]), run)
    told = [str(fault) for fault in seen.faults() if "stands for never" in fault.says]
    assert len(told) == 1
    assert told[0].startswith("coffee-roasting: claims[0]: reached = -1 stands for never")
