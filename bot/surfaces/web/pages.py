"""Pages as text: pure functions from answers and links to HTML, for the server and for a folder of files alike."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from bot.answers.answer import Answer
from bot.answers.guess import guess
from bot.answers.points import ToldPoint
from bot.content.entries import Entry
from bot.content.formats import plain_text
from bot.content.parts import GAP
from bot.content.paths import ReadingPath, reading_paths
from bot.content.settings import differing, make_params, said_with
from bot.content.topics import by_topic
from bot.present import markup
from bot.present.charts import stills
from bot.present.forum import canned
from bot.present.headline import figure, headline
from bot.present.permalinks import query_for
from bot.present.recordings import parts_of
from bot.present.shortlinks import encode
from bot.surfaces.web import assets, drawings, summary, tables
from bot.surfaces.web.asked import with_points
from bot.surfaces.web.links import Links, query_of
from sims.engine.randomness import LARGEST_SEED
from sims.engine.registry import find

SITE = "Ask a Neuron"
LIVING = ("coffee-roasting", "xor", "weight-meaning", "gradient-descent")  # on the index, in turn; fit its room
TAGLINE = "What happens inside a small neural network: questions answered beside networks trained on the spot."


@dataclass(frozen=True)
class Problem:
    """What went wrong, in words, with a few places to go on to."""

    status: int
    title: str
    says: str
    near: tuple[str, ...] = ()


def entry_page(answer: Answer, entries: Mapping[str, Entry], links: Links, notice: str = "",
               recorded: Mapping[str, Any] | None = None, points: Sequence[str] = ()) -> str:
    """The page of an explanation at its settings. `notice` is said at its top. `recorded`: see recorded.py. What other
    sites show of it is of the first of `points`, where its address names some."""
    entry, query = answer.entry, query_of(answer)
    canonical, picture = links.address(answer), drawings.still(answer)
    point = next((told for told in answer.points if told.id in points[:1]), None)
    shared = links.entry_absolute(entry.slug, with_points(query, points)) if point else canonical
    data = drawings.for_player(answer, links)
    page = partial(
        _render, "entry.html", links, answer=answer, entry=entry, query=query, notice=notice, recorded=recorded,
        picture=picture,
        short=f"{links.live_url}/s/{encode(answer, version('ask-neuron'))}" if links.live_url else "",
        title=summary.shortened(plain_text(point.title)) if point else summary.title(answer), canonical=canonical,
        description=markup.plain(point.says) if point and point.says else headline(answer), shared=shared,
        image=links.address(answer, ".png"), image_alt=f"{plain_text(entry.title)} {headline(answer)}",
        oembed=links.absolute("oembed?" + urlencode({"url": shared})), json_ld=_qa_page(answer, canonical),
        guess=guess(answer), key=figure(answer, answer.first_finding), worked=answer.worked_examples(),
        canned=canned(answer, canonical, links.address(answer, ".png")).markdown,
        numbers=tables.spoken_of(answer), others=tables.others(answer), settings=list(tables.settings(answer)),
        next=[entries[slug] for slug in entry.next if slug in entries],
        counters=[(counter, _query_at(answer, counter.params)) for counter in answer.counter_examples],
        entries=entries, paths=[path for path in _paths(entries) if path.place(entry.slug)],
        another=query_for(answer.changed, (answer.run.seed + 1) % LARGEST_SEED),
        charts=drawings.charts_of(answer), further=drawings.further_charts(answer),
        points=[(told, _shown_at(answer, told, links)) for told in answer.points],
    )
    light = page(data=data)
    return page(data={**data, "heavy": True}) if data and drawings.is_heavy(light, picture, data["size"]) else light


def _shown_at(answer: Answer, told: ToldPoint, links: Links) -> str:
    """The way to the run that shows a point: at the settings that it names, else at the entry's own."""
    return f"{links.entry(answer.entry.slug, _query_at(answer, told.point.params))}#{told.id}"


def _query_at(answer: Answer, changes: Mapping[str, Any]) -> str:
    """The query of the entry's settings with these changes, in the one form that links have."""
    kind, own = type(answer.run.params), answer.entry.params
    return query_for(differing(make_params(kind, own, changes), make_params(kind, own).model_dump()))


def _qa_page(answer: Answer, address: str) -> dict[str, Any]:
    """The question and its answer as search engines read them (schema.org/QAPage)."""
    author = {"@type": "Organization", "name": SITE}
    question = {"@type": "Question", "name": answer.entry.title, "text": answer.entry.title, "answerCount": 1,
                "author": author}
    accepted = {"@type": "Answer", "text": f"{headline(answer)} {markup.plain(answer.text)}", "url": address,
                "author": author}
    if answer.entry.reviewed:
        question["datePublished"] = accepted["datePublished"] = answer.entry.reviewed.isoformat()
    also = [{"@type": "Question", "name": told.title, "url": f"{address}#{told.id}",
             "acceptedAnswer": {"@type": "Answer", "text": markup.plain(told.says), "url": f"{address}#{told.id}"}}
            for told in answer.points if told.says is not None]
    page = {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": {**question, "acceptedAnswer": accepted}}
    return {**page, "hasPart": also} if also else page


def index_page(entries: Mapping[str, Entry], links: Links) -> str:
    """All questions, by topic."""
    living = [entries[slug] for slug in LIVING if slug in entries]
    networks = {"player": links.to(assets.path_of("bundle.js")), "style": links.to(assets.path_of("player.css")),
                "networks": [{"title": entry.title, "href": links.entry(entry.slug),
                              "recording": links.entry(entry.slug, "", ".rec")} for entry in living]}
    return _render("index.html", links, topics=by_topic(entries.values()), entries=entries, paths=_paths(entries),
                   living=living, networks=networks,
                   pictures={slug: _leading(entry) for slug, entry in entries.items()},
                   title=f"{SITE}: all questions", description=TAGLINE, canonical=links.absolute(links.index))


def _leading(entry: Entry) -> str:
    """The kind of picture that leads an explanation, as far as that is known without a run."""
    kinds = (view.kind for view in find(entry.experiment).views)
    return next((kind for kind in kinds if kind not in stills.PASSED_OVER), "network")


def _paths(entries: Mapping[str, Entry]) -> tuple[ReadingPath, ...]:
    """The reading paths that these entries hold in full."""
    return tuple(path for path in reading_paths() if all(slug in entries for slug in path.entries))


def moved_page(entry: Entry, links: Links) -> str:
    """For a host of plain files: leads on to where an explanation is now."""
    return _render("moved.html", links, entry=entry, canonical=links.entry_absolute(entry.slug))


def mentor_page(links: Links) -> str:
    """The page for those who answer in forums; its script does the rest."""
    return _render("mentor.html", links, title=f"{SITE}: for mentors", canonical="",
                   description="Find the tested answer to a forum question, adjust it, and copy it.")


def problem_page(problem: Problem, entries: Mapping[str, Entry], links: Links) -> str:
    """A page that says what went wrong."""
    near = [entries[slug] for slug in problem.near if slug in entries]
    return _render("problem.html", links, problem=problem, near=near, title=problem.title,
                   description=problem.says[:250], canonical="")


def chat_page(shell: str, links: Links) -> str:
    """The chat's page with our title and a preview: what it draws by script, no forum sees."""
    head = _render("chat_head.html", links, title=SITE, description=TAGLINE, canonical=links.absolute(""))
    return re.sub(r"<title>.*?</title>", lambda _: head, shell, count=1)


def render_template(name: str, **values: Any) -> str:
    """A template of this folder with these values; .html and .xml are escaped."""
    return environment().get_template(name).render(**values)


@cache
def environment() -> Environment:
    """The templates, where a name that is not given is an error."""
    made = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), undefined=StrictUndefined,
                       autoescape=select_autoescape(("html", "xml")), trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"markdown": markup.html, "inline": markup.inline, "source": markup.source,
                     "plain": markup.plain, "json": as_script, "settings": said_with,
                     "gap": lambda line: Markup(str(line).replace(GAP, '<span class="gap">___</span>')),
                     "parts": lambda answer, claim: " ".join(parts_of(claim.holds, type(answer.run.metrics))),
                     "query": query_for, "compact": lambda value: json.dumps(value, separators=(",", ":"))}
    made.globals |= {"asset": assets.path_of, "SITE": SITE}
    return made


def as_script(value: Any) -> Markup:
    """JSON that may stand in a script element: it cannot end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _render(name: str, links: Links, **values: Any) -> str:
    return render_template(name, links=links, **values)
