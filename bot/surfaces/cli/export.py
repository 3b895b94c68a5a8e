"""Commands that write files for elsewhere."""

import json
import sys
from pathlib import Path
from typing import Literal, TextIO

import click

from bot.content.environment import ADDRESS
from bot.present import forum
from bot.service import shared_bot
from bot.surfaces.options import seed_option, set_option, url_option

KINDS = ("png", "svg", "gif", "webp", "card", "json", "code")  # of present/downloads.py, which loads slowly


@click.group()
def export() -> None:
    """Write files that can be used without this program."""


def _address(_: click.Context, __: click.Parameter, url: str | None) -> str:
    if url and not ADDRESS.fullmatch(url):
        raise click.BadParameter(f"{url!r}: write an address such as https://course.example.org/neurons")
    return (url or "").rstrip("/")


@export.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--public-url", required=True, callback=_address, help="The address that the files will be served at.")
@click.option("--server", callback=_address, help="A server of ours that trains other settings and has the chat.")
@click.option("--only", multiple=True, metavar="SLUG", help="This entry; may be repeated. By default all.")
@click.option("--jobs", type=click.IntRange(1, 64), help="How many processes; by default as many as cores.")
def site(folder: Path, public_url: str, server: str, only: tuple[str, ...], jobs: int | None) -> None:
    """Write every explanation with its recorded runs, search in the browser and the widget, for any static host."""
    from bot.surfaces.web.export import Plan, export_site  # other commands need not wait for it

    with click.progressbar(length=1, label="entries", file=sys.stderr, show_pos=True) as bar:
        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        try:
            export_site(Plan(folder, public_url, server, only), jobs, progress)
        except OSError as error:
            raise click.ClickException(f"The files cannot be written: {error}") from error
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    click.echo(f"Wrote {folder}: {size / 1e6:.1f} MB. Try it: python -m http.server --directory {folder} 8000")


@export.command()
@click.argument("name", metavar="SLUG|TOPIC|PATH")
@click.option("--as", "version", type=click.Choice(("1.2", "2004")), default="1.2", show_default=True,
              help="The version of SCORM that the course platform takes.")
@click.option("--public-url", default="http://localhost:8501", show_default=True, callback=_address,
              help="Where the explanations are served, for their links.")
@click.option("--server", callback=_address, help="A server of ours that trains other settings and has the chat.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; by default NAME.zip here.")
def scorm(name: str, version: Literal["1.2", "2004"], public_url: str, server: str, out: Path | None) -> None:
    """Write an explanation, a topic or a reading path as a SCORM package for a course platform."""
    from bot.surfaces.web.scorm import course_of, pack  # other commands need not wait for it

    course = course_of(shared_bot(), name)
    file = out or Path(f"{course.name}.zip")
    try:
        count = pack(shared_bot(), course, version, file, public_url, server)
    except OSError as error:
        raise click.ClickException(f"The package cannot be written: {error}") from error
    click.echo(f"Wrote {file}: SCORM {version}, {len(course.entries)} explanations, {count} files, "
               f"{file.stat().st_size / 1e6:.1f} MB")


@export.command()
@click.argument("slug")
@click.option("--as", "kind", type=click.Choice(KINDS), required=True,
              help="A picture, an animation, the card for links, the recording as JSON, or the code in numpy.")
@set_option
@seed_option
@click.option("--theme", type=click.Choice(("light", "dark")), default="light", show_default=True, help="Of pictures.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
              help="The file, or - to print it; by default SLUG.ENDING in this folder.")
def run(slug: str, kind: str, changes: dict[str, str], seed: int | None, theme: Literal["light", "dark"],
        out: Path | None) -> None:
    """Write the run of an answer: png, svg, gif, webp, card, json or code."""
    from bot.present.downloads import FORMATS, file_name
    from bot.present.permalinks import link_of

    answer = shared_bot().answer(slug, changes, seed)
    made = FORMATS[kind].make(answer, theme)
    if str(out) == "-":
        click.echo(made, nl=False)
        return
    file = out or Path(file_name(link_of(answer), kind))
    try:
        file.write_bytes(made)
    except OSError as error:
        raise click.ClickException(f"The file cannot be written: {error}") from error
    click.echo(f"Wrote {file}: {len(made) / 1000:.1f} KB")


@export.command()
@click.option("--out", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="The file; else printed.")
@url_option
def templates(out: TextIO, base: str) -> None:
    """Write every answer as a reply that a forum keeps for its mentors: JSON for Discourse, see docs/forum.md."""
    bot = shared_bot()
    with click.progressbar(bot.entries, label="answers", file=sys.stderr, show_pos=True) as bar:
        found = [forum.template(bot.answer(slug), base) for slug in bar]
    out.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    if not base:
        click.echo("These replies have no links and no pictures: give --url BASE to have them.", err=True)
