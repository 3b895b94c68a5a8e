"""What the tests of the mentors' inbox share: a store with questions in vain, and who may come in."""

import base64
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.service import shared_bot
from bot.store import Question, Store
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

HERE = "http://neurons.example.org"
PASSWORD = "correct horse battery"
LSTM = ("how do lstms remember", "what is an lstm cell", "lstm forget gate explained", "lstm or gru")
OTHERS = ("what is attention in transformers", "transformer attention heads meaning", "self attention explained simply",
          "what is a gan", "gan generator discriminator", "can a neuron feel pain")
FORM = {"origin": HERE}


def basic(password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"mentor:{password}".encode()).decode()}


def opened(store: Store, monkeypatch: pytest.MonkeyPatch, **settings: str) -> TestClient:
    monkeypatch.setitem(shared_bot().__dict__, "store", store)
    return TestClient(alone(shared_bot(), WebSettings(public_url=HERE, **settings)), base_url=HERE)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(tmp_path / "store.sqlite3")
    for text in LSTM:
        found.keep_question(Question(text, "decline", confidence=0.1, nearest=["xor"]))
    for text in OTHERS:
        found.keep_question(Question(text, "decline", confidence=0.1, nearest=["xor"]))
    found.keep_question(Question(LSTM[1], "suggest", confidence=0.1, nearest=["xor"]))
    found.keep_question(Question("does it dream at night", "suggest", nearest=["bias-term"]))
    return found


@pytest.fixture
def client(store: Store, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    found = opened(store, monkeypatch, inbox_password=PASSWORD)
    found.headers |= basic(PASSWORD)
    return found
