"""What an assistant can call, by the SDK's own client: in this process, over standard input and output, by HTTP."""

import asyncio
import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fetched import INSPECTOR, from_npm
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, ImageContent, TextContent
from PIL import Image
from test_javascript import node

from bot.service import shared_bot
from bot.surfaces.mcp.server import server_of
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.site import Site
from scripts.pages import ROOT, served

PUBLIC = "https://neurons.example.org"
TOOLS = {"ask", "entries", "run_experiment", "compare", "diagnose_network", "picture"}
XOR = """model = Sequential([Dense(2, input_dim=2, activation='sigmoid', kernel_initializer='zeros'),
                    Dense(1, activation='sigmoid', kernel_initializer='zeros')])
model.compile(loss='mse', optimizer=SGD(0.1))"""
T = TypeVar("T")


def site() -> Site:
    return Site(shared_bot(), WebSettings(public_url=PUBLIC))


def with_client(work: Callable[[Client], Awaitable[T]], server: Any = None, mode: Any = "auto") -> T:
    async def talk() -> T:
        async with Client(server or server_of(site()), mode=mode, read_timeout_seconds=600) as client:
            return await work(client)

    return asyncio.run(talk())


def called(tool: str, server: Any = None, **arguments: Any) -> CallToolResult:
    return with_client(lambda client: client.call_tool(tool, arguments), server)


def structured(tool: str, **arguments: Any) -> Any:
    result = called(tool, **arguments)
    assert not result.is_error, result.content
    return result.structured_content


def refused(tool: str, **arguments: Any) -> str:
    result = called(tool, **arguments)
    assert result.is_error
    (text,) = result.content
    assert isinstance(text, TextContent)
    assert "Traceback" not in text.text
    return text.text


def test_every_tool_says_what_it_takes_and_that_it_changes_nothing() -> None:
    listed = with_client(lambda client: client.list_tools()).tools
    assert {tool.name for tool in listed} == TOOLS
    for tool in listed:
        assert tool.description
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.input_schema["type"] == "object"


def test_an_answer_has_the_numbers_of_its_run_and_where_to_see_them() -> None:
    found = structured("ask", question="why is there a bias?")
    answer, own = found["answer"], shared_bot().answer("bias-term")
    assert (found["decision"], answer["entry"]) == ("answer", "bias-term")
    assert answer["answer"] == own.paragraphs[0]
    assert [(claim["true_in"], claim["of"]) for claim in answer["claims"]] == [
        (claim.replicas_true, claim.replicas) for claim in own.claims]
    assert [claim["control"] for claim in answer["claims"]] == [
        claim.control.evidence if claim.control else None for claim in own.claims]
    assert answer["url"] == f"{PUBLIC}/e/bias-term"
    assert answer["url"] in answer["cite"]
    assert str(answer["seed"]) in answer["cite"]


def test_the_point_that_was_asked_comes_with_the_answer() -> None:
    told = next(point for point in shared_bot().entries["bias-term"].points if not point.params and not point.holds)
    found = structured("ask", question=told.title)
    assert found["answer"]["entry"] == "bias-term"
    assert found["point"] == shared_bot().answer("bias-term").point(told.id).says
    assert structured("ask", question="why is there a bias?")["point"] is None


def test_what_a_model_is_told_is_short() -> None:
    result = called("ask", question="why is there a bias?")
    assert sum(len(part.text) for part in result.content if isinstance(part, TextContent)) < 4000


def test_settings_in_the_question_and_the_conversation_before_it_count() -> None:
    before = "what does each neuron do in the coffee roasting network?"
    found = structured("ask", question="and with 2 units?", previous=[before])
    assert found["answer"]["entry"] == "coffee-roasting"
    assert found["answer"]["params"] == {"hidden": 2}
    assert found["answer"]["url"].endswith("?hidden=2")


def test_what_is_not_ours_is_declined_with_the_nearest() -> None:
    found = structured("ask", question="what is the best pizza in naples")
    assert found["decision"] == "decline"
    assert found["answer"] is None
    assert found["says"]
    assert len(found["nearest"]) == 3


def test_entries_by_topic() -> None:
    every = structured("entries")["result"]
    assert {one["entry"] for one in every} == set(shared_bot().entries)
    some = structured("entries", topic="output")["result"]
    assert {one["topic"] for one in some} == {"output"}
    assert "there are" in refused("entries", topic="cookery")


def test_an_experiment_at_other_settings_judges_its_claims_there() -> None:
    found = structured("run_experiment", entry="coffee-roasting", params={"hidden": 2}, seed=3)
    own = shared_bot().answer("coffee-roasting", {"hidden": 2}, 3)
    assert found["seed"] == 3
    assert [claim["true_in"] for claim in found["claims"]] == [claim.replicas_true for claim in own.claims]


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("run_experiment", {"entry": "coffee-roast"}, "coffee-roasting"),
        ("run_experiment", {"entry": "coffee-roasting", "params": {"hidden": 99}}, "hidden"),
        ("run_experiment", {"entry": "coffee-roasting", "params": {"colour": "red"}}, "colour"),
        ("run_experiment", {"entry": "coffee-roasting", "seed": -1}, "seed"),
        ("ask", {"question": "   "}, "question"),
        ("ask", {"question": "x" * 30_000}, "20000"),
        ("compare", {"entry": "coffee-roasting", "setting": "colour", "first": 1, "second": 2}, "colour"),
        ("diagnose_network", {"text": ""}, "text"),
    ],
)
def test_bad_input_is_refused_in_words(tool: str, arguments: dict[str, Any], says: str) -> None:
    assert says in refused(tool, **arguments)


def test_two_settings_side_by_side() -> None:
    found = structured("compare", entry="coffee-roasting", setting="hidden", first=2, second=3)
    assert found["changes"] == [{"setting": "hidden", "title": "hidden units", "values": [2, 3]}]
    assert any(claim["flipped"] for claim in found["claims"])


def test_a_network_is_read_and_run() -> None:
    found = structured("diagnose_network", text=XOR)
    assert found["diagnoses"][0]["id"] == "zero-start"
    assert found["as_read"]["solved"] < found["mended"]["solved"]


def test_a_picture_is_an_image() -> None:
    (content,) = called("picture", entry="bias-term").content
    assert isinstance(content, ImageContent)
    assert Image.open(BytesIO(base64.b64decode(content.data))).size == (1200, 630)


def test_explanations_are_resources() -> None:
    async def read(client: Client) -> str:
        found = await client.read_resource("ask-neuron://entries/bias-term")
        return str(getattr(found.contents[0], "text", ""))

    text = with_client(read)
    assert shared_bot().answer("bias-term").text in text
    assert f"{PUBLIC}/e/bias-term" in text


def test_prompts_for_mentors_hold_the_post() -> None:
    async def read(client: Client) -> str:
        names = {prompt.name for prompt in (await client.list_prompts()).prompts}
        assert names == {"reply_to_a_learner", "check_a_claim"}
        found = await client.get_prompt("reply_to_a_learner", {"post": "my net prints 0.5"})
        return json.dumps(found.model_dump(mode="json"))

    assert "my net prints 0.5" in with_client(read)


def test_a_client_of_the_older_protocol_is_served() -> None:
    found = with_client(lambda client: client.call_tool("ask", {"question": "what is a dead relu?"}), mode="legacy")
    assert found.structured_content is not None
    assert found.structured_content["answer"]["entry"] == "dead-relu"


def test_over_http() -> None:
    app = server_of(site()).streamable_http_app(json_response=True, stateless_http=True)
    with served(app) as address:
        found = called("run_experiment", f"{address}/mcp", entry="bias-term")
    assert found.structured_content is not None
    assert found.structured_content["entry"] == "bias-term"


@pytest.mark.slow
def test_the_protocols_own_inspector_accepts_every_schema_and_reads_an_answer(tmp_path: Path) -> None:
    """It is strict of schemas: those that a client could not use are errors, those that say nothing are warnings."""
    program = from_npm(INSPECTOR) / "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"
    with served(server_of(site()).streamable_http_app(json_response=True, stateless_http=True)) as address:
        def inspected(*options: str) -> subprocess.CompletedProcess[str]:
            command = [node("node"), str(program), "--cli", "--server-url", f"{address}/mcp", "--transport", "http"]
            return subprocess.run([*command, "--method", *options], capture_output=True, text=True, timeout=600,
                                  env={**os.environ, "HOME": str(tmp_path), "MCP_INSPECTOR_SECRET_STORE": "memory"})

        listed = inspected("tools/list", "--strict")
        assert (listed.returncode, "Warning: tool" in listed.stderr) == (0, False), listed.stderr
        assert {tool["name"] for tool in json.loads(listed.stdout)["tools"]} == TOOLS
        answered = inspected("tools/call", "--tool-name", "ask", "--tool-arg", "question=what is a dead relu?")
        assert json.loads(answered.stdout)["structuredContent"]["answer"]["entry"] == "dead-relu", answered.stderr
        for method, what in (("resources/list", "resources"), ("prompts/list", "prompts")):
            assert json.loads(inspected(method).stdout)[what]


@pytest.mark.slow
def test_as_a_command_over_standard_input_and_output() -> None:
    command = StdioServerParameters(command=sys.executable, args=["-m", "bot", "mcp"], cwd=str(ROOT))
    found = called("ask", command, question="what is a dead relu?")
    assert found.structured_content is not None
    assert re.search(r"seed \d+", found.structured_content["answer"]["cite"])
