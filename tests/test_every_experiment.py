"""Every experiment keeps the protocol: bounded settings, described metrics, replicas that stand alone."""

import re
import time
import tracemalloc
from collections.abc import Callable
from functools import cache, partial
from itertools import product
from math import inf, prod
from random import Random
from typing import Any

import numpy as np
import pytest
from shortened import LENGTHS, params_of, short_and_whole

from bot.content.settings import bounds, choices, described
from sims.engine.experiment import Experiment, Run, is_shared, perform, start
from sims.engine.general.cost import scaled_down
from sims.engine.general.settings import NetworkParams
from sims.engine.metrics import Measure, measures
from sims.engine.registry import find, names

EVERY = [pytest.param(find(name), id=name) for name in names()]
each_experiment = pytest.mark.parametrize("experiment", EVERY, scope="module")  # so its tests share a run
each_run = pytest.mark.parametrize("experiment", [  # the quick tests train every third
    pytest.param(find(name), id=name, marks=[pytest.mark.slow] if at % 3 else []) for at, name in enumerate(names())],
    scope="module")
# Words by which a label leans on the field above.
LEANS = re.compile(r"^(the same|that|these|this|those|it|they|1 where|of (the|these))\b|\b(of them|first against)\b")


@cache
def crowd_of(experiment: Experiment[Any, Any], is_whole: bool = False) -> Run[Any, Any]:
    """Five replicas of the experiment, as long as by default or shortened."""
    return perform(experiment, params_of(experiment, is_whole), seed=40, replicas=5)


@each_experiment
def test_settings_and_metrics_are_described(experiment: Experiment[Any, Any]) -> None:
    for name, field in experiment.params.model_fields.items():
        assert field.title, name
        assert field.description, name
        assert "words" in described(field), f"{name} is not made by setting(...)"
        if field.annotation in (int, float):
            low, high = bounds(field)
            assert low is not None, name
            assert high is not None, name
            assert low <= field.default <= high
    for name, field in experiment.metrics.model_fields.items():
        assert field.description, name
        assert "shared" in described(field), f"{name} is made by neither metric(...) nor shared(...)"
        assert not LEANS.search(field.description), f"{name}: {field.description!r} needs the field above it"
    assert experiment.__class__ is Experiment
    assert experiment.params.__doc__
    assert experiment.views


@each_experiment
def test_views_name_metrics_that_exist(experiment: Experiment[Any, Any]) -> None:
    known = experiment.metrics.model_fields
    for view in experiment.views:
        for name in (*view.y, *filter(None, (view.x, view.rows, view.path))):
            assert name in known, f"{view.title}: {name}"
        for name in filter(None, (view.x, view.rows)):
            assert is_shared(experiment.metrics, name), f"{view.title}: {name} must be shared"


@each_run
def test_metrics_are_of_the_kind_that_they_declare(experiment: Experiment[Any, Any]) -> None:
    run = crowd_of(experiment)
    for name, declared in measures(experiment.metrics).items():
        assert is_of_kind(np.asarray(getattr(run.metrics, name)), declared), f"{name} is no {declared.kind}"
        assert (declared.kind == "flag") == bool(re.match(r"(for each [a-z]+, )?whether ", declared.label)), name


def is_of_kind(values: Any, declared: Measure) -> bool:
    """Whether the values of a metric fit what it declares; nan fits every kind of number."""
    if values.dtype.kind not in "fiub":
        return declared.kind == "label"
    finite = values[np.isfinite(values)]
    fits = {"flag": np.isin(finite, (0, 1)), "count": (finite >= 0) & (finite == np.round(finite)),
            "share": np.abs(finite) <= 1, "number": finite == finite}
    return declared.kind in fits and bool(fits[declared.kind].all())


@each_run
@short_and_whole
def test_a_replica_is_the_same_alone_and_in_the_crowd(experiment: Experiment[Any, Any], is_whole: bool) -> None:
    crowd = crowd_of(experiment, is_whole)
    alone = perform(experiment, crowd.params, seed=int(crowd.seeds[4]), replicas=1)
    for mine, theirs in zip(alone.shown.weights, crowd.shown.weights, strict=True):
        np.testing.assert_array_equal(mine[0], theirs[4])
    for name in type(crowd.metrics).model_fields:
        many, one = np.asarray(getattr(crowd.metrics, name)), np.asarray(getattr(alone.metrics, name))
        if not is_shared(type(crowd.metrics), name):
            many, one = many[4], one[0]
        if many.dtype.kind == "f":  # sums over many examples may differ in their last digit
            np.testing.assert_allclose(one, many, rtol=1e-6, atol=1e-9, err_msg=name)
        else:
            np.testing.assert_array_equal(one, many, err_msg=name)


@each_run
def test_a_run_is_a_function_of_its_seed_and_can_be_stopped(experiment: Experiment[Any, Any]) -> None:
    first = crowd_of(experiment)
    again = perform(experiment, first.params, seed=40, replicas=5)
    fields = type(first.metrics).model_fields
    for name in fields:
        np.testing.assert_array_equal(getattr(first.metrics, name), getattr(again.metrics, name), err_msg=name)
    own = [np.asarray(getattr(first.metrics, name)) for name in fields if not is_shared(type(first.metrics), name)]
    assert any(not np.array_equal(values[0], values[-1]) for values in own), "two seeds give the same"
    running = start(experiment, experiment.params(), 7, 3)
    assert next(running).step == 0
    running.close()


MOST_CORNERS = 32


def corners(experiment: Experiment[Any, Any]) -> list[dict[str, Any]]:
    """The largest settings that are accepted, for all choices together (where these are many, each of them with some of
    the others), and the smallest ones once."""
    fields = experiment.params.model_fields
    options = {name: choices(f) or ((False, True) if f.annotation is bool else ()) for name, f in fields.items()}
    options = {name: some for name, some in options.items() if some}
    numbers = {name: bounds(field) for name, field in fields.items() if bounds(field)[0] is not None}
    low, high = ({name: pair[side] for name, pair in numbers.items()} for side in (0, 1))
    count = prod(map(len, options.values()))
    if count <= MOST_CORNERS:
        return [low, *({**high, **dict(zip(options, choice, strict=True))} for choice in product(*options.values()))]
    chance = Random(0)
    columns = {name: chance.sample([some[at % len(some)] for at in range(MOST_CORNERS)], MOST_CORNERS)
               for name, some in options.items()}
    return [low, *({**high, **{name: column[at] for name, column in columns.items()}} for at in range(MOST_CORNERS))]


def seconds(experiment: Experiment[Any, Any], settings: dict[str, Any]) -> float:
    """Processor time of a run."""
    params = experiment.params(**settings)
    began = time.process_time()
    perform(experiment, params, seed=3)
    return time.process_time() - began


PART = 4  # a training of a fourth of the steps takes at least a fourth of the time
FEW = 4  # replicas, which take at least so many of 32 parts of the memory


def at_most(experiment: Experiment[Any, Any], settings: dict[str, Any]) -> float:
    """A bound on the processor time of a run: as many times a shorter training as that is shorter. Of several lengths
    only the longest is shortened, for the time may go with their product."""
    params = experiment.params(**settings)
    if isinstance(params, NetworkParams):
        settings = scaled_down(params)[0].model_dump()  # as the experiment does first: this length is the real one
    fields = experiment.params.model_fields
    lengths = [name for name in settings if described(fields[name]).get("unit") in LENGTHS]
    if not lengths:
        return seconds(experiment, settings)
    length = max(lengths, key=settings.__getitem__)
    shorter = max(settings[length] // PART, bounds(fields[length])[0])
    return settings[length] / shorter * seconds(experiment, {**settings, length: shorter})


COFFEE_RUN = 0.065  # seconds that the default coffee run takes on a quiet core of 2024


def on_a_quiet_core(cost: Callable[[], float]) -> float:
    """Processor time as a quiet core would take it: from a second on, the coffee run beside it tells the machine's
    share. One calm moment of three is enough; inf where there was none below the bound."""
    for _ in range(3):
        found = cost()
        if found > 1.0:
            found *= COFFEE_RUN / seconds(find("coffee_roasting"), {})
        if found < 2:
            return found
    return inf


@pytest.mark.slow
@pytest.mark.load
@each_experiment
def test_no_accepted_settings_cost_more_than_two_seconds_or_500_mb(experiment: Experiment[Any, Any]) -> None:
    """A part of each corner's training bounds its time; the dearest, and what is not bounded so, is run whole."""
    tried = corners(experiment)
    bound = [on_a_quiet_core(partial(at_most, experiment, settings)) for settings in tried]
    for settings, most in zip(tried, bound, strict=True):
        if most == max(bound):
            found = on_a_quiet_core(partial(seconds, experiment, settings))
            assert found < 2, f"more than 2 s on a quiet core for {settings}"
    assert peak_of(experiment, FEW) * 32 / FEW < 500e6 or peak_of(experiment, 32) < 500e6


def peak_of(experiment: Experiment[Any, Any], replicas: int) -> int:
    """The most memory that a run at the largest settings holds at once, in bytes."""
    tracemalloc.start()
    perform(experiment, experiment.params(**corners(experiment)[-1]), 3, replicas)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("name", ["coffee_roasting", "data_size", "xor"])
def test_the_width_does_not_change_the_data(name: str) -> None:
    experiment = find(name)
    least = bounds(experiment.params.model_fields["steps"])[0]
    narrow, wide = (perform(experiment, experiment.params(steps=least, hidden=hidden), 3, 2).shown for hidden in (2, 5))
    assert narrow.weights[0].shape != wide.weights[0].shape
    np.testing.assert_array_equal(narrow.data.inputs, wide.data.inputs)
    np.testing.assert_array_equal(narrow.data.targets, wide.data.targets)
