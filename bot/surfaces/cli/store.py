"""Commands for authors: what learners asked in vain, what they said of the answers, and what is kept of them."""

import json
from itertools import groupby

import click

from bot.present.reports import feedback_of
from bot.service import shared_bot
from bot.store import from_environment
from bot.surfaces.options import json_option

NOTHING = "Nothing has been kept yet."

most_option = click.option("--most", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many.")


@click.command()
@most_option
@json_option
def gaps(most: int, as_json: bool) -> None:
    """List the questions that had no answer, or one that did not help: those that ask the same together, the most
    frequent first, with the nearest entries and points."""
    from bot.present.inbox import gaps  # clustering is slow to import, and no other command needs it

    found = gaps(shared_bot(), most)
    if as_json:
        click.echo(json.dumps([gap.as_json() for gap in found], ensure_ascii=False))
        return
    for number, alike in groupby(found, key=lambda gap: gap.cluster or gap.question):
        together = list(alike)
        if isinstance(number, int):
            click.echo(f"{sum(gap.times for gap in together)} times in {len(together)} ways:")
        for gap in together:
            click.echo(f"{gap.times:5}  {gap.day}  {gap.question}  ({', '.join(gap.why)})")
        click.echo(f"         nearest: {', '.join((*together[0].nearest, *together[0].points))}")
    if not found:
        click.echo(NOTHING)


@click.command()
@most_option
@json_option
def feedback(most: int, as_json: bool) -> None:
    """List what learners said of the answers, and which entries they picked for unclear questions."""
    found = feedback_of(from_environment(), most)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
        return
    for entry in found.entries:
        click.echo(f"{entry.entry:32} helped {entry.helped}, did not {entry.did_not}")
    for thumb in found.did_not_help:
        click.echo(f"did not help: {thumb.entry} at {thumb.params}: {thumb.question}")
    for pick in found.picked:
        click.echo(f"picked {pick.times} times: {pick.entry} for: {pick.question}")
    if not (found.entries or found.picked):
        click.echo(NOTHING)


@click.command("export-data")
@json_option
def export_data(as_json: bool) -> None:
    """Print all that is kept, the oldest first: a line for each row, or a JSON list."""
    rows = from_environment().everything()
    if as_json:
        click.echo("[", nl=False)
        for number, row in enumerate(rows):
            click.echo((",\n " if number else "") + json.dumps(row, ensure_ascii=False), nl=False)
        click.echo("]")
        return
    is_any = False
    for row in rows:
        is_any = True
        click.echo("  ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in row.items()
                             if value is not None))
    if not is_any:
        click.echo(NOTHING)


@click.command()
@click.argument("session")
def forget(session: str) -> None:
    """Delete all that is kept of SESSION, a conversation's random number (`export-data` shows it)."""
    count = from_environment().forget(session)
    click.echo(f"{count} {'row is' if count == 1 else 'rows are'} forgotten." if count
               else f"Nothing is kept of {session!r}.")
