"""The command line `ask-neuron`. Other programs use it: options and output keep their form."""

import json
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from bot import encoders
from bot.authoring import advice, confusable, template
from bot.checks import check as check_entries
from bot.cli_ask import ask, match
from bot.cli_diagnose import diagnose
from bot.cli_export import export
from bot.cli_forum import canned
from bot.cli_options import json_option, seed_option, set_option
from bot.cli_store import feedback, gaps
from bot.cli_web import serve
from bot.entries import KNOWLEDGE, SLUG, EntryError, read_knowledge
from bot.evaluation import (
    ENCODERS,
    NEIGHBOURS,
    QUESTIONS,
    EvaluationError,
    measure,
    measure_dialogue,
    page,
    render,
    render_dialogue,
)
from bot.expressions import ExpressionError
from bot.rendering import entry_as_json, experiment_as_json, text_lines
from bot.service import Bot, UnknownEntry
from bot.settings import SettingError, allowed
from sims.engine import registry
from sims.engine.randomness import LARGEST_SEED

BAD_INPUT = (UnknownEntry, SettingError, EntryError, ExpressionError, EvaluationError, encoders.EncoderUnavailable)


class _Commands(click.Group):
    """Turns the errors that say what was wrong with the input into one line and exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BAD_INPUT as error:
            raise click.UsageError(str(error)) from error


@click.group(cls=_Commands)
@click.version_option(package_name="ask-neuron")
def main() -> None:
    """Ask what happens inside a small neural network; every answer is proven by a run."""


main.add_command(ask)
main.add_command(diagnose)
main.add_command(match)
main.add_command(canned)
main.add_command(export)
main.add_command(gaps)
main.add_command(feedback)
main.add_command(serve)


@main.command()
@json_option
def entries(as_json: bool) -> None:
    """List the entries."""
    found = Bot().entries.values()
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
        for setting, field in experiment.params.model_fields.items():
            click.echo(f"    {setting}={field.default}: {field.description} ({allowed(field)})")


@main.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--seeds", type=click.IntRange(1, 1000), default=100, show_default=True, help="How many seeds to try.")
@click.option("--first-seed", type=click.IntRange(0, LARGEST_SEED), default=0, show_default=True,
              help="The first of them; another one means runs that are all different.")
@click.option("--advice", "advise", is_flag=True, help="Remarks on form and phrasings too (they fail nothing).")
@click.option("--watch", is_flag=True, help="Check again whenever a file of the knowledge base is saved.")
@json_option
def check(slugs: tuple[str, ...], seeds: int, first_seed: int, advise: bool, watch: bool, as_json: bool) -> None:
    """Validate every file of the knowledge base and run every claim."""
    good = _check_once(slugs, seeds, first_seed, advise, as_json)
    while watch:
        saved = _last_saved()
        while _last_saved() == saved:
            time.sleep(0.3)
        try:
            good = _check_once(slugs, seeds, first_seed, advise, as_json)
        except BAD_INPUT as error:  # a half-written file must not end the watch
            click.echo(str(error))
    sys.exit(0 if good else 1)


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
    path = KNOWLEDGE / topic / f"{slug}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(template(experiment, date.today().isoformat()), encoding="utf-8")
    click.echo(f"Wrote knowledge/{topic}/{slug}.md. Fill it in, then: ask-neuron check {slug} --watch")


@main.command()
@click.argument("slug")
@set_option
@seed_option
def preview(slug: str, changes: dict[str, str], seed: int | None) -> None:
    """Print an entry as it reads, with the numbers of its run."""
    answer = Bot().answer(slug, changes, seed)
    levels = {"Simpler": answer.simpler, "Deeper": answer.deeper}
    click.echo("\n".join([*text_lines(answer), *(f"\n{name}\n\n{text}" for name, text in levels.items() if text)]))


@main.command("confusable")
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many pairs.")
def confusable_pairs(most: int) -> None:
    """List the pairs of entries whose phrasings are nearest, to merge or to sharpen."""
    for pair in confusable(Bot().entries, encoders.small(), most):
        click.echo(f"{pair.nearness:.2f}  {pair.one} ~ {pair.other}")
        for example in pair.example:
            click.echo(f"      {example[:90]}")


@main.command()
@click.option("--questions", type=click.Path(path_type=Path), default=QUESTIONS, help="JSON Lines; by default our own.")
@click.option("--neighbours", type=click.Path(path_type=Path), default=NEIGHBOURS, help="Entries that answer as well.")
@click.option("--encoder", type=click.Choice(list(ENCODERS)), default="minilm", show_default=True)
@click.option("--page", "page_file", type=click.Path(path_type=Path, dir_okay=False), help="Write an HTML report, too.")
@click.option("--conversations", is_flag=True, help="Measure follow-ups and settings instead.")
@json_option
def evaluate(questions: Path, neighbours: Path, encoder: str, page_file: Path | None, conversations: bool,
             as_json: bool) -> None:
    """Measure how well questions with known entries are matched, or conversations followed."""
    if conversations:
        _evaluate_conversations(encoder, as_json)
        return
    entries = Bot().entries
    with click.progressbar(length=1000, label="questions", file=sys.stderr) as bar:
        report = measure(entries, encoder, questions, neighbours,
                         lambda done, of: bar.update(1000 * done // of - bar.pos))
    if page_file:
        try:
            page_file.write_text(page(report), encoding="utf-8")
        except OSError as error:
            raise click.UsageError(f"cannot write {page_file}: {error.strerror}") from error
    click.echo(report.model_dump_json() if as_json else render(report))


def _evaluate_conversations(encoder: str, as_json: bool) -> None:
    bot = Bot()
    if encoder == "minilm" and not bot.matcher.wait():
        raise encoders.EncoderUnavailable(str(bot.matcher.failure))
    found = measure_dialogue(bot.understand)
    click.echo(found.model_dump_json() if as_json else render_dialogue(found))


def _check_once(slugs: Sequence[str], seeds: int, first_seed: int, advise: bool, as_json: bool) -> bool:
    bot = Bot()
    chosen = [bot.entry(slug).slug for slug in slugs] or list(bot.entries)
    with click.progressbar(length=1000, label="runs", file=sys.stderr) as bar:
        report = check_entries(bot.entries, chosen, seeds, first_seed,
                               lambda done, of: bar.update(int(1000 * done / max(of, 1)) - bar.pos))
    remarks = {}
    if advise:
        encoder = encoders.small()
        remarks = {slug: list(advice(bot.entries[slug], bot.entries, encoder)) for slug in chosen}
    if as_json:
        click.echo(json.dumps({"ok": not report.faults, "faults": [vars(f) for f in report.faults],
                               "checked": [vars(c) for c in report.checked], "advice": remarks}, ensure_ascii=False))
        return not report.faults
    for fault in report.faults:
        click.echo(str(fault))
    for slug, remark in ((slug, remark) for slug, some in remarks.items() for remark in some):
        click.echo(f"{slug}: advice: {remark}")
    click.echo(f"{len(chosen)} entries, {len(report.checked)} claims and counter-examples over {seeds} seeds: "
               + (f"{len(report.faults)} faults" if report.faults else "all hold"))
    return not report.faults


def _last_saved() -> float:
    return max(path.stat().st_mtime for path in KNOWLEDGE.glob("*/*.md"))
