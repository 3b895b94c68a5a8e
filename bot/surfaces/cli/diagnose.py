"""The command that reads a learner's own network."""

import json
import sys
from pathlib import Path

import click

from bot.diagnosis.answer import answer_post, as_markdown, as_plain_data
from bot.diagnosis.notebooks import text_of_notebook
from bot.surfaces.options import json_option, seed_option


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@seed_option
@json_option
def diagnose(file: str, seed: int | None, as_json: bool) -> None:
    """Read code, a log or a whole post, train the network in it, and say what is unusual about it.

    FILE is a text, a .py or an .ipynb; - reads from standard input. Nothing in it is run.
    """
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8", errors="replace")
    if file.endswith(".ipynb"):
        text = text_of_notebook(text)
    answer = answer_post(text, seed or 0)
    if as_json:
        click.echo(json.dumps(as_plain_data(answer), ensure_ascii=False, indent=2))
    else:
        click.echo(as_markdown(answer), nl=False)
