"""How often one address may ask for work: beyond it 429, with the seconds after which it may ask again.

Processes that share a Redis count together; while it is away, each counts by itself.
"""

import math
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sharing import PREFIX, Shelf, connections

FREE = ("/_stcore/", "/static/", "/assets/", "/player/", "/healthz", "/readyz", "/metrics", "/widget.js", "/favicon")
SAYS = "You have asked more often than this server allows from one address. Try again in {} s."
T = TypeVar("T")
Ask = Callable[[MovingWindowRateLimiter], Awaitable[T]]


def rate_of(text: str) -> RateLimitItem:
    """A limit such as "120/minute"; ValueError where it is none."""
    return parse(text)


class Rated:
    """Refuses requests for work beyond `rate` in its window from one address. What a page loads besides is free, and so
    is the chat's own connection. With a `shelf`, its Redis keeps the count."""

    def __init__(self, app: ASGIApp, rate: RateLimitItem, shelf: Shelf | None = None) -> None:
        self._app, self._rate, self._line = app, rate, shelf.line if shelf else None
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._connections: Any = None
        self._common: MovingWindowRateLimiter | None = None
        if shelf is not None:
            self._connections = connections(shelf.url)
            self._common = MovingWindowRateLimiter(RedisStorage(
                f"async+{shelf.url}", wrap_exceptions=True, implementation="redispy", key_prefix=f"{PREFIX}:rate",
                connection_pool=self._connections))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and not scope["path"].startswith(FREE):
            client = scope.get("client")
            address = client[0] if client else "unknown"
            if not await self._told(lambda limiter: limiter.hit(self._rate, address)):
                await (await self._refusal(address))(scope, receive, send)
                return
        await self._app(scope, receive, send)
        if scope["type"] == "lifespan" and self._connections is not None:
            await self._connections.aclose()

    async def _told(self, ask: Ask[T]) -> T:
        """What the common count says; where Redis is away, one's own."""
        if self._common is None or self._line is None or not self._line.is_open:
            return await ask(self._own)
        try:
            told = await ask(self._common)
        except StorageError as error:
            self._line.lost(error)
            return await ask(self._own)
        self._line.back()
        return told

    async def _refusal(self, address: str) -> JSONResponse:
        stats = await self._told(lambda limiter: limiter.get_window_stats(self._rate, address))
        wait = max(1, math.ceil(stats.reset_time - time.time()))
        problem = {"type": "about:blank", "title": "Too Many Requests", "status": 429, "detail": SAYS.format(wait)}
        return JSONResponse(problem, 429, {"Retry-After": str(wait), "Cache-Control": "no-store"},
                            "application/problem+json")
