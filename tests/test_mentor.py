"""The mentor's page over HTTP: look up, reply, whole posts, edited replies."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from bot.present.forum import addresses, canned
from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

PUBLIC = "https://neurons.example.org/x"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(alone(shared_bot(), WebSettings(public_url=PUBLIC)), follow_redirects=False) as found:
        yield found


def test_the_page_runs_no_script_but_its_own_files(client: TestClient) -> None:
    page = client.get("/mentor")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "style=" not in page.text
    assert 'name="robots" content="noindex"' in page.text


def test_what_is_typed_is_looked_up(client: TestClient) -> None:
    hits = client.get("/mentor/search", params={"q": "dead re"}).json()
    assert hits[0]["slug"] == "dead-relu"
    assert hits[0]["title"]
    assert client.get("/mentor/search").json() == []


def test_a_reply_comes_with_its_card_and_settings(client: TestClient) -> None:
    told = client.get("/mentor/reply/coffee-roasting?hidden=2&seed=7").json()
    answer = shared_bot().answer("coffee-roasting", {"hidden": 2}, 7)
    assert told["markdown"] == canned(answer, *addresses(PUBLIC, answer)).markdown
    assert told["card"]["url"] == f"{PUBLIC}/e/coffee-roasting?hidden=2&seed=7"
    assert len(told["card"]["title"]) <= 80
    assert len(told["card"]["description"]) <= 250
    hidden = next(setting for setting in told["settings"] if setting["name"] == "hidden")
    assert (hidden["value"], hidden["own"], hidden["low"], hidden["high"]) == ("2", "3", "1", "8")
    assert 'src="/e/coffee-roasting.png?hidden=2&amp;seed=7"' in told["preview"]
    assert f'src="{PUBLIC}/e/coffee-roasting.png?hidden=2&amp;seed=7"' in told["html"]


@pytest.mark.parametrize(("path", "status"), [("coffee-roasting?hidden=99", 422), ("coffee-roast", 404)])
def test_what_cannot_be_run_is_told_to_the_program(client: TestClient, path: str, status: int) -> None:
    told = client.get(f"/mentor/reply/{path}", headers={"accept": "application/json"})
    assert told.status_code == status
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["detail"]


def test_a_post_is_answered_part_by_part(client: TestClient) -> None:
    post = "1. why do we need a non-linear activation?\n2. is the output of the sigmoid a probability?\n3. which pizza?"
    told = client.post("/mentor/post", json={"text": post}).json()
    assert [part["slug"] for part in told["parts"]] == ["why-nonlinearity", "output-probability"]
    assert f"({PUBLIC}/e/why-nonlinearity)" in told["markdown"]


def test_a_mentor_sees_the_points_that_come_closest(client: TestClient) -> None:
    asked = "i have 2 classes, should the last layer have one or two neurons and what differs"
    [part] = client.post("/mentor/post", json={"text": asked}).json()["parts"]
    close = {one["url"].rpartition("/e/")[2]: one for one in part["closest"]}
    assert "sigmoid-vs-softmax#one-or-two-outputs" in close
    assert close["sigmoid-vs-softmax#one-or-two-outputs"]["says"].startswith("One sigmoid is enough.")
    assert any(address.startswith(f"{part['slug']}#") for address in close)
    sure = client.post("/mentor/post", json={"text": "Must the batch size be a power of 2?"}).json()
    assert [one["closest"] for one in sure["parts"]] == [[]]
    bees = "I train a small network on 60 rows about beehives. In the field it is useless. Where do I begin to look?"
    [part] = client.post("/mentor/post", json={"text": bees}).json()["parts"]
    assert part["slug"] is None
    assert part["closest"]


def test_an_edited_reply_is_rendered_and_its_tags_stay_text(client: TestClient) -> None:
    edited = "**Hi** <script>alert(1)</script> [x](javascript:alert(1))"
    told = client.post("/mentor/render", json={"text": edited}).json()
    assert told["plain"].startswith("Hi <script>")
    assert "<strong>Hi</strong>" in told["preview"]
    assert "<script" not in told["preview"] + told["html"]
    assert "href" not in told["preview"]


@pytest.mark.parametrize("body", [{"text": 3}, {}, [], {"text": "x" * 20_001}])
def test_other_bodies_are_refused_in_words(client: TestClient, body: object) -> None:
    refused = client.post("/mentor/post", json=body, headers={"accept": "application/json"})
    assert refused.status_code == 422
    assert refused.json()["detail"]


def test_a_post_with_a_network_is_trained(client: TestClient) -> None:
    post = "model = MLPClassifier(hidden_layer_sizes=(4,), activation='identity')\nmodel.fit(X_xor, y)  # XOR\nWhy?"
    told = client.post("/mentor/post", json={"text": post}).json()
    assert told["network"]
    assert told["markdown"].startswith("**Your network, as read:**")
    assert f"]({PUBLIC}/try?" in told["markdown"]
    assert client.post("/mentor/post", json={"text": "which pizza?"}).json()["network"] == ""


def test_a_post_with_a_log_comes_with_its_curve_beside_ours(client: TestClient) -> None:
    post = "".join(f"Epoch {i} - loss: 0.693{i}\n" for i in range(1, 6)) + "Why?"
    told = client.post("/mentor/post", json={"text": post}).json()["curves"]
    assert told["says"].startswith("In your post: the loss goes from 0.693 to 0.694 in 5 numbers.")
    assert told["light"].startswith("data:image/svg+xml,")
    assert client.post("/mentor/post", json={"text": "which pizza?"}).json()["curves"] is None


@pytest.mark.parametrize("path", ["/mentor/post", "/mentor/render", "/api/ask", "/api/match"])
def test_a_post_that_is_too_long_is_refused_with_its_length_and_the_bound(client: TestClient, path: str) -> None:
    name = "text" if path.startswith("/mentor") else "question"
    refused = client.post(path, json={name: "why? " * 4001}, headers={"accept": "application/json"})
    assert refused.status_code == 422
    assert "That has 20,005 characters, and I read at most 20,000." in refused.json()["detail"]
    assert "maxlength=\"20000\"" not in client.get("/mentor").text, "a browser would cut it without a word"
