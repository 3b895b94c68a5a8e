"""The explanations as a folder of plain files that any host can serve: recorded runs, search in the browser, widget.

The same input gives the same bytes: nothing in a file tells when or where it was made.
"""

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from bot.answers.answer import Answer
from bot.content.entries import Entry
from bot.content.errors import OurError
from bot.service import shared_bot
from bot.surfaces.web import assets, embeds, feeds, pages
from bot.surfaces.web.asked import Asked
from bot.surfaces.web.asks import asks_file
from bot.surfaces.web.files import files_of, html
from bot.surfaces.web.links import Links
from bot.surfaces.web.pages import Problem
from bot.surfaces.web.recorded import Recorded, file_path, name_of, recorded

MARK = "ask-neuron.json"  # says that a folder is an export of ours, which the next one may replace
GONE = Problem(404, "Not Found", "There is no page at this address. The link may be mistyped, or cut off.")


class ExportError(OurError, ValueError):
    """A site cannot be written; the message says why and what to do."""


@dataclass(frozen=True)
class Plan:
    """What is exported where. `server` is the address of one that runs other settings, or empty."""

    folder: Path
    public_url: str
    server: str = ""
    slugs: tuple[str, ...] = ()

    def links(self, root: str) -> Links:
        """Addresses for a page from which `root` leads to the top."""
        return Links(self.public_url, root, chat_url=self.server, live_url=self.server, index="", path=file_path)

    def write(self, path: str, content: bytes) -> None:
        """Write a file below the folder; where the path ends in a slash, the page that a host shows there."""
        file = self.folder / (path + "index.html" if path.endswith("/") or not path else path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def export_site(plan: Plan, jobs: int | None = None,
                progress: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Write the site, with `jobs` processes. `progress` is told of entries done and in all.

    An earlier export stays until the new one is whole, and what others put beside it is kept. A folder that holds
    something else is left alone: `ExportError`.
    """
    plan = replace(plan, folder=plan.folder.resolve())
    kept = _foreign(plan.folder)
    entries = _chosen(plan)
    part = plan.folder.with_name(plan.folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    building = replace(plan, folder=part, slugs=tuple(entries))
    for done, _ in enumerate(_built(building, jobs or os.cpu_count() or 1), start=1):
        progress(done, len(entries))
    _write_mark(building)
    for file in kept:
        (part / file).parent.mkdir(parents=True, exist_ok=True)
        (plan.folder / file).replace(part / file)
    shutil.rmtree(plan.folder, ignore_errors=True)
    part.replace(plan.folder)


def _foreign(folder: Path) -> list[Path]:
    """The files in the folder of an earlier export that it did not write; `ExportError` where it holds no export."""
    if folder.exists() and not folder.is_dir():
        raise ExportError(f"{folder} is a file; name a folder")
    found = [file.relative_to(folder) for file in sorted(folder.rglob("*")) if not file.is_dir()]
    if not found:
        return []
    try:
        ours = set(json.loads((folder / MARK).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExportError(f"{folder} holds files that are no export of this program; name a new folder") from error
    return [file for file in found if file.as_posix() not in ours]


def _chosen(plan: Plan) -> dict[str, Entry]:
    bot = shared_bot()
    slugs = {bot.entry(slug).slug for slug in plan.slugs}
    return {slug: entry for slug, entry in bot.entries.items() if not slugs or slug in slugs}


def _built(plan: Plan, jobs: int) -> Iterator[str]:
    """Build everything, in this process or in several; gives the slugs of entries as they are done."""
    if jobs == 1 or len(plan.slugs) == 1:
        yield from (_build(plan, slug) for slug in plan.slugs)
        _write_common(plan)
        return
    context = get_context("spawn")  # a fork of a process with threads may hang
    with ProcessPoolExecutor(min(jobs, len(plan.slugs)), context, _begin) as pool:
        common = pool.submit(_write_common, plan)
        for done in as_completed([pool.submit(_build, plan, slug) for slug in _largest_first(plan.slugs)]):
            yield done.result()
        common.result()


def _begin() -> None:
    """What a process for this does first. The entries stay for good: Python need not go through them again and again in
    search of what nothing refers to."""
    shared_bot()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _largest_first(slugs: Sequence[str]) -> list[str]:
    """Entries by how many runs they may have, so that in the end no process waits long for another."""
    bot = shared_bot()
    runs = {slug: len(bot.entry(slug).counter_examples) + len(bot.entry(slug).points) for slug in slugs}
    return sorted(slugs, key=lambda slug: -runs[slug])


def _build(plan: Plan, slug: str) -> str:
    """All files of one entry."""
    bot, entries = shared_bot(), _chosen(plan)
    runs = recorded(bot, slug)
    for asked in runs.runs:
        _write_run(plan, entries, runs, asked, bot.answer(slug, asked.changes, asked.seed))
    moved = pages.moved_page(bot.entry(slug), plan.links("../../")).encode()
    for name in bot.entry(slug).formerly:
        plan.write(f"e/{name}/", moved)
    return slug


def _write_run(plan: Plan, entries: Mapping[str, Entry], runs: Recorded, asked: Asked, answer: Answer) -> None:
    slug, query = asked.entry.slug, asked.query
    links = plan.links("../../" if not query else "../../../")
    plan.write(file_path(slug, query, ""), html(answer, entries, links, runs.for_script("e", links)).body)
    for suffix, make in files_of(answer).items():
        if suffix:
            plan.write(file_path(slug, query, suffix), make(answer, entries, links).body)
    frame = f"embed/{slug}/{name_of(query)}/" if query else f"embed/{slug}/"
    plan.write(frame, embeds.card(answer, links, runs.for_script("embed", links)).encode())


def _write_common(plan: Plan) -> None:
    """What belongs to no entry."""
    entries = _chosen(plan)
    top, deep = plan.links("./"), plan.links("../../")
    plan.write("", pages.index_page(entries, top).encode())
    plan.write("404.html", pages.problem_page(GONE, entries, plan.links(f"{plan.public_url}/")).encode())
    plan.write("feed.xml", feeds.feed(entries, top).encode())
    plan.write("sitemap.xml", feeds.sitemap(entries, top).encode())
    plan.write("robots.txt", feeds.robots(top).encode())
    plan.write("llms.txt", feeds.for_models(entries, top).encode())
    plan.write("embed/ask/", embeds.question_box(entries, deep).encode())
    plan.write("widget.js", embeds.widget(f"{plan.server}/" if plan.server else None))
    plan.write("search.bin", _index(entries))
    plan.write("asks.bin", asks_file(entries.values(), shared_bot().matcher.small.speller))
    for path, content in assets.files().items():
        plan.write(path, content)
    plan.write(".nojekyll", b"")  # or else GitHub Pages would turn the .md files into pages


def _write_mark(plan: Plan) -> None:
    files = sorted(file.relative_to(plan.folder).as_posix() for file in plan.folder.rglob("*") if file.is_file())
    told = {"public_url": plan.public_url, "server": plan.server, "files": [*files, MARK]}
    plan.write(MARK, json.dumps(told, indent=1).encode())


def _index(entries: Mapping[str, Entry]) -> bytes:
    """The matcher of all entries, so that it decides as a server does; the titles are those of the site's own."""
    return shared_bot().matcher.search_file(entries)
