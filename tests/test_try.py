"""The page of a learner's own network over HTTP: pasted, chosen, shared, played; its text is in no address."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from known import a_bot
from starlette.testclient import TestClient

from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.trying import rows_of

PUBLIC = "https://neurons.example.org"
ZERO = "model = Sequential()\n" \
       "model.add(Dense(4, activation='tanh', input_dim=2, kernel_initializer='zeros'))\n" \
       "model.add(Dense(1, activation='sigmoid', kernel_initializer='zeros'))\n" \
       "model.compile(loss='binary_crossentropy', optimizer=SGD(0.5))\n" \
       "model.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], epochs=500, batch_size=4)\n"
OWN = "0,0|0\r\n0,1|0\r\n1,0|0\r\n1,1|1"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(alone(a_bot(), WebSettings(public_url=PUBLIC)), follow_redirects=False) as found:
        yield found


def test_the_page_is_two_forms_and_no_script_but_its_own_files(client: TestClient) -> None:
    page = client.get("/try")
    assert page.status_code == 200
    assert len(re.findall(r'<form [^>]*action="/try" method="post">', page.text)) == 2
    assert "style=" not in page.text
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page.text))
    assert 'name="learning_rate"' in page.text


def test_a_pasted_network_is_answered_with_line_counts_runs_and_entry(client: TestClient) -> None:
    page = client.post("/try", data={"text": ZERO.replace("\n", "\r\n")})
    text = unescape(page.text)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert re.search(r'class="verdict">All weights start at 0[^<]*<a class="line" href="#text">line 2</a>', text)
    assert "it solves XOR in 0 of 32; with Glorot's uniform start in" in text
    assert text.count('<figure class="run">') == 2
    assert re.search(r"Start of the weights <small>line 2</small></span>\s*<select name=\"start\">", text)
    assert '<option value="zeros" selected>' in text
    assert '<a href="/e/zero-initialisation-symmetry">' in text
    assert ZERO.strip() in text, "the text is there to be changed"


def test_a_network_without_a_fault_is_run_and_said_to_be_sound(client: TestClient) -> None:
    text = client.get("/try?hidden1=4").text
    assert "Nothing in it looks wrong." in text
    assert "Trained 32 times, it solves XOR in" in text
    assert text.count('<figure class="run">') == 1


def test_chosen_settings_lead_to_their_link_and_that_opens_the_same(client: TestClient) -> None:
    sent = client.post("/try", data={"data": "xor", "hidden1": "3", "start": "zeros", "seed": "7", "own": ""})
    assert (sent.status_code, sent.headers["location"]) == (303, "/try?hidden1=3&start=zeros&seed=7")
    text = unescape(client.get(sent.headers["location"]).text)
    assert f'<a href="{PUBLIC}/try?hidden1=3&start=zeros&seed=7">' in text
    assert "All weights start at 0" in text


def test_rows_of_ones_own_are_in_a_link_only_where_that_is_asked_for(client: TestClient) -> None:
    kept = client.post("/try", data={"data": "own", "own": OWN})
    assert kept.status_code == 200
    assert f"{PUBLIC}/try?" not in kept.text
    assert "There is no link" in kept.text
    shared = client.post("/try", data={"data": "own", "own": OWN, "own_in_link": "on"})
    assert shared.status_code == 303
    opened = client.get(shared.headers["location"])
    assert opened.status_code == 200
    assert "0,0|0\n0,1|0\n1,0|0\n1,1|1" in opened.text
    many = "\n".join(f"{k},{k}|{k % 2}" for k in range(300))
    assert client.post("/try", data={"data": "own", "own": many, "own_in_link": "on"}).status_code == 200


def test_a_run_is_played_from_its_settings_and_rows(client: TestClient) -> None:
    sent = {"params": {"data": "own", "hidden1": 2}, "own": rows_of(OWN), "seed": 3}
    played = client.post("/try/recording", json=sent)
    assert played.headers["content-type"] == "application/octet-stream"
    assert b'"seed":3' in played.content.replace(b" ", b"")
    assert client.post("/try/recording", json={"params": {"hidden1": 99}}).status_code == 422


@pytest.mark.parametrize(("text", "rows"), [("1,2|3\n4,5|6", "1,2|3;4,5|6"), ("a,b\n1,2\n\n3,4\n", "a|b;1|2;3|4")])
def test_rows_are_taken_as_they_are_typed(text: str, rows: str) -> None:
    assert rows_of(text) == rows


@pytest.mark.parametrize(("query", "says"), [
    ("hidden1=99", "cannot be"), ("data=own&own=1|2;3", "row"),
    ("hidden1=2&own=" + "1,1|0;" * 900, "at most"),
])
def test_what_cannot_be_run_is_said(client: TestClient, query: str, says: str) -> None:
    page = client.get(f"/try?{query}")
    assert page.status_code in (414, 422)
    assert says in unescape(page.text)


def test_a_text_without_a_network_and_hostile_text_are_only_shown(client: TestClient) -> None:
    text = "</textarea><script>alert(1)</script> what is a neuron?"
    page = client.post("/try", data={"text": text})
    assert page.status_code == 200
    assert "There is no network and no number of a training in this." in page.text
    assert "<script>alert" not in page.text
    assert client.post("/try", data={"text": " \n "}).headers["location"] == "/try"
    assert client.post("/try", json={"text": "x"}).status_code == 415
    assert client.post("/try", data={"text": "é" * 100_000}).status_code == 413


def test_a_pasted_log_is_drawn_beside_our_loss(client: TestClient) -> None:
    log = "".join(f"Epoch {i} - loss: 0.693{i}\n" for i in range(1, 6)) + "Why?"
    page = unescape(client.post("/try", data={"text": log}).text)
    assert "Your loss, and ours" in page
    assert "In your post: the loss goes from 0.693 to 0.694 in 5 numbers. Our run, seed 0:" in page
    assert "Your loss, and ours" not in client.post("/try", data={"text": ZERO}).text


def test_what_the_change_changes_in_the_code_is_marked(client: TestClient) -> None:
    page = unescape(client.post("/try", data={"text": ZERO}).text)
    marked = re.findall(r"<mark>(.*?)</mark>", page)
    assert len(marked) == 2
    assert all(line.endswith("# ← changed") and "kernel = " in line for line in marked)
