"""Headers of every response: what browsers may do with it, and who may ask from other pages."""

from collections.abc import Callable, Sequence

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.surfaces.web.responses import PAGE_POLICY
from bot.surfaces.web.settings import WebSettings


class SafeHeaders:
    """Sets what is the same for all responses, the chat's too. `policy` is for those that bring none of their own;
    `platforms` tells who may frame us besides those whom the settings name."""

    def __init__(self, app: ASGIApp, settings: WebSettings, policy: str = PAGE_POLICY,
                 platforms: Callable[[], Sequence[str]] = tuple) -> None:
        self._app, self._policy = app, policy
        self._framed_by, self._platforms = settings.frame_ancestors, platforms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to the response."""
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
                own = headers.get("Content-Security-Policy") or self._policy
                headers["Content-Security-Policy"] = own if "frame-ancestors" in own else own + self._framed()
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)

    def _framed(self) -> str:
        if "*" in self._framed_by:  # no rule is wider than "*", which still shuts out pages that are sandboxed
            return ""
        platforms = self._platforms()
        own = [source for source in self._framed_by if not platforms or source != "'none'"]
        return f"; frame-ancestors {' '.join([*own, *platforms])}"


class SharedWith:
    """Lets pages of these origins ask; the chat's own addresses keep Streamlit's rules."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._shared = CORSMiddleware(app, origins, ("GET", "POST"), ("content-type",)) if origins else app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        chat = scope["type"] != "http" or scope["path"].startswith("/_stcore/")
        await (self._app if chat else self._shared)(scope, receive, send)
