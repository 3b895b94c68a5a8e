"""The pages of /inbox as text, and what their forms hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from bot.content.entries import Entry
from bot.content.topics import by_topic
from bot.present.inbox import Cluster, Inbox
from bot.store import Week
from bot.surfaces.web.links import Links
from bot.surfaces.web.pages import SITE, render_template
from sims.engine import registry

SHOWN, EXAMPLES = 60, 4  # clusters on the page, and questions of each before the rest is folded
SUGGESTED = 12  # questions that stand in the form
WHY = {"declined": "declined", "torn": "unclear, nothing picked", "unanswered": "not answered",
       "unhelpful": "rated unhelpful"}
KINDS = (("surely", "answered"), ("likely", "answered, likely"), ("picked", "one was picked"),
         ("torn", "unclear"), ("declined", "declined"), ("elsewhere", "not for us"))  # of a week's questions
LONGEST = {"text": 40_000, "about": 600}  # characters of a field; of all others 200


@dataclass(frozen=True)
class Draft:
    """What the form holds: which patch to make, of what. `about` is the question that led here."""

    make: str = ""
    about: str = ""
    text: str = ""
    slug: str = ""
    title: str = ""
    topic: str = ""
    experiment: str = ""
    entry: str = ""
    point: str = ""
    problem: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Draft":
        """From the fields of a form, cut to what any of them may hold."""
        names = {field.name for field in fields(cls)} - {"problem"}
        return cls(**{name: given.get(name, "").replace("\r\n", "\n")[: LONGEST.get(name, 200)] for name in names})


def first_draft(cluster: Cluster | None, entries: Mapping[str, Entry]) -> Draft:
    """What the form holds when it is opened: the questions of the cluster, and what is nearest to them."""
    if cluster is None:
        return Draft(topic=next(iter(entries.values())).topic, experiment=registry.names()[0])
    near = cluster.entries[0]
    point = next((f"{entry.slug}#{point.id}" for entry, point in cluster.points), "")
    questions = cluster.questions
    return Draft(about=questions[0].question, text="\n".join(one.question for one in questions[:SUGGESTED]),
                 topic=near.topic, experiment=near.experiment, entry=near.slug, point=point)


def overview(found: Inbox, entries: Mapping[str, Entry], links: Links) -> str:
    """The page with everything."""
    most = max((week.asked for week in found.weeks), default=0)
    return _page("inbox.html", links, f"{SITE}: inbox", found=found, entries=entries, shown=SHOWN, examples=EXAMPLES,
                 why=WHY, kinds=KINDS, bars=[(week, _bars(week, most)) for week in found.weeks])


def draft_page(cluster: Cluster | None, draft: Draft, entries: Mapping[str, Entry], links: Links) -> str:
    """The page with the forms."""
    near = [entry.slug for entry in cluster.entries] if cluster else []
    return _page("inbox_draft.html", links, f"{SITE}: a patch", cluster=cluster, draft=draft, entries=entries,
                 near=near, topics=by_topic(entries.values()), why=WHY, experiments=registry.names(),
                 others=_with_points(entries, near))


def _with_points(entries: Mapping[str, Entry], near: Sequence[str]) -> list[Entry]:
    """The nearest entries, whose points may be chosen; all of them where none is near."""
    return [entries[slug] for slug in near] if near else [entry for entry in entries.values() if entry.points]


def _bars(week: Week, most: int) -> list[tuple[str, float, float]]:
    """The parts of a week's bar as (kind, left, width), in percent of the longest."""
    found, left = [], 0.0
    for name, _ in KINDS:
        width = 100 * getattr(week, name) / max(most, 1)
        found.append((name, round(left, 2), round(width, 2)))
        left += width
    return found


def _page(name: str, links: Links, title: str, **values: Any) -> str:
    return render_template(name, links=links, title=title, description="For mentors.", canonical="", **values)
