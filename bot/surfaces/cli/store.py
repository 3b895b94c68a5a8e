"""Commands for authors: what learners asked in vain, and what they said of the answers."""

import json
from collections import Counter
from dataclasses import asdict

import click

from bot.store import Store, from_environment
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
        click.echo(json.dumps([asdict(gap) for gap in found], ensure_ascii=False))
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
    found = _feedback(from_environment(), most)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for row in found["entries"]:
        click.echo(f"{row['entry']:32} helped {row['helped']}, did not {row['did_not']}")
    for row in found["did_not_help"]:
        click.echo(f"did not help: {row['entry']} at {row['params']}: {row['question']}")
    for row in found["picked"]:
        click.echo(f"picked {row['times']} times: {row['entry']} for: {row['question']}")
    if not any(found.values()):
        click.echo(NOTHING)


def _feedback(store: Store, most: int) -> dict[str, list[dict[str, object]]]:
    thumbs = store.thumbs()
    good = Counter(thumb.entry for thumb in thumbs if thumb.good)
    bad = Counter(thumb.entry for thumb in thumbs if not thumb.good)
    entries = sorted(good | bad, key=lambda entry: (good[entry] - bad[entry], entry))
    return {
        "entries": [{"entry": entry, "helped": good[entry], "did_not": bad[entry]} for entry in entries],
        "did_not_help": [asdict(thumb) for thumb in thumbs if not thumb.good][:most],
        "picked": [asdict(pick) for pick in store.picks(most)],
    }
