"""Who may open /inbox: whoever knows its password, or whom a proxy lets in, from our own pages alone."""

import base64
import binascii
import hmac
import math
import time
from urllib.parse import urlsplit

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.surfaces.web.settings import WebSettings

FAILURES = "10/15minutes"  # of one address; then nobody is let in from there for a while
FROM_ALL = "100/15minutes"  # of all addresses together: somebody may have many
REALM = {"WWW-Authenticate": 'Basic realm="Ask a Neuron: inbox", charset="UTF-8"'}
WHO = "The inbox is for mentors: it asks for its password (the name does not matter)."
TOO_OFTEN = "Too many wrong passwords. Try again in {} minutes."
ELSEWHERE = "This form was sent from another page. Open /inbox, and send it from there."


class Door:
    """Lets mentors in, and counts the wrong passwords of this process."""

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._bounds = parse(FAILURES), parse(FROM_ALL)

    def check(self, request: Request) -> None:
        """Nothing where the request may pass; an HTTPException 401, 403 or 429 where it may not."""
        if not self._is_named(request):
            self._check_password(request)
        if request.method not in ("GET", "HEAD") and not is_from_here(request, self._settings.public_url):
            raise HTTPException(403, ELSEWHERE)

    def _is_named(self, request: Request) -> bool:
        name = self._settings.inbox_header
        return bool(name and request.headers.get(name, "").strip())

    def _check_password(self, request: Request) -> None:
        address = request.client.host if request.client else "unknown"
        each, every = self._bounds
        for bound, key in ((each, address), (every, "")):
            if not self._limiter.test(bound, key):
                wait = self._limiter.get_window_stats(bound, key).reset_time - time.time()
                minutes = max(1, math.ceil(wait / 60))
                raise HTTPException(429, TOO_OFTEN.format(minutes), {"Retry-After": str(60 * minutes)})
        given = password_of(request.headers.get("authorization", ""))
        if self._settings.inbox_password and given is not None:
            if hmac.compare_digest(given, self._settings.inbox_password.encode()):
                return
            self._limiter.hit(each, address)
            self._limiter.hit(every, "")
        raise HTTPException(401, WHO, REALM if self._settings.inbox_password else None)


def is_open(settings: WebSettings) -> bool:
    """Whether there is an inbox at all."""
    return bool(settings.inbox_password or settings.inbox_header)


def password_of(header: str) -> bytes | None:
    """The password of HTTP Basic; None where the header brings none."""
    kind, _, given = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(given.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""


def is_from_here(request: Request, public_url: str) -> bool:
    """Whether a page of ours sent the request: browsers say so, and a page elsewhere cannot say otherwise."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc in (request.headers.get("host", ""), urlsplit(public_url).netloc)
