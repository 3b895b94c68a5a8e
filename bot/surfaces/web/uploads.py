"""Files that are sent to the chat: taken at the addresses that it told a session, one file each, and at no others.

Streamlit itself takes a file for every session that is open, at any address below its own, as often as somebody sends
one. Here a session has to ask first: the chat's page does so over its socket when a learner chooses a file.
"""

import re
from collections import Counter

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING = PlainTextResponse("There is nothing at this address.", 404)
UPLOADS, METRICS = "/_stcore/upload_file", "/_stcore/metrics"  # of Streamlit's addresses
LARGEST_UPLOAD = 1 << 20  # bytes of a request: a notebook holds its pictures, which are not read
MOST_UPLOADS = 50  # that a connection may ask for; a chosen file is asked for once
METHODS = ("PUT", "DELETE", "OPTIONS")
_TOLD = re.compile(r"/_stcore/upload_file/[\w-]{1,64}/[\w-]{1,64}")


class AskedUploads:
    """Passes on the files that a session asked an address for, up to a size, and closes what nobody has a use for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: Counter[str] = Counter()  # addresses that connections which are open now were told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer that there is nothing."""
        path = scope.get("path", "")
        if scope["type"] == "websocket":
            await self._listening(scope, receive, send)
        elif scope["type"] == "http" and path.startswith(METRICS):
            await NOTHING(scope, receive, send)
        elif scope["type"] == "http" and path.startswith(UPLOADS):
            asked = path in self._open and scope["method"] in METHODS
            await (self._app if asked else NOTHING)(scope, _bounded(receive) if asked else receive, send)
        else:
            await self._app(scope, receive, send)

    async def _listening(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A socket of the chat, with the addresses noted that its page is told; they close with it."""
        told: set[str] = set()

        async def sending(message: Message) -> None:
            for address in _told(message):
                if address not in told and len(told) < MOST_UPLOADS:
                    told.add(address)
                    self._open[address] += 1
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self._open -= Counter(told)


def _told(message: Message) -> list[str]:
    content: bytes = message.get("bytes") or b""
    return _TOLD.findall(content.decode("latin-1"))


def _bounded(receive: Receive) -> Receive:
    """The body of a request, with an end where it is too large, however it is sent."""
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_UPLOAD:
            raise HTTPException(413, f"A file has at most {LARGEST_UPLOAD:,} bytes.")
        return message

    return receiving
