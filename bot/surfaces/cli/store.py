"""Commands for authors: what learners asked in vain, and what they said of the answers."""

import json

import click

from bot.present.reports import feedback_of, gap_shown
from bot.store import from_environment
from bot.surfaces.options import json_option

NOTHING = "Nothing has been kept yet."

most_option = click.option("--most", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many.")


@click.command()
@most_option
@json_option
def gaps(most: int, as_json: bool) -> None:
    """List the questions that had no answer, the most frequent first, with the nearest entries."""
    found = from_environment().gaps(most)
    if as_json:
        click.echo(json.dumps([gap_shown(gap).as_json() for gap in found], ensure_ascii=False))
        return
    for gap in found:
        click.echo(f"{gap.times:5}  {gap.day}  {gap.question}\n         nearest: {', '.join(gap.nearest)}")
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
