"""deploy/nginx/ask-neuron.conf as it stands, run by a real nginx in front of two workers and of the chat."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import websockets
from redis_server import free_port
from serving import ROOT, WAIT, Served, serving, until_ready

CONFIGURATION = ROOT / "deploy/nginx/ask-neuron.conf"
MISSING = "nginx is not installed on this machine (Debian: nginx-light)"
AROUND = """
daemon off; error_log {folder}/error.log; pid {folder}/pid; {user}
events {{ worker_connections 512; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/{name};
}}
"""


@dataclass(frozen=True)
class Front:
    """nginx, and what stands behind it."""

    address: str
    pages: Served
    chat: Served


def program() -> str:
    """nginx; it is often outside of a user's path."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") or ""


@contextmanager
def in_front(folder: Path, pages: Served, chat: Served, port: int) -> Iterator[Front]:
    """nginx with our configuration, in which nothing but the ports, the folder and the name are others."""
    text = CONFIGURATION.read_text()
    for ours, theirs in (("127.0.0.1:8501", f"127.0.0.1:{pages.port}"), ("127.0.0.1:8601", f"127.0.0.1:{chat.port}"),
                         ("listen 80;", f"listen 127.0.0.1:{port};"),
                         ("/var/cache/nginx/ask-neuron", f"{folder}/cache"), ("neurons.example.org;", "127.0.0.1;")):
        assert ours in text
        text = text.replace(ours, theirs)
    (folder / "ask-neuron.conf").write_text(text)
    with nginx(folder, "ask-neuron.conf", f"http://127.0.0.1:{port}/healthz"):
        yield Front(f"http://127.0.0.1:{port}", pages, chat)


@contextmanager
def nginx(folder: Path, name: str, asked: str) -> Iterator[None]:
    """nginx with a file of servers in a folder, once it answers where it is asked."""
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, name=name, user=user))
    command = [program(), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    subprocess.run([*command, "-t"], check=True, capture_output=True, timeout=WAIT)
    process = subprocess.Popen(command)
    try:
        until_ready(asked, process)
        yield
    finally:
        process.terminate()
        process.wait(WAIT)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    if not program():
        pytest.skip(MISSING)
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    public = {"ASK_NEURON_PUBLIC_URL": f"http://127.0.0.1:{port}", "ASK_NEURON_CHAT_URL": f"http://127.0.0.1:{port}",
              "ASK_NEURON_RATE": "40/hour"}
    with (serving(folder, "--pages-only", "--workers", "2", **public) as pages, serving(folder, **public) as chat,
          in_front(folder, pages, chat, port) as found):
        yield found


@pytest.fixture
def client(front: Front) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=front.address, timeout=WAIT) as found:
        yield found


pytestmark = pytest.mark.slow


def test_a_page_is_made_once_and_kept(client: httpx.Client) -> None:
    first, second = (client.get("/e/coffee-roasting?steps=60") for _ in range(2))
    assert [first.headers["x-cache"], second.headers["x-cache"]] == ["MISS", "HIT"]
    assert first.content == second.content
    assert second.headers["content-security-policy"] == first.headers["content-security-policy"]
    known = client.get("/e/coffee-roasting?steps=60", headers={"If-None-Match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    markdown = client.get("/e/coffee-roasting?steps=60", headers={"Accept": "text/markdown"})
    assert markdown.headers["content-type"].startswith("text/markdown"), "one address has two forms"


def test_what_must_not_be_kept_is_not(client: httpx.Client) -> None:
    for _ in range(2):
        found = client.get("/healthz")
        assert found.headers["cache-control"] == "no-store"
        assert found.headers["x-cache"] != "HIT"
    asked = client.post("/api/match", json={"question": "why is there a bias"})
    assert asked.status_code == 200
    assert "x-cache" not in asked.headers
    assert client.get("/metrics").status_code == 404


def test_addresses_are_those_that_visitors_use(client: httpx.Client, front: Front) -> None:
    page = client.get("/e/coffee-roasting?steps=60").text
    assert f'href="{front.address}/e/coffee-roasting?steps=60"' in page
    assert str(front.pages.port) not in page
    assert 'href="/?entry=coffee-roasting' in page, "the chat is at the same address"


def test_the_chat_has_its_page_its_files_and_its_socket(client: httpx.Client, front: Front) -> None:
    assert "<title>Ask a Neuron" in client.get("/").text
    assert client.get("/_stcore/health").status_code == 200
    assert "x-cache" not in client.get("/_stcore/health").headers

    async def greeting() -> int:
        address = front.address.replace("http", "ws") + "/_stcore/stream"
        async with websockets.connect(address, origin=front.address, subprotocols=["streamlit"],
                                      open_timeout=WAIT) as socket:
            return socket.response.status_code

    assert asyncio.run(greeting()) == 101


def test_each_visitor_is_counted_alone_and_what_one_says_of_itself_is_not_believed(client: httpx.Client,
                                                                                  front: Front) -> None:
    codes = {client.post("/api/match", json={"question": "why a bias"},
                         headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(90)}
    assert 429 in codes, "one visitor under many names"
    others = httpx.post(f"{front.pages.address}/api/match", json={"question": "why a bias"}, timeout=WAIT,
                        headers={"X-Forwarded-For": "192.0.2.200"})
    assert others.status_code == 200, "whom the proxy names is another visitor"


def test_what_is_held_is_shown_while_nobody_answers(front: Front, client: httpx.Client) -> None:
    held = client.get("/e/coffee-roasting?steps=60")
    front.pages.stop()
    assert client.get("/e/coffee-roasting?steps=60").content == held.content
    other = client.get("/e/xor")
    assert other.status_code == 503
    assert other.headers["retry-after"] == "5"
