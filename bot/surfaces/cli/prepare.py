"""A command for whoever installs: make beforehand what learners ask for most."""

from threading import Event

import click

from bot.answers import preparing
from bot.service import shared_bot


@click.command("prepare")
def prepare() -> None:
    """Make the runs that learners ask for most, and keep them: each entry's own, and those that break a claim. Servers
    do so by themselves while nobody waits for them, unless ASK_NEURON_PREPARE is off; this does it at once."""
    bot = shared_bot()
    made = preparing.prepare(bot.entries.values(), bot.runs.prepared, Event(), rest=0.0)
    click.echo(f"{made} runs were made and kept." if made else "All runs that learners ask for most are kept already.")
