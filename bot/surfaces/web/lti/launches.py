"""The two legs of a launch: the login that a platform begins, and the signed message that it ends with."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import jwt
from jwt import PyJWK

from bot.content.errors import OurError
from bot.surfaces.web.lti.fetching import PlatformAway, Web
from bot.surfaces.web.lti.keys import Keys, NotSealedByUs
from bot.surfaces.web.lti.messages import LAUNCH, LTI, RESOURCE, SELECTION, VERSION, Launch, Message, shown_by
from bot.surfaces.web.lti.platforms import Platform, Platforms

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")  # signatures by a key that is not shared
LOGIN_WITHIN = 600  # seconds from the login to the launch
LEEWAY = 60  # seconds that the clocks may differ
FRESH, PATIENT = 900.0, 30.0  # seconds: that keys of a platform are used for; before they are asked for again
LONGEST_TOKEN = 100_000


class Refused(OurError, ValueError):
    """A login or a launch that is not what it says, or not for us."""

    title = "This launch was refused"


@dataclass(frozen=True)
class Login:
    """Where the browser goes on to, and the state that it keeps until it comes back. `storage` is the frame of the
    platform that keeps it; empty where the platform offers none."""

    state: str
    to: str
    storage: str


@dataclass
class KeySets:
    """The keys of the platforms, asked for when one is wanted that is not here, and no more often than that."""

    web: Web
    _kept: dict[str, tuple[float, dict[str, PyJWK]]] = field(default_factory=dict)
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def key(self, platform: Platform, kid: str) -> PyJWK:
        """The key of that id; `Refused` where the platform has none, `PlatformAway` where it does not say."""
        async with self._locks.setdefault(platform.jwks_uri, asyncio.Lock()):
            asked, keys = self._kept.get(platform.jwks_uri, (-FRESH, {}))
            age = time.monotonic() - asked
            if age > FRESH or (kid not in keys and age > PATIENT):
                try:
                    keys = _keys_in((await self.web.get(platform.jwks_uri)).json())
                    self._kept[platform.jwks_uri] = time.monotonic(), keys
                except PlatformAway:
                    if kid not in keys:
                        raise
        if kid not in keys:
            raise Refused("The launch is signed with a key that the course platform does not publish.")
        return keys[kid]


def _keys_in(told: Any) -> dict[str, PyJWK]:
    """The keys for signatures; what is no such key is passed over."""
    found = {}
    for one in told.get("keys", []) if isinstance(told, dict) else []:
        try:
            key = PyJWK(one)
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            continue
        if key.algorithm_name in ALGORITHMS and one.get("use", "sig") == "sig":
            found[str(one.get("kid", ""))] = key
    return found


def login(platforms: Platforms, keys: Keys, public_url: str, given: Mapping[str, str]) -> Login:
    """The answer to a login that a platform begins (OpenID Connect, third-party initiated)."""
    if not given.get("iss") or not given.get("login_hint"):
        raise Refused("A login needs iss and login_hint; this address is opened by course platforms.")
    platform = platforms.find(given["iss"], given.get("client_id", ""))
    target = given.get("target_link_uri", "")
    if target and not f"{target}/".startswith(f"{public_url}/"):
        raise Refused(f"The link leads to {urlsplit(target).hostname}, and this is {urlsplit(public_url).hostname}.")
    nonce = secrets.token_urlsafe(24)
    state = keys.seal("state", {"iss": platform.issuer, "client": platform.client_id, "nonce": nonce,
                                "storage": given.get("lti_storage_target", "")[:200]})
    query = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none",
             "client_id": platform.client_id, "redirect_uri": f"{public_url}/{LAUNCH}",
             "login_hint": given["login_hint"], "state": state, "nonce": nonce}
    if hint := given.get("lti_message_hint"):
        query["lti_message_hint"] = hint
    join = "&" if "?" in platform.authorization_endpoint else "?"
    storage = given.get("lti_storage_target", "")[:200]
    return Login(state, f"{platform.authorization_endpoint}{join}{urlencode(query)}", storage)


def kept_as(state: str) -> tuple[str, str]:
    """The name and the value under which a browser keeps a state."""
    digest = hashlib.sha256(state.encode()).hexdigest()
    return f"ask_neuron_{digest[:12]}", digest[12:44]


async def launch(platforms: Platforms, keys: Keys, key_sets: KeySets, public_url: str,
                 given: Mapping[str, str]) -> tuple[Launch, str]:
    """The launch in a form that a platform posts, and the frame that keeps its state; `Refused` says what is wrong."""
    if given.get("error"):
        raise Refused(f"The course platform did not launch: {given.get('error_description') or given['error']}"[:300])
    try:
        state = keys.opened("state", given.get("state", ""), LOGIN_WITHIN)
    except NotSealedByUs as error:
        raise Refused("It was not begun here, or too long ago. Open it again from your course.") from error
    platform = platforms.find(state["iss"], state["client"])
    claims = await _verified(platform, key_sets, given.get("id_token", ""))
    if not secrets.compare_digest(str(claims["nonce"]).encode(), str(state["nonce"]).encode()):
        raise Refused("It answers another login than this one. Open it again from your course.")
    _check(platform, claims)
    if not platforms.is_first(state["nonce"], LOGIN_WITHIN):
        raise Refused("It was opened before. Open it again from your course.")
    message = cast(Message, claims[f"{LTI}message_type"])
    return Launch(platform, message, claims, shown_by(claims, public_url)), str(state["storage"])


async def _verified(platform: Platform, key_sets: KeySets, token: str) -> dict[str, Any]:
    """The claims of an id_token: signed by this platform, for us, now."""
    if len(token) > LONGEST_TOKEN:
        raise Refused("The launch is too long.")
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise Refused("The launch is not signed in a way that can be trusted.")
        key = await key_sets.key(platform, str(header.get("kid", "")))
        return dict(jwt.decode(token, key, list(ALGORITHMS), {"require": ["iss", "aud", "exp", "iat", "nonce"]},
                               audience=platform.client_id, issuer=platform.issuer, leeway=LEEWAY))
    except jwt.ExpiredSignatureError as error:
        raise Refused("The launch has expired. Open it again from your course.") from error
    except jwt.InvalidAudienceError as error:
        raise Refused("The launch is for another tool.") from error
    except jwt.InvalidIssuerError as error:
        raise Refused("The launch comes from another platform than its login.") from error
    except jwt.InvalidTokenError as error:
        raise Refused("The launch is not signed by the course platform, or is incomplete.") from error


def _check(platform: Platform, claims: Mapping[str, Any]) -> None:
    """What LTI wants beyond a signature."""
    many = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if many else platform.client_id) != platform.client_id:
        raise Refused("The launch is for another tool.")
    if claims.get(f"{LTI}version") != VERSION:
        raise Refused(f"The launch is not of LTI {VERSION}.")
    if claims.get(f"{LTI}message_type") not in (RESOURCE, SELECTION):
        raise Refused("The launch is neither a link nor a choice of one.")
    deployment = claims.get(f"{LTI}deployment_id")
    if not isinstance(deployment, str) or not deployment:
        raise Refused("The launch does not say of which deployment it is.")
    if platform.deployments and deployment not in platform.deployments:
        raise Refused("The launch is of a deployment that is not registered here.")
