"""The run as an animation: its frames are the training's, in order, small enough, and the same for the same run."""

from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

from bot.present.charts import animation
from bot.present.charts.theme import DARK
from bot.service import Bot, shared_bot
from sims.engine.activations import Array
from sims.engine.experiment import Run


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


@pytest.fixture
def few_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animation, "MOST_FRAMES", 3)


def played(file: bytes) -> list[Array]:
    image: Any = Image.open(BytesIO(file))
    return [np.asarray(frame.convert("RGB"), int) for frame in ImageSequence.Iterator(image)]


def lightness(picture: Array, temperature: float, duration: float) -> float:
    """Of the place on the output's map, from 0 to 765."""
    x = OUTPUT[0] + (temperature - 150) / 135 * OUTPUT[2]
    y = OUTPUT[1] + (15.5 - duration) / 4 * OUTPUT[3]
    return float(np.median(picture[round(y) - 6 : round(y) + 7, round(x) - 6 : round(x) + 7].sum(axis=2)))


OUTPUT = (298, 31, 288, 288)  # the box of the map: x, y, width, height


def test_a_gif_shows_the_training_from_its_start_to_its_end(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animation, "MOST_FRAMES", 5)
    run = bot.answer("coffee-roasting").run
    file = animation.gif(run)
    image: Any = Image.open(BytesIO(file))
    assert (image.format, image.n_frames, image.info["loop"], image.size) == ("GIF", 5, 0, (640, 456))
    pictures = played(file)
    assert all(np.abs(a - b).max() > 30 for a, b in pairwise(pictures))
    assert lightness(pictures[-1], 200, 13) > 650  # a good roast
    assert max(lightness(pictures[-1], *roast) for roast in ((160, 13), (270, 14.5), (240, 11.7))) < 250
    assert max(lightness(pictures[0], *roast) for roast in ((200, 13), (160, 13))) < 600  # not known at the start


def test_a_gif_that_would_be_too_large_has_fewer_colours_and_frames(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    run = bot.answer("bias-term").run
    monkeypatch.setattr(animation, "MOST_FRAMES", 5)
    whole = played(animation.gif(run))
    monkeypatch.setattr(animation, "LARGEST", 1)
    small = played(animation.gif(run))
    assert (len(whole), len(small)) == (5, 3)
    assert np.abs(small[-1] - whole[-1]).mean() < 3  # the end is never left out


def test_the_frames_shown_go_from_the_first_to_the_last(bot: Bot) -> None:
    shown = bot.answer("coffee-roasting").run.shown
    frames = animation.chosen_frames(shown)
    assert (frames[0], frames[-1], len(frames)) == (0, len(shown.frames) - 1, animation.MOST_FRAMES)
    assert frames == sorted(set(frames))


@pytest.mark.usefixtures("few_frames")
def test_the_same_run_makes_the_same_bytes(bot: Bot) -> None:
    run = bot.answer("bias-term").run
    for make in (animation.gif, animation.webp):
        assert make(run, "dark") == make(run, "dark")
    assert np.abs(played(animation.webp(run, "dark"))[0][2, 2] - np.array([0x11, 0x15, 0x1D])).max() < 8
    assert DARK.background == "#11151d"


@pytest.mark.usefixtures("few_frames")
@pytest.mark.parametrize("slug", ["nan-loss", "superposition", "overfitting"])
def test_networks_of_every_kind_are_animated(bot: Bot, slug: str) -> None:
    run: Run[Any, Any] = bot.answer(slug).run
    pictures = played(animation.webp(run))
    assert len(pictures) == 3
    assert all(picture.std() > 15 for picture in pictures)


def test_where_nothing_is_trained_there_is_one_picture(bot: Bot) -> None:
    for make in (animation.gif, animation.webp):
        assert len(played(make(bot.answer("what-is-activation").run))) == 1
