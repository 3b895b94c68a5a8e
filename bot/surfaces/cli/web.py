"""Commands that serve pages."""

from typing import Any

import click

from bot.service import shared_bot


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option("--pages-only", is_flag=True, help="The pages and the API without the chat.")
def serve(host: str, port: int, pages_only: bool) -> None:
    """Serve the pages, the API and the chat."""
    import uvicorn  # here and below: other commands need not wait for what only a server needs

    from bot.surfaces.web.app import alone, beside_chat, warm
    from bot.surfaces.web.connections import BOUNDS, protocol
    from bot.surfaces.web.settings import web_settings

    settings = web_settings(public_url=f"http://localhost:{port}")
    warm(shared_bot())
    if pages_only:
        app: Any = alone(shared_bot(), settings)
    else:
        from bot.surfaces.chat import served

        app = served.application(**beside_chat(shared_bot(), settings, served.shell()))
    click.echo(f"Ask a Neuron is at http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}")
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, http=protocol(), **BOUNDS)
