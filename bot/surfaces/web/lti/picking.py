"""Deep linking: what an author may pick for a link, and the signed answer that carries it back."""

import secrets
import time
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bot.surfaces.web.lti.keys import Keys
from bot.surfaces.web.lti.launches import Refused
from bot.surfaces.web.lti.messages import DEEP_LINKING, LTI, SELECTED, VERSION, Launch, Shown

SIGNED_FOR = 300  # seconds
FRAME = {"width": 900, "height": 1000}  # pixels; platforms that listen to our height change it
POINTS = 100


class Wanted(BaseModel):
    """What the deep linking settings of a launch want back. `data` is the platform's, and goes back as it came."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    client: str
    deployment: str
    return_url: str
    data: str | None = None
    scores: bool = True
    frames: bool = True


class Picked(BaseModel):
    """What the author picked: a name and settings as in `Shown`, the link's title, and whether it has a score."""

    model_config = ConfigDict(extra="forbid")

    session: Annotated[str, Field(max_length=20_000)]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    query: Annotated[str, Field(max_length=2000)] = ""
    title: Annotated[str, Field(max_length=200)] = ""
    scored: bool = False


def wanted_by(launch: Launch) -> Wanted:
    """What a launch wants picked; `Refused` where it takes no link of ours."""
    settings = launch.claims.get(f"{DEEP_LINKING}deep_linking_settings")
    if not isinstance(settings, dict) or not isinstance(settings.get("deep_link_return_url"), str):
        raise Refused("The course platform does not say where the choice goes.")
    if not settings["deep_link_return_url"].startswith(("https://", "http://")):
        raise Refused("The choice would go to an address that is none.")
    if "ltiResourceLink" not in (settings.get("accept_types") or ["ltiResourceLink"]):
        raise Refused("The course platform takes no LTI links in this place.")
    targets = settings.get("accept_presentation_document_targets") or ["iframe"]
    data = settings.get("data")
    return Wanted(issuer=launch.platform.issuer, client=launch.platform.client_id, deployment=launch.deployment,
                  return_url=settings["deep_link_return_url"], data=None if data is None else str(data),
                  scores=settings.get("accept_lineitem", True) is not False, frames="iframe" in targets)


def link(shown: Shown, title: str, text: str, scored: bool, wanted: Wanted, public_url: str) -> dict[str, Any]:
    """A content item that launches what is shown. One that has a score brings its line in the gradebook along."""
    item: dict[str, Any] = {"type": "ltiResourceLink", "title": title, "text": text,
                            "url": shown.address(public_url)}
    if wanted.frames:
        item["iframe"] = FRAME
    if scored and wanted.scores:
        item["lineItem"] = {"label": title, "scoreMaximum": POINTS, "resourceId": shown.name, "tag": "ask-neuron"}
    return item


def response(keys: Keys, wanted: Wanted, items: list[Mapping[str, Any]]) -> str:
    """The answer to a platform: what was picked, signed. No item at all says that the author changed their mind."""
    now = int(time.time())
    claims = {"iss": wanted.client, "aud": wanted.issuer, "iat": now, "exp": now + SIGNED_FOR,
              "nonce": secrets.token_urlsafe(16), f"{LTI}message_type": SELECTED, f"{LTI}version": VERSION,
              f"{LTI}deployment_id": wanted.deployment, f"{DEEP_LINKING}content_items": items}
    return keys.sign(claims if wanted.data is None else {**claims, f"{DEEP_LINKING}data": wanted.data})
