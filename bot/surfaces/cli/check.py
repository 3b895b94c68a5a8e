"""Checking what authors write: every file, every claim with its control."""

import json
import sys
import time
from collections.abc import Sequence

import click

from bot.answers.checks import check as check_entries
from bot.content.authoring import advice
from bot.content.entries import KNOWLEDGE, read_knowledge
from bot.content.errors import OurError
from bot.content.points import ENDING as POINTS
from bot.matching import encoders
from bot.matching.evaluation import QUESTIONS, read_questions
from bot.matching.nearness import strays
from bot.present.reports import checked
from bot.service import Bot
from bot.surfaces.options import json_option
from sims.engine.randomness import LARGEST_SEED


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--seeds", type=click.IntRange(1, 1000), default=100, show_default=True, help="How many seeds to try.")
@click.option("--first-seed", type=click.IntRange(0, LARGEST_SEED), default=0, show_default=True)
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
        except OurError as error:  # a half-written file must not end the watch
            click.echo(str(error))
    sys.exit(0 if good else 1)


def _check_once(slugs: Sequence[str], seeds: int, first_seed: int, advise: bool, as_json: bool) -> bool:
    bot = Bot(read_knowledge())
    chosen = [bot.entry(slug).slug for slug in slugs] or list(bot.entries)
    with click.progressbar(length=1000, label="runs", file=sys.stderr) as bar:
        report = check_entries(bot.entries, chosen, seeds, first_seed,
                               lambda done, of: bar.update(int(1000 * done / max(of, 1)) - bar.pos), _kept_back())
    remarks: dict[str, list[str]] = {}
    if advise:
        encoder = encoders.small()
        remarks = {entry.slug: [*advice(entry), *strays(entry, bot.entries, encoder)]
                   for entry in map(bot.entry, chosen)}
    without = [slug for slug in chosen if not bot.entries[slug].points]
    if as_json:
        click.echo(json.dumps(checked(report, remarks, without).as_json(), ensure_ascii=False))
        return not report.faults
    for counted in report.counted:
        click.echo(str(counted))
    for fault in report.faults:
        click.echo(f"fault: {fault}")
    for slug, remark in ((slug, remark) for slug, some in remarks.items() for remark in some):
        click.echo(f"{slug}: advice: {remark}")
    if without:
        click.echo(f"no points yet: {', '.join(without)}")
    verdict = f"{len(report.faults)} faults" if report.faults else "all hold"
    click.echo(f"{len(chosen)} entries, {len(report.checked)} claims, controls, counter-examples and points over "
               f"{seeds} seeds: {verdict}")
    return not report.faults


def _kept_back() -> dict[str, str]:
    """The questions that measure how well we match, each with its file's name; none where they are not installed."""
    files = (file for file in (QUESTIONS, QUESTIONS.with_name("second.jsonl")) if file.is_file())
    return {question.text: file.name for file in files for question in read_questions(file)}


def _last_saved() -> float:
    return max(path.stat().st_mtime for ending in (".md", POINTS) for path in KNOWLEDGE.glob(f"*/*{ending}"))
