"""What a mentor wants to add to the knowledge base, as a patch file that `git apply` takes. Nothing is written here."""

import difflib
import json
import re
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from bot.content.authoring import template
from bot.content.entries import KNOWLEDGE, SLUG, Entry
from bot.content.errors import OurError
from bot.content.phrasings import ENDING, Phrasing, read_texts
from bot.content.points import ASKS, LONGEST_QUESTION, Point, bare_words
from bot.content.points import ENDING as POINTS

TITLE = "A question, as a learner would put it?"  # in the template
MOST, LONGEST = 60, 500  # phrasings of a patch, and characters of one
TOPIC = re.compile(r"[a-z][a-z0-9-]{0,39}")


class PatchError(OurError, ValueError):
    """A patch that cannot be made; the message says what to change."""

    title = "That makes no patch"


def new_entry(slug: str, topic: str, experiment: str, title: str, asked: Sequence[str], taken: Sequence[str]) -> str:
    """The patch that adds an entry, from the template, with its phrasings."""
    if not SLUG.fullmatch(slug) or len(slug) > 80:
        raise PatchError(f"{slug!r} is no name of an entry: write lower-case words joined by hyphens: dead-relu")
    if slug in taken:
        raise PatchError(f"there is an entry {slug!r} already")
    if not TOPIC.fullmatch(topic) or not (KNOWLEDGE / topic).is_dir():
        raise PatchError(f"there is no topic {topic!r}")
    text = template(experiment, date.today().isoformat())
    if title.strip():
        text = text.replace(json.dumps(TITLE), json.dumps(" ".join(title.split())[:LONGEST], ensure_ascii=False), 1)
    lines = [_line(one) for one in _phrasings(asked, ())]
    return (_diff(f"knowledge/{topic}/{slug}.md", None, text)
            + _diff(f"knowledge/{topic}/{slug}{ENDING}", None, "".join(lines)))


def more_phrasings(entry: Entry, asked: Sequence[str], folder: Path = KNOWLEDGE) -> str:
    """The patch that adds ways to ask for an entry."""
    path = folder / entry.topic / f"{entry.slug}{ENDING}"
    before = path.read_text(encoding="utf-8")
    lines = [_line(one) for one in _phrasings(asked, read_texts(path))]
    end = "" if before.endswith("\n") or not before else "\n"
    return _diff(f"knowledge/{entry.topic}/{path.name}", before, before + end + "".join(lines))


def more_asks(entry: Entry, point: str, asked: Sequence[str], folder: Path = KNOWLEDGE) -> str:
    """The patch that adds ways to ask for a point of an entry."""
    found = entry.point(point)
    if found is None:
        raise PatchError(f"{entry.slug} has no point {point!r}")
    wanted = [*found.asks, *_phrasings(asked, found.asks, LONGEST_QUESTION)]
    try:
        Point.model_validate({**found.model_dump(exclude_unset=True), "asks": wanted})
    except ValidationError as error:
        raise PatchError(error.errors()[0]["msg"].removeprefix("Value error, ")
                         + f"; {found.title!r} has {len(found.asks)} of at most {ASKS[1]}") from error
    path = folder / entry.topic / f"{entry.slug}{POINTS}"
    before = path.read_text(encoding="utf-8")
    return _diff(f"knowledge/{entry.topic}/{path.name}", before, _with_asks(before, point, wanted[len(found.asks):]))


def _with_asks(text: str, point: str, more: Sequence[str]) -> str:
    """The file of points with further ways to ask at the end of one point's."""
    start = text.index(f'id = "{point}"')
    bracket = re.compile(r"^asks\s*=\s*\[", re.MULTILINE).search(text, start)
    end = _end_of_array(text, bracket.end()) if bracket else 0
    if bracket is None or not end:
        raise PatchError(f"the asks of {point!r} cannot be found in their file; add them by hand")
    inside = text[bracket.end():end].rstrip()
    many = "\n" in inside
    added = "".join(f"{chr(10) + '    ' if many else ' '}{_toml(one)}," for one in more)
    new = text[:bracket.end()] + inside.rstrip(",") + "," + added + ("\n" if many else "") + text[end:]
    known = {one["id"]: one["asks"] for one in tomllib.loads(new)["points"]}
    if known[point][-len(more):] != list(more):
        raise PatchError(f"the asks of {point!r} are written in an unusual way; add them by hand")
    return new


def _end_of_array(text: str, start: int) -> int:
    """Where the bracket stands that ends the array of strings which began before `start`; 0 where there is none."""
    token = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|(\])|[^"\'#\]]+')
    while found := token.match(text, start):
        if found[1]:
            return found.start()
        start = found.end()
    return 0


def _toml(text: str) -> str:
    """A basic string of TOML, whose escapes JSON shares."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _phrasings(asked: Sequence[str], known: Sequence[str], longest: int = LONGEST) -> list[str]:
    """The texts on one line each, without those that are there already."""
    seen = {bare_words(one) for one in known}
    found = []
    for line in asked:
        text = " ".join("".join(c if c.isprintable() else " " for c in line).split())
        if len(text) > longest:
            raise PatchError(f"a way to ask has at most {longest} characters, and {text[:60]!r} ... has {len(text)}")
        if text and bare_words(text) not in seen:
            seen.add(bare_words(text))
            found.append(text)
    if not found:
        raise PatchError("there is no way to ask that is not there already; write one a line")
    if len(found) > MOST:
        raise PatchError(f"{len(found)} ways to ask; keep the {MOST} that differ most")
    return found


def _line(text: str) -> str:
    """A line of a file of phrasings, as our files have them."""
    words = len(text.split())
    style = "title" if text.endswith("?") and words <= 20 else "terse" if words <= 8 else "long"
    one = Phrasing.model_validate({"text": text, "lang": "en", "style": style, "origin": "written"})
    return json.dumps(one.model_dump(exclude_unset=True), ensure_ascii=False) + "\n"


def _diff(name: str, before: str | None, after: str) -> str:
    """A unified diff of one file below the top of the repository, as git writes it; new where `before` is None."""
    old = [] if before is None else before.split("\n")
    lines = list(difflib.unified_diff(_with_ends(old), _with_ends(after.split("\n")), *(
        (f"a/{name}" if before is not None else "/dev/null"), f"b/{name}")))
    head = f"diff --git a/{name} b/{name}\n" + ("new file mode 100644\n" if before is None else "")
    return head + "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _with_ends(lines: Sequence[str]) -> list[str]:
    """Lines with their ends; the last one had none, or was empty behind the last end."""
    if not lines:
        return []
    *most, last = lines
    return [*(f"{line}\n" for line in most), *([last] if last else [])]
