"""What differs from one installation to another: the variables ASK_NEURON_*, read and checked in one place."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.content.errors import OurError

PREFIX = "ASK_NEURON_"
ORIGIN = r"https?://(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?"
ADDRESS = re.compile(rf"{ORIGIN}(?:/[A-Za-z0-9._~%/-]*)?")
SOURCE = re.compile(r"'self'|'none'|\*|(?:https?://)?(?:\*\.)?[A-Za-z0-9.-]+(?::(?:\d{1,5}|\*))?")

SHORTEST_PASSWORD = 12  # characters
SENT_BY_ALL = frozenset((  # headers that any browser may bring
    "authorization", "cache-control", "connection", "content-length", "content-type", "cookie", "dnt", "host",
    "if-modified-since", "if-none-match", "origin", "pragma", "priority", "referer", "te", "upgrade-insecure-requests",
    "user-agent", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
))

Listed = Annotated[tuple[str, ...], NoDecode]  # in the environment: by spaces or commas


class BadEnvironment(OurError, ValueError):
    """A variable of the environment that cannot be used; the message names it and says what it takes."""


def _takes(pattern: str, example: str) -> AfterValidator:
    """What holds a text to a pattern, unless it is empty; `example` says what the variable takes."""
    def held(given: str) -> str:
        if given and not re.fullmatch(pattern, given, re.DOTALL):
            raise ValueError(f"it takes {example}")
        return given

    return AfterValidator(held)


class WebSettings(BaseModel):
    """How the pages are served. Absolute addresses come from here, never from a request.

    `public_url` is the address that others reach the pages by, without a slash at its end. `chat_url` is the chat's;
    empty where there is none. `cors_origins` may call the API from their pages, `frame_ancestors` may show pages and
    chat in a frame. `rate` is how often one address may ask for work ("120/minute"; empty for as often as it likes),
    `metrics` opens /metrics, `log` has a line written for each request. /inbox is open to whoever knows
    `inbox_password`, or comes with the header `inbox_header`, by which a proxy names the users that it let in; without
    either there is no /inbox. `lti` lets course platforms launch explanations; `lti_key` is our private RSA key in PEM
    form (empty for one in `lti_folder`, where the platforms are kept), and hosts in `lti_private_hosts` may be
    platforms in a private network.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    public_url: str = "http://localhost:8501"
    chat_url: str = ""
    cors_origins: Listed = ()
    frame_ancestors: Listed = ("'self'",)
    rate: Annotated[str, _takes(r"[1-9]\d{0,5} ?/ ?(?:second|minute|hour|day)",
                                "a number of requests and a time, such as 120/minute")] = ""
    metrics: Literal["on", "off"] = "off"
    log: Literal["json", "off"] = "off"
    inbox_password: str = Field(default="", repr=False)
    inbox_header: str = ""
    lti: Literal["on", "off"] = "off"
    lti_key: str = Field(default="", repr=False)
    lti_folder: Path | None = None
    lti_private_hosts: Listed = ()

    @field_validator("inbox_password")
    @classmethod
    def _is_hard_to_guess(cls, password: str) -> str:
        if password and len(password) < SHORTEST_PASSWORD:
            raise ValueError(f"it takes {SHORTEST_PASSWORD} characters or more")
        return password

    @field_validator("inbox_header")
    @classmethod
    def _is_a_header(cls, name: str) -> str:
        if name and (not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{2,60}", name) or name.lower() in SENT_BY_ALL
                     or name.lower().startswith(("accept", "sec-"))):
            raise ValueError("it takes the name of a header that the proxy alone sets, such as X-Forwarded-User")
        return name

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


class Environment(BaseSettings, WebSettings):
    """All variables: those of `WebSettings`, and where things are kept. One that is blank counts as not set.

    `store` is the file that keeps what learners leave behind, "off", or empty for the usual one; `database` the address
    of a PostgreSQL database that keeps it instead; `keep_days` for how many days; `redis` the address of a Redis where
    processes share what they make; `cache` the folder of what is fitted once, and of runs that servers `prepare` while
    nobody waits for them; `model` the folder of a sentence transformer in place of the pinned one.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    store: str = ""
    database: Annotated[str, _takes(r"postgres(?:ql)?://.*", "an address such as postgresql://user:password@host/name")
                        ] = Field(default="", repr=False)  # it may hold a password
    keep_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    redis: Annotated[str, _takes(r"rediss?://.*", "an address such as redis://:password@host:6379/0")
                     ] = Field(default="", repr=False)  # as above
    cache: Path | None = None
    prepare: Literal["on", "off"] = "on"
    model: Path | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: dict[str, Any]) -> dict[str, Any]:
        plain = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in plain.items() if value != ""}

    @field_validator("cors_origins", "frame_ancestors", "lti_private_hosts", mode="before")
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


def cache_folder() -> Path:
    """Where what is made once is kept: ASK_NEURON_CACHE, else the user's cache folder."""
    return environment().cache or Path(platformdirs.user_cache_dir("ask-neuron"))


def public_url() -> str:
    """The address that others reach the pages by; empty where no variable says it, and nobody may be there."""
    found = environment()
    return found.public_url if "public_url" in found.model_fields_set else ""


def web_settings(**defaults: Any) -> WebSettings:
    """How the pages are served; `defaults` stand where a variable is not set. `BadEnvironment` as above."""
    found = environment()
    given = {name: getattr(found, name) for name in WebSettings.model_fields if name in found.model_fields_set}
    return WebSettings(**{**defaults, **given})
