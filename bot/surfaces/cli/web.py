"""Commands that serve pages."""

from typing import Any

import click

from bot.service import shared_bot

ONE_CHAT = ("The chat is one process, whatever --workers says. Start it by itself (ask-neuron serve --port 8601), and "
            "the pages beside it: ASK_NEURON_CHAT_URL=http://localhost:8601 ask-neuron serve --pages-only --workers {}")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option("--pages-only", is_flag=True, help="The pages and the API without the chat.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True,
              help="With --pages-only: in so many processes.")
def serve(host: str, port: int, pages_only: bool, workers: int) -> None:
    """Serve the pages, the API and the chat."""
    if workers > 1 and not pages_only:
        raise click.UsageError(ONE_CHAT.format(workers))
    where = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}"
    if workers > 1:
        from bot.surfaces.web import workers as several  # here and below: only a server needs it, and it takes a while

        click.echo(f"Ask a Neuron is at {where}, in {workers} processes")
        several.serve(host, port, workers)
    else:
        _serve_alone(host, port, pages_only, where)


def _serve_alone(host: str, port: int, pages_only: bool, where: str) -> None:
    import uvicorn

    from bot.surfaces.web.app import alone, beside_chat, warm
    from bot.surfaces.web.connections import BOUNDS, protocol
    from bot.surfaces.web.settings import web_settings

    settings = web_settings(public_url=f"http://localhost:{port}")
    warm(shared_bot())
    if pages_only:
        app: Any = alone(shared_bot(), settings)
    else:
        from bot.surfaces.chat import served

        served.warm()
        app = served.application(**beside_chat(shared_bot(), settings, served.shell()))
    click.echo(f"Ask a Neuron is at {where}")
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, http=protocol(), **BOUNDS)
