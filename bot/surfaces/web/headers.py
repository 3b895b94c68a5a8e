"""Headers of every response: what browsers may do with it, and who may ask from other pages."""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.surfaces.web.responses import PAGE_POLICY
from bot.surfaces.web.settings import WebSettings


class SafeHeaders:
    """Sets what is the same for all responses, the chat's too. `policy` is for those that bring none of their own."""

    def __init__(self, app: ASGIApp, settings: WebSettings, policy: str = PAGE_POLICY) -> None:
        self._app, self._policy = app, policy
        # No rule is wider than "*", which still shuts out pages that are sandboxed and so have no origin.
        anybody = "*" in settings.frame_ancestors
        self._framed = [] if anybody else [f"frame-ancestors {' '.join(settings.frame_ancestors)}"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to the response."""
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
                own = headers.get("Content-Security-Policy") or self._policy
                framed = [] if "frame-ancestors" in own else self._framed
                headers["Content-Security-Policy"] = "; ".join([own, *framed])
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


class SharedWith:
    """Lets pages of these origins ask; the chat's own addresses keep Streamlit's rules."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._shared = CORSMiddleware(app, origins, ("GET", "POST"), ("content-type",)) if origins else app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        chat = scope["type"] != "http" or scope["path"].startswith("/_stcore/")
        await (self._app if chat else self._shared)(scope, receive, send)
