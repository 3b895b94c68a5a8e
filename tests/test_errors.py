"""Our errors are one tree: each has a message, and each surface maps all of them in one place."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from importlib.util import find_spec

import click
import pytest
from click.testing import CliRunner
from known import BOT
from starlette.requests import Request
from starlette.testclient import TestClient

import bot
from bot.content.errors import Kind, OurError
from bot.content.expressions import ExpressionError
from bot.content.settings import SettingError
from bot.matching.encoders import EncoderUnavailable
from bot.present.shortlinks import BadCode
from bot.service import UnknownEntry
from bot.surfaces.cli.main import main
from bot.surfaces.web.app import alone
from bot.surfaces.web.asked import QueryTooLong
from bot.surfaces.web.problems import problem_of
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.site import Site
from bot.surfaces.web.work import Busy


def every_exception() -> Iterator[type[Exception]]:
    left_out = ("bot.__main__",) if find_spec("ray") else ("bot.__main__", "bot.surfaces.cluster")  # an optional extra
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if not module.name.startswith(left_out):
            for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if issubclass(found, Exception) and found.__module__ == module.name:
                    yield found


def test_every_exception_of_ours_is_in_the_tree() -> None:
    strangers = [found.__name__ for found in every_exception() if not issubclass(found, OurError)]
    assert strangers == []


@pytest.mark.parametrize("error", [*every_exception()], ids=lambda error: error.__name__)
def test_the_text_of_an_error_is_its_message(error: type[OurError]) -> None:
    assert str(error("there is no such thing")) == "there is no such thing"


@pytest.mark.parametrize(("error", "kind", "status"), [
    (SettingError, "bad input", 422), (UnknownEntry, "not found", 404), (BadCode, "not found", 404),
    (QueryTooLong, "too long", 414), (Busy, "busy", 503), (EncoderUnavailable, "unavailable", 503),
    (ExpressionError, "bad content", 500),
])
def test_an_error_has_a_status_by_its_kind(error: type[OurError], kind: Kind, status: int) -> None:
    site = Site(BOT, WebSettings(public_url="https://neurons.example"))
    request = Request({"type": "http", "method": "GET", "path": "/api/run", "query_string": b"", "headers": []})
    problem = problem_of(site, request, error("hidden cannot be 99"))
    assert (error.kind, problem.status) == (kind, status)
    assert ("Hidden cannot be 99." in problem.says) == (status != 500)


@pytest.mark.parametrize("error", [*every_exception()], ids=lambda error: error.__name__)
def test_the_command_line_ends_in_one_line_and_status_2(error: type[OurError], monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command("fail")
    def fail() -> None:
        raise error("hidden cannot be 99")

    monkeypatch.setitem(main.commands, "fail", fail)
    result = CliRunner().invoke(main, ["fail"])
    assert result.exit_code == 2
    assert result.output.splitlines()[-1] == "Error: hidden cannot be 99"


def test_what_is_unknown_comes_with_what_is_near() -> None:
    client = TestClient(alone(BOT, WebSettings(public_url="https://neurons.example")))
    problem = client.post("/api/run", json={"entry": "dead-rel"})
    assert problem.status_code == 404
    assert problem.headers["content-type"] == "application/problem+json"
    assert "dead-relu" in problem.json()["nearest"]
