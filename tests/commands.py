"""What a command prints."""

from click.testing import CliRunner

from bot.surfaces.cli.main import main


def output_of(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result.output
