"""The command that serves language-model tutors."""

from importlib.util import find_spec

import click

from bot.content.errors import OurError
from bot.service import shared_bot

MISSING = "This needs the MCP SDK: pip install 'ask-neuron[mcp]' (in a clone: pip install -e '.[mcp]')"


class NeedsSdk(OurError):
    """The optional library is not installed; the message says what to install."""


@click.command()
@click.option("--http", is_flag=True, help="Serve over HTTP, at /mcp, instead of standard input and output.")
@click.option("--host", default="127.0.0.1", show_default=True, help="With --http: the address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8502, show_default=True, help="With --http.")
def mcp(http: bool, host: str, port: int) -> None:
    """Let an assistant ask, run and cite (Model Context Protocol)."""
    if find_spec("mcp") is None:
        raise NeedsSdk(MISSING)
    import uvicorn  # here and below: an optional library, and what only a server needs

    from bot.surfaces.mcp.server import server_of
    from bot.surfaces.web.app import warm
    from bot.surfaces.web.connections import BOUNDS, protocol
    from bot.surfaces.web.settings import web_settings
    from bot.surfaces.web.site import Site

    warm(shared_bot())
    server = server_of(Site(shared_bot(), web_settings()))
    if not http:
        server.run("stdio")
        return
    app = server.streamable_http_app(json_response=True, stateless_http=True, host=host)
    click.echo(f"The tools are at http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}/mcp")
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, http=protocol(), **BOUNDS)
