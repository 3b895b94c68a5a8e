"""Taking a network apart, the wall of seeds and the naming of units, in Chromium, against numpy."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from recorded import numpy_values

from bot.present.recordings import concepts, recording
from scripts.player_page import mount, window
from sims.coffee_roasting import EXPERIMENT
from sims.engine.experiment import perform
from sims.engine.network import hidden_activations, outputs, outputs_with
from sims.engine.scores import correlation

RUN = perform(EXPERIMENT, seed=4)
INPUTS, TARGETS = RUN.shown.data.inputs[:1].astype(np.float32), RUN.shown.data.targets[0, 0]


@pytest.fixture
def lab() -> Iterator[Page]:
    with window({"run": recording(RUN)}) as opened:
        mount(opened, "run")
        opened.wait_for_function("handle.store.get().settled")
        opened.locator('.nrn-unit[data-unit="0:1"]').click()
        yield opened


def open_tab(lab: Page, name: str) -> None:
    lab.get_by_role("tab", name=name).click()


def accuracy_with(values: float | None = None, factor: float = 0.0) -> float:
    """Numpy's share of roasts that are decided rightly when the second hidden unit is replaced or scaled."""
    weights = [layer[:1] for layer in RUN.shown.weights]
    unit = hidden_activations(RUN.shown.network, weights, INPUTS)[:, 1]
    put = factor * unit if values is None else np.full_like(unit, values)
    out = outputs_with(RUN.shown.network, weights, INPUTS, {1: put})
    return float(((out[0, 0] > 0.5) == TARGETS).mean())


def expect_right(lab: Page, share: float) -> None:
    expect(lab.locator('.nrn-now [data-score="right"]')).to_have_text(f"right {100 * share:.3g} %")


SAID = outputs(RUN.shown.network, [layer[:1] for layer in RUN.shown.weights], INPUTS)[0, 0] > 0.5
TRAINED = float((SAID == TARGETS).mean())


@pytest.mark.browser
def test_a_unit_is_switched_off_held_and_flipped_as_numpy_does_it(lab: Page) -> None:
    open_tab(lab, "Take apart")
    expect_right(lab, TRAINED)
    lab.get_by_role("button", name="Switch it off (0)").click()
    expect(lab.locator('.nrn-unit[data-unit="0:1"]')).to_have_class(re.compile("is-changed"))
    expect_right(lab, accuracy_with(0.0))
    assert accuracy_with(0.0) < TRAINED
    lab.get_by_role("button", name="Hold it at its mean").click()
    mean = float(numpy_values(RUN, INPUTS)[1][0][1].mean())
    lab.wait_for_function(f"Math.abs(handle.store.get().overrides.units['0:1'].add - {mean}) < 1e-4")
    expect_right(lab, accuracy_with(mean))
    lab.get_by_role("button", name="Flip its sign").click()
    lab.wait_for_function("handle.store.get().overrides.units['0:1'].factor === -1")
    expect_right(lab, accuracy_with(factor=-1.0))
    undo = lab.get_by_role("button", name="Undo")
    for _ in range(3):
        undo.click()
    expect(undo).to_be_disabled()
    expect_right(lab, TRAINED)


@pytest.mark.browser
def test_a_weight_is_edited_and_everything_put_back(lab: Page) -> None:
    open_tab(lab, "Take apart")
    expect_right(lab, TRAINED)
    lab.get_by_text("Its weights, to be edited").click()
    field = lab.get_by_label("from temperature", exact=True)
    assert float(field.input_value()) == pytest.approx(float(RUN.shown.weights[0][0, 0, 1]), rel=1e-3)
    field.fill(str(-float(field.input_value())))
    field.blur()
    expect(lab.locator(".nrn-says").filter(has_text="With your changes")).to_be_visible()
    edited = lab.evaluate("handle.store.get().overrides.weights['0:0:1']")
    assert edited == pytest.approx(-float(RUN.shown.weights[0][0, 0, 1]), rel=1e-3)
    field.fill("")
    field.blur()
    expect(lab.get_by_text("Enter a number first.")).to_be_visible()
    lab.get_by_role("button", name="As trained").click()
    expect(lab.get_by_text("As trained: ")).to_be_visible()
    expect_right(lab, TRAINED)


@pytest.mark.browser
def test_the_output_cannot_be_switched_off_but_says_why(lab: Page) -> None:
    open_tab(lab, "Take apart")
    lab.locator('.nrn-unit[data-unit="1:0"]').click()
    expect(lab.get_by_role("button", name="Flip its sign")).to_be_disabled()
    expect(lab.get_by_text("This is the output")).to_be_visible()


@pytest.mark.browser
def test_the_wall_matches_units_and_opens_another_run(lab: Page) -> None:
    open_tab(lab, "Other starts")
    tiles = lab.locator(".nrn-tile")
    expect(tiles).to_have_count(32)
    summary = lab.locator(".nrn-panel:visible [role=status]")
    expect(summary).to_contain_text("correlate")
    numbers = re.findall(r"−?\d\.\d\d", summary.inner_text())
    in_place, matched, _ = (float(number.replace("−", "-")) for number in numbers)
    assert in_place < 0.5 < matched  # other places and signs, much the same units
    picture = 'document.querySelectorAll(".nrn-tile canvas")[3].toDataURL()'
    as_trained = lab.evaluate(picture)
    lab.get_by_label("Match the units").check()
    lab.wait_for_function(f"as_trained => {picture} !== as_trained", arg=as_trained)
    tiles.nth(3).focus()
    lab.keyboard.press("Enter")
    expect(tiles.nth(3)).to_have_attribute("aria-pressed", "true")
    expect(lab.locator(".nrn-now b")).to_have_text("end of training")
    assert lab.evaluate("handle.store.get().replica") == 3


@pytest.mark.browser
def test_a_name_is_tested_on_the_other_runs(lab: Page) -> None:
    open_tab(lab, "Name a unit")
    lab.get_by_label("Call unit 2").fill("Too cold")
    expect(lab.locator('.nrn-unit[data-unit="0:1"]')).to_contain_text("Too cold")
    units = hidden_activations(RUN.shown.network, RUN.shown.weights, INPUTS.repeat(32, axis=0))
    cold = np.broadcast_to(concepts(RUN)["too cold"], (32, 1, INPUTS.shape[2]))
    found = np.nan_to_num(correlation(units, cold))[:, :, 0]  # (32, units)
    says = lab.locator(".nrn-panel:visible .nrn-says")
    assert float(says.get_attribute("data-here") or "nan") == pytest.approx(found[0, 1], abs=1e-3)
    same, some = int((found[1:, 1] >= 0.8).sum()), int((np.abs(found[1:]) >= 0.8).any(axis=1).sum())
    expect(says).to_contain_text(f"In {same} of the 31 other runs")
    expect(says).to_contain_text(f"in {some}.")
    lab.get_by_label("It stands for").select_option("temperature below …")
    lab.get_by_label("limit").fill("175")
    expect(says).to_contain_text("“temperature below 175”")
    lab.get_by_label("limit").fill("")
    expect(says).to_have_text("Enter a number as the limit.")
