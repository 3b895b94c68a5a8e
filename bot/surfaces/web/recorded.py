"""What a folder of files can show of an entry: its own run, and those that its text and its prediction speak of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.service import Bot
from bot.surfaces.web.asked import Asked, asked
from bot.surfaces.web.links import Links


@dataclass(frozen=True)
class Recorded:
    """The runs of an entry that are kept; the first is that of its own settings."""

    slug: str
    own: Mapping[str, Any]  # the entry's settings, and its seed
    runs: tuple[Asked, ...]

    def for_script(self, folder: str, links: Links) -> dict[str, Any]:
        """What recorded.js reads on a page below `folder`: where the run with which settings lies."""
        others = [{"settings": dict(run.changes), "path": f"{folder}/{self.slug}/{name_of(run.query)}/"}
                  for run in self.runs if run.query]
        return {"own": self.own, "recorded": others, "root": links.root,
                "live": links.live(self.slug)}


def recorded(bot: Bot, slug: str) -> Recorded:
    """The entry's own run, those that break its claims or show its points, and the one that decides its prediction."""
    entry = bot.entry(slug)
    wanted = [{}, *(counter.params for counter in entry.counter_examples), entry.prediction.params,
              *(point.params for point in entry.points)]
    runs = {run.query: run for run in (asked(bot, entry.slug, changes) for changes in wanted)}
    return Recorded(entry.slug, {**bot.own(entry), "seed": entry.seed}, tuple(runs.values()))


def name_of(query: str) -> str:
    """A folder's name for settings: "hidden=2&seed=7" gives "hidden-2_seed-7"."""
    return re.sub(r"[^A-Za-z0-9._-]", "~", query.replace("=", "-").replace("&", "_"))


def file_path(slug: str, query: str, suffix: str) -> str:
    """Where an explanation or one of its files lies in a folder of files; see `Links.path`."""
    run = f"e/{slug}/{name_of(query)}" if query else f"e/{slug}"
    return run + (suffix or "/")
