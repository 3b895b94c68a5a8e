"""The commands that questions are put to: `ask` and `match`."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from bot.content.settings import written
from bot.dialogue import Interpretation
from bot.language.text import TextError, accepted
from bot.present.headline import headline
from bot.present.rendering import no_answer, text_lines
from bot.present.rendering_dialogue import (
    asked_as_json,
    close_lines,
    close_to,
    comparison_lines,
    read_as_lines,
    torn_lines,
    understood_as_json,
)
from bot.present.report_shapes import NotMatched
from bot.service import Bot, shared_bot
from bot.surfaces.options import json_option, seed_option, set_option

previous_option = click.option("--previous", multiple=True, metavar="QUESTION",
                               help="An earlier question of the conversation; repeat it, the oldest first.")


@click.command()
@click.argument("question")
@previous_option
@set_option
@seed_option
@json_option
def ask(question: str, previous: tuple[str, ...], changes: dict[str, str], seed: int | None, as_json: bool) -> None:
    """Answer a question in your own words."""
    bot = shared_bot()
    reply = bot.understand(accepted(question), previous).at(changes, seed)
    bot.keep_question(reply)
    if as_json:
        click.echo(json.dumps(asked_as_json(bot, reply, making=True), ensure_ascii=False))
    elif reply.slug is None and reply.decision.is_torn:
        click.echo("\n".join(torn_lines(bot, reply.decision, reply.closest)))
    elif reply.slug is None:
        click.echo(no_answer(bot.entries, reply.decision))
    else:
        click.echo("\n".join(_lines(bot, reply, reply.slug)))


@click.command()
@click.option("--jsonl", is_flag=True, required=True, help="One JSON object a line, in and out.")
def match(jsonl: bool) -> None:
    """Match questions from standard input: {"id", "text", "previous"?} a line."""
    bot = shared_bot()
    for line in sys.stdin.buffer:
        if line.strip():
            click.echo(json.dumps(_match_line(bot, line), ensure_ascii=False))


def _lines(bot: Bot, reply: Interpretation, slug: str) -> Iterator[str]:
    comparison = bot.compare(reply)
    answer = bot.answer(slug, reply.changes, reply.seed)
    yield from read_as_lines(bot, reply)
    below = [*close_lines(close_to(bot, answer, reply, making=True))]
    yield from text_lines(answer, reply.level, answer.points_named(reply.points), below)
    yield from reply.notes
    yield from (f"{offer.words[:1].upper()}{offer.words[1:]}: --set {offer.setting}={written(offer.value)}"
                for offer in reply.offers)
    if comparison is not None:
        yield from ("", *comparison_lines(comparison))
    if reply.further:
        yield "\nYou asked more than that:"
    for one in reply.further:
        other = bot.answer(str(one.slug), one.changes, one.seed)
        point = other.point(one.point)
        yield f"\n{other.entry.title}  [{other.entry.slug}]\n  {point.says if point else headline(other)}"


def _match_line(bot: Bot, line: bytes) -> dict[str, Any]:
    given: Any = None
    try:
        given = json.loads(line)
        text, previous = given["text"], given.get("previous") or []
        if not isinstance(text, str) or not isinstance(previous, list) or not all(isinstance(p, str) for p in previous):
            raise TypeError("text must be a string, and previous a list of strings")
        accepted(text)
    except TextError as error:
        return NotMatched(id=given.get("id"), error=str(error)).as_json()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found = given.get("id") if isinstance(given, dict) else None
        says = f'not a line such as {{"id": 1, "text": "why a bias?"}}: {error!r}'
        return NotMatched(id=found, error=says).as_json()
    return {"id": given.get("id"), **understood_as_json(bot, bot.understand(text, previous, closest=False))}
