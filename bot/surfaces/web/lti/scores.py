"""Assignment and Grade Services: a score for one learner in one line of a platform's gradebook."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from bot.surfaces.web.lti.fetching import PlatformAway, Web
from bot.surfaces.web.lti.keys import Keys
from bot.surfaces.web.lti.messages import ENDPOINT, RESULT, SCORE
from bot.surfaces.web.lti.platforms import Platform

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCORE_KIND = "application/vnd.ims.lis.v1.score+json"
RESULTS_KIND = "application/vnd.ims.lis.v2.resultcontainer+json"
SIGNED_FOR = 300  # seconds
SPARE = 60.0  # seconds before a token ends in which it is not used any more


@dataclass(frozen=True)
class Line:
    """Where a learner's score goes: all that is needed of a launch, and all that is taken from it. `reads` says whether
    the score that is there may be looked up."""

    url: str
    user: str
    reads: bool


@dataclass(frozen=True)
class Score:
    """What came out right, of how much, and whether nothing is left to do."""

    right: int
    of: int
    is_done: bool


def line_of(claims: Mapping[str, Any]) -> Line | None:
    """The line that a launch names and lets us write to; None where the author wants no score."""
    endpoint, user = claims.get(ENDPOINT), claims.get("sub")
    if not isinstance(endpoint, dict) or not isinstance(user, str) or not user:
        return None
    url, scopes = endpoint.get("lineitem"), endpoint.get("scope")
    if not isinstance(url, str) or not url or not isinstance(scopes, list) or SCORE not in scopes:
        return None
    return Line(url, user, RESULT in scopes)


@dataclass
class Scores:
    """Sends scores; keeps the platforms' tokens for as long as they last."""

    web: Web
    keys: Keys
    _tokens: dict[tuple[str, str, str], tuple[float, str]] = field(default_factory=dict)

    async def send(self, platform: Platform, line: Line, score: Score) -> bool:
        """Send a score, unless a better one is there; whether it was sent. `PlatformAway` where it cannot be."""
        scope = " ".join([SCORE, RESULT] if line.reads else [SCORE])
        token = await self._token(platform, scope)
        if line.reads and await self._best(line, token) > score.right / score.of:
            return False
        told = {"timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"), "userId": line.user,
                "scoreGiven": score.right, "scoreMaximum": score.of, "gradingProgress": "FullyGraded",
                "activityProgress": "Completed" if score.is_done else "InProgress"}
        answered = await self.web.post_json(below(line.url, "scores"), told, token, SCORE_KIND)
        if answered.status == 401:  # it ended before its time
            self._tokens.clear()
        if answered.status not in (200, 201, 202, 204):
            raise PlatformAway(f"The course platform did not take the score ({answered.status}).")
        return True

    async def _best(self, line: Line, token: str) -> float:
        """The share that the platform has; 0 where it has none, or does not say."""
        found = await self.web.get(below(line.url, "results", {"user_id": line.user}), token, RESULTS_KIND)
        results = found.json() if found.status == 200 else []
        shares = [result["resultScore"] / (result.get("resultMaximum") or 1) for result in results
                  if isinstance(result, dict) and result.get("userId") == line.user
                  and isinstance(result.get("resultScore"), int | float)]
        return max(shares, default=0.0)

    async def _token(self, platform: Platform, scope: str) -> str:
        """Leave to write scores (OAuth 2.0, client credentials, with a signed assertion)."""
        key, now = (platform.issuer, platform.client_id, scope), time.time()
        ends, token = self._tokens.get(key, (0.0, ""))
        if ends > time.monotonic():
            return token
        claims = {"iss": platform.client_id, "sub": platform.client_id, "iat": int(now), "exp": int(now) + SIGNED_FOR,
                  "aud": platform.token_audience or platform.token_endpoint, "jti": secrets.token_urlsafe(16)}
        answered = await self.web.post_form(platform.token_endpoint, {
            "grant_type": "client_credentials", "client_assertion_type": ASSERTION,
            "client_assertion": self.keys.sign(claims), "scope": scope})
        told = answered.json()
        if answered.status != 200 or not isinstance(told, dict) or not isinstance(told.get("access_token"), str):
            raise PlatformAway(f"The course platform gave no leave to send a score ({answered.status}).")
        lasts = told.get("expires_in")
        ends = time.monotonic() + (lasts if isinstance(lasts, int | float) else 0) - SPARE
        self._tokens[key] = ends, told["access_token"]
        return str(told["access_token"])


def below(url: str, part: str, query: Mapping[str, str] | None = None) -> str:
    """An address below a line's; what it has behind a question mark stays there."""
    parts = urlsplit(url)
    joined = "&".join(filter(None, [parts.query, urlencode(query or {})]))
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/{part}", joined, ""))
