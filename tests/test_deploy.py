"""What is in deploy/ and the Dockerfile: accepted by the tools that read them, and true of the program that they start.

No image is built here: that takes Docker. What a service would run is run as a process, with the same variables.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
from test_store_postgres import Server
from test_store_postgres import server as server

from bot.content.environment import PREFIX, Environment
from bot.surfaces.cli.main import main

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "deploy/compose"
NGINX = ROOT / "deploy/nginx/ask-neuron.conf"
SAMPLE = {"DATABASE_PASSWORD": "abc123"}


def tool(name: str) -> str:
    """A program of the tests' environment; the test is skipped where it is not installed."""
    found = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def configured(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What `docker compose config` says of deploy/compose/."""
    files = ("--env-file", "example.env", "--file", "compose.yaml")
    return subprocess.run([tool("docker-compose"), *files, "config", *options], cwd=COMPOSE, capture_output=True,
                          env={**os.environ, **variables}, text=True, timeout=600)


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services as Docker Compose understands them, with what example.env says and a password."""
    if not NGINX.is_file():
        pytest.skip("deploy/nginx/, which these services need, is not here")
    done = configured("--format", "json", **SAMPLE)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["services"]
    return found


def ours(services: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in services.items() if one["image"] == "ask-neuron"}


def test_compose_refuses_to_start_without_a_password() -> None:
    done = configured("--quiet")
    assert "choose a password" in done.stderr  # its package for Python ends with status 0 all the same


def test_every_command_option_and_variable_is_one_of_the_program(services: dict[str, Any]) -> None:
    assert ours(services).keys() == {"pages", "chat"}
    known = {f"{PREFIX}{name}".upper() for name in Environment.model_fields}
    for name, service in ours(services).items():
        program, command, *arguments = service["command"]
        assert program == "ask-neuron"
        options = {option for parameter in main.commands[command].params for option in parameter.opts}
        missing = {part for part in arguments if part.startswith("--")} - options
        assert missing <= set(), name
        main.commands[command].make_context(name, list(arguments))  # values are within their bounds
        assert service["environment"].keys() <= known, name


def test_every_file_that_is_mounted_is_there_and_only_nginx_is_reached(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for volume in service.get("volumes", []):
            assert volume["type"] == "volume" or Path(volume["source"]).is_file(), f"{name}: {volume['source']}"
        assert bool(service.get("ports")) == (name == "nginx")
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert int(service["mem_limit"]) > 0
        assert int(service["logging"]["options"]["max-file"]) > 0
    listening = NGINX.read_text(encoding="utf-8")
    for service in ours(services).values():
        port = service["command"][service["command"].index("--port") + 1]
        assert f"server 127.0.0.1:{port}" in listening
        assert service["network_mode"] == "service:nginx"


def test_a_linter_accepts_the_dockerfile() -> None:
    done = subprocess.run([tool("hadolint"), str(ROOT / "Dockerfile")], capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_holds_what_the_wheel_is_made_of_and_runs_as_nobody_in_particular() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split() if line[0] == "!"}
    assert {"bot", "sims", "knowledge", "pyproject.toml", "README.md", "LICENSE", "NOTICE"} <= allowed
    assert all((ROOT / name).exists() for name in allowed)
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER \d+$", last, re.MULTILINE)
    assert "/healthz" in last
    arguments = json.loads(re.findall(r"^CMD (.*)$", last, re.MULTILINE)[-1])
    assert isinstance(main.commands[arguments[1]], click.Command)
    main.commands[arguments[1]].make_context("image", arguments[2:])


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def redis_server(command: list[str], folder: Path) -> Iterator[int]:
    """Redis as the service starts it, on a port of this machine."""
    program, port = tool(command[0]), free_port()
    one = subprocess.Popen([program, *command[1:], "--port", str(port), "--bind", "127.0.0.1"], cwd=folder,
                           stdout=subprocess.DEVNULL)
    try:
        yield port
    finally:
        one.terminate()
        one.wait(600)


@pytest.mark.slow
@pytest.mark.load
def test_each_service_starts_as_a_process_with_its_own_command_and_variables(
    services: dict[str, Any], server: Server, tmp_path: Path
) -> None:
    pytest.importorskip("redis")
    with ExitStack() as stack:
        port = stack.enter_context(redis_server(services["redis"]["command"], tmp_path))
        for name, service in ours(services).items():
            arguments = list(service["command"])[1:]
            here = arguments[arguments.index("--port") + 1] = str(free_port())
            given = {**service["environment"], "ASK_NEURON_DATABASE": server.url,
                     "ASK_NEURON_REDIS": f"redis://127.0.0.1:{port}/0"}
            folder = tmp_path / name
            folder.mkdir()
            own = {"PYTHONPATH": str(ROOT), "ASK_NEURON_STORE": "", "XDG_STATE_HOME": str(folder)}
            process = subprocess.Popen([sys.executable, "-m", "bot", *arguments], cwd=folder, stdout=subprocess.DEVNULL,
                                       env={**os.environ, **given, **own})
            stack.callback(process.wait, 600)
            stack.callback(process.terminate)
            asked_until_ready(f"http://127.0.0.1:{here}", process)
            page = httpx.get(f"http://127.0.0.1:{here}/e/coffee-roasting", timeout=600)
            assert page.status_code == 200
            assert service["environment"]["ASK_NEURON_PUBLIC_URL"] in page.text


def asked_until_ready(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a server is ready; it may take long to start, and must not end."""
    end = time.monotonic() + 900
    while time.monotonic() < end:
        assert process.poll() is None, "the service has ended"
        try:
            if httpx.get(f"{address}/readyz", timeout=60).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0)
    raise TimeoutError(address)
