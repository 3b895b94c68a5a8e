"""The platforms that may launch us: a small file for each, and what may happen once only."""

import contextlib
import hashlib
import logging
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.content.environment import ORIGIN
from bot.content.errors import OurError

PRUNED_EVERY = 60.0  # seconds
LOG = logging.getLogger(__name__)


class UnknownPlatform(OurError, LookupError):
    """No platform of that issuer and client id is registered."""

    kind = "not found"
    title = "This course platform is not registered here"


class BadRegistration(OurError, ValueError):
    """A file of a registration that cannot be read."""

    kind = "unavailable"


def _address(text: str) -> str:
    if not re.fullmatch(ORIGIN, origin_of(text)) or urlsplit(text).fragment:
        raise ValueError("it takes an address such as https://moodle.example.edu/mod/lti/auth.php")
    return text


Address = Annotated[str, Field(max_length=2000), AfterValidator(_address)]
Name = Annotated[str, Field(min_length=1, max_length=1000)]


class Platform(BaseModel):
    """A registration: who launches (`issuer`, `client_id`), and where it answers.

    Where `deployments` is empty, every deployment of this client may launch: some platforms tell them only by
    launching. `token_audience` is for whom a request for a token is signed; empty for the token endpoint itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: Address
    client_id: Name
    authorization_endpoint: Address
    token_endpoint: Address
    jwks_uri: Address
    deployments: tuple[Name, ...] = ()
    token_audience: str = ""
    name: str = Field(default="", max_length=200)

    @property
    def origins(self) -> tuple[str, ...]:
        """Where its pages are likely to be: those may show us in a frame."""
        return tuple(dict.fromkeys(map(origin_of, (self.issuer, self.authorization_endpoint))))


def origin_of(address: str) -> str:
    """The origin of an address: "https://moodle.example.edu"."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


@dataclass
class Platforms:
    """The registrations in a folder. Several processes may share it."""

    folder: Path
    _origins: tuple[int, tuple[str, ...]] = field(default=(-1, ()), init=False)
    _pruned: dict[int, float] = field(default_factory=dict, init=False)

    def all(self) -> list[Platform]:
        """Every registration that can be read, by issuer."""
        found = []
        for file in self.folder.glob("platform-*.json"):
            try:
                found.append(_read(file))
            except BadRegistration as error:  # one bad file shuts no other platform out
                LOG.warning("%s", error)
        return sorted(found, key=lambda platform: (platform.issuer, platform.client_id))

    def find(self, issuer: str, client_id: str = "") -> Platform:
        """The registration; without a client id, the only one of that issuer. `UnknownPlatform` where there is none."""
        if client_id:
            with contextlib.suppress(FileNotFoundError):
                return _read(self._file(issuer, client_id))
        some = [platform for platform in self.all() if platform.issuer == issuer]
        if len(some) == 1 and client_id in ("", some[0].client_id):
            return some[0]
        which = f"{issuer} with the client id {client_id}" if client_id else issuer
        more = " It has several, and the launch does not say which." if some and not client_id else ""
        raise UnknownPlatform(f"No platform {which} is registered.{more}")

    def add(self, platform: Platform) -> None:
        """Keep a registration, in the place of an older one of the same client."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._file(platform.issuer, platform.client_id)
        own = file.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            stream.write(platform.model_dump_json(indent=1))
        own.replace(file)

    def remove(self, issuer: str, client_id: str) -> None:
        """Forget a registration; `UnknownPlatform` where there is none."""
        found = self.find(issuer, client_id)
        self._file(found.issuer, found.client_id).unlink(missing_ok=True)

    def origins(self) -> Sequence[str]:
        """Where pages of the platforms are likely to be; read again when the folder has changed."""
        try:
            changed = self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            return ()
        if changed != self._origins[0]:
            found = tuple(dict.fromkeys(origin for platform in self.all() for origin in platform.origins))
            self._origins = changed, found
        return self._origins[1]

    def is_first(self, token: str, seconds: int) -> bool:
        """Whether a token comes for the first time in these seconds; the answer is True once, in whatever process."""
        used = self.folder / "used" / str(seconds)
        used.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._prune(used, seconds)
        try:
            os.close(os.open(used / hashlib.sha256(token.encode()).hexdigest(), os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return False
        return True

    def _prune(self, used: Path, seconds: int) -> None:
        now = time.time()
        if now - self._pruned.get(seconds, 0.0) < PRUNED_EVERY:
            return
        self._pruned[seconds] = now
        for file in used.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if now - file.stat().st_mtime > 2 * seconds:
                    file.unlink()

    def _file(self, issuer: str, client_id: str) -> Path:
        digest = hashlib.sha256(f"{issuer} {client_id}".encode()).hexdigest()
        return self.folder / f"platform-{digest[:32]}.json"


def _read(file: Path) -> Platform:
    try:
        return Platform.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise BadRegistration(f"{file} cannot be read: {error.errors()[0]['msg']}") from error
