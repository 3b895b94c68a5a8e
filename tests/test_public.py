"""What is public stays: all that 0.2.0 had is still there. `public_0.2.0.json` was listed by that release."""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import pytest
from starlette.testclient import TestClient

import bot.notebook as notebook
from bot.notebook import Asked, Unanswered, ask
from bot.present import recordings
from bot.present.permalinks import from_query
from bot.present.shortlinks import decode, encode
from bot.service import Bot, shared_bot
from bot.surfaces.cli.main import main
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from sims.engine.registry import find

PUBLIC: dict[str, Any] = json.loads((Path(__file__).parent / "public_0.2.0.json").read_text(encoding="utf-8"))
HOST = "https://n.example"
COFFEE = "What does each neuron do in the coffee roasting network?"
ASKED = (("2 or 3 neurons in coffee roasting?", [COFFEE]),
         ("why do we need a bias? and also why is relu better than sigmoid? thanks", []))
DESCRIBED = ("params", "metrics")  # objects whose keys an experiment chooses


@pytest.fixture(scope="module")
def bot() -> Iterator[Bot]:
    made = shared_bot()
    with patch.object(made.matcher, "wait", return_value=False):  # the large encoder makes no other fields
        yield made


@pytest.fixture(scope="module")
def client(bot: Bot) -> TestClient:
    return TestClient(alone(bot, WebSettings(public_url=HOST)))


def fields(value: Any, at: str = "") -> Iterator[str]:
    """The fields of JSON, as paths: "claims[].says"; of what an experiment names, those that its values have."""
    if isinstance(value, list):
        for one in value:
            yield from fields(one, f"{at}[]")
    elif isinstance(value, dict):
        for name, inner in value.items():
            path = f"{at}.{name}".lstrip(".")
            yield path
            if name in DESCRIBED and isinstance(inner, dict):
                for one in inner.values():
                    yield from fields(one, f"{path}.*")
            else:
                yield from fields(inner, path)


def objects(client: TestClient, bot: Bot, name: str) -> Iterator[Any]:
    """The objects that are listed under a name."""
    if name == "export run --as json":
        yield recordings.as_json(bot.answer("coffee-roasting").run)
    elif name == "POST /api/ask, nothing answered":
        yield client.post("/api/ask", json={"question": "how do I cook rice"}).json()
    elif name.startswith(("POST /api/ask", "POST /api/match")):
        for question, previous in ASKED:
            yield client.post(name.split()[1], json={"question": question, "previous": previous}).json()
    elif name.startswith("POST /api/run"):
        given = {"entry": "coffee-roasting"} if name.endswith("entry") else {"experiment": "xor"}
        yield client.post("/api/run", json=given).json()
    else:
        params = {"url": f"{HOST}/e/coffee-roasting"} if name.endswith("oembed") else {}
        yield client.get(name.split()[1], params=params).json()


@pytest.mark.parametrize("name", PUBLIC["json"])
def test_every_field_of_json_is_there(client: TestClient, bot: Bot, name: str) -> None:
    found = {path for value in objects(client, bot, name) for path in fields(value)}
    assert set(PUBLIC["json"][name]) - found == set()


@pytest.mark.parametrize("name", PUBLIC["commands"])
def test_every_command_has_its_options(name: str) -> None:
    command: click.Command = main
    for word in name.split():
        assert isinstance(command, click.Group)
        command = command.commands[word]
    found = {option for param in command.params
             for option in ((*param.opts, *param.secondary_opts) if isinstance(param, click.Option) else (param.name,))}
    assert set(PUBLIC["commands"][name]) - found == set()


def test_every_route_takes_its_methods(client: TestClient) -> None:
    found = {route.path: route.methods for route in client.app.routes}  # type: ignore[attr-defined]
    missing = {path: methods for path, methods in PUBLIC["routes"].items() if set(methods) - found.get(path, set())}
    assert missing == {}


def test_every_entry_is_found_by_its_name(bot: Bot) -> None:
    for slug in PUBLIC["entries"]:
        assert bot.entry(slug), slug


def test_every_setting_has_its_name() -> None:
    for experiment, names in PUBLIC["settings"].items():
        assert set(names) - set(find(experiment).params.model_fields) == set(), experiment


@pytest.mark.parametrize("link", PUBLIC["short_links"], ids=lambda link: link["code"])
def test_a_short_link_leads_where_it_led(client: TestClient, bot: Bot, link: dict[str, Any]) -> None:
    found = decode(link["code"], bot.entries).link
    answer = bot.answer(found.entry, found.params, found.seed)
    assert (answer.entry.slug, answer.changed) == (link["entry"], link["params"])
    assert answer.run.seed == (answer.entry.seed if link["seed"] is None else link["seed"])
    assert decode(encode(answer, "0.2.0"), bot.entries).link == found
    assert client.get(f"/s/{link['code']}").status_code == 200


def test_a_link_of_the_chat_is_read_as_before() -> None:
    link = from_query("?entry=dead-relu&learning_rate=5.0&seed=7")
    assert (link.entry, link.params, link.seed) == ("dead-relu", {"learning_rate": "5.0"}, 7)
    assert link.query() == "entry=dead-relu&learning_rate=5.0&seed=7"


@pytest.mark.parametrize(("kind", "name"), [(Asked, "Asked"), (Unanswered, "Unanswered")])
def test_what_a_notebook_gets_has_its_names(kind: type, name: str) -> None:
    assert set(PUBLIC["notebook"][name]) - {*dir(kind), *inspect.signature(kind).parameters} == set()


def test_the_door_for_notebooks_has_its_names() -> None:
    assert set(PUBLIC["notebook"]["bot.notebook"]) - set(notebook.__all__) == set()
    assert list(inspect.signature(ask).parameters) == PUBLIC["notebook"]["ask"]
