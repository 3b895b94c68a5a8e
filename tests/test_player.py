"""The player's numbers, in Chromium: what it computes and says is what numpy computes."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from recorded import RUNS, WEIGHTED, numpy_values, roast

from scripts.player_page import mount
from sims.engine.activations import activate
from sims.engine.losses import LOSSES
from sims.engine.network import outputs_with
from sims.engine.scores import accuracy

SAYS, STATUS = (f".nrn-panel:not([hidden]) {part}" for part in (".nrn-says", "[role=status]"))
FORWARD = """async (url) => {
  const { decode } = await import("./recording.js");
  const { forward, buffers } = await import("./network.js");
  const run = decode(await (await fetch(url)).arrayBuffer());
  const { z, a } = forward(run, run.frames.at(-1), run.inputs, buffers(run.sizes, run.points));
  return [z, a].map((layers) => layers.map((layer) => layer.flatMap((row) => [...row])));
}"""
SCORES = """() => [handle.element.querySelector(".nrn-now").dataset.loss,
  handle.element.querySelector("[data-score=right]")?.textContent]"""
WORKED = """() => Object.fromEntries([...handle.element.querySelectorAll("[data-a]")]
  .map((row) => [row.dataset.unit, Number(row.dataset.a)]))"""


@pytest.mark.browser
@pytest.mark.parametrize("name", RUNS)
def test_the_forward_pass_is_that_of_numpy(player_page: Page, name: str) -> None:
    run = RUNS[name]
    seen = player_page.evaluate(FORWARD, name)
    for layers, told in zip(numpy_values(run, run.shown.data.inputs[:1].astype(np.float32)), seen, strict=True):
        for expected, values in zip(layers, told, strict=True):
            np.testing.assert_allclose(np.reshape(values, expected.shape), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.browser
@pytest.mark.parametrize(("name", "activation"), [("leaky", "leaky_relu"), ("step", "step"), ("softplus", "softplus")])
def test_activations_with_two_sides_are_right_on_both(player_page: Page, name: str, activation: str) -> None:
    (z, _), (a, _) = player_page.evaluate(FORWARD, name)
    assert min(z) < 0 < max(z)
    np.testing.assert_allclose(a, activate(activation, np.array(z)), atol=1e-6)


@pytest.mark.browser
def test_it_tells_the_loss_and_the_share_right(coffee_player: Page) -> None:
    loss, right = coffee_player.evaluate(SCORES)
    run = RUNS["coffee_roasting"]
    assert float(loss) == pytest.approx(float(run.shown.loss[0]), rel=1e-3)
    assert right == f"right {100 * run.metrics.accuracy[0]:.3g} %"


@pytest.mark.browser
@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_is_that_of_numpy(player_page: Page, loss: str) -> None:
    p, y = np.array([[[0.2, 0.9, 0.4]], [[3.0, -2.0, 0.1]]]), np.array([[[0.0, 1.0, 0.0]], [[0.5, 1.0, 0.0]]])
    case = int(loss not in ("log_loss", "cross_entropy"))  # probabilities, or any numbers
    mean = "async ([loss, p, y]) => (await import('./network.js')).meanLoss(loss, [p], [y], [])"
    told = player_page.evaluate(mean, [loss, p[case, 0].tolist(), y[case, 0].tolist()])
    assert told == pytest.approx(LOSSES[loss].per_example(p[case], y[case]).mean())


@pytest.mark.browser
def test_a_loss_that_applies_softmax_itself_sees_all_outputs(player_page: Page) -> None:
    p, y = np.array([[1.0, -2.0, 300.0], [0.5, 0.1, -300.0]]), np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    mean = "async ([p, y]) => (await import('./network.js')).meanLoss('cross_entropy_from_logits', p, y, [])"
    told = player_page.evaluate(mean, [p.tolist(), y.tolist()])
    assert told == pytest.approx(LOSSES["cross_entropy_from_logits"].per_example(p, y).mean())


@pytest.mark.browser
@pytest.mark.parametrize("name", ["weighted", "superposition"])
def test_it_tells_the_loss_with_the_weights_of_examples_and_outputs(player_page: Page, name: str) -> None:
    mount(player_page, name)
    player_page.locator(".nrn-now").wait_for()
    trained = WEIGHTED if name == "weighted" else RUNS[name].shown
    assert float(player_page.evaluate(SCORES)[0]) == pytest.approx(float(trained.loss[0]), rel=1e-3)


@pytest.mark.browser
def test_pointing_at_a_map_gives_the_numbers_of_that_point(coffee_player: Page) -> None:
    box = coffee_player.locator("[data-unit='0:1'] canvas").bounding_box()
    assert box is not None
    coffee_player.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.4 * box["height"])
    coffee_player.wait_for_function("handle.store.get().probe")
    shares = np.array([0.25, 0.6])
    at = roast(150 + shares[0] * 135, 11.5 + shares[1] * 4)
    np.testing.assert_allclose(coffee_player.evaluate("[...handle.store.get().probe]"), at[0, :, 0], atol=0.05)
    probe = np.array(coffee_player.evaluate("[...handle.store.get().probe]"), np.float32).reshape(1, 2, 1)
    _, a = numpy_values(RUNS["coffee_roasting"], probe)
    worked = coffee_player.evaluate(WORKED)
    for layer, values in enumerate(a):
        for unit, value in enumerate(values[:, 0]):
            assert worked[f"{layer}:{unit}"] == pytest.approx(float(value), abs=1e-5)
    coffee_player.mouse.move(0, 0)
    coffee_player.wait_for_function("!handle.store.get().probe")
    expect(coffee_player.locator(".nrn-sums")).to_be_hidden()


@pytest.mark.browser
def test_an_example_of_ones_own_is_worked_through(coffee_player: Page) -> None:
    coffee_player.get_by_label("temperature (°C)").fill("220")
    coffee_player.get_by_label("duration (min)").fill("13")
    z, a = numpy_values(RUNS["coffee_roasting"], roast(220, 13))
    expect(coffee_player.locator(SAYS)).to_have_text(f"The network says: good roast {a[1][0, 0]:.2f}.")
    weights = RUNS["coffee_roasting"].shown.weights[0][0]
    first = coffee_player.locator("[data-a][data-unit='0:0']")
    expect(first).to_contain_text(f"{abs(weights[0, 0]):.2f} × 0.06")
    expect(first).to_contain_text(f"= {z[0][0, 0]:.2f}".replace("-", "−"))
    coffee_player.evaluate("""window.flowed = [];
      handle.store.subscribe((keys, { flow }) => keys.has("flow") && flowed.push(flow))""")
    coffee_player.get_by_role("button", name="Watch it flow").click()
    coffee_player.wait_for_function("flowed.length && flowed.at(-1) === null")  # however few pictures were drawn of it
    coffee_player.get_by_label("temperature (°C)").fill("400")
    expect(coffee_player.locator(STATUS)).to_contain_text("the network saw nothing outside 150 °C to 285 °C")
    coffee_player.get_by_role("button", name="Clear").click()
    expect(coffee_player.locator(SAYS)).to_have_text("")


@pytest.mark.browser
def test_an_example_from_the_data_comes_with_its_label(coffee_player: Page) -> None:
    coffee_player.get_by_role("button", name="An example from the data").click()
    label = RUNS["coffee_roasting"].shown.data.targets[0, 0, 0]
    said = coffee_player.locator(SAYS)
    expect(said).to_contain_text(f"Example 1 of 200. good roast in the data: {label:.0f}.")


@pytest.mark.browser
def test_a_unit_can_be_replaced_and_a_weight_changed(coffee_player: Page) -> None:
    """The state has a place for them; loss and accuracy follow at once."""
    run = RUNS["coffee_roasting"]
    inputs, targets = run.shown.data.inputs[:1].astype(np.float32), run.shown.data.targets[:1]
    coffee_player.evaluate(
        "handle.store.set({ overrides: { units: { '0:1': { factor: 0, add: 0.25 } }, weights: {} } })")
    weights = [layer[:1] for layer in run.shown.weights]
    said = outputs_with(run.shown.network, weights, inputs, {1: np.array([[0.25]])})
    expect(coffee_player.locator("[data-score=right]")).to_have_text(f"right {100 * accuracy(said, targets)[0]:.3g} %")
    expect(coffee_player.locator("[data-unit='0:1']").first).to_have_class("nrn-unit is-changed")
    coffee_player.evaluate("handle.store.set({ overrides: { units: {}, weights: { '1:0:0': 0 } } })")
    weights[1] = weights[1].copy()
    weights[1][0, 0, 0] = 0
    said = outputs_with(run.shown.network, weights, inputs, {})
    expect(coffee_player.locator("[data-score=right]")).to_have_text(f"right {100 * accuracy(said, targets)[0]:.3g} %")


@pytest.mark.browser
def test_moments_are_where_the_weights_say(coffee_player: Page) -> None:
    frames, run = range(len(RUNS["coffee_roasting"].shown.frames)), RUNS["coffee_roasting"]
    inputs = run.shown.data.inputs[:1].astype(np.float32)
    right = [((numpy_values(run, inputs, k)[1][1] > 0.5) == (run.shown.data.targets[0] > 0.5)).mean() >= 0.9
             for k in frames]
    first = max(k for k in frames if not right[k]) + 1
    step = run.shown.frames[first].step
    chip = coffee_player.get_by_role("button", name=f"9 in 10 examples right, and it stays so, step {step}", exact=True)
    chip.click()
    expect(coffee_player.locator(".nrn")).to_have_attribute("data-frame", str(first))
    assert coffee_player.locator(".nrn-chip").count() <= 7


@pytest.mark.browser
def test_units_are_described_by_what_they_do(player_page: Page) -> None:
    mount(player_page, "leaky")
    expect(player_page.locator("[data-unit='0:0']").first).to_have_attribute(
        "aria-label", re.compile(r"unit 1: high where temperature < 175 °C; active on \d\d.* % of the")
    )
    player_page.get_by_role("tab", name="In words").click()
    rows = player_page.locator(".nrn-panel:not([hidden]) tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("high where duration > 12 min")
    expect(rows.nth(1)).to_contain_text("temperature 0.00, duration 9.00, bias 11.69")
