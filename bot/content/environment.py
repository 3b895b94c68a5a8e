"""What differs from one installation to another: the variables ASK_NEURON_*, read and checked in one place."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.content.errors import OurError

PREFIX = "ASK_NEURON_"
ORIGIN = r"https?://(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?"
ADDRESS = re.compile(rf"{ORIGIN}(?:/[A-Za-z0-9._~%/-]*)?")
SOURCE = re.compile(r"'self'|'none'|\*|(?:https?://)?(?:\*\.)?[A-Za-z0-9.-]+(?::(?:\d{1,5}|\*))?")

Listed = Annotated[tuple[str, ...], NoDecode]  # in the environment: by spaces or commas


class BadEnvironment(OurError, ValueError):
    """A variable of the environment that cannot be used; the message names it and says what it takes."""


class WebSettings(BaseModel):
    """How the pages are served. Absolute addresses come from here, never from a request.

    `public_url` is the address that others reach the pages by, without a slash at its end. `chat_url` is the chat's;
    empty where there is none. `cors_origins` may call the API from their pages, `frame_ancestors` may show pages and
    chat in a frame. `rate` is how often one address may ask for work ("120/minute"; empty for as often as it likes),
    `metrics` opens /metrics, `log` has a line written for each request.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    public_url: str = "http://localhost:8501"
    chat_url: str = ""
    cors_origins: Listed = ()
    frame_ancestors: Listed = ("'self'",)
    rate: str = ""
    metrics: Literal["on", "off"] = "off"
    log: Literal["json", "off"] = "off"

    @field_validator("public_url", "chat_url")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        if address and not ADDRESS.fullmatch(address):
            raise ValueError("it takes an address such as https://neurons.example.org, without a question mark or #")
        return address.rstrip("/")

    @field_validator("rate")
    @classmethod
    def _is_a_rate(cls, rate: str) -> str:
        if rate and not re.fullmatch(r"[1-9]\d{0,5} ?/ ?(?:second|minute|hour|day)", rate):
            raise ValueError("it takes a number of requests and a time, such as 120/minute")
        return rate

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


class Environment(BaseSettings, WebSettings):
    """All variables: those of `WebSettings`, and where things are kept. One that is blank counts as not set.

    `store` is the file that keeps what learners leave behind, "off", or empty for the usual one; `database` the address
    of a PostgreSQL database that keeps it instead; `keep_days` for how many days; `redis` the address of a Redis where
    processes share what they make; `cache` the folder of what is fitted once; `model` the folder of a sentence
    transformer in place of the pinned one.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    store: str = ""
    database: str = Field(default="", repr=False)  # it may hold a password
    keep_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    redis: str = Field(default="", repr=False)  # as above
    cache: Path | None = None
    model: Path | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: dict[str, Any]) -> dict[str, Any]:
        plain = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in plain.items() if value != ""}

    @field_validator("database")
    @classmethod
    def _is_postgresql(cls, address: str) -> str:
        if address and not re.match(r"postgres(?:ql)?://", address):
            raise ValueError("it takes an address such as postgresql://user:password@host/name")
        return address

    @field_validator("redis")
    @classmethod
    def _is_redis(cls, address: str) -> str:
        if address and not re.match(r"rediss?://", address):
            raise ValueError("it takes an address such as redis://:password@host:6379/0")
        return address

    @field_validator("cors_origins", "frame_ancestors", mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        return tuple(re.split(r"[\s,]+", given)) if isinstance(given, str) else given


def environment() -> Environment:
    """The variables as they are now; `BadEnvironment` names one that cannot be used."""
    try:
        return Environment()
    except ValidationError as error:
        fault = error.errors()[0]
        says = fault["msg"].removeprefix("Value error, ")
        raise BadEnvironment(f"{PREFIX}{str(fault['loc'][0]).upper()}: {says}") from error


def public_url() -> str:
    """The address that others reach the pages by; empty where no variable says it, and nobody may be there."""
    found = environment()
    return found.public_url if "public_url" in found.model_fields_set else ""


def web_settings(**defaults: Any) -> WebSettings:
    """How the pages are served; `defaults` stand where a variable is not set. `BadEnvironment` as above."""
    found = environment()
    given = {name: getattr(found, name) for name in WebSettings.model_fields if name in found.model_fields_set}
    return WebSettings(**{**defaults, **given})
