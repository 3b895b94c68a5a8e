"""The JSON API: the same objects as on the command line."""

import json

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.content.settings import make_params
from bot.present.diagnosed import diagnosed
from bot.present.rendering import entry_as_json, experiment_as_json, explained, run_as_json, whole_entry_as_json
from bot.present.rendering_dialogue import asked_as_json, understood_as_json
from bot.surfaces.web import schemas
from bot.surfaces.web.asked import asked
from bot.surfaces.web.clients import LARGEST_BODY
from bot.surfaces.web.responses import FOR_MINUTES, NEVER, json_of, send
from bot.surfaces.web.site import Site
from sims.engine import registry
from sims.engine.experiment import drain


async def ask(site: Site, request: Request) -> Response:
    """A question and its answer."""
    body = await body_of(request)
    given = schemas.Ask.model_validate_json(body)
    reply = await site.understood(given.question, given.previous)
    site.bot.keep_question(reply)
    wanted = reply.at(given.params, given.seed)
    return send(request, await site.replied(body, wanted, lambda: json_of(asked_as_json(site.bot, wanted))), NEVER)


async def match(site: Site, request: Request) -> Response:
    """Which entry answers a question, and the settings that the question names."""
    given = schemas.Match.model_validate_json(await body_of(request))
    reply = await site.understood(given.question, given.previous, closest=False)
    return send(request, json_of(understood_as_json(site.bot, reply)), NEVER)


async def run(site: Site, request: Request) -> Response:
    """An entry or an experiment at settings."""
    body = await body_of(request)
    asks = json.loads(body)
    if not isinstance(asks, dict) or "experiment" not in asks:
        entry = schemas.RunEntry.model_validate_json(body)
        wanted = asked(site.bot, entry.entry, entry.params, entry.seed)
        made = await site.made(wanted, "api run", lambda answer: json_of(explained(answer).as_json()))
        return send(request, made, NEVER)
    given = schemas.RunExperiment.model_validate_json(body)
    if given.experiment not in registry.names():
        raise HTTPException(404, f"There is no experiment {given.experiment!r}; /api/experiments lists them.")
    name, params, seed = given.experiment, make_params(registry.find(given.experiment).params, given.params), given.seed
    found = site.bot.runs.ready(name, params, seed)
    if found is None:
        found = await site.networks.do(lambda: drain(site.bot.running(name, params, seed)))
    return send(request, json_of(run_as_json(name, found)), NEVER)


async def diagnose(site: Site, request: Request) -> Response:
    """A learner's own network: what was read, what is unusual, and the runs that show it."""
    given = schemas.Diagnose.model_validate_json(await body_of(request))
    answer = await site.network(given.text, given.seed)
    return send(request, await site.drawing.do(lambda: json_of(diagnosed(answer).as_json())), NEVER)


async def entries(site: Site, request: Request) -> Response:
    """All entries."""
    every = site.bot.entries.values()
    return send(request, site.fixed("entries", lambda: json_of([entry_as_json(one) for one in every])), FOR_MINUTES)


async def entry(site: Site, request: Request) -> Response:
    """An entry as it is written."""
    found = site.bot.entry(request.path_params["name"])
    return send(request, json_of(whole_entry_as_json(found)), FOR_MINUTES)


async def experiments(site: Site, request: Request) -> Response:
    """All experiments with their settings and metrics."""
    made = site.fixed("experiments", lambda: json_of([experiment_as_json(name) for name in registry.names()]))
    return send(request, made, FOR_MINUTES)


async def body_of(request: Request) -> bytes:
    """The request's JSON, not read yet; an HTTPException where it is none or too long."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "Send JSON, with Content-Type: application/json.")
    body = await request.body()  # it is here already: see clients.py
    if len(body) > LARGEST_BODY:
        raise HTTPException(413, f"A request has at most {LARGEST_BODY:,} bytes.")
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"The body is not JSON: {error}.") from error
    return body


def in_words(error: ValidationError) -> str:
    """What is wrong with a request, part by part."""
    faults = set()
    for fault in error.errors():
        where = ".".join(map(str, fault["loc"])) or "the body"
        faults.add(f"{where}: {fault['msg'].removeprefix('Value error, ').rstrip('.')}")
    return "; ".join(sorted(faults))

