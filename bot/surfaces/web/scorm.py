"""Explanations as a SCORM package for a course platform: one of them, a topic, or a reading path.

A package is the exported site of its explanations, a page that shows them one after another, and a manifest. That page
tells the platform what has been read, where the learner stands, and how many guesses and worked examples came out
right. The same input gives the same bytes. SCORM 1.2 and 2004 (4th edition): https://adlnet.gov/projects/scorm/
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.answers.guess import guess
from bot.content.entries import Entry
from bot.content.errors import OurError
from bot.content.formats import plain_text
from bot.content.paths import reading_paths
from bot.content.topics import by_topic
from bot.service import Bot, UnknownEntry
from bot.surfaces.web import assets
from bot.surfaces.web.export import Plan, export_site
from bot.surfaces.web.pages import render_template

Version = Literal["1.2", "2004"]
LAUNCHED, FILES = "course.html", ("course.js", "scorm.js", "course.css")
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of a ZIP file's clock: no file tells when it was made


class NothingToPack(OurError, ValueError):
    """There is no explanation, topic or path of that name; the message says what there is."""

    kind = "not found"


@dataclass(frozen=True)
class Course:
    """What is packed: a name for files and manifest, a title, and the entries in their order."""

    name: str
    title: str
    entries: Sequence[Entry]


def course_of(bot: Bot, name: str) -> Course:
    """The explanation, the topic or the reading path of that name; `NothingToPack` where there is none."""
    for path in reading_paths():
        if name == path.id:
            return Course(name, path.title, [bot.entry(slug) for slug in path.entries])
    for topic, some in by_topic(bot.entries.values()):
        if name == topic.id:
            return Course(name, topic.title, some)
    try:
        entry = bot.entry(name)
    except UnknownEntry as error:
        topics = [topic.id for topic, _ in by_topic(bot.entries.values())]
        raise NothingToPack(f"{error}. Topics: {', '.join(topics)}. Reading paths: "
                            f"{', '.join(path.id for path in reading_paths())}", error.near) from error
    return Course(entry.slug, plain_text(entry.title), [entry])


def pack(bot: Bot, course: Course, version: Version, file: Path, public_url: str, server: str = "") -> int:
    """Write the package; gives how many files it holds. `public_url` and `server` are as for an exported site."""
    with TemporaryDirectory() as folder:
        plan = Plan(Path(folder) / "site", public_url, server, tuple(entry.slug for entry in course.entries))
        export_site(plan, 1)
        for name in FILES:
            plan.write(name, assets.files()[assets.path_of(name)])
        told = {"version": version, "pages": [_page(bot, entry) for entry in course.entries]}
        plan.write(LAUNCHED, render_template("course.html", title=course.title, told=told).encode())
        names = sorted(path.relative_to(plan.folder).as_posix() for path in plan.folder.rglob("*") if path.is_file())
        manifest = render_template("imsmanifest.xml", course=course, version=version, launched=LAUNCHED, names=names)
        plan.write("imsmanifest.xml", manifest.encode())
        with ZipFile(file, "w") as package:
            for name in ["imsmanifest.xml", *names]:
                package.writestr(ZipInfo(name, FIRST_DAY), (plan.folder / name).read_bytes(), ZIP_DEFLATED)
    return len(names) + 1


def _page(bot: Bot, entry: Entry) -> Mapping[str, Any]:
    """An explanation, and which of its tasks count: the guess that this run decides, and the worked example."""
    answer = bot.answer(entry.slug)
    tasks = list(_tasks(guess(answer).decided_at is None, bool(answer.worked_examples())))
    return {"title": plain_text(entry.title), "slug": entry.slug, "path": f"e/{entry.slug}/index.html", "tasks": tasks}


def _tasks(guesses: bool, works: bool) -> Iterator[str]:
    if guesses:
        yield "guess"
    if works:
        yield "worked"
