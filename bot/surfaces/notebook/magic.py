"""The cell magic `%%ask`."""

import shlex
from typing import Any

import click

from bot.surfaces.notebook.session import AskError, answer_to
from bot.surfaces.notebook.shown import Asked, Unanswered
from bot.surfaces.options import seed_option, set_option


def load_ipython_extension(shell: Any) -> None:
    """Called by `%load_ext bot.notebook`: gives the session `%%ask`."""
    shell.register_magic_function(lambda line, cell: _ask_cell(shell, line, cell), "cell", "ask")


@click.command("%%ask")
@set_option
@seed_option
@click.option("--still", is_flag=True, help="A still picture instead of the player.")
@click.option("--to", "name", metavar="NAME", help="Keep the answer under this name.")
def _options(**given: Any) -> dict[str, Any]:
    """Answer the question in the cell."""
    return given


def _ask_cell(shell: Any, line: str, cell: str) -> Asked | Unanswered | None:
    try:
        given = _options.main(shlex.split(line), prog_name="%%ask", standalone_mode=False)
    except (click.ClickException, ValueError) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        raise AskError(f"{message} (%%ask --help tells what there is)") from None
    if not isinstance(given, dict):  # --help has been printed
        return None
    found = answer_to(cell, given["changes"], given["seed"], not given["still"])
    if given["name"]:
        shell.user_ns[given["name"]] = found
    return found
