"""What machines follow: the feed of new explanations, the map of the site, and what crawlers may fetch."""

from collections.abc import Iterable, Mapping
from datetime import date

from bot.content.entries import Entry
from bot.content.formats import plain_text
from bot.content.topics import by_topic
from bot.surfaces.web.links import Links
from bot.surfaces.web.pages import SITE, TAGLINE, render_template

NEWEST = 30  # explanations in the feed
BEGINNING = date(2026, 1, 1)  # stands for a date that nobody gave


def feed(entries: Mapping[str, Entry], links: Links) -> str:
    """The explanations as an Atom feed (RFC 4287), the last reviewed first."""
    ordered = sorted(entries.values(), key=lambda entry: (entry.reviewed or BEGINNING, entry.title), reverse=True)
    rows = [(entry, said(entry.reviewed), _first_claim(entry)) for entry in ordered[:NEWEST]]
    return render_template("feed.xml", links=links, rows=rows, updated=said(last_change(entries.values())),
                           subtitle=TAGLINE)


def sitemap(entries: Mapping[str, Entry], links: Links) -> str:
    """Every page that search engines should know (sitemaps.org)."""
    rows = [(links.absolute(links.index), last_change(entries.values()).isoformat())]
    rows += [(links.entry_absolute(entry.slug), (entry.reviewed or BEGINNING).isoformat())
             for entry in entries.values()]
    return render_template("sitemap.xml", rows=rows)


def robots(links: Links) -> str:
    """What crawlers may fetch: pages and pictures, no runs of networks of one's own."""
    closed = "".join(f"Disallow: {path}\n" for path in ("/api/", "/_stcore/", "/try?"))
    return f"User-agent: *\n{closed}Sitemap: {links.absolute('sitemap.xml')}\n"


def for_models(entries: Mapping[str, Entry], links: Links) -> str:
    """What language models are told of the site (llmstxt.org): each explanation's question and its Markdown."""
    lines = [f"# {SITE}", f"> {TAGLINE} Every claim is counted over 32 trained networks and over a control.",
             f"Pages are Markdown where they are asked for with `Accept: text/markdown`. The API is described at "
             f"{links.absolute('openapi.json')}."]
    for topic, some in by_topic(entries.values()):
        lines += [f"## {topic.title}", "\n".join(
            f"- [{plain_text(entry.title)}]({links.entry_absolute(entry.slug, suffix='.md')})" for entry in some)]
    return "\n\n".join(lines) + "\n"


def last_change(entries: Iterable[Entry]) -> date:
    """When the last of the explanations was reviewed."""
    return max((entry.reviewed or BEGINNING for entry in entries), default=BEGINNING)


def said(day: date | None) -> str:
    """A day as Atom wants it, with a time."""
    return f"{(day or BEGINNING).isoformat()}T00:00:00Z"


def _first_claim(entry: Entry) -> str:
    """What the explanation finds first, where that holds no number of a run; else the site's name."""
    findings = sorted(entry.claims, key=lambda claim: claim.kind != "finding")
    return next((plain_text(claim.says) for claim in findings if "{{" not in claim.says), SITE)
