"""The command line `ask-neuron`. Other programs use it: options and output keep their form."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from bot.content.authoring import template
from bot.content.entries import KNOWLEDGE, SLUG, read_knowledge
from bot.content.errors import OurError
from bot.content.phrasings import ENDING
from bot.content.settings import settings_of
from bot.dialogue import Dialogue
from bot.dialogue.evaluation import Served, measure_dialogue, render_dialogue
from bot.matching import encoders
from bot.matching.evaluation import (
    ENCODERS,
    NEIGHBOURS,
    QUESTIONS,
    matcher_with,
    measure,
    page,
    render,
)
from bot.matching.nearness import confusable
from bot.present.rendering import entry_as_json, experiment_as_json, text_lines
from bot.service import shared_bot
from bot.surfaces.cli.ask import ask, match
from bot.surfaces.cli.chat import chat
from bot.surfaces.cli.check import check
from bot.surfaces.cli.diagnose import diagnose
from bot.surfaces.cli.export import export
from bot.surfaces.cli.forum import canned
from bot.surfaces.cli.lti import lti
from bot.surfaces.cli.mcp import mcp
from bot.surfaces.cli.prepare import prepare
from bot.surfaces.cli.store import export_data, feedback, forget, gaps
from bot.surfaces.cli.web import serve
from bot.surfaces.options import json_option, seed_option, set_option
from sims.engine import registry

UNSAID = "(not said: this run does not show it)"
NO_CLONE = ("an entry is written in a clone of the repository. Here knowledge/ belongs to the installed package, and "
            "its next version would delete what is added: clone it, and run scripts/chat, then this command there")


class _Commands(click.Group):
    """Turns our errors into one line and exit status 2; whatever else is raised is a fault of the program."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OurError as error:
            raise click.UsageError(str(error)) from error


@click.group(cls=_Commands)
@click.version_option(package_name="ask-neuron")
def main() -> None:
    """Ask what happens inside a small neural network; every answer is proven by a run."""


main.add_command(ask)
main.add_command(diagnose)
main.add_command(match)
main.add_command(lti)
main.add_command(mcp)
main.add_command(canned)
main.add_command(chat)
main.add_command(check)
main.add_command(export)
main.add_command(prepare)
main.add_command(gaps)
main.add_command(feedback)
main.add_command(export_data)
main.add_command(forget)
main.add_command(serve)


@main.command()
@json_option
def entries(as_json: bool) -> None:
    """List the entries."""
    found = shared_bot().entries.values()
    if as_json:
        click.echo(json.dumps([entry_as_json(entry) for entry in found], ensure_ascii=False))
        return
    for entry in found:
        click.echo(f"{entry.slug:32} {entry.title}")


@main.command()
@json_option
def experiments(as_json: bool) -> None:
    """List the experiments with their settings and metrics."""
    if as_json:
        click.echo(json.dumps([experiment_as_json(name) for name in registry.names()], ensure_ascii=False))
        return
    for name in registry.names():
        experiment = registry.find(name)
        click.echo(f"{name:24} {experiment.title}")
        for setting in settings_of(experiment.params).values():
            click.echo(f"    {setting.name}={setting.default}: {setting.description} ({setting.takes})")


@main.command("new-entry")
@click.argument("slug")
@click.option("--topic", default="training", show_default=True, help="The folder in knowledge/.")
@click.option("--experiment", default="coffee_roasting", show_default=True, help="A file in sims/, without .py.")
def new_entry(slug: str, topic: str, experiment: str) -> None:
    """Write a template for a new entry."""
    if not SLUG.fullmatch(slug) or not SLUG.fullmatch(topic):
        raise click.UsageError(f"{slug!r} in {topic!r}: names are lower-case words joined by hyphens: dead-relu")
    if experiment not in registry.names():
        raise click.UsageError(f"there is no experiment {experiment!r}; 'ask-neuron experiments' lists them")
    if slug in read_knowledge():
        raise click.UsageError(f"there is an entry {slug!r} already")
    if not (KNOWLEDGE.parent / "pyproject.toml").is_file():
        raise click.UsageError(NO_CLONE)
    path = KNOWLEDGE / topic / f"{slug}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(template(experiment, date.today().isoformat()), encoding="utf-8")
    path.with_name(slug + ENDING).write_text('{"text": "how people really ask this"}\n', encoding="utf-8")
    click.echo(f"Wrote knowledge/{topic}/{slug}.md and {slug}{ENDING}. Fill both in (at least twenty ways to ask), "
               f"then: ask-neuron check {slug} --watch")


@main.command()
@click.argument("slug")
@set_option
@seed_option
def preview(slug: str, changes: dict[str, str], seed: int | None) -> None:
    """Print an entry as it reads, with the numbers of its run, and its points, each with those of its own."""
    bot = shared_bot()
    answer = bot.answer(slug, changes, seed)
    levels = {"Simpler": answer.simpler, "Deeper": answer.deeper}
    click.echo("\n".join([*text_lines(answer), *(f"\n{name}\n\n{text}" for name, text in levels.items() if text)]))
    for point in answer.entry.points:
        told = bot.answer(slug, {**point.params, **changes}, seed).point(point.id)
        click.echo(f"\n{point.title}  [#{point.id}]\n  {told.says if told else UNSAID}")


@main.command("confusable")
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many pairs.")
def confusable_pairs(most: int) -> None:
    """List the pairs of entries whose phrasings are nearest, to merge or to sharpen."""
    for pair in confusable(shared_bot().entries, encoders.small(), most):
        click.echo(f"{pair.nearness:.2f}  {pair.one} ~ {pair.other}")
        for example in pair.example:
            click.echo(f"      {example[:90]}")


@main.command()
@click.option("--questions", type=click.Path(path_type=Path), default=QUESTIONS, help="JSON Lines; by default our own.")
@click.option("--neighbours", type=click.Path(path_type=Path), default=NEIGHBOURS, help="Entries that answer as well.")
@click.option("--encoder", type=click.Choice(ENCODERS), default="minilm", show_default=True)
@click.option("--page", "page_file", type=click.Path(path_type=Path, dir_okay=False), help="Write an HTML report, too.")
@click.option("--conversations", is_flag=True, help="Measure follow-ups and settings instead.")
@json_option
def evaluate(questions: Path, neighbours: Path, encoder: str, page_file: Path | None, conversations: bool,
             as_json: bool) -> None:
    """Measure how well questions with known entries are matched, or conversations followed."""
    if conversations:
        _evaluate_conversations(encoder, as_json)
        return
    with click.progressbar(length=1000, label="questions", file=sys.stderr) as bar:
        report = measure(_served(encoder), shared_bot().entries, questions, neighbours,
                         lambda done, of: bar.update(1000 * done // of - bar.pos))
    if page_file:
        try:
            page_file.write_text(page(report), encoding="utf-8")
        except OSError as error:
            raise click.UsageError(f"cannot write {page_file}: {error.strerror}") from error
    click.echo(report.model_dump_json() if as_json else render(report))


def _served(encoder: str) -> Served:
    bot = shared_bot()
    matcher = matcher_with(bot.matcher, encoder)
    return Served(matcher.name, Dialogue(bot.entries, matcher.decide, bot.matcher.glance))


def _evaluate_conversations(encoder: str, as_json: bool) -> None:
    found = measure_dialogue(_served(encoder).dialogue.understand)
    click.echo(found.model_dump_json() if as_json else render_dialogue(found))
