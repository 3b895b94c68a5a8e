"""How often one address may ask for work: beyond it 429, with the seconds after which it may ask again."""

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

FREE = ("/_stcore/", "/static/", "/assets/", "/player/", "/healthz", "/readyz", "/metrics", "/widget.js", "/favicon")
SAYS = "You have asked more often than this server allows from one address. Try again in {} s."


def rate_of(text: str) -> RateLimitItem:
    """A limit such as "120/minute"; ValueError where it is none."""
    return parse(text)


class Rated:
    """Refuses requests for work beyond `rate` in its window from one address. What a page loads besides is free, and so
    is the chat's own connection."""

    def __init__(self, app: ASGIApp, rate: RateLimitItem) -> None:
        self._app, self._rate = app, rate
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and not scope["path"].startswith(FREE):
            client = scope.get("client")
            address = client[0] if client else "unknown"
            if not self._limiter.hit(self._rate, address):
                await self._refusal(address)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, address: str) -> JSONResponse:
        wait = max(1, math.ceil(self._limiter.get_window_stats(self._rate, address).reset_time - time.time()))
        problem = {"type": "about:blank", "title": "Too Many Requests", "status": 429, "detail": SAYS.format(wait)}
        return JSONResponse(problem, 429, {"Retry-After": str(wait), "Cache-Control": "no-store"},
                            "application/problem+json")
