"""JavaScript without a browser: its types hold, and it computes what Python computes, under Node."""

import json
import os
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from bot.matching import clean
from bot.present.recordings import recording
from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from sims.engine.experiment import perform
from sims.engine.network import outputs
from sims.engine.registry import find

FOLDER = Path(__file__).parent / "javascript"
TYPESCRIPT = "7.0.2"
QUESTIONS = [
    "why do we need a bias?", "what does a hidden neuron mean", "lr too high, acc doesnt move tho", "w/o bias w/ relu",
    "nonexistant nueron activaton", "", "   ", "??", "x", "ναι, τι είναι", "ＦＵＬＬ ｗｉｄｔｈ neuron", "a" * 5000,
    "\x00\x01 what is\u200b a bias", "İstanbul neuron", "ß straße weight", "😀😀 why relu", "__proto__ constructor",
    "see http://example.com/why?bias=1 please", "pourquoi est-ce que le biais est dans la couche", "thank you",
    "what's the weather in Paris", "is the sigmoid's output a probability???", "q" * 101 + " neuron",
]
NEAR = [  # how a point is asked, and its id
    ("must the bacth size be a power of 2?", "power-of-two"), ("Must the batch size be power of two", "power-of-two"),
    ("so, must the batch size be a power of 2", "power-of-two"),
    ("MUST THE BATCH-SIZE BE A POWER OF 2!!", "power-of-two"),
    ("the batch size", None), ("power of 2", None), ("", None), ("2", None), ("__proto__ constructor batch size", None),
]
RUNS = ("coffee_roasting", "regression_output", "softmax_or_sigmoids", "superposition", "dead_relu")


def node(command: str) -> str:
    """Where a command of Node is; where there is none the test is skipped, or fails where everything can be had."""
    found = shutil.which(command)
    if found is None:
        advice = f"There is no {command} on the path: install Node (Debian: nodejs and npm)"
        if os.environ.get("CI") == "true":
            pytest.fail(advice, pytrace=False)
        pytest.skip(advice)
    return found


def test_the_browser_reads_and_computes_as_python_does(tmp_path: Path) -> None:
    command = node("node")
    (tmp_path / "parity.json").write_text(json.dumps({**questions(), "runs": [run(name) for name in RUNS]}))
    done = subprocess.run([command, "--test", str(FOLDER / "parity.test.mjs")], capture_output=True, text=True,
                          timeout=600, env={**os.environ, "PARITY": str(tmp_path / "parity.json")})
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert f"pass {len(QUESTIONS) + len(RUNS) + len(NEAR) + 2}" in done.stdout


def questions() -> dict[str, Any]:
    """The search file that a server gives, and what the small matcher makes of questions."""
    bot = shared_bot()
    assert bot.matcher.small  # made here: a request would not wait for it without end
    with TestClient(alone(bot, WebSettings())) as client:
        found = client.get("/search.bin")
        assert found.status_code == 200
        index, asks = found.content, client.get("/asks.bin").content
    asked = []
    for text in QUESTIONS:
        decision, cleaned = bot.matcher.glance(text), clean(text)
        asked.append({"text": text, "cleaned": cleaned, "corrected": bot.matcher.small.speller.correct(cleaned),
                      "slug": decision.ranked[0].slug, "kind": decision.kind, "outside": decision.outside,
                      "confidence": decision.ranked[0].confidence})
    ways = [{"text": ask, "entry": entry.slug, "id": point.id} for entry in bot.entries.values()
            for point in entry.points for ask in point.asks]
    general = [{"text": text, "entry": entry.slug} for entry in bot.entries.values()
               for text in entry.utterances[::20]]
    return {"index": b64encode(index).decode(), "questions": asked, "asks": b64encode(asks).decode(), "ways": ways,
            "near": [{"text": text, "id": point} for text, point in NEAR], "general": general}


def run(name: str) -> dict[str, Any]:
    """A run's recording, and its outputs and loss at the end in numpy; replica 0."""
    found = perform(find(name), replicas=2)
    shown = found.shown
    inputs = np.broadcast_to(shown.data.inputs, (2, *shown.data.inputs.shape[1:])).astype(np.float32)
    last = outputs(shown.network, shown.frames[-1].weights, inputs)[0]
    return {"name": name, "recording": b64encode(recording(found)).decode(), "outputs": last.tolist(),
            "loss": float(shown.frames[-1].loss[0])}


@pytest.mark.slow
def test_the_types_of_our_scripts_hold() -> None:
    done = typed(FOLDER)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_wrong_type_is_found(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "globals.d.ts", tmp_path)
    rules = json.loads((FOLDER / "tsconfig.json").read_text()) | {"include": ["*.js", "*.d.ts"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(rules))
    (tmp_path / "wrong.js").write_text('document.createElement("canvas").wdith = 3;\n')
    done = typed(tmp_path)
    assert done.returncode != 0
    assert "wdith" in done.stdout


def typed(project: Path) -> "subprocess.CompletedProcess[str]":
    command = [node("npx"), "--yes", "-p", f"typescript@{TYPESCRIPT}", "tsc", "--pretty", "false", "-p", str(project)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=project)
