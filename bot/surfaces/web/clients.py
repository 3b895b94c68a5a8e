"""What clients can do to a handler: send too much, or slowly, and go away before they are answered."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

LARGEST_BODY = 400_000  # bytes: 100,000 characters of code, as a form or JSON encodes them
BODY_WITHIN = 10.0  # seconds
GONE = 499  # the status of an answer that nobody reads
WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")


async def attended(handle: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    """What a handler answers. It is stopped when its client goes away: then nobody waits for what it asked for."""
    body = b"" if request.method in WITHOUT_BODY else await _body(request)
    answering = asyncio.ensure_future(handle(Request(request.scope, _sending(body))))
    leaving = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        return answering.result() if answering.done() else Response(status_code=GONE)
    finally:
        for task in (answering, leaving):
            task.cancel()


async def _body(request: Request) -> bytes:
    """The body of a request, up to the first byte too many; HTTPException 408 where it is long in coming."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST_BODY:
                    break
    except TimeoutError as error:
        raise HTTPException(408, f"A request has to be here within {BODY_WITHIN:g} seconds.") from error
    return bytes(body)


def _sending(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
