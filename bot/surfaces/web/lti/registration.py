"""Dynamic registration: a platform's administrator opens our address, and both sides write down the other."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from bot.surfaces.web.lti.fetching import PlatformAway, Web
from bot.surfaces.web.lti.launches import Refused
from bot.surfaces.web.lti.messages import LAUNCH, RESOURCE, RESULT, SCORE, SELECTION
from bot.surfaces.web.lti.platforms import Platform

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
PRIVACY = "https://canvas.instructure.com/lti/privacy_level"
NAME, ABOUT = "Ask a Neuron", "Explanations of what happens inside a small neural network, each beside a live one."
LINK_WITHIN = 86_400  # seconds that a link for registering works


@dataclass(frozen=True)
class Offer:
    """What a platform says of itself, before it is registered."""

    config: dict[str, Any]
    config_url: str
    token: str

    @property
    def issuer(self) -> str:
        """The platform's name for itself."""
        return str(self.config["issuer"])

    @property
    def hosts(self) -> list[str]:
        """Whom we would talk to."""
        return sorted({urlsplit(str(self.config[name])).netloc for name in (
            "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")})

    @property
    def is_of_another_host(self) -> bool:
        """Whether the issuer has another host than the address that spoke for it."""
        return urlsplit(self.issuer).netloc != urlsplit(self.config_url).netloc


async def offer(web: Web, config_url: str, token: str) -> Offer:
    """Ask a platform for its configuration; `Refused` where it lacks something."""
    answered = await web.get(config_url, token)
    told = answered.json() if answered.status == 200 else None
    if not isinstance(told, dict):
        raise PlatformAway(f"{urlsplit(config_url).hostname} does not tell its configuration ({answered.status}).")
    needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")
    if missing := [name for name in needed if not isinstance(told.get(name), str)]:
        raise Refused(f"The course platform's configuration lacks {', '.join(missing)}.")
    for name in needed[2:]:
        web.check(told[name])
    return Offer(told, config_url, token)


async def register(web: Web, found: Offer, public_url: str) -> Platform:
    """Register with a platform; gives what we write down."""
    answered = await web.post_json(found.config["registration_endpoint"], description(public_url, found), found.token)
    told = answered.json() if answered.status in (200, 201) else None
    if not isinstance(told, dict) or not told.get("client_id"):
        raise PlatformAway(f"The course platform did not register us ({answered.status}).")
    tool = told.get(TOOL)
    deployment = tool.get("deployment_id") if isinstance(tool, dict) else None
    family = (found.config.get(PLATFORM) or {}).get("product_family_code", "")
    try:
        return Platform(issuer=found.issuer, client_id=str(told["client_id"]), name=str(family)[:200],
                        authorization_endpoint=found.config["authorization_endpoint"],
                        token_endpoint=found.config["token_endpoint"], jwks_uri=found.config["jwks_uri"],
                        token_audience=_audience(found.config.get("authorization_server")),
                        deployments=(str(deployment),) if deployment else ())
    except ValidationError as error:
        fault = error.errors()[0]
        raise Refused(f"The course platform's {fault['loc'][0]} cannot be used: {fault['msg']}.") from error


def _audience(given: Any) -> str:
    """For whom requests for tokens are signed. Canvas names a bare host here, and takes its token endpoint alone."""
    return given if isinstance(given, str) and given.startswith("https://") else ""


def description(public_url: str, found: Offer | None = None) -> dict[str, Any]:
    """What we tell a platform of us. We ask for no name and no mail address; scores alone need more than a link."""
    supported = (found.config.get("scopes_supported") if found else None) or [SCORE, RESULT]
    launch = f"{public_url}/{LAUNCH}"
    icon = f"{public_url}/favicon.ico"
    selection = {"type": SELECTION, "target_link_uri": launch, "label": NAME, "icon_uri": icon,
                 "placements": _placements(found)}
    return {
        "application_type": "web", "grant_types": ["client_credentials", "implicit"], "response_types": ["id_token"],
        "initiate_login_uri": f"{public_url}/lti/login", "redirect_uris": [launch], "client_name": NAME,
        "jwks_uri": f"{public_url}/lti/jwks.json", "logo_uri": icon, "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(scope for scope in (SCORE, RESULT) if scope in supported),
        TOOL: {
            "domain": urlsplit(public_url).netloc, "target_link_uri": launch, "description": ABOUT,
            "claims": ["iss", "sub"], PRIVACY: "anonymous",
            "messages": [{"type": RESOURCE, "target_link_uri": launch, "label": NAME}, selection],
        },
    }


def _placements(found: Offer | None) -> list[str]:
    """Where an author can pick: of the places that Canvas names those that fit, else the standard's own."""
    canvas = ["assignment_selection", "link_selection", "editor_button"]
    messages = ((found.config.get(PLATFORM) or {}).get("messages_supported") if found else None) or []
    known = [place for message in messages if isinstance(message, dict) and message.get("type") == SELECTION
             for place in message.get("placements") or []]
    fitting = [place for place in canvas if place in known]
    return fitting or ["ContentArea"]
