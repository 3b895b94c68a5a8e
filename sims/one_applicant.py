"""One applicant's answer: which input made it, and what would change it.

A loan is granted where three conditions hold, one for each of income, years in the job and debts; the house number
does nothing. A network learns that from examples. Then single fresh applicants are looked at. Which input made this
answer? The gradient times the input, what changes when one input is put back to the average, and Shapley's shares
over all orders of doing so (Shapley, 1953; Lundberg and Lee, 2017) are set against the conditions that really fail.
Where the output is sure, the sigmoid is flat and its gradient says next to nothing; where two conditions fail,
putting one input right changes next to nothing either. What would change the answer? The nearest point with another
answer is searched along gradients (Moosavi-Dezfooli et al., 2016; Wachter et al., 2018), and set against random steps
of the same length.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Axis, Data, coin_flips
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.explaining import Net, gradient_of, logits_of, nearest_change, one_input_at_a_time, put_back, shapley
from sims.engine.network import dense
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, TrainingConfig, train

TEST_POINTS = 300
NAMES = ("income", "years in the job", "debts", "house number")
AXES = tuple(Axis(name, low=-2.5, high=2.5) for name in NAMES)
SIGNS, LEAST = np.array([1.0, 1.0, -1.0]), -0.7  # income and years must exceed LEAST, debts stay below its opposite
CLEAR = 0.4  # a condition fails clearly where it is missed by more
SUREST = 0.25  # share of the refused whose refusal is surest
BEYOND = 1.02  # how far a step goes, against the distance to the border


class ApplicantParams(Params):
    """Settings of the loans and of the network."""

    steepness: float = setting(20.0, ge=1, le=30, step=1, title="steepness of the rule",
                               description="how sharply the true chance of a loan changes at a condition",
                               words=("steepness", "slope", "sharpness"))
    hidden: int = hidden_setting(6)
    points: int = points_setting(300, "applicants", le=400, ge=50)
    steps: int = steps_setting(180, le=500)
    learning_rate: float = rate_setting(0.05)


class ApplicantMetrics(Metrics):
    """Reasons and changes, for those of 300 fresh applicants whom the network refuses; medians over applicants."""

    inputs: Array = shared("the four inputs", kind="label")
    accuracy: Array = metric("share of the fresh applicants that the network gets right", unit="share", part="output")
    average_output: Array = metric("output for the average applicant", unit="probability")
    refused: Array = metric("share of the fresh applicants that the network refuses", unit="share")
    sure_output: Array = metric("output for the quarter that is refused most surely", unit="probability")
    sure_gradient: Array = metric(
        "sum of gradient times input of the output, for the quarter refused most surely", unit="probability")
    sure_gap: Array = metric(
        "sum of gradient times input of the output, against the output's difference from that of the average "
        "applicant, for the quarter refused most surely", unit="of the difference")
    sure_gap_logit: Array = metric(
        "sum of gradient times input of the logit, against the logit's difference from that of the average applicant, "
        "for the quarter refused most surely", unit="of the difference")
    change_one: Array = metric("largest rise of the output when one input is put back to the average, where one "
                               "condition fails", unit="probability")
    change_two: Array = metric("largest rise of the output when one input is put back to the average, where two "
                               "conditions fail", unit="probability")
    both_two: Array = metric("rise of the output when both are put back to the average, where two conditions fail",
                             unit="probability")
    gradient_one: Array = metric("share where gradient times input names the condition, where one fails", unit="share")
    replace_one: Array = metric("share where putting back one input names the condition, where one fails",
                                unit="share")
    gradient_two: Array = metric("share where gradient times input names both conditions, where two fail", unit="share")
    replace_two: Array = metric("share where putting back one input names both conditions, where two fail",
                                unit="share")
    shapley_two: Array = metric("share where Shapley's shares name both conditions, where two fail", unit="share")
    shapley_error: Array = metric("largest distance of the sum of Shapley's shares from what they share out")
    two_output: Array = metric("output for the applicant with two failing conditions who is looked at",
                               unit="probability")
    parts_gradient: Array = metric("gradient times input of the output, for the applicant with two failing conditions")
    parts_replaced: Array = metric("rise of the output with each input put back, for the applicant with two failing "
                                   "conditions")
    parts_shapley: Array = metric("Shapley's share of each input, for the applicant with two failing conditions")
    step: Array = metric("length of the smallest change that turns a refusal into a loan", unit="standard deviations")
    step_flips: Array = metric("share of the refused whose answer the smallest change turns", unit="share")
    random_flips: Array = metric("share of the refused whose answer a random step of the same length turns",
                                 unit="share")
    nearest: Array = metric("distance to the nearest training applicant with a loan", unit="standard deviations")
    nearest_ratio: Array = metric("distance to the nearest training applicant with a loan, against the smallest change",
                                  unit="times")
    house_share: Array = metric("the house number's share of the smallest change", unit="share")
    truth_step: Array = metric("share that meets all true conditions after the smallest change", unit="share")
    truth_nearest: Array = metric("share of the nearest training applicants with a loan that meet all true conditions",
                                  unit="share")
    single_one: Array = metric("share whose answer a change of one input alone can turn, where one condition fails",
                               unit="share")
    single_two: Array = metric("share whose answer a change of one input alone can turn, where two conditions fail",
                               unit="share")
    before: Array = metric("inputs of the refused applicant with the median distance from the border")
    after: Array = metric("inputs after the smallest change, for the refused applicant with the median distance")
    change_size: Array = metric("size of the change of each input in the smallest change, mean over the refused",
                                unit="standard deviations")


def margins(x: Array) -> Array:
    """By how much each of the three conditions is met, negative where it fails, for inputs (R, 4, N): (R, 3, N)."""
    met: Array = SIGNS[:, None] * x[:, :3] - LEAST
    return met


def applicants(seeds: Array, points: int, steepness: float, purpose: str) -> Data:
    """Applicants with standardised inputs, and whether the loan was granted."""
    inputs = draw(seeds, purpose, lambda rng: rng.normal(size=(len(NAMES), points)))
    chance = activate("sigmoid", steepness * margins(inputs).min(axis=1, keepdims=True))
    return Data(inputs, coin_flips(seeds, chance, purpose + " labels"), AXES, (Axis("loan", low=0, high=1),))


def over(values: Array, group: Array, how: str = "median") -> Array:
    """The median or mean of values (R, N) over each replica's group (R, N), (R,); nan where it is empty."""
    kept = np.where(group, values, _unless_empty(group))
    found: Array = np.nanmedian(kept, axis=1) if how == "median" else np.nanmean(kept, axis=1)
    return np.where(group.any(axis=1), found, np.nan)


def _unless_empty(group: Array) -> Array:
    """nan for each replica whose group (R, N) has members, else 1: what has no members needs some value, (R, 1)."""
    return np.where(group.any(axis=1), np.nan, 1.0)[:, None]


def named(parts: Array, fails: Array, count: int) -> Array:
    """Whether the `count` inputs with the lowest parts (R, 4, N) are all among those that fail (R, 4, N): (R, N)."""
    lowest = np.argsort(parts, axis=1)[:, :count]
    return np.asarray(np.take_along_axis(fails, lowest, axis=1).all(axis=1))


def of_one(values: Array, place: Array) -> Array:
    """One example's values (R, k) out of (R, k, N), each replica its own place (R,)."""
    return np.take_along_axis(values, place[:, None, None], axis=2)[:, :, 0]


def reasons(net: Net, x: Array, p: Array, fails: Array, one: Array, two: Array) -> dict[str, Array]:
    """Which inputs made the refusals, by three ways of asking."""
    z, slope = gradient_of(net, x)
    z0 = logits_of(net, np.zeros_like(x[:, :, :1]))
    p0 = activate("sigmoid", z0.copy())
    refused = p < 0.5
    sure = refused & (p <= np.nanquantile(np.where(refused, p, _unless_empty(refused)), SUREST, axis=1)[:, None])
    by_logit, by_output = slope * x, slope * x * (p * (1 - p))[:, None]
    replaced, shared_out = one_input_at_a_time(net, x), shapley(net, x)
    both = p - activate("sigmoid", logits_of(net, put_back(x, fails)))
    who = np.where(two, p - fails[:, 2], np.inf).argmin(axis=1)  # of those with two reasons: debts, and refused surely
    return {
        "average_output": p0[:, 0], "sure_output": over(p, sure), "sure_gradient": over(by_output.sum(axis=1), sure),
        "sure_gap": over(np.abs(by_output.sum(axis=1) / (p - p0)), sure),
        "sure_gap_logit": over(np.abs(by_logit.sum(axis=1) / (z - z0)), sure),
        "change_one": over(-replaced.min(axis=1), one), "change_two": over(-replaced.min(axis=1), two),
        "both_two": over(-both, two),
        "gradient_one": over(named(by_logit, fails, 1), one, "mean"),
        "replace_one": over(named(replaced, fails, 1), one, "mean"),
        "gradient_two": over(named(by_logit, fails, 2), two, "mean"),
        "replace_two": over(named(replaced, fails, 2), two, "mean"),
        "shapley_two": over(named(shared_out, fails, 2), two, "mean"),
        "shapley_error": np.abs(shared_out.sum(axis=1) - (p - p0)).max(axis=1),
        "two_output": np.take_along_axis(p, who[:, None], axis=1)[:, 0],
        "parts_gradient": of_one(by_output, who), "parts_replaced": -of_one(replaced, who),
        "parts_shapley": of_one(shared_out, who),
    }


def single_input(net: Net, x: Array) -> Array:
    """Whether some value from -3 to 3 of one input alone turns the answer, (R, N)."""
    yes = logits_of(net, x) > 0
    turned = np.zeros(yes.shape, bool)
    for place in range(len(NAMES)):
        for value in np.linspace(-3, 3, 13):
            other = x.copy()
            other[:, place] = value
            turned |= (logits_of(net, other) > 0) != yes
    return turned


def changes(net: Net, x: Array, known: Data, refused: Array, one: Array, two: Array, seeds: Array) -> dict[str, Array]:
    """What would turn the refusals, and what random steps and real applicants tell beside it."""
    change = nearest_change(net, x)
    length = np.sqrt((change * change).sum(axis=1))  # (R, N)
    found = refused & np.isfinite(length)
    way = draw(seeds, "random steps", lambda rng: rng.normal(size=x.shape[1:]))
    way = way / np.sqrt((way * way).sum(axis=1, keepdims=True))
    stepped, strayed = x + BEYOND * change, x + BEYOND * length[:, None] * way
    granted = known.targets[:, 0] > 0.5
    apart = np.zeros((len(x), x.shape[2], known.inputs.shape[2]), np.float32)  # (R, N, points)
    for mine, theirs in zip(x.swapaxes(0, 1), known.inputs.swapaxes(0, 1).astype(np.float32), strict=True):
        apart += (mine[:, :, None] - theirs[:, None]) ** 2
    apart = np.where(granted[:, None], apart, np.inf)
    real = known.inputs.transpose(0, 2, 1)[np.arange(len(x))[:, None], apart.argmin(axis=2)].transpose(0, 2, 1)
    nearest = np.sqrt(apart.min(axis=2))
    single = single_input(net, x)
    who = np.where(found, np.abs(length - over(length, found)[:, None]), np.inf).argmin(axis=1)
    sizes = np.abs(change)
    return {
        "step": over(length, found), "nearest": over(nearest, found), "nearest_ratio": over(nearest / length, found),
        "step_flips": over(logits_of(net, stepped) > 0, refused, "mean"),
        "random_flips": over(logits_of(net, strayed) > 0, refused, "mean"),
        "house_share": over(sizes[:, -1] / sizes.sum(axis=1), found),
        "truth_step": over(margins(stepped).min(axis=1) > 0, found, "mean"),
        "truth_nearest": over(margins(real).min(axis=1) > 0, found, "mean"),
        "single_one": over(single, one, "mean"), "single_two": over(single, two, "mean"),
        "before": of_one(x, who), "after": of_one(x + change, who),
        "change_size": np.stack([over(size, found, "mean") for size in sizes.transpose(1, 0, 2)], axis=1),
    }


def run(params: ApplicantParams, seeds: Array) -> Generator[Frame, None, Outcome[ApplicantMetrics]]:
    """Train, then look at single refusals."""
    known = applicants(seeds, params.points, params.steepness, "data")
    test = applicants(seeds, TEST_POINTS, params.steepness, "test")
    network = dense(len(NAMES), [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(network, known, config, seeds)
    net, x = shown.weights, test.inputs.astype(np.float32)
    met = margins(test.inputs)
    fails = np.concatenate((met < -CLEAR, np.zeros_like(met[:, :1], bool)), axis=1)  # (R, 4, N)
    p = activate("sigmoid", logits_of(net, x))
    one, two = ((p < 0.5) & (fails.sum(axis=1) == k) & ((met > 0).sum(axis=1) == 3 - k) for k in (1, 2))
    return Outcome(shown, ApplicantMetrics(
        inputs=np.array(NAMES), accuracy=accuracy_on(test, shown), refused=(p < 0.5).mean(axis=1),
        **reasons(net, x, p, fails, one, two), **changes(net, x, known, p < 0.5, one, two, seeds),
    ))


EXPERIMENT = Experiment(
    "One applicant's answer",
    ApplicantParams,
    ApplicantMetrics,
    run,
    views=(
        View("bars", "An applicant with two failing conditions", x="inputs",
             y=("parts_gradient", "parts_replaced", "parts_shapley"), y_title="part of the output",
             names=("gradient × input", "rise when put back alone", "Shapley's share")),
        View("bars", "The smallest change that turns one refusal", x="inputs", y=("before", "after"),
             names=("before", "after"), y_title="standard deviations"),
        View("bars", "Size of the smallest change, mean over the refused", x="inputs", y=("change_size",),
             y_title="standard deviations"),
        View("loss", "Loss while training"),
    ),
)
