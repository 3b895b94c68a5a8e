"""What a page shows of a run: a still picture in both themes, and what its script needs to play the run instead."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from bot.answers.answer import Answer
from bot.present.charts import stills
from bot.present.recordings import recording
from bot.surfaces.web import assets
from bot.surfaces.web.links import Links, query_of

HEAVY = 36_000  # bytes of a recording with its picture; above that it is fetched only when it is asked for


@dataclass(frozen=True)
class Still:
    """The key picture: what it shows in words, its size in pixels and in bytes, and whether the player shows the same
    and more."""

    says: str
    width: int
    height: int
    is_network: bool
    weight: int


def still(answer: Answer) -> Still:
    """The key picture of an answer, drawn to know its size."""
    drawing = stills.key_svg(answer)
    size = [int(found[1]) for side in ("width", "height") if (found := re.search(rf'\b{side}="(\d+)"', drawing))]
    says = re.search(r"<desc>(.*?)</desc>", drawing, re.DOTALL)
    return Still(unescape(says[1]) if says else answer.entry.title, size[0], size[1],
                 stills.leading_view(answer.run).kind == "network", len(drawing))


def for_player(answer: Answer, links: Links, beside: int = 0) -> dict[str, Any]:
    """What page.js reads: where the player and the recording are, and whether to play at once; empty without a film.

    `beside` is what else the page loads for the run, in bytes.
    """
    if len(answer.run.shown.frames) < 2:
        return {}
    size = len(recording(answer.run))
    return {"player": links.to(assets.path_of("bundle.js")), "style": links.to(assets.path_of("player.css")),
            "recording": links.entry(answer.entry.slug, query_of(answer), ".rec"), "size": size,
            "heavy": size + beside > HEAVY}
