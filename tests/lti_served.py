"""What tests of LTI share: pages that a reference platform on this machine may launch, and both legs of a launch."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lti_platform import CLIENT, Platform, platform_at_work
from starlette.testclient import TestClient

from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.lti.platforms import Platform as Registration
from bot.surfaces.web.lti.platforms import Platforms
from bot.surfaces.web.settings import WebSettings

PUBLIC = "https://neurons.example.org"
KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(2))
Served = tuple[TestClient, Platforms]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The pages, open to platforms on this machine, and where registrations are kept."""
    folder = tmp_path_factory.mktemp("lti")
    settings = WebSettings(public_url=PUBLIC, lti="on", lti_folder=folder, lti_private_hosts=("127.0.0.1",))
    with TestClient(alone(shared_bot(), settings), base_url=PUBLIC) as client:
        yield client, Platforms(folder)


@pytest.fixture
def client(served: Served) -> TestClient:
    return served[0]


@pytest.fixture
def platform(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """A registered platform; whatever it finds wrong with us fails the test."""
    client, platforms = served
    with platform_at_work(tool=PUBLIC, key=KEY) as made:
        monkeypatch.setattr(Platform, "tool_keys", lambda _: client.get("/lti/jwks.json").json())
        platforms.add(Registration(**made.registration))
        yield made
        assert not made.wrong
        platforms.remove(made.address, CLIENT)


def told(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="(?:told|course)">(.*?)</script>', page)
    assert found, page[:2000]
    return dict(json.loads(found.group(1)))


def begun(client: TestClient, platform: Platform) -> dict[str, str]:
    """The query with which a login goes on to the platform."""
    response = client.get("/lti/login", params=platform.login())
    assert response.status_code == 200, response.text
    return dict(parse_qsl(urlsplit(told(response.text)["to"]).query))


def launched(client: TestClient, platform: Platform, **changes: Any) -> Any:
    query = begun(client, platform)
    return client.post("/lti/launch", data={"state": query["state"],
                                            "id_token": platform.id_token(query["nonce"], **changes)})


def session_in(page: str) -> str:
    found = re.search(r'name="session" value="([^"]+)"', page)
    assert found, page[:2000]
    return html.unescape(found.group(1))


def opened(client: TestClient, platform: Platform, **changes: Any) -> Any:
    launch = launched(client, platform, **changes)
    assert launch.status_code == 200, launch.text
    return client.post("/lti/open", data={"session": session_in(launch.text)})
