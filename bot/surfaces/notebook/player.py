"""The player as an output that holds all it needs: it plays without kernel, widget manager and network, years later."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from struct import unpack
from typing import Any

from bot.answers.answer import Answer
from bot.content.formats import plain_text
from bot.present.recordings import parts_of, recording
from sims.engine.experiment import Run

HERE = Path(__file__).parent
BUNDLE = HERE.parent / "player" / "bundle.js"
EXPORT = re.compile(r"export\s*\{\s*(\w+) as mount\s*\};?\s*$")
HEIGHT = 620  # pixels, where the frame may not say its own
TRUST = ("To see the training play, trust this notebook (JupyterLab: “Trust Notebook” among the commands; Notebook: "
         "File, Trust) or run the cell again.")

Bundle = dict[str, Any]


@dataclass(frozen=True)
class Still:
    """A picture in PNG with `scale` pixels for each one on the page, and what it shows in words."""

    png: bytes
    says: str
    scale: int = 2

    @property
    def size(self) -> tuple[int, int]:
        """Width and height on the page."""
        width, height = unpack(">II", self.png[16:24])
        return width // self.scale, height // self.scale

    @property
    def encoded(self) -> str:
        """The picture in base64."""
        return b64encode(self.png).decode()


def shown(still: Still, playing: str = "") -> tuple[Bundle, Bundle]:
    """An output, as MIME bundle and metadata: the player (a page, from `page_of`) or, where none may play, the still.

    HTML comes first in every front end. What cleans it of frames keeps the picture with its words, and what shows no
    HTML at all (a PDF, a workspace that is not trusted) takes the PNG.
    """
    width, height = still.size
    says = escape(still.says)
    picture = (f'<img src="data:image/png;base64,{still.encoded}" alt="{says}" width="{width}" height="{height}" '
               'style="max-width: 100%; height: auto">')
    if playing:
        frame = (f'<iframe title="{says}" width="100%" height="{HEIGHT}" style="border: 0; display: block" '
                 f'srcdoc="{escape(playing)}"></iframe>')
        picture = f"{picture}<p><small>{TRUST}</small></p>{frame}"
    written = f'<div class="nrn-output">{picture}</div>'
    bundle = {"text/html": written, "image/png": still.encoded, "text/plain": still.says}
    return bundle, {"image/png": {"width": width, "height": height, "alt": still.says}}


def claims_of(answer: Answer) -> list[dict[str, Any]]:
    """The claims of an answer, as `page_of` takes them."""
    return [{"says": plain_text(claim.says), "mark": claim.mark, "evidence": claim.evidence,
             "about": parts_of(claim.holds, type(answer.run.metrics))} for claim in answer.claims]


def page_of(run: Run[Any, Any], claims: Sequence[Mapping[str, Any]], selected: str = "") -> str:
    """A page with the player, a run and the claims that it lights up, each {says, mark, evidence, about: parts}.

    `selected` is the part that it selects at first: "unit:2", "output".
    """
    told = {"recording": b64encode(recording(run)).decode(), "claims": list(claims), "selected": selected}
    given = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    return (f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>The network</title><style>{style()}</style>'
            f'<body><script type="application/json" id="given">{given}</script>'
            f'<script type="module">{module()}</script></body></html>')


def module() -> str:
    """The page's script: the player, then what starts it."""
    bundle, found = EXPORT.subn(r"const mount=\1;", BUNDLE.read_text(encoding="utf-8").rstrip())
    if found != 1:
        raise RuntimeError("bot/surfaces/player/bundle.js does not end with its export of mount")
    return bundle + "\n" + (HERE / "view.js").read_text(encoding="utf-8")


def style() -> str:
    """The player's style sheet, and that of the claims."""
    from bot.present.charts.theme import player_css  # drawing takes a second to import

    return player_css() + (HERE / "view.css").read_text(encoding="utf-8")
