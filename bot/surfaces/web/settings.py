"""How the pages are served, read once from the environment. Absolute addresses come from here, never from a request."""

import os
import re
import sys
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from bot.content.errors import OurError

PREFIX = "ASK_NEURON_"
ORIGIN = r"https?://(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?"
ADDRESS = re.compile(rf"{ORIGIN}(?:/[A-Za-z0-9._~%/-]*)?")
SOURCE = re.compile(r"'self'|'none'|\*|(?:https?://)?(?:\*\.)?[A-Za-z0-9.-]+(?::(?:\d{1,5}|\*))?")


class BadEnvironment(OurError, ValueError):
    """A variable of the environment that cannot be used; the message names it and says what it takes."""


class WebSettings(BaseModel):
    """What differs from one installation to another.

    `public_url` is the address that others reach the pages by, without a slash at its end. `chat_url` is the chat's;
    empty where there is none. `cors_origins` may call the API from their pages, `frame_ancestors` may show pages and
    chat in a frame.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    public_url: str = "http://localhost:8501"
    chat_url: str = ""
    cors_origins: tuple[str, ...] = ()
    frame_ancestors: tuple[str, ...] = ("'self'",)

    @field_validator("public_url", "chat_url")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        if address and not ADDRESS.fullmatch(address):
            raise ValueError("it takes an address such as https://neurons.example.org, without a question mark or #")
        return address.rstrip("/")

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [origin for origin in origins if origin != "*" and not re.fullmatch(ORIGIN, origin)]:
            raise ValueError(f"{wrong[0]!r} is no origin; it takes some such as https://forum.example.org, or *")
        return origins

    @field_validator("frame_ancestors")
    @classmethod
    def _are_sources(cls, sources: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [source for source in sources if not SOURCE.fullmatch(source)]:
            raise ValueError(f"{wrong[0]!r} is no source; it takes some such as https://forum.example.org, 'self' or *")
        return sources or ("'none'",)


def from_environment(environment: Mapping[str, str] | None = None, **defaults: Any) -> WebSettings:
    """Read ASK_NEURON_PUBLIC_URL, _CHAT_URL, _CORS_ORIGINS and _FRAME_ANCESTORS (lists by spaces or commas).

    `defaults` stand where a variable is not set. `BadEnvironment` names a variable that cannot be used.
    """
    found = dict(defaults)
    for name, field in WebSettings.model_fields.items():
        text = (os.environ if environment is None else environment).get(PREFIX + name.upper())
        if text is not None and text.strip():
            found[name] = text.strip() if field.annotation is str else tuple(re.split(r"[\s,]+", text.strip()))
    try:
        return WebSettings(**found)
    except ValidationError as error:
        fault = error.errors()[0]
        says = fault["msg"].removeprefix("Value error, ")
        raise BadEnvironment(f"{PREFIX}{str(fault['loc'][0]).upper()}: {says}") from error


def or_exit(**defaults: Any) -> WebSettings:
    """The same, ending the program with a line where a variable cannot be used."""
    try:
        return from_environment(**defaults)
    except BadEnvironment as error:
        sys.exit(str(error))
