"""LTI 1.3: launches by a reference platform that signs by itself, and all that a forged launch may try."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lti_platform import AGS, CLIENT, DEPLOYMENT, LTI, USER, Platform, b64, platform_at_work, signed
from lti_served import (
    KEY,
    OTHER_KEY,
    PUBLIC,
    Served,
    begun,
    client,
    launched,
    opened,
    platform,
    served,
    session_in,
    told,
)
from starlette.testclient import TestClient

from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.lti.platforms import Platform as Registration
from bot.surfaces.web.settings import WebSettings

Change = Callable[[Platform, str], str]  # a platform and a nonce to an id_token


def test_a_launch_shows_what_its_link_says(client: TestClient, platform: Platform) -> None:
    page = opened(client, platform, **{f"{LTI}target_link_uri": f"{PUBLIC}/lti/launch/bias-term?seed=7"})
    assert [one["path"] for one in told(page.text)["pages"]] == ["/e/bias-term?seed=7"]
    assert client.get("/e/bias-term?seed=7").status_code == 200
    custom = {f"{LTI}target_link_uri": f"{PUBLIC}/lti/launch", f"{LTI}custom": {"show": "from-one-neuron"}}
    assert len(told(opened(client, platform, **custom).text)["pages"]) > 2
    bare = client.post("/lti/open", data={"session": session_in(launched(client, platform).text)},
                       follow_redirects=False)
    assert (bare.status_code, bare.headers["location"]) == (303, "/entries")


def test_what_a_launch_does_not_know_is_said(client: TestClient, platform: Platform) -> None:
    page = opened(client, platform, **{f"{LTI}target_link_uri": f"{PUBLIC}/lti/launch/bias-trem"})
    assert page.status_code == 404
    wrong = opened(client, platform, **{f"{LTI}target_link_uri": f"{PUBLIC}/lti/launch/coffee-roasting?hidden=900"})
    assert wrong.status_code == 422
    assert "hidden" in wrong.text


def test_a_login_goes_to_the_platform_with_what_the_standard_wants(client: TestClient, platform: Platform) -> None:
    given = platform.login()
    for response in (client.get("/lti/login", params=given), client.post("/lti/login", data=given)):
        found = told(response.text)
        query = dict(parse_qsl(urlsplit(found["to"]).query))
        assert found["to"].startswith(f"{platform.address}/auth?")
        assert found["origin"] == platform.address
        assert {name: query[name] for name in ("scope", "response_type", "response_mode", "prompt")} == {
            "scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
        assert query["redirect_uri"] == f"{PUBLIC}/lti/launch"
        assert (query["login_hint"], query["lti_message_hint"]) == (USER, "7")
        assert query["nonce"] != query["state"]
        assert not response.cookies


def refused_login(client: TestClient, platform: Platform, **changes: str) -> Any:
    return client.get("/lti/login", params={**platform.login(), **changes})


def test_a_login_of_a_stranger_or_to_a_stranger_is_refused(client: TestClient, platform: Platform) -> None:
    stranger = refused_login(client, platform, iss="https://evil.example.org")
    assert (stranger.status_code, "not registered" in stranger.text) == (404, True)
    assert refused_login(client, platform, client_id="client-18").status_code == 404
    away = refused_login(client, platform, target_link_uri="https://evil.example.org/lti/launch")
    assert (away.status_code, "to" in away.text) == (422, True)
    assert refused_login(client, platform, target_link_uri=f"{PUBLIC}.evil.example/lti/launch").status_code == 422
    assert refused_login(client, platform, login_hint="").status_code == 422


def unsigned(platform: Platform, nonce: str) -> str:
    head, body = (b64(json.dumps(part).encode()) for part in ({"alg": "none"}, platform.message(nonce)))
    return f"{head}.{body}."


def confused(platform: Platform, nonce: str) -> str:
    """Signed by HMAC with the platform's public key for a secret."""
    secret = platform.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = ({"alg": "HS256", "kid": platform.kid}, platform.message(nonce))
    text = ".".join(b64(json.dumps(part).encode()) for part in parts)
    mac = HMAC(secret, SHA256())
    mac.update(text.encode())
    return f"{text}.{b64(mac.finalize())}"


def own_key(platform: Platform, nonce: str) -> str:
    """Signed by a key that stands in the header itself."""
    other = Platform(key=OTHER_KEY)
    header = {"alg": "RS256", "kid": platform.kid, "jwk": other.jwks["keys"][0], "jku": "https://evil.example.org/jwks"}
    return signed(platform.message(nonce), OTHER_KEY, header)


def changed(platform: Platform, nonce: str) -> str:
    """A signed launch whose body was changed afterwards."""
    head, _, signature = platform.id_token(nonce).split(".")
    return ".".join([head, b64(json.dumps(platform.message(nonce, sub="somebody-else")).encode()), signature])


def at(**changes: Any) -> Change:
    return lambda platform, nonce: platform.id_token(nonce, **changes)


FORGED: dict[str, Change] = {
    "not signed": unsigned,
    "signed with a public key for a secret": confused,
    "signed by somebody else": lambda platform, nonce: platform.id_token(nonce, key=OTHER_KEY),
    "signed by a key that it brings along": own_key,
    "signed by a key that nobody publishes": lambda platform, nonce: platform.id_token(
        nonce, header={"alg": "RS256", "kid": "k9"}),
    "changed after it was signed": changed,
    "of another nonce": lambda platform, _: platform.id_token("another"),
    "without a nonce": lambda platform, _: platform.id_token(""),
    "expired": at(exp=int(time.time()) - 120, iat=int(time.time()) - 700),
    "without an end": at(exp=None),
    "from the future": at(iat=int(time.time()) + 7200, exp=int(time.time()) + 9000),
    "for another tool": at(aud="client-18"),
    "for several tools, and does not say whose": at(aud=[CLIENT, "client-18"], azp=None),
    "for several tools, and another's": at(aud=[CLIENT, "client-18"], azp="client-18"),
    "for one tool, and another's": at(azp="client-18"),
    "from another issuer": at(iss="https://evil.example.org"),
    "of an unknown deployment": at(**{f"{LTI}deployment_id": "deployment-2"}),
    "of no deployment": at(**{f"{LTI}deployment_id": None}),
    "of an older LTI": at(**{f"{LTI}version": "1.1"}),
    "some other message": at(**{f"{LTI}message_type": "LtiSubmissionReviewRequest"}),
    "no token": lambda *_: "nothing",
    "nothing": lambda *_: "",
    "a list": lambda *_: f"{b64(b'[]')}.{b64(b'[]')}.{b64(b'x')}",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_launch_is_refused(client: TestClient, platform: Platform, name: str) -> None:
    query = begun(client, platform)
    forged = FORGED[name](platform, query["nonce"])
    response = client.post("/lti/launch", data={"state": query["state"], "id_token": forged})
    assert response.status_code == 422, name
    assert "refused" in response.text
    assert "session" not in response.text
    honest = client.post("/lti/launch", data={"state": query["state"], "id_token": platform.id_token(query["nonce"])})
    assert honest.status_code == 200, "a forged one does not use up the login"


def test_a_launch_for_several_tools_may_say_that_it_is_ours(client: TestClient, platform: Platform) -> None:
    assert launched(client, platform, aud=[CLIENT, "client-18"], azp=CLIENT).status_code == 200
    assert launched(client, platform, aud=[CLIENT], azp=None).status_code == 200


def test_a_launch_works_once(client: TestClient, platform: Platform) -> None:
    query = begun(client, platform)
    form = {"state": query["state"], "id_token": platform.id_token(query["nonce"])}
    assert client.post("/lti/launch", data=form).status_code == 200
    again = client.post("/lti/launch", data=form)
    assert (again.status_code, "opened before" in again.text) == (422, True)


def test_a_state_that_was_tampered_with_or_is_of_something_else_is_refused(
    client: TestClient, platform: Platform
) -> None:
    query = begun(client, platform)
    token, state = platform.id_token(query["nonce"]), query["state"]
    session = session_in(launched(client, platform).text)
    middle = len(state) // 2
    flipped = state[:middle] + ("A" if state[middle] != "A" else "B") + state[middle + 1:]
    for wrong in (flipped, state[:-5], "", "ü", session, "gAAAA"):
        assert client.post("/lti/launch", data={"state": wrong, "id_token": token}).status_code == 422
    other = begun(client, platform)
    crossed = client.post("/lti/launch", data={"state": other["state"], "id_token": token})
    assert (crossed.status_code, "another login" in crossed.text) == (422, True)


def test_a_state_ends(client: TestClient, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    query = begun(client, platform)
    monkeypatch.setattr("bot.surfaces.web.lti.launches.LOGIN_WITHIN", -1)
    late = client.post("/lti/launch", data={"state": query["state"], "id_token": platform.id_token(query["nonce"])})
    assert (late.status_code, "too long ago" in late.text) == (422, True)


def test_a_platform_that_was_removed_launches_nothing(
    served: Served, platform: Platform
) -> None:
    client, platforms = served
    query = begun(client, platform)
    platforms.remove(platform.address, CLIENT)
    form = {"state": query["state"], "id_token": platform.id_token(query["nonce"])}
    assert client.post("/lti/launch", data=form).status_code == 404
    platforms.add(Registration(**platform.registration))


def test_a_new_key_of_a_platform_is_fetched_and_an_old_set_is_not_asked_for_again(
    client: TestClient, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert launched(client, platform).status_code == launched(client, platform).status_code == 200
    assert platform.asked.count("GET /jwks") == 1
    platform.key = OTHER_KEY
    assert launched(client, platform).status_code == 422, "who sends unknown keys does not make us ask each time"
    assert platform.asked.count("GET /jwks") == 1
    monkeypatch.setattr("bot.surfaces.web.lti.launches.PATIENT", -1.0)
    assert launched(client, platform).status_code == 200
    assert platform.asked.count("GET /jwks") == 2


def test_a_platform_that_is_away_is_said_to_be(served: Served) -> None:
    client, platforms = served
    with platform_at_work(tool=PUBLIC, key=KEY) as made:
        platforms.add(Registration(**made.registration))
        query = begun(client, made)
    token = made.id_token(query["nonce"])
    away = client.post("/lti/launch", data={"state": query["state"], "id_token": token})
    assert (away.status_code, "cannot be reached" in away.text) == (503, True)
    platforms.remove(made.address, CLIENT)


def test_the_error_of_a_platform_is_passed_on_as_text(client: TestClient) -> None:
    said = client.post("/lti/launch", data={"error": "login_required", "error_description": "<b>Log in</b>"})
    assert said.status_code == 422
    assert "&lt;b&gt;Log in" in said.text


def test_our_public_key_is_public_and_nothing_else(client: TestClient) -> None:
    (key,) = client.get("/lti/jwks.json").json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "alg", "use"}


def test_no_cookie_is_set_and_nothing_of_a_person_is_kept(
    served: Served, platform: Platform
) -> None:
    client, platforms = served
    launch = launched(client, platform, **{f"{LTI}target_link_uri": f"{PUBLIC}/lti/launch/bias-term"})
    page = client.post("/lti/open", data={"session": session_in(launch.text)})
    assert "bias-term" in page.text
    assert not client.cookies
    words = ("Lovelace", "ada@example.org", USER)
    files = [file.read_bytes() for file in platforms.folder.rglob("*") if file.is_file()]
    for text in (launch.text, page.text, base64.b64decode(session_in(launch.text), "-_").decode("latin-1"),
                 *(file.decode("latin-1") for file in files)):
        assert not [word for word in words if word in text]


def test_platforms_may_frame_us_and_others_may_not(client: TestClient, platform: Platform) -> None:
    policy = client.get("/entries").headers["content-security-policy"]
    assert f"frame-ancestors 'self' {platform.address}" in policy
    assert "evil" not in policy


def test_without_the_switch_there_is_nothing() -> None:
    with TestClient(alone(shared_bot(), WebSettings(public_url=PUBLIC))) as client:
        assert {client.get(path).status_code for path in ("/lti/login", "/lti/jwks.json", "/lti/register")} == {404}


def test_a_link_that_is_opened_outside_of_a_course_leads_to_the_page(client: TestClient) -> None:
    found = client.get("/lti/launch/bias-term?seed=7", follow_redirects=False)
    assert (found.status_code, found.headers["location"]) == (302, "/e/bias-term?seed=7")
    assert client.get("/lti/launch/output", follow_redirects=False).headers["location"] == "/entries"


def test_a_deployment_counts_only_where_some_are_named(
    served: Served, platform: Platform
) -> None:
    client, platforms = served
    platforms.add(Registration(**{**platform.registration, "deployments": ()}))
    assert launched(client, platform, **{f"{LTI}deployment_id": "deployment-77"}).status_code == 200
    assert DEPLOYMENT != "deployment-77"


def test_a_score_goes_only_where_the_author_wants_one(client: TestClient, platform: Platform) -> None:
    target = {f"{LTI}target_link_uri": f"{PUBLIC}/lti/launch/bias-term"}
    for endpoint in (None, {"scope": [f"{AGS}scope/score"], "lineitems": "x"}, {"scope": [], "lineitem": "x"}, "x"):
        page = opened(client, platform, **target, **{f"{AGS}claim/endpoint": endpoint})
        assert told(page.text)["session"] == ""
    assert told(opened(client, platform, **target).text)["session"]
