"""Asking a platform: over https, at public addresses, within a deadline, and no more than a little."""

import asyncio
import contextlib
import ipaddress
import json
import re
import socket
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpcore2
from httpcore2 import AnyIOBackend, AsyncConnectionPool, AsyncNetworkBackend, AsyncNetworkStream

from bot.content.environment import ORIGIN
from bot.content.errors import OurError

WITHIN = 8.0  # seconds for all of a request
LARGEST = 300_000  # bytes of an answer
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class PlatformAway(OurError, RuntimeError):
    """A platform that cannot be asked, or does not answer as it should."""

    kind = "unavailable"
    title = "The course platform does not answer"


class NotAllowed(OurError, ValueError):
    """An address that we do not ask: it is no https, or lies in a private network."""

    title = "That address is not asked"


@dataclass(frozen=True)
class Answered:
    """What a platform answered."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON; `PlatformAway` where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise PlatformAway("The course platform answered with something that is not JSON.") from error


class Web:
    """Asks platforms. Hosts in `private` may lie in a private network and be asked without encryption."""

    def __init__(self, private: Collection[str] = ()) -> None:
        self._private = frozenset(private)
        self._ssl = httpcore2.default_ssl_context()

    async def get(self, url: str, token: str = "", accept: str = JSON) -> Answered:
        """What is there; `token` is a bearer's."""
        return await self._ask("GET", url, _headers(token, accept=accept))

    async def post_form(self, url: str, fields: Mapping[str, str]) -> Answered:
        """Send a form."""
        return await self._ask("POST", url, _headers("", FORM), urlencode(fields).encode())

    async def post_json(self, url: str, value: Any, token: str = "", kind: str = JSON) -> Answered:
        """Send JSON of a kind."""
        return await self._ask("POST", url, _headers(token, kind), json.dumps(value).encode())

    def check(self, url: str) -> None:
        """`NotAllowed` where an address would not be asked, whatever it answers."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        is_plain = re.fullmatch(ORIGIN, f"{parts.scheme}://{parts.netloc}")
        if not is_plain or (parts.scheme != "https" and host not in self._private):
            raise NotAllowed(f"{host or url!r} is not asked: a course platform answers at an https address.")

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None) -> Answered:
        self.check(url)
        host = urlsplit(url).hostname
        try:
            async with asyncio.timeout(WITHIN), AsyncConnectionPool(
                self._ssl, network_backend=_Public(self._private)
            ) as pool, pool.stream(method, url, headers=list(headers.items()), content=content) as response:
                body = bytearray()
                async for part in response.aiter_stream():
                    body += part
                    if len(body) > LARGEST:
                        raise PlatformAway(f"{host} answers with more than {LARGEST:,} bytes.")
                return Answered(response.status, bytes(body))
        except TimeoutError as error:
            raise PlatformAway(f"{host} did not answer within {WITHIN:g} seconds.") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException,
                httpcore2.UnsupportedProtocol, OSError, UnicodeError) as error:
            raise PlatformAway(f"{host} cannot be reached.") from error


def _headers(token: str, kind: str = "", accept: str = JSON) -> dict[str, str]:
    return {"Accept": accept, "User-Agent": "ask-neuron", **({"Content-Type": kind} if kind else {}),
            **({"Authorization": f"Bearer {token}"} if token else {})}


class _Public(AsyncNetworkBackend):
    """Connects to public addresses alone. A name is looked up once, and the address that was looked at is the one that
    is connected to; the certificate is still checked against the name."""

    def __init__(self, private: Collection[str]) -> None:
        self._private, self._inner = private, AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
                          socket_options: Iterable[Any] | None = None) -> AsyncNetworkStream:
        """A connection; `NotAllowed` where any address of that name is private."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(place[0]).partition("%")[0]) for *_, place in found]
        if host not in self._private and not all(_is_public(address) for address in addresses):
            raise NotAllowed(f"{host} is not asked: it lies in a private network.")
        for address in addresses[:-1]:
            with contextlib.suppress(httpcore2.ConnectError):
                return await self._inner.connect_tcp(str(address), port, timeout, local_address, socket_options)
        return await self._inner.connect_tcp(str(addresses[-1]), port, timeout, local_address, socket_options)

    async def connect_unix_socket(self, path: str, timeout: float | None = None,
                                  socket_options: Iterable[Any] | None = None) -> AsyncNetworkStream:
        """Never."""
        raise NotAllowed("A file of this machine is not asked.")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is one of the internet's; one of version 4 that is written as version 6 counts as itself."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    plain = mapped or address
    return plain.is_global and not plain.is_multicast
