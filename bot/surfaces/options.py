"""Options that several commands of the command line share."""

import click

from bot.content.environment import public_url
from sims.engine.randomness import LARGEST_SEED


def _changes(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair or not pair.split("=")[0].strip():
            raise click.BadParameter(f"{pair!r}: write NAME=VALUE, for example --set hidden=2")
    return {name.strip(): value.strip() for name, value in (pair.split("=", 1) for pair in pairs)}


def _public(_: click.Context, __: click.Parameter, url: str | None) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise click.BadParameter(f"{url!r}: write a full address, for example https://ask.example.org")
    return (url or "").rstrip("/")


set_option = click.option("--set", "changes", multiple=True, callback=_changes, metavar="NAME=VALUE",
                          help="Change a setting.")
seed_option = click.option("--seed", type=click.IntRange(0, LARGEST_SEED), help="Another start and other data.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
url_option = click.option("--url", "base", default=public_url, callback=_public, metavar="BASE",
                          help="Where Ask a Neuron is served; without it there is no link and no picture.")
