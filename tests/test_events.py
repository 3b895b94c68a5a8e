"""When something happened in a run: against the frames themselves."""

from typing import Any

import numpy as np
import pytest
from recorded import RUNS, numpy_values

from bot.present.recordings import recording
from sims.engine.codec import unpack
from sims.engine.events import MOST, SEEN, Event, events
from sims.engine.experiment import Run
from sims.engine.scores import decides


def told(run: Run[Any, Any]) -> list[Event]:
    return events(run.shown, run.shown.frames)


def test_each_is_the_first_frame_from_which_it_holds_to_the_end() -> None:
    run = RUNS["coffee_roasting"]
    inputs, targets = run.shown.data.inputs[:1].astype(np.float32), run.shown.data.targets[0]
    frames = range(len(run.shown.frames))
    right = [((numpy_values(run, inputs, k)[1][1] > 0.5) == (targets > 0.5)).mean() >= 0.9 for k in frames]
    (event,) = [m for m in told(run) if m.kind == "ninetyPercent"]
    assert not right[event.frame - 1]
    assert all(right[event.frame :])


def test_a_unit_that_falls_silent_is_zero_on_every_example_from_there_on() -> None:
    run = RUNS["dead_relu"]
    inputs = run.shown.data.inputs[:1].astype(np.float32)
    silent = [m for m in told(run) if m.kind == "silent"]
    assert silent
    for event in silent:
        z = [numpy_values(run, inputs, k)[0][event.layer][event.unit] for k in range(len(run.shown.frames))]
        active = [bool((values > 0).any()) for values in z]
        assert active[event.frame - 1]
        assert not any(active[event.frame :])


def test_a_boundary_that_appears_was_not_in_the_picture_before() -> None:
    run = RUNS["coffee_roasting"]
    axes = run.shown.data.axes
    low = np.array([(axis.low - axis.offset) / axis.scale for axis in axes])
    high = np.array([(axis.high - axis.offset) / axis.scale for axis in axes])
    shares = np.random.default_rng(0).uniform(size=(2, 20_000))
    everywhere = (low[:, None] + (high - low)[:, None] * shares)[None].astype(np.float32)
    for event in (m for m in told(run) if m.kind == "appears"):
        above = [(numpy_values(run, everywhere, k)[0][event.layer][event.unit] > 0).mean()
                 for k in (event.frame - 1, event.frame, len(run.shown.frames) - 1)]
        assert min(above[0], 1 - above[0]) < 2 * SEEN
        assert all(min(share, 1 - share) > SEEN / 2 for share in above[1:])


@pytest.mark.parametrize("name", sorted(RUNS))
def test_they_are_few_in_order_and_of_frames_that_are_there(name: str) -> None:
    run = RUNS[name]
    found, header = told(run), unpack(recording(run))[0]
    assert [m.frame for m in found] == sorted(m.frame for m in found)
    assert sum(m.unit >= 0 for m in found) <= MOST
    assert all(0 < m.frame < len(run.shown.frames) for m in found)
    assert all(0 <= frame < len(header["steps"]) for frame, *_ in header["moments"])
    assert [m.kind for m in found if m.kind == "tenth"] == [] or not decides(run.shown)


def test_of_fewer_than_three_frames_nothing_is_told() -> None:
    assert events(RUNS["coffee_roasting"].shown, RUNS["coffee_roasting"].shown.frames[:2]) == []
