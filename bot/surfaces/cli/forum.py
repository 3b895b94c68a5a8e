"""Commands for those who answer in forums."""

import sys

import click

from bot.dialogue import Interpretation
from bot.language.text import accepted
from bot.present import forum
from bot.present.composed import Part, compose_reply
from bot.present.rendering import no_answer
from bot.present.three_forms import Canned, of_markdown
from bot.service import Bot, shared_bot
from bot.surfaces.options import seed_option, set_option, url_option


@click.command()
@click.argument("question")
@set_option
@seed_option
@click.option("--as", "form", type=click.Choice(["markdown", "plain", "html"]), default="markdown", show_default=True)
@url_option
def canned(question: str, changes: dict[str, str], seed: int | None, form: str, base: str) -> None:
    """Print an answer as a reply for a forum; exit status 1 where there is none.

    QUESTION may be a whole post with several questions, or with the code of a network; - reads it from standard input.
    """
    text = accepted(sys.stdin.read() if question == "-" else question)
    bot = shared_bot()
    parts: tuple[Part, ...] = ()
    if changes or seed is not None:
        reply = _at_settings(bot, bot.understand(text).at(changes, seed), base)
    else:
        composed = compose_reply(text, bot, base)
        reply, parts = composed.canned, composed.parts
    if not reply.markdown.strip():
        click.echo(no_answer(bot.entries, bot.understand(text).decision), err=True)
        sys.exit(1)
    click.echo(getattr(reply, form), nl=False)
    for part in parts:
        for note in part.notes if part.slug else (f"Not answered: {part.question}",):
            click.echo(note, err=True)


def _at_settings(bot: Bot, reply: Interpretation, base: str) -> Canned:
    if reply.slug is None:
        return of_markdown("")
    answer = bot.answer(reply.slug, reply.changes, reply.seed)
    return forum.reply(answer, base, answer.points_named(reply.points))
