"""Responses: what was made, with the headers that let browsers keep it and keep it safe."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

FOR_MINUTES = "public, max-age=300, stale-while-revalidate=86400"
FOR_EVER = "public, max-age=31536000, immutable"
NEVER = "no-store"
SMALL, WORTH = 600, 0.95  # bytes that are sent as they are; the share of a body below which compressing it is worth it
PACKED_ALREADY = ("image/png", "image/gif", "image/webp")
# For what a page in a sandboxed frame, which has no origin, may load, and a page that asks who may be loaded (COEP).
ANYBODY = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
FRAMED = {"Cross-Origin-Resource-Policy": "cross-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'"
)


CHAT_POLICY = (
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; font-src 'self' data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; script-src 'self'"
)


@cache
def chat_policy(shell: str) -> str:
    """The policy for Streamlit's page: its own files, and the scripts that stand in the page, by their digests."""
    inline = re.findall(r"<script>(.*?)</script>", shell, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline]
    return " ".join([CHAT_POLICY, *(f"'sha256-{digest}'" for digest in digests)])


@dataclass(frozen=True)
class Made:
    """A file that can be sent."""

    body: bytes
    kind: str
    headers: tuple[tuple[str, str], ...] = ()

    @cached_property
    def etag(self) -> str:
        """Weak, because what lies between may compress the body."""
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:20]}"'

    @property
    def is_packable(self) -> bool:
        """Whether it is sent compressed to whoever takes it so, where that spares anything."""
        return len(self.body) >= SMALL and not self.kind.startswith(PACKED_ALREADY)

    @cached_property
    def packed(self) -> bytes | None:
        """The body compressed, once for all who take it so; None where that spares nothing."""
        if not self.is_packable:
            return None
        packed = gzip.compress(self.body, 6, mtime=0)
        return packed if len(packed) < WORTH * len(self.body) else None

    def finished(self) -> "Made":
        """Itself, with everything worked out that sending it takes: for the thread that made it."""
        _ = self.etag, self.packed
        return self


    def as_bytes(self) -> bytes:
        """For other processes; see `made_of`."""
        return json.dumps([self.kind, self.headers]).encode() + b"\n" + self.body


def made_of(content: bytes) -> Made | None:
    """What `as_bytes` gave, finished; None where it is something else."""
    head, _, body = content.partition(b"\n")
    try:
        kind, headers = json.loads(head)
        return Made(body, str(kind), tuple((str(name), str(value)) for name, value in headers)).finished()
    except (ValueError, TypeError):
        return None


def page(text: str) -> Made:
    """A page of ours, which loads nothing from elsewhere and runs no script but our own files."""
    return Made(text.encode(), "text/html; charset=utf-8", (("Content-Security-Policy", PAGE_POLICY),))


def json_of(value: Any) -> Made:
    """A JSON file; no value of ours is infinite or not a number."""
    return Made(json.dumps(value, ensure_ascii=False, allow_nan=False).encode(), "application/json")


def send(request: Request, made: Made, keep: str = FOR_MINUTES, status: int = 200,
         headers: Mapping[str, str] | None = None) -> Response:
    """Send a file, or say that the browser has it already."""
    common = {"Cache-Control": keep, "ETag": made.etag, **dict(made.headers), **(headers or {})}
    if made.is_packable:
        common.setdefault("Vary", "Accept-Encoding")
    if status == 200 and made.etag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=common)
    if "gzip" in request.headers.get("accept-encoding", "") and made.packed is not None:
        return Response(made.packed, status, {**common, "Content-Encoding": "gzip"}, media_type=made.kind)
    return Response(made.body, status, common, media_type=made.kind)


def _tags(header: str) -> set[str]:
    """The tags that a browser holds, weak: comparing them needs no more."""
    return {"W/" + tag.strip().removeprefix("W/") for tag in header.split(",") if tag.strip()}
