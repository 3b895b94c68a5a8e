"""`ask-neuron serve` and `scripts/chat` as processes: settings that hold wherever they start, headers, silence."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from bot.surfaces.web.connections import HEADERS_WITHIN
from scripts.pages import chat, page

ROOT = Path(__file__).resolve().parent.parent
COPY = ROOT / "bot/surfaces/chat/.streamlit/config.toml"
HOSTILE = '[browser]\ngatherUsageStats = true\n[client]\ntoolbarMode = "developer"\nshowErrorDetails = "full"\n'
OPTIONS = """
import streamlit as st
from bot.surfaces.chat import served
served.application()
print([st.get_option(name) for name in ("browser.gatherUsageStats", "client.toolbarMode", "client.showErrorDetails")])
"""
ADDRESSES = ("/", "/index.html", "/static/nothing.js", "/manifest.json", "/_stcore/health", "/_stcore/nothing",
             "/media/x", "/e/coffee-roasting", "/e/nothing", "/nowhere", "/healthz", "/search.bin")
SECRET = "secretword"


def test_the_settings_of_the_chat_stand_beside_both_files_that_streamlit_runs() -> None:
    assert COPY.read_bytes() == (ROOT / ".streamlit/config.toml").read_bytes()


@pytest.mark.slow
def test_serve_keeps_the_settings_of_the_chat_wherever_it_is_started(tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit/config.toml").write_text(HOSTILE)
    done = subprocess.run([sys.executable, "-c", OPTIONS], cwd=tmp_path, env=environment(), capture_output=True,
                          text=True, timeout=600)
    assert done.stdout.strip() == "[False, 'viewer', 'none']", done.stderr


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "ASK_NEURON_STORE": "off"}


def address_of_this_machine() -> str:
    """The address that other machines would reach this one by; loopback's where there is none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            one.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(one.getsockname()[0])


@contextmanager
def serving(log: Path, *options: str) -> Iterator[str]:
    """`ask-neuron serve` on a free port, in a folder of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("w") as stream:
        command = [sys.executable, "-m", "bot", "serve", "--port", str(port), *options]
        server = subprocess.Popen(command, cwd=log.parent, env=environment(), stdout=stream, stderr=stream)
    try:
        address, end = f"http://127.0.0.1:{port}", time.monotonic() + 300
        while time.monotonic() < end and server.poll() is None:
            try:
                httpx.get(f"{address}/healthz", timeout=60)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(600)


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--pages-only",)], ids=["with the chat", "pages alone"])
def test_what_is_served_is_safe_and_silent(tmp_path: Path, options: tuple[str, ...]) -> None:
    log = tmp_path / "log"
    with serving(log, *options) as address, httpx.Client(base_url=address, timeout=300) as client:
        for path in ADDRESSES:
            headers = client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff", path
            assert "object-src 'none'" in headers["content-security-policy"], path
            assert "frame-ancestors 'self'" in headers["content-security-policy"], path
        for path in ("/_stcore/upload_file/one/two", "/_stcore/metrics"):
            assert client.put(path, content=b"x").status_code == 404
            assert client.get(path).status_code == 404
        ended = time.monotonic() + 300
        while client.get("/readyz").status_code == 503 and time.monotonic() < ended:
            time.sleep(0.2)
        assert client.get("/readyz").json() == {"status": "ready"}
        asked = client.post("/api/ask", json={"question": f"what is {SECRET}"})
        assert asked.status_code == 200
        client.get(f"/mentor/search?q={SECRET}")
        client.get(f"/e/{SECRET}?{SECRET}={SECRET}")
        with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1]))) as one:
            one.sendall(f"{SECRET}\r\n\r\n".encode())
            one.recv(1000)
    said = log.read_text()
    assert SECRET not in said
    assert "127.0.0.1:" not in said.replace(address, "")
    assert len(said.splitlines()) < 10, said


@pytest.mark.slow
@pytest.mark.browser
def test_the_chat_talks_over_its_socket_for_longer_than_a_request_may_wait(tmp_path: Path) -> None:
    with serving(tmp_path / "log") as address, page(1280, 1000) as window:
        window.goto(f"{address}/?entry=coffee-roasting")
        expect(window.get_by_role("heading", name="coffee roasting")).to_be_visible()
        window.wait_for_timeout(1000 * HEADERS_WITHIN + 2000)
        window.get_by_role("button", name="Another start").click()
        expect(window.get_by_text("the one with seed")).to_be_visible()
        expect(window).to_have_url(re.compile("seed="))


@pytest.mark.slow
def test_the_chat_does_not_wait_for_half_a_request() -> None:
    with chat(300) as address, socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1]))) as one:
        one.settimeout(300)
        one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Half:")
        assert not read_to_the_end(one)


def read_to_the_end(one: socket.socket) -> bytes:
    """All that the other side sends before it closes the connection; `TimeoutError` where it does not."""
    found = b""
    with suppress(ConnectionError):
        while part := one.recv(65536):
            found += part
    return found


@pytest.mark.slow
def test_the_chat_is_for_this_machine_alone() -> None:
    own = address_of_this_machine()
    if own.startswith("127."):
        pytest.skip("this machine has no other address than loopback's")
    with chat(300) as address:
        port = int(address.rsplit(":", 1)[1])
        assert httpx.get(f"{address}/healthz", timeout=60).status_code == 200
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((own, port), timeout=60)
