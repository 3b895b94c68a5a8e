"""Steps: what the picture shows while a paragraph of the explanation is read, as data in an entry's front matter.

    [[steps]]
    paragraph = "How does that happen?"      # the paragraph's opening words, as they stand in the text
    at = 300                                 # start, end (where left out), a step, a share of the training, a moment
    unit = "unit_names == 'too cold'"        # or "hidden 2", "output", "highest bend": the unit shown large
    replica = "accuracy < 0.9"               # which of the runs, at its end: the first of which this holds
    panel = "take apart"                     # the panel that is opened below the picture
    off = "hidden 2"                         # a unit that is switched off
    lights = "hidden"                        # what is pointed at
    chart = "Loss while training"            # the view of the experiment that stands at the paragraph
"""

import re
from typing import Any, Literal

from pydantic import field_validator, model_validator

from bot.content.expressions import ExpressionError, is_comparison, names_in
from bot.content.parts import Part, Text

MOST = 8  # steps of an entry: its text has six or seven paragraphs
START, END = "start", "end"
MOMENTS = {  # as authors write them -> as the player knows them, where they are explained: strings.js
    "nine in ten right": "ninetyPercent", "a tenth of the loss": "tenth", "lowest validation loss": "overfit",
    "diverged": "diverged", "boundary appears": "appears", "boundary leaves": "leaves",
    "tells apart": "takesSides", "silent": "silent",
}
PANELS = {"one example": "example", "take apart": "apart", "layer by layer": "layers", "other starts": "wall",
          "name a unit": "naming", "in words": "words"}
EXTREMES = re.compile(r"(lowest|highest) (.+)")
UNIT = re.compile(r"hidden ([1-9]\d?)(?: in layer ([1-9]))?|output(?: ([1-9]\d?))?")
LIGHTS = re.compile(r"hidden(?: [1-9]\d?)?|output|loss")

Panel = Literal["one example", "take apart", "layer by layer", "other starts", "name a unit", "in words"]
TIMES = (f'write "{START}", "{END}", a step such as 300, a share of the training such as 0.25, an expression that '
         f"gives a step, or a moment: {', '.join(MOMENTS)}")


class Step(Part):
    """A state of the player, a chart, or both, for the paragraph that opens with these words."""

    paragraph: Text
    at: int | float | str = END
    unit: Text | None = None
    replica: Text | None = None
    panel: Panel | None = None
    off: Text | None = None
    lights: Text | None = None
    chart: Text | None = None

    @field_validator("at", mode="before")
    @classmethod
    def _at_is_known(cls, at: Any) -> Any:
        whole = isinstance(at, int) and not isinstance(at, bool) and at >= 0
        share = isinstance(at, float) and 0 < at < 1
        if not (whole or share or (isinstance(at, str) and (at in (START, END, *MOMENTS) or _is_number(at)))):
            raise ValueError(f"{at!r} is no time in the training; {TIMES}")
        return at

    @field_validator("unit", "off")
    @classmethod
    def _unit_is_known(cls, unit: str | None) -> str | None:
        extreme = EXTREMES.fullmatch(unit or "")
        known = unit is None or UNIT.fullmatch(unit) or (_is_number(extreme[2]) if extreme else _compares(unit))
        if not known:
            raise ValueError(f'{unit!r} names no unit; write "hidden 2", "hidden 2 in layer 2", "output", "output 3", '
                             'or pick one by a metric that has a value for each hidden unit: "lowest right_without", '
                             '"unit_names == \'too cold\'"')
        return unit

    @field_validator("replica")
    @classmethod
    def _replica_is_known(cls, replica: str | None) -> str | None:
        if replica is not None:
            found = EXTREMES.fullmatch(replica)
            if not (_is_number(found[2]) if found else _compares(replica)):
                raise ValueError(f'{replica!r} picks no run; write a comparison such as "accuracy < 0.9" (the first '
                                 'run of which it holds), or "highest loss", "lowest accuracy"')
        return replica

    @field_validator("lights")
    @classmethod
    def _lights_is_known(cls, lights: str | None) -> str | None:
        if lights is not None and not LIGHTS.fullmatch(lights):
            raise ValueError(f'{lights!r} is nothing that can be pointed at; write "hidden 2" (a unit of the first '
                             'hidden layer), "hidden" (all of them), "output" or "loss"')
        return lights

    @model_validator(mode="after")
    def _is_whole(self) -> "Step":
        if not self.moves and self.chart is None:
            raise ValueError("it shows nothing: give at, unit, replica, panel, off, lights, or a chart")
        if self.replica is not None and "at" in self.model_fields_set:
            raise ValueError("of other runs only the end is recorded: leave at out, or replica")
        if self.off is not None and self.off.startswith("output"):
            raise ValueError("the output cannot be switched off; name a hidden unit")
        return self

    @property
    def moves(self) -> bool:
        """Whether it says anything of the player's state, and is more than a chart."""
        return bool(self.model_fields_set - {"paragraph", "chart"})


def _is_number(text: str) -> bool:
    """Whether a text is an expression that may give a step."""
    try:
        return bool(names_in(text)) and not is_comparison(text)
    except ExpressionError:
        return False


def _compares(text: str) -> bool:
    try:
        return is_comparison(text)
    except ExpressionError:
        return False


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a Markdown text; joined by empty lines they are the text again."""
    return [part.strip() for part in re.split(r"\n\s*\n", text.strip())]


def place(paragraph: str, text: str) -> int:
    """The number of the paragraph, from 0, that opens with these words; ValueError where none does, or several."""
    wanted = " ".join(paragraph.split())
    found = [i for i, one in enumerate(paragraphs_of(text)) if " ".join(one.split()).startswith(wanted)]
    if len(found) == 1:
        return found[0]
    openings = "; ".join(repr(" ".join(one.split()[:5])) for one in paragraphs_of(text))
    raise ValueError(f"{len(found) or 'no'} paragraphs open with {paragraph!r}; copy the first words of one, so many "
                     f"that they fit no other. The paragraphs open with: {openings}")
