"""The command that reads a learner's own network."""

import json
import sys
from pathlib import Path

import click

from bot.diagnosis.answer import as_markdown
from bot.diagnosis.code.lines import LIMIT
from bot.diagnosis.notebooks import text_of_notebook
from bot.diagnosis.reading import read_post
from bot.present.diagnosed import diagnosed
from bot.service import Bot
from bot.surfaces.options import json_option, seed_option
from sims.engine.experiment import drain

LARGEST_NOTEBOOK = 30_000_000  # characters; its pictures are in it, and are not read


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@seed_option
@json_option
def diagnose(file: str, seed: int | None, as_json: bool) -> None:
    """Read code, a log or a whole post, train the network in it, and say what is unusual about it.

    FILE is a text, a .py or an .ipynb; - reads from standard input. Nothing in it is run, and at most 100,000
    characters of it are read.
    """
    is_notebook = file.endswith(".ipynb")
    most = LARGEST_NOTEBOOK if is_notebook else LIMIT + 1  # one too many tells that there was more
    if file == "-":
        text = sys.stdin.buffer.read(4 * most).decode(errors="replace")[:most]
    else:
        with Path(file).open(encoding="utf-8", errors="replace") as opened:
            text = opened.read(most)
    answer = drain(Bot().diagnosing(read_post(text_of_notebook(text) if is_notebook else text), seed or 0))
    if as_json:
        click.echo(json.dumps(diagnosed(answer).as_json(), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        click.echo(as_markdown(answer), nl=False)
