"""Values over a plane as an image in the ramp's colours."""

import base64
from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image

from bot.present.charts.pictures import Rows
from bot.present.charts.theme import RAMP
from sims.engine.activations import Array
from sims.engine.datasets import Axis

COLOURS = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in RAMP], float)  # (5, 3)
SHADES = 128  # the eye sees no steps between them; 256 make a map of a unit twice as many bytes
PALETTE = bytes(round(np.interp(share, np.linspace(0, 1, len(RAMP)), channel))
                for share in np.linspace(0, 1, SHADES) for channel in COLOURS.T)  # the ramp: red, green, blue


def picture_of(values: Array, low: float, high: float) -> str:
    """Values (rows, columns), the first row at the bottom, as a PNG in the ramp's colours, as a data address."""
    share = np.nan_to_num((values[::-1] - low) / (high - low)).clip(0, 1)
    shades = ((SHADES - 1) * share).round().astype(np.uint8)
    return _in_the_ramp(shades.tobytes(), shades.shape)


@lru_cache(256)  # the same maps are drawn on a light ground, on a dark one, and on the card
def _in_the_ramp(shades: bytes, shape: tuple[int, ...]) -> str:
    image = Image.fromarray(np.frombuffer(shades, np.uint8).reshape(shape), "L")
    image.putpalette(PALETTE)
    return address_of(image)


def address_of(image: Image.Image) -> str:
    """An image as PNG, as a data address."""
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def image_rows(values: Array, axes: tuple[Axis, ...], low: float, high: float) -> Rows:
    """The one row of an image that fills the axes."""
    (left, right), (bottom, top) = ((axis.low, axis.high) for axis in axes)
    return [{"x": left, "x2": right, "y": bottom, "y2": top, "url": picture_of(values, low, high)}]
