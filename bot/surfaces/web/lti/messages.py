"""What LTI calls things: claims, messages, scopes; and the links that point at what we show."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from bot.surfaces.web.lti.platforms import Platform

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
RESULT = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
RESOURCE, SELECTION, SELECTED = "LtiResourceLinkRequest", "LtiDeepLinkingRequest", "LtiDeepLinkingResponse"
VERSION = "1.3.0"
LAUNCH = "lti/launch"

Message = Literal["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]


@dataclass(frozen=True)
class Shown:
    """What a link shows: the name of an explanation, a topic or a reading path (empty for all questions), and for an
    explanation a query of settings."""

    name: str = ""
    query: str = ""

    def address(self, public_url: str) -> str:
        """The link that launches it."""
        name = f"/{self.name}" if self.name else ""
        return f"{public_url}/{LAUNCH}{name}" + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class Launch:
    """A launch that was found to be what it says. `claims` is the whole of it, and lives as long as the request."""

    platform: Platform
    message: Message
    claims: dict[str, Any]
    shown: Shown

    @property
    def deployment(self) -> str:
        """Which installation of the platform's launches."""
        return str(self.claims[f"{LTI}deployment_id"])


def shown_by(claims: dict[str, Any], public_url: str) -> Shown:
    """What a launch asks for: by its target, or by the custom parameters `show` and `settings`."""
    target = str(claims.get(f"{LTI}target_link_uri", ""))
    top = f"{public_url}/{LAUNCH}/"
    if target.startswith(top):
        parts = urlsplit(target[len(top):])
        return Shown(parts.path.strip("/"), parts.query)
    custom = claims.get(f"{LTI}custom")
    given = custom if isinstance(custom, dict) else {}
    return Shown(str(given.get("show", "")).strip(), str(given.get("settings", "")).strip())
