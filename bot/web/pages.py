"""Pages as text: pure functions from answers and links to HTML, for the server and for a folder of files alike."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from bot.answers import Answer
from bot.entries import Entry
from bot.headline import headline
from bot.web import assets, markup, summary, tables
from bot.web.links import Links, query_for, query_of

SITE = "Ask a Neuron"
TAGLINE = "What happens inside a small neural network: questions answered beside networks trained on the spot."


@dataclass(frozen=True)
class Problem:
    """What went wrong, in words, with a few places to go on to."""

    status: int
    title: str
    says: str
    near: tuple[str, ...] = ()


def entry_page(answer: Answer, entries: Mapping[str, Entry], links: Links, notice: str = "") -> str:
    """The page of an explanation at its settings. `notice` is said at its top."""
    query = query_of(answer)
    return _render(
        "entry.html", links, answer=answer, entry=answer.entry, query=query, notice=notice,
        title=summary.title(answer), description=headline(answer),
        canonical=links.entry_absolute(answer.entry.slug, query),
        numbers=list(tables.numbers(answer)), settings=list(tables.settings(answer)),
        next=[entries[slug] for slug in answer.entry.next if slug in entries],
        counter_queries=[query_for(counter.params) for counter in answer.counter_examples],
    )


def index_page(entries: Mapping[str, Entry], links: Links) -> str:
    """All questions, by topic."""
    ordered = sorted(entries.values(), key=lambda entry: (entry.topic, entry.title))
    topics = [(topic, list(some)) for topic, some in groupby(ordered, key=lambda entry: entry.topic)]
    return _render("index.html", links, topics=topics, title=f"{SITE}: all questions", description=TAGLINE,
                   canonical=links.absolute(links.index))


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
    made.filters |= {"markdown": markup.html, "inline": markup.inline, "source": markup.source, "json": as_script}
    made.globals |= {"asset": assets.path_of, "has_player": assets.has_player, "count": summary.count_in_words,
                     "SITE": SITE}
    return made


def as_script(value: Any) -> Markup:
    """JSON that may stand in a script element: it cannot end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _render(name: str, links: Links, **values: Any) -> str:
    return render_template(name, links=links, **values)
