"""The player as a widget of a notebook, where anywidget is installed."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bot.answers.answer import Answer
from bot.content.formats import plain_text
from bot.present.recordings import parts_of, recording
from sims.engine.experiment import Run

HERE = Path(__file__).parent
BUNDLE = HERE.parent / "player" / "bundle.js"
EXPORT = re.compile(r"export\s*\{\s*(\w+) as mount\s*\};?\s*$")


def widget(answer: Answer, selected: str = "") -> Any:
    """The player with the run of an answer; `selected` is the part that it selects at first: "unit:2", "output"."""
    claims = [{"says": plain_text(claim.says), "mark": claim.mark, "evidence": claim.evidence,
               "about": parts_of(claim.holds, type(answer.run.metrics))} for claim in answer.claims]
    return played(answer.run, claims, selected)


def played(run: Run[Any, Any], claims: Sequence[Mapping[str, Any]], selected: str = "") -> Any:
    """The player with a run and the claims that it lights up, each {says, mark, evidence, about: parts}."""
    kind = _kind()
    if kind is None:
        raise RuntimeError("the player needs anywidget: pip install anywidget, then restart the kernel")
    return kind(recording=recording(run), claims=list(claims), selected=selected)


def has_widgets() -> bool:
    """Whether anywidget is installed."""
    return _kind() is not None


def module() -> str:
    """The widget's front end in one module, as notebooks load it: the player, then what anywidget calls."""
    bundle, found = EXPORT.subn(r"const mount=\1;", BUNDLE.read_text(encoding="utf-8").rstrip())
    if found != 1:
        raise RuntimeError("bot/surfaces/player/bundle.js does not end with its export of mount")
    return bundle + "\n" + (HERE / "view.js").read_text(encoding="utf-8")


def style() -> str:
    """The player's style sheet, and that of the claims."""
    from bot.present.charts.theme import player_css  # drawing takes a second to import

    return player_css() + (HERE / "view.css").read_text(encoding="utf-8")


@cache
def _kind() -> Any:
    try:
        import anywidget
        import traitlets
    except ImportError:
        return None

    class Player(anywidget.AnyWidget):  # type: ignore[misc, unused-ignore]
        _esm = module()
        _css = style()
        recording = traitlets.Bytes().tag(sync=True)
        claims: Any = traitlets.List().tag(sync=True)  # [{says, mark, evidence, about: parts}]
        selected = traitlets.Unicode().tag(sync=True)  # a part of the picture, or empty

    return Player
