"""`ask-neuron chat`: the chat with its pages, for who has the program from a package and no `scripts/chat`."""

import click

from bot.surfaces.cli.web import serve


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.pass_context
def chat(context: click.Context, host: str, port: int) -> None:
    """Start the chat and its pages, and print their address: `serve` with nothing to choose."""
    context.invoke(serve, host=host, port=port, pages_only=False)
