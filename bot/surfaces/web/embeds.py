"""What other sites put into their pages: the widget's script, and the small pages that it shows in frames."""

import json
from collections.abc import Mapping
from typing import Any

from bot.answers.answer import Answer
from bot.answers.guess import guess
from bot.content.entries import Entry
from bot.present.headline import headline
from bot.present.tokens import TOKENS, properties
from bot.surfaces.web import assets, drawings, summary
from bot.surfaces.web.links import Links, query_of
from bot.surfaces.web.pages import Problem, render_template

WIDGET = ("text", "background", "border", "link", "primary", "on-primary", "shadow")  # of the colours
INVITATION = "Ask about neural networks"


def widget(chat: str | None) -> bytes:
    """The widget's script. `chat` is where its bubble finds the chat, from the script or absolute; None for no chat."""
    source = assets.files()[assets.path_of("widget.js")].decode()
    given = f"const CHAT = {json.dumps(chat)}, COLOURS = {json.dumps(_colours())};"
    return f"{{{given}\n{source}}}\n".encode()  # in braces, or a page could not load it twice


def _colours() -> Mapping[str, str]:
    """What the widget takes of both themes, as declarations: it stands on pages that have no style sheet of ours."""
    return {name: " ".join(f"--{role}: {value};" for role, value in properties(theme).items() if role in WIDGET)
            for name, theme in (("light", TOKENS.light), ("dark", TOKENS.dark))}


def card(answer: Answer, links: Links, recorded: Mapping[str, Any] | None = None, notice: str = "") -> str:
    """An explanation in short. `recorded`: for a plain file host, the settings that other files hold. `notice` is said
    at its top."""
    entry, query = answer.entry, query_of(answer)
    return _render("embed_card.html", links, title=summary.title(answer), entry=entry, answer=answer,
                   first=answer.paragraphs[0], headline=headline(answer), recorded=recorded, notice=notice,
                   guess=guess(answer), full=links.entry(entry.slug, query),
                   still=links.entry(entry.slug, query, ".svg"), recording=links.entry(entry.slug, query, ".rec"),
                   has_player=bool(drawings.for_player(answer, links)))


def question_box(entries: Mapping[str, Entry], links: Links) -> str:
    """A question, matched in the reader's browser; the answer's card takes its place. Each topic has an example."""
    examples = {entry.topic: entry for entry in reversed(tuple(entries.values()))}
    return _render("embed_ask.html", links, title=INVITATION, examples=list(examples.values()))


def apology(problem: Problem, entries: Mapping[str, Entry], links: Links) -> str:
    """What is shown instead of a card that cannot be made."""
    near = [entries[slug] for slug in problem.near if slug in entries]
    return _render("embed_problem.html", links, title=problem.title, problem=problem, near=near)


def _render(name: str, links: Links, **values: Any) -> str:
    return render_template(name, links=links, **values)
