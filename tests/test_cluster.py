"""The pages on a Ray cluster: what is handed on, how often, until when; and a real cluster that loses replicas."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent
# Ray brings an event loop along that every other server would run on: so .ci/run gives it an environment of its own.
PYTHON = os.environ.get("ASK_NEURON_CLUSTER_PYTHON", sys.executable)
PROGRAM = """
import asyncio, json, sys
from ray import exceptions, serve
from ray.serve.exceptions import BackPressureError
from ray.serve.schema import ServeDeploySchema
import yaml
from bot.service import shared_bot
from bot.surfaces import cluster
from bot.surfaces.cluster import asking
from bot.surfaces.web.app import routes_of
from bot.surfaces.web.handed import Answered
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.site import Site
from bot.surfaces.web.work import Busy

ANSWER = Answered(200, (), b"yes")

class Response:
    def __init__(self, outcome): self.outcome, self.stopped = outcome, False
    def cancel(self): self.stopped = True
    def __await__(self):
        if self.outcome == "never":
            yield from asyncio.sleep(3600).__await__()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

def tried(*outcomes):
    asked = []
    def begin():
        asked.append(Response(outcomes[len(asked)]))
        return asked[-1]
    try:
        found = asyncio.run(asking.ask(begin)).body.decode()
    except Busy as error:
        found = error.kind
    return [found, len(asked), [one.stopped for one in asked]]

lost = exceptions.RayActorError()
told = {"at once": tried(ANSWER), "after one loss": tried(lost, ANSWER), "after two": tried(lost, lost),
        "full": tried(BackPressureError(1, 1))}
asking.DEADLINE = 0.05
told["never"] = tried("never")
config = ServeDeploySchema.model_validate(yaml.safe_load(open(sys.argv[1])))
[application] = config.applications
told["deployments"] = sorted(one.name for one in application.deployments)
told["in code"] = sorted(one.name for one in (cluster.front, cluster.matching, cluster.runs))
module, _, name = application.import_path.partition(":")
told["found"] = type(getattr(__import__(module, fromlist=[name]), name)).__name__
told["logs"] = config.logging_config.enable_access_log
told["host"] = config.http_options.host
paths = {route.path for route in routes_of(Site(shared_bot(), WebSettings()))}
told["unknown"] = sorted({*cluster.MATCHING, *cluster.RUNS} - paths)
print(json.dumps(told))
"""


@pytest.fixture(scope="module", autouse=True)
def with_ray() -> None:
    if "ASK_NEURON_CLUSTER_PYTHON" in os.environ:
        with FileLock(f"{Path(PYTHON).parent.parent}.lock", timeout=1100):  # .ci/run installs it beside the first tests
            pass
    command = [PYTHON, "-c", "from ray import serve"]
    if not Path(PYTHON).exists() or subprocess.run(command, capture_output=True, timeout=600).returncode:
        pytest.skip("Ray is not installed: it is the optional extra `cluster`")


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    done = subprocess.run([PYTHON, "-c", PROGRAM, str(ROOT / "deploy/ray/serve.yaml")], cwd=ROOT, timeout=1200,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.slow
def test_a_lost_replica_is_made_good_once_and_nobody_waits_for_ever(told: dict[str, Any]) -> None:
    assert told["at once"] == ["yes", 1, [False]]
    assert told["after one loss"] == ["yes", 2, [False, False]]
    assert told["after two"] == ["busy", 2, [False, False]]
    assert told["full"] == ["busy", 1, [False]]
    assert told["never"] == ["busy", 1, [True]]


@pytest.mark.slow
def test_the_configuration_names_what_there_is_and_keeps_visitors_words_out_of_logs(told: dict[str, Any]) -> None:
    assert told["deployments"] == told["in code"] == ["Front", "Matching", "Runs"]
    assert told["found"] == "Application"
    assert told["logs"] is False
    assert told["host"] == "127.0.0.1"
    assert told["unknown"] == []


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short path: sockets lie in it."""
    folder = Path(tempfile.mkdtemp(prefix="ray", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.load
def test_a_replica_that_is_killed_under_load_costs_nobody_an_answer(short: Path) -> None:
    done = subprocess.run([PYTHON, str(ROOT / "tests/cluster_tried.py"), str(short)], cwd=ROOT, timeout=1200,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))  # Ray talks around it
    assert set(told["statuses"]) == {"200"}
    assert len(set(told["killed"])) == 2
    assert told["pages"] == {"/healthz": 200, "/entries": 200, "/e/coffee-roasting": 200, "/e/no-such": 404}
    assert told["framed"] == 1
    assert told["logged"] == 0
