"""What can be taken away from an answer as a file: pictures, the animation, the recording and the code."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.answers.answer import Answer
from bot.present import recordings
from bot.present.charts import animation, stills
from bot.present.charts.card import card_png
from bot.present.charts.theme import Name
from bot.present.code_export import no_code, numpy_code
from bot.present.permalinks import Permalink
from sims.engine.experiment import Run


@dataclass(frozen=True)
class Format:
    """A kind of file: `make(answer, theme)` gives its bytes."""

    title: str
    ending: str
    mime: str
    make: Callable[[Answer, Name], bytes]


def _json(answer: Answer, theme: Name) -> bytes:
    return json.dumps(recordings.as_json(answer.run), separators=(",", ":"), ensure_ascii=False).encode()


def _svg(answer: Answer, theme: Name) -> bytes:
    return stills.key_svg(answer, theme).encode()


FORMATS: Mapping[str, Format] = {
    "png": Format("Picture (PNG)", "png", "image/png", lambda answer, theme: stills.key_png(answer, theme, 2)),
    "svg": Format("Picture (SVG)", "svg", "image/svg+xml", _svg),
    "gif": Format("Animation (GIF)", "gif", "image/gif", lambda answer, theme: animation.gif(answer.run, theme)),
    "webp": Format("Animation (WebP)", "webp", "image/webp", lambda answer, theme: animation.webp(answer.run, theme)),
    "card": Format("Card for links", "card.png", "image/png", lambda answer, theme: card_png(answer, theme=theme)),
    "json": Format("Recording (JSON)", "json", "application/json", _json),
    "code": Format("Code (numpy)", "py", "text/x-python", lambda answer, theme: numpy_code(answer.run).encode()),
}


def offered(run: Run[Any, Any]) -> tuple[str, ...]:
    """The formats that a run has: no animation where nothing is trained, no code where none repeats the training."""
    without = {"code"} if no_code(run) else set()
    without |= {"gif", "webp"} if len(run.shown.frames) < 2 else set()
    return tuple(name for name in FORMATS if name not in without)


def file_name(link: Permalink, kind: str) -> str:
    """A name that tells the answer and what differs from its own run: "xor-hidden-3-seed-7.gif"."""
    different = [f"{name}-{value}" for name, value in link.params.items()]
    name = "-".join([link.entry, *different, *([] if link.seed is None else [f"seed-{link.seed}"])])
    return f"{''.join(c if c.isalnum() or c in '-._' else '-' for c in name)}.{FORMATS[kind].ending}"
