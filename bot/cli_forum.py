"""Commands for those who answer in forums."""

import sys

import click

from bot import forum
from bot.cli_options import seed_option, set_option
from bot.rendering import no_answer
from bot.service import Bot


def _public(_: click.Context, __: click.Parameter, url: str | None) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise click.BadParameter(f"{url!r}: write a full address, for example https://ask.example.org")
    return (url or "").rstrip("/")


url_option = click.option("--url", "base", envvar="ASK_NEURON_PUBLIC_URL", callback=_public, metavar="BASE",
                          help="Where Ask a Neuron is served; without it there is no link and no picture.")


@click.command()
@click.argument("question")
@set_option
@seed_option
@click.option("--as", "form", type=click.Choice(["markdown", "plain", "html"]), default="markdown", show_default=True)
@url_option
def canned(question: str, changes: dict[str, str], seed: int | None, form: str, base: str) -> None:
    """Print an answer as a reply for a forum; exit status 1 where there is none."""
    bot = Bot()
    decision = bot.match_surely(question)
    if decision.kind != "answer":
        click.echo(no_answer(bot.entries, decision), err=True)
        sys.exit(1)
    slug = decision.ranked[0].slug
    read = bot.read(question, slug)
    answer = bot.answer(slug, {**read.changes, **changes}, read.seed if seed is None else seed)
    url, picture = forum.addresses(base, answer) if base else ("", None)
    click.echo(getattr(forum.canned(answer, url, picture), form), nl=False)
    for note in read.notes:
        click.echo(note, err=True)
