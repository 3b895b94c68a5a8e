"""Open edX's own consumer (lti-consumer-xblock, from PyPI) launches us, reads what was picked, and takes scores.

Its consumer classes and its serializer of scores run in an interpreter of their own, which is made once below build/.
What there is none of without a whole Open edX is its views: between its classes and us stands the server of the
reference platform.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lti_platform import DEEP, Platform, platform_at_work
from lti_served import PUBLIC, session_in, told
from starlette.testclient import TestClient

from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.lti.keys import keys_of
from bot.surfaces.web.lti.platforms import Platform as Registration
from bot.surfaces.web.lti.platforms import Platforms
from bot.surfaces.web.settings import WebSettings
from scripts.pages import ROOT

pytestmark = pytest.mark.slow
NEEDED = ("lti-consumer-xblock==11.4.4", "cryptography")
FOLDER = ROOT / "build" / "openedx-11.4.4"
PROGRAM = Path(__file__).with_name("openedx_consumer.py")
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def interpreter() -> Path:
    """A Python that has Open edX's consumer; skipped where it cannot be had, which is a failure in CI."""
    python, done = FOLDER / "bin" / "python", FOLDER / "done"
    if not done.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True, capture_output=True, timeout=600)
            install = [str(python), "-m", "pip", "install", "--quiet", *NEEDED]
            subprocess.run(install, check=True, capture_output=True, timeout=900)
        except subprocess.SubprocessError as error:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"lti-consumer-xblock cannot be had here: {error}")
        done.touch()
    return python


@dataclass
class OpenEdx(Platform):
    """The reference platform's server, with Open edX's classes behind its addresses."""

    program: Any = None
    taken: list[Mapping[str, Any]] = field(default_factory=list)

    def ask(self, what: str, **given: Any) -> Any:
        self.program.stdin.write(json.dumps({"do": what, **given}) + "\n")
        self.program.stdin.flush()
        answer = json.loads(self.program.stdout.readline())
        assert "ok" in answer, answer
        return answer["ok"]

    def answer(self, method: str, path: str, query: Mapping[str, str], body: bytes, token: str) -> tuple[int, str, str]:
        if path == "/jwks":
            return 200, "application/json", json.dumps(self.ask("keys"))
        if path == "/token":
            return 200, "application/json", json.dumps(self.ask("token", form=dict(parse_qsl(body.decode()))))
        if path == "/lineitems/1/scores":
            found = self.ask("score", token=token, score=json.loads(body))
            assert found == {"may": True, "valid": True, "errors": {}}, found
            self.taken.append(json.loads(body))
            return 200, "application/json", "{}"
        if path == "/lineitems/1/results":
            return 200, "application/json", "[]"
        return 404, "text/plain", "no"


@pytest.fixture(scope="module")
def edx(interpreter: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, OpenEdx]]:
    """Our pages, and an Open edX that is registered by hand."""
    folder = tmp_path_factory.mktemp("lti")
    settings = WebSettings(public_url=PUBLIC, lti="on", lti_folder=folder, lti_private_hosts=("127.0.0.1",))
    with TestClient(alone(shared_bot(), settings), base_url=PUBLIC) as client, \
            platform_at_work(kind=OpenEdx, tool=PUBLIC) as made, \
            subprocess.Popen([str(interpreter), str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                             stderr=subprocess.DEVNULL) as program:
        key = keys_of("", folder).private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        made.program = program
        assert program.stdin
        assert program.stdout
        program.stdin.write(json.dumps({"tool": PUBLIC, "issuer": made.address, "tool_key": key.decode()}) + "\n")
        program.stdin.flush()
        assert json.loads(program.stdout.readline()) == "ready"
        Platforms(folder).add(Registration(**{**made.registration, "client_id": "edx-1", "deployments": ("1",)}))
        yield client, made
        program.stdin.close()
        assert not made.wrong


def launch(client: TestClient, edx: OpenEdx, message: str, role: str, **more: Any) -> Any:
    """Both legs of a launch, with Open edX on the other side; what the page then opens."""
    first = client.get(edx.ask("login", message=message, role=role).removeprefix(PUBLIC))
    assert first.status_code == 200, first.text
    query = dict(parse_qsl(urlsplit(told(first.text)["to"]).query))
    second = client.post("/lti/launch", data=edx.ask("launch", query=query, role=role, **more))
    assert second.status_code == 200, second.text
    return client.post("/lti/open", data={"session": session_in(second.text)})


def test_a_choice_is_read_and_what_was_chosen_is_launched_and_scored(edx: tuple[TestClient, OpenEdx]) -> None:
    client, platform = edx
    page = launch(client, platform, "LtiDeepLinkingRequest", "instructor")
    assert "Add an explanation to your course" in page.text
    given = {"session": session_in(page.text), "name": "bias-term", "query": "seed=7", "scored": True}
    picked = client.post("/lti/pick", json=given, headers=JSON).json()
    assert picked["to"] == f"{platform.address}/deep-linking"
    (item,) = platform.ask("picked", token=picked["JWT"])
    assert item["type"] == "ltiResourceLink"
    opened = launch(client, platform, "LtiResourceLinkRequest", "student", url=item["url"], custom=item.get("custom"))
    course = told(opened.text)
    assert course["pages"][0]["path"] == "/e/bias-term?seed=7"
    body = {"session": course["session"], "right": ["0 worked"], "read": [0]}
    sent = client.post("/lti/score", json=body, headers=JSON)
    assert sent.json()["sent"] is True, sent.text
    (score,) = platform.taken
    assert (score["userId"], score["gradingProgress"], score["activityProgress"]) == (
        "opaque-7", "FullyGraded", "Completed")


def test_custom_parameters_say_what_is_shown(edx: tuple[TestClient, OpenEdx]) -> None:
    """As an author sets them in Studio, where nothing was picked."""
    client, platform = edx
    opened = launch(client, platform, "LtiResourceLinkRequest", "student", url=f"{PUBLIC}/lti/launch",
                    custom={"show": "coffee-roasting", "settings": "hidden=2"})
    assert told(opened.text)["pages"][0]["path"] == "/e/coffee-roasting?hidden=2"


def test_a_choice_is_nothing_to_another_key(edx: tuple[TestClient, OpenEdx], tmp_path: Path) -> None:
    forged = keys_of("", tmp_path).sign({f"{DEEP}content_items": []})
    with pytest.raises(AssertionError, match="Signature"):
        edx[1].ask("picked", token=forged)
