"""LTI Advantage beyond the launch: what an author picks, scores in a platform's gradebook, and registration."""

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from lti_platform import AGS, CLIENT, DEEP, DEPLOYMENT, LTI, USER, Platform, checked, platform_at_work
from lti_served import KEY, PUBLIC, Served, client, launched, opened, platform, served, session_in, told
from starlette.testclient import TestClient

from bot.surfaces.cli.main import main
from bot.surfaces.web.lti.fetching import NotAllowed, Web
from bot.surfaces.web.lti.keys import keys_of
from bot.surfaces.web.lti.platforms import Platforms

PROGRAM = {"Accept": "application/json"}
TARGET = f"{LTI}target_link_uri"


def picker(client: TestClient, platform: Platform, **settings: Any) -> str:
    """The session of a picker that a launch has opened."""
    platform.deep = True
    claims = platform.message("n")[f"{DEEP}deep_linking_settings"]
    page = opened(client, platform, **{f"{DEEP}deep_linking_settings": {**claims, **settings}})
    assert page.status_code == 200, page.text
    assert ('id="scored"' in page.text) == settings.get("accept_lineitem", True)
    return session_in(page.text)


def picks(client: TestClient, session: str, **given: Any) -> Any:
    return client.post("/lti/pick", json={"session": session, **given}, headers=PROGRAM)


def test_what_is_picked_comes_back_signed_and_launches(client: TestClient, platform: Platform) -> None:
    session = picker(client, platform)
    given = {"name": "coffee-roasting", "query": "hidden=2&seed=7", "title": "Roasting", "scored": True}
    answer = picks(client, session, **given).json()
    assert answer["to"] == f"{platform.address}/back"
    claims = checked(answer["JWT"], client.get("/lti/jwks.json").json())
    assert (claims["iss"], claims["aud"], claims[f"{LTI}deployment_id"]) == (CLIENT, platform.address, DEPLOYMENT)
    assert claims[f"{LTI}message_type"] == "LtiDeepLinkingResponse"
    assert claims[f"{LTI}version"] == "1.3.0"
    assert claims[f"{DEEP}data"] == "csrf-5"
    assert claims["exp"] > claims["iat"]
    (item,) = claims[f"{DEEP}content_items"]
    assert (item["type"], item["title"]) == ("ltiResourceLink", "Roasting")
    assert item["lineItem"] == {"label": "Roasting", "scoreMaximum": 100, "resourceId": "coffee-roasting",
                                "tag": "ask-neuron"}
    assert min(item["iframe"].values()) > 300
    platform.deep = False
    page = opened(client, platform, **{TARGET: item["url"]})
    assert told(page.text)["pages"][0]["path"] == "/e/coffee-roasting?hidden=2&seed=7"


def test_a_line_and_a_frame_come_only_where_they_are_wanted_and_taken(client: TestClient, platform: Platform) -> None:
    def item(session: str, **given: Any) -> dict[str, Any]:
        claims = checked(picks(client, session, **given).json()["JWT"], client.get("/lti/jwks.json").json())
        (found,) = claims[f"{DEEP}content_items"]
        return dict(found)

    plain = item(picker(client, platform), name="output")
    assert "lineItem" not in plain
    assert plain["title"], "a title of its own where the author gives none"
    assert "lineItem" not in item(picker(client, platform, accept_lineitem=False), name="output", scored=True)
    windows = picker(client, platform, accept_presentation_document_targets=["window"])
    assert "iframe" not in item(windows, name="output")


def test_what_is_not_there_cannot_be_picked(client: TestClient, platform: Platform) -> None:
    session = picker(client, platform)
    assert picks(client, session, name="bias-trem").status_code == 404
    wrong = picks(client, session, name="coffee-roasting", query="hidden=900")
    assert (wrong.status_code, "hidden" in wrong.json()["detail"]) == (422, True)
    assert picks(client, "nothing", name="xor").status_code == 422
    platform.deep = False
    reading = session_in(launched(client, platform).text)
    assert picks(client, reading, name="xor").status_code == 422, "a learner's page picks nothing"


def test_a_choice_that_is_dropped_sends_back_nothing(client: TestClient, platform: Platform) -> None:
    page = client.post("/lti/drop", data={"session": picker(client, platform)}).text
    token = re.search(r'name="JWT" value="([^"]+)"', page)
    assert token
    assert f'action="{platform.address}/back"' in page
    claims = checked(html.unescape(token.group(1)), client.get("/lti/jwks.json").json())
    assert claims[f"{DEEP}content_items"] == []


def test_a_platform_that_takes_no_links_or_says_no_way_back_is_refused(client: TestClient, platform: Platform) -> None:
    platform.deep = True
    whole = platform.message("n")[f"{DEEP}deep_linking_settings"]
    for wrong in ({**whole, "accept_types": ["file"]}, {**whole, "deep_link_return_url": "javascript:1"}, {}, None):
        assert launched(client, platform, **{f"{DEEP}deep_linking_settings": wrong}).status_code == 422


def reading(client: TestClient, platform: Platform, name: str = "bias-term") -> str:
    """The session of a page that a learner has opened."""
    return str(told(opened(client, platform, **{TARGET: f"{PUBLIC}/lti/launch/{name}"}).text)["session"])


def scored(client: TestClient, session: str, right: list[str], read: list[int]) -> Any:
    return client.post("/lti/score", json={"session": session, "right": right, "read": read}, headers=PROGRAM)


def test_a_score_arrives_in_the_gradebook(client: TestClient, platform: Platform) -> None:
    session = reading(client, platform)
    assert scored(client, session, ["0 worked"], []).json() == {"right": 1, "of": 2, "sent": True}
    (score,) = platform.scores
    assert {name: score[name] for name in ("userId", "scoreGiven", "scoreMaximum", "activityProgress",
            "gradingProgress")} == {"userId": USER, "scoreGiven": 1, "scoreMaximum": 2,
                                    "activityProgress": "InProgress", "gradingProgress": "FullyGraded"}
    assert score["timestamp"].endswith("+00:00")
    assert scored(client, session, ["0 worked", "0 guess"], [0]).json()["right"] == 2
    assert (platform.scores[-1]["scoreGiven"], platform.scores[-1]["activityProgress"]) == (2, "Completed")
    assert platform.asked.count("POST /token") == 1, "a token is used until it ends"


def test_a_score_never_falls_and_counts_no_task_that_is_none(client: TestClient, platform: Platform) -> None:
    platform.results[USER] = 1.0
    session = reading(client, platform)
    assert scored(client, session, ["0 worked"], []).json()["sent"] is False
    assert platform.scores == []
    platform.results[USER] = 0.2
    cheat = ["0 worked", "0 worked", "1 guess", "9 worked", "0 anything"]
    assert scored(client, session, cheat, [0, 5]).json() == {"right": 1, "of": 2, "sent": True}


def test_without_leave_to_look_results_up_a_score_is_sent_as_it_is(client: TestClient, platform: Platform) -> None:
    platform.results[USER] = 1.0
    platform.claims = {f"{AGS}claim/endpoint": {"scope": [f"{AGS}scope/score"],
                                                "lineitem": f"{platform.address}/lines/1?type_id=3"}}
    assert scored(client, reading(client, platform), [], [0]).json()["sent"] is True
    assert "GET /lines/1/results" not in platform.asked


def test_a_platform_that_takes_no_score_is_said_to_take_none(client: TestClient, platform: Platform) -> None:
    session = reading(client, platform)
    platform.refuses = 1
    away = scored(client, session, ["0 worked"], [])
    assert (away.status_code, "did not take" in away.json()["detail"]) == (503, True)
    platform.tokens.clear()  # they ended before their time
    assert scored(client, session, ["0 worked"], []).status_code == 503
    assert scored(client, session, ["0 worked"], []).json()["sent"] is True


def test_nobody_sends_a_score_without_a_page_that_was_launched(client: TestClient, platform: Platform) -> None:
    session = reading(client, platform)
    for wrong in ("", session[:-3], picker(client, platform)):
        assert scored(client, wrong, [], [0]).status_code == 422
    assert scored(client, session, ["x"] * 500, []).status_code == 422


def test_a_page_ends(client: TestClient, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    session = reading(client, platform)
    monkeypatch.setattr("bot.surfaces.web.lti.tool.SESSION_WITHIN", -1)
    late = scored(client, session, [], [0])
    assert (late.status_code, "too long ago" in late.json()["detail"]) == (422, True)


def invitation(platforms: Platforms) -> str:
    """The code in a link that the command prints."""
    settings = {"ASK_NEURON_LTI_FOLDER": str(platforms.folder), "ASK_NEURON_PUBLIC_URL": PUBLIC}
    done = CliRunner().invoke(main, ["lti", "invite"], env=settings)
    assert done.exit_code == 0, done.output
    link = urlsplit(done.output.strip())
    assert f"{link.scheme}://{link.netloc}{link.path}" == f"{PUBLIC}/lti/register"
    return parse_qs(link.query)["code"][0]


@pytest.fixture
def stranger(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """A platform that is not registered yet."""
    with platform_at_work(tool=PUBLIC, key=KEY) as made:
        monkeypatch.setattr(Platform, "tool_keys", lambda _: client.get("/lti/jwks.json").json())
        yield made
        assert not made.wrong


def test_a_platform_registers_itself_by_an_invitation_and_launches(served: Served, stranger: Platform) -> None:
    client, platforms = served
    query = {"openid_configuration": f"{stranger.address}/config", "registration_token": "reg-token"}
    page = client.get("/lti/register", params={"code": invitation(platforms), **query})
    assert page.status_code == 200, page.text
    assert stranger.address in page.text
    assert stranger.registered == [], "nothing happens until somebody has looked at it"
    assert f"frame-ancestors 'self' {stranger.address}" in page.headers["content-security-policy"]
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    done = client.post("/lti/register", data={name: html.unescape(value) for name, value in form.items()})
    assert "Registered" in done.text
    (told_of_us,) = stranger.registered
    tool = told_of_us["https://purl.imsglobal.org/spec/lti-tool-configuration"]
    assert told_of_us["redirect_uris"] == [f"{PUBLIC}/lti/launch"]
    assert told_of_us["initiate_login_uri"] == f"{PUBLIC}/lti/login"
    assert told_of_us["jwks_uri"] == f"{PUBLIC}/lti/jwks.json"
    assert set(told_of_us["scope"].split()) == {f"{AGS}scope/score", f"{AGS}scope/result.readonly"}
    assert {message["type"] for message in tool["messages"]} == {"LtiResourceLinkRequest", "LtiDeepLinkingRequest"}
    assert tool["domain"] == "neurons.example.org"
    assert set(tool["claims"]) == {"iss", "sub"}, "no names, no mail addresses"
    assert launched(client, stranger).status_code == 200
    again = client.post("/lti/register", data={name: html.unescape(value) for name, value in form.items()})
    assert (again.status_code, "was used" in again.text) == (422, True)


def test_nobody_registers_without_an_invitation(served: Served, stranger: Platform) -> None:
    client, platforms = served
    query = {"openid_configuration": f"{stranger.address}/config", "registration_token": "reg-token"}
    for code in ("", "guessed", keys_of("", platforms.folder).seal("state", {})):
        assert client.get("/lti/register", params={"code": code, **query}).status_code == 422
    assert stranger.asked == []


@pytest.mark.parametrize("address", [
    "http://169.254.169.254/latest/meta-data", "https://localhost/x", "https://127.0.0.2/x", "https://10.1.2.3/x",
    "https://[::1]/x", "https://[::ffff:10.0.0.1]/x", "https://0.0.0.0/x", "https://2130706433/x", "file:///etc/passwd",
    "ftp://example.org/x", "https://user:pass@example.org/x", "https:///x", "nothing",
    "https://example.org; script-src */x", "https://exa mple.org/x",
])
def test_a_registration_asks_no_address_of_a_private_network(served: Served, address: str) -> None:
    client, platforms = served
    code = invitation(platforms)
    refused = client.get("/lti/register", params={"code": code, "openid_configuration": address})
    assert (refused.status_code, "is not asked" in refused.text) == (422, True)


def test_a_configuration_that_leads_into_a_private_network_is_not_followed(served: Served, stranger: Platform) -> None:
    client, platforms = served
    code = invitation(platforms)
    query = {"code": code, "openid_configuration": f"{stranger.address}/config", "registration_token": "reg-token"}
    real = stranger.registration
    for name in ("token_endpoint", "jwks_uri"):
        led = {**real, name: "http://10.0.0.7/inner"}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Platform, "registration", property(lambda _, led=led: led))
            assert client.get("/lti/register", params=query).status_code == 422
    wrong = client.get("/lti/register", params={**query, "registration_token": "another"})
    assert wrong.status_code == 503


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_a_name_is_asked_at_the_address_that_was_looked_at(name: str) -> None:
    with pytest.raises(NotAllowed):
        Web().check(f"http://{name}/")
    Web((name,)).check(f"http://{name}/")
    Web().check("https://moodle.example.edu/mod/lti/token.php")


def test_the_commands_register_list_and_forget(served: Served) -> None:
    settings = {"ASK_NEURON_LTI_FOLDER": str(served[1].folder / "other"), "ASK_NEURON_PUBLIC_URL": PUBLIC}

    def run(*words: str) -> Any:
        return CliRunner().invoke(main, ["lti", *words], env=settings)

    edx = ["add", "--issuer", "https://lms.example.org", "--client-id", "c1", "--auth-url", "https://lms.example.org/a",
           "--token-url", "https://lms.example.org/t", "--keys-url", "https://lms.example.org/k"]
    assert run(*edx).exit_code == 2, "whether any deployment may launch is to be said"
    assert run(*edx, "--deployment", "1", "--any-deployment").exit_code == 2
    assert run(*edx, "--deployment", "1").exit_code == 0
    listed = run("platforms").output
    assert "https://lms.example.org  client c1  deployments 1" in listed
    assert f"{PUBLIC}/lti/jwks.json" in listed
    wrong = run(*[word.replace("https://lms.example.org/k", "lms") for word in edx], "--any-deployment")
    assert (wrong.exit_code, "jwks_uri" in wrong.output) == (2, True)
    assert run("remove", "https://lms.example.org", "c2").exit_code == 2
    assert run("remove", "https://lms.example.org", "c1").exit_code == 0
    assert "lms.example.org" not in run("platforms").output
