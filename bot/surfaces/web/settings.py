"""How the pages are served; see `bot/content/environment.py`."""

import sys
from typing import Any

from bot.content.environment import BadEnvironment
from bot.content.environment import WebSettings as WebSettings
from bot.content.environment import web_settings as web_settings


def or_exit(**defaults: Any) -> WebSettings:
    """The settings of the environment; a variable that cannot be used ends the program with a line that names it."""
    try:
        return web_settings(**defaults)
    except BadEnvironment as error:
        sys.exit(str(error))
