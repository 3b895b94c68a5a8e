"""Commands for course platforms that launch us (LTI 1.3)."""

from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import click
from pydantic import ValidationError

from bot.content.environment import web_settings
from bot.content.errors import OurError

if TYPE_CHECKING:
    from bot.surfaces.web.lti.tool import Tool

MISSING = "This needs more libraries: pip install 'ask-neuron[lti]' (in a clone: pip install -e '.[lti]')"


class NeedsLibraries(OurError):
    """The optional libraries are not installed; the message says what to install."""


@click.group()
def lti() -> None:
    """Let course platforms launch explanations (LTI 1.3)."""


@lti.command()
def invite() -> None:
    """Print a link that registers one platform, within a day: its administrator pastes it."""
    link = urlencode({"code": _tool().keys.seal("registration", {})})
    click.echo(f"{web_settings().public_url}/lti/register?{link}")


@lti.command()
@click.option("--issuer", required=True, help="The platform's name for itself, an address; also \"platform ID\".")
@click.option("--client-id", required=True)
@click.option("--auth-url", required=True, help="Where it authenticates; also \"authorization endpoint\".")
@click.option("--token-url", required=True, help="Where it gives tokens.")
@click.option("--keys-url", required=True, help="Where its public keys are; also \"keyset URL\" or \"JWKS\".")
@click.option("--deployment", multiple=True, help="A deployment that may launch; may be repeated.")
@click.option("--any-deployment", is_flag=True, help="Let every deployment of this client launch.")
def add(issuer: str, client_id: str, auth_url: str, token_url: str, keys_url: str, deployment: tuple[str, ...],
        any_deployment: bool) -> None:
    """Register a platform by hand, or change its registration."""
    if bool(deployment) == any_deployment:
        raise click.UsageError("Give --deployment, as often as there are some, or --any-deployment.")
    tool = _tool()
    from bot.surfaces.web.lti.platforms import Platform  # its libraries are optional

    try:
        made = Platform(issuer=issuer, client_id=client_id, authorization_endpoint=auth_url, token_endpoint=token_url,
                        jwks_uri=keys_url, deployments=deployment)
    except ValidationError as error:
        fault = error.errors()[0]
        raise click.UsageError(f"{fault['loc'][0]}: {fault['msg'].removeprefix('Value error, ')}") from error
    tool.platforms.add(made)
    click.echo(f"Registered {issuer}.")


@lti.command()
def platforms() -> None:
    """List the platforms, and what each of them has to know of us."""
    url = web_settings().public_url
    for name, path in (("launch, redirect, deep linking", "launch"), ("login", "login"), ("public keys", "jwks.json")):
        click.echo(f"{name:32} {url}/lti/{path}")
    for platform in _tool().platforms.all():
        some = ", ".join(platform.deployments) or "any"
        click.echo(f"{platform.issuer}  client {platform.client_id}  deployments {some}")


@lti.command()
@click.argument("issuer")
@click.argument("client_id")
def remove(issuer: str, client_id: str) -> None:
    """Forget a platform."""
    _tool().platforms.remove(issuer, client_id)
    click.echo(f"Forgot {issuer}, client {client_id}.")


def _tool() -> "Tool":
    if not all(map(find_spec, ("jwt", "cryptography", "httpcore2"))):
        raise NeedsLibraries(MISSING)
    from bot.surfaces.web.lti.tool import tool_of

    return tool_of(web_settings())
