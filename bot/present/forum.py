"""Copy for the forum: an answer as a post that reads well in Discourse, in mail and on a page.

Formulas come as Unicode, because a forum may have no formula renderer; Markdown, plain text and HTML say the same.
"""

import re
from collections.abc import Iterator, Sequence

from bot.answers.answer import Answer
from bot.answers.points import ToldPoint, said_first
from bot.content.formats import plain_text
from bot.content.parts import GAP
from bot.content.settings import said_with
from bot.present.headline import headline
from bot.present.permalinks import link_of
from bot.present.three_forms import Canned, in_three_forms
from bot.present.unicode_math import FORMULA, formula

SHORT_QUESTION = 300  # characters; a longer one keeps its paragraphs
SHORTEST_TITLE = 15  # characters; Discourse refuses shorter ones unless it is told otherwise
MOST_WORDS = 120  # of the prose
LIMITS = re.compile(r"(Not true):\s*")  # see knowledge/README.md
MARKUP = re.compile(r"([\\`*_\[\]<>])")


def question_post(question: str, near: Sequence[str]) -> str:
    """A post for a question that has no answer here: what was asked, and what was tried. `near` are titles."""
    asked = " ".join(question.split()) if len(question) < SHORT_QUESTION else question.strip()
    tried = [f"- {plain_text(title)}" for title in near]
    return "\n".join([
        "My question:", "", asked, "",
        "What I tried: I asked Ask a Neuron, which explains small networks. It has no tested answer to this. The "
        "nearest it has are these, and they are not what I mean:", "", *tried, "",
        "What I have understood so far: ", "", "Where I am stuck: ",
    ])


def canned(answer: Answer, url: str = "", image_url: str | None = None, points: Sequence[ToldPoint] = ()) -> Canned:
    """The answer as a reply: the points that were asked, the short answer, an example to work out, the number, a
    picture, what is not true, a link.

    `url` opens the answer at the same settings and seed; without one the reply names them. `image_url` is its picture.
    """
    first, *rest = short_text(answer)
    parts = [*_points(points, url), *_told(answer, [first, *_worked(answer), *rest])]
    if image_url:
        parts.append(f"![{literal(picture_text(answer))}]({_address(image_url)})")
    parts += [*_limits(answer), *_solution(answer), _closing(answer, url)]
    return in_three_forms(parts)


def reply(answer: Answer, base: str = "", points: Sequence[ToldPoint] = ()) -> Canned:
    """The answer as a reply, with link and picture below the public address `base`; without one it has neither."""
    url, image = addresses(base, answer) if base else ("", None)
    return canned(answer, url, image, points)


def brief(answer: Answer, url: str = "", points: Sequence[ToldPoint] = ()) -> list[str]:
    """The answer in a few paragraphs of Markdown, for a reply that holds several."""
    return [*_points(points, url), *_told(answer, short_text(answer)[:1]), _closing(answer, url)]


def template(answer: Answer, base: str = "") -> dict[str, str]:
    """The answer as a topic that a forum keeps for its mentors: title, text, and a name by which it is found again.

    These are fields of Discourse's `POST /posts.json`; see docs/forum.md.
    """
    title = plain_text(answer.entry.title)
    title += "" if len(title) >= SHORTEST_TITLE else " (Ask a Neuron)"
    return {"title": title, "raw": reply(answer, base).markdown,
            "external_id": "ask-neuron-" + answer.entry.slug.replace(".", "-")}


def addresses(base: str, answer: Answer) -> tuple[str, str]:
    """Where the answer and its picture stand below a public address: "https://host/e/dead-relu?seed=7" and ".png"."""
    query = link_of(answer).settings
    page, end = f"{base.rstrip('/')}/e/{answer.entry.slug}", f"?{query}" if query else ""
    return f"{page}{end}", f"{page}.png{end}"


def short_text(answer: Answer) -> list[str]:
    """The first paragraphs of the prose, as many as have `MOST_WORDS` words together, and at least one."""
    kept: list[str] = []
    words = 0
    for paragraph in _paragraphs(answer):
        words += len(paragraph.split())
        if LIMITS.match(paragraph) or (kept and words > MOST_WORDS):
            break
        kept.append(_math(paragraph))
    return kept


def picture_text(answer: Answer) -> str:
    """What the picture shows, for those who do not see it."""
    experiment = answer.run.experiment
    return f"{experiment.title}: {experiment.views[0].title}; {settings_text(answer)}"


def literal(text: str) -> str:
    """The text with a backslash before what Markdown would take for markup."""
    return MARKUP.sub(r"\\\1", text)


def settings_text(answer: Answer) -> str:
    """The seed, and the settings that differ from the entry's own: "seed 1, hidden units = 2"."""
    return ", ".join([f"seed {answer.run.seed}", *said_with(type(answer.run.params), answer.changed)])


def _told(answer: Answer, prose: list[str]) -> list[str]:
    """Title, prose and number; the number first where it says that the prose is not true at these settings."""
    title, number = (f"**{literal(plain_text(line))}**" for line in (answer.entry.title, headline(answer)))
    warned = [*_warnings(answer), *prose]
    return [title, *warned, number] if answer.first_finding.stands else [title, number, *warned]


def _points(points: Sequence[ToldPoint], url: str) -> list[str]:
    """The points that were asked, each with the address where it stands."""
    links = [f" ([link]({_address(f'{url}#{point.id}')}))" if url else "" for point in points]
    said = zip(said_first(points), links, strict=True)
    return [f"**{leading}** {_math(says)}{link}" for (leading, says), link in said]


def _worked(answer: Answer) -> list[str]:
    """The worked example with its gap, a line an item."""
    if answer.worked is None:
        return []
    gap = literal(GAP)
    lines = [*answer.worked.lines, answer.worked.ask]
    return [f"**{_math(answer.worked.says)}**", "\n".join(f"- {_math(line)}".replace(GAP, gap) for line in lines)]


def _solution(answer: Answer) -> list[str]:
    """What belongs into the gap, far enough below it to be found by oneself first."""
    return [f"Solution: {_math(answer.worked.step)}"] if answer.worked else []


def _paragraphs(answer: Answer) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", answer.text.strip()) if part]


def _limits(answer: Answer) -> list[str]:
    found = next((p for p in _paragraphs(answer) if LIMITS.match(p)), "")
    return [LIMITS.sub(r"**\1:** ", _math(found), count=1)] if found else []


def _warnings(answer: Answer) -> Iterator[str]:
    """What a reader must know before the prose, which speaks of the entry's own settings."""
    if answer.run.verdict:
        yield (f"This run {answer.run.verdict}; the numbers are those of step {answer.run.shown_step:,}, the last one "
               "recorded before.")
    others = [claim for claim in answer.broken if claim is not answer.first_finding]
    if others:
        yield "\n".join(["Nor does this hold here:", "", *(f"- {_math(c.says)} ({c.evidence})" for c in others)])
    if answer.changed and answer.broken:
        yield "What follows explains the usual settings. The numbers are those of this run."


def _closing(answer: Answer, url: str) -> str:
    told = literal(settings_text(answer))
    runs = len(answer.run.seeds)
    return (f"[Run it yourself]({_address(url)}): {runs} networks, {told}." if url
            else f"From a run of {runs} networks, {told}.")


def _math(text: str) -> str:
    return FORMULA.sub(lambda found: literal(formula(found[1])), text)


def _address(url: str) -> str:
    return re.sub(r"[\s()<>\\]", lambda found: f"%{ord(found[0]):02X}", url)
