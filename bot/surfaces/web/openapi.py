"""The description of the API (OpenAPI 3.1), made of the models that read and write it."""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from bot.present import listing_shapes, network_shapes, shapes
from bot.surfaces.web import schemas

REF = "#/components/schemas/{model}"
PROBLEMS = {
    400: "The body is not JSON.", 404: "There is no such entry or experiment.", 405: "Not this method.",
    413: "The body is too long.", 415: "The body is not declared as JSON.", 422: "A value is not possible.",
    503: "Too many runs are waiting; ask again after `Retry-After` seconds.",
}


@dataclass(frozen=True)
class Operation:
    """A path with a method: what it does, takes and gives, and what may go wrong."""

    method: str
    path: str
    name: str
    says: str
    gives: Any
    takes: Any = None
    problems: tuple[int, ...] = ()


RUNS = (400, 404, 413, 415, 422, 503)
OPERATIONS = (
    Operation("post", "/api/ask", "ask", "Answer a question: match it, train, and judge the entry's claims.",
              shapes.Answered, schemas.Ask, RUNS),
    Operation("post", "/api/match", "match", "Match a question without running anything.",
              shapes.Matched, schemas.Match, (400, 413, 415, 422, 503)),
    Operation("post", "/api/run", "run", "Run an entry, or an experiment, at settings.",
              shapes.Explanation | shapes.Ran, schemas.RunEntry | schemas.RunExperiment, RUNS),
    Operation("post", "/api/diagnose", "diagnose", "Read a learner's own network from code, a log or numbers, train "
              "it, and say what is unusual about it.", network_shapes.Diagnosed, schemas.Diagnose,
              (400, 413, 415, 422, 503)),
    Operation("get", "/api/entries", "listEntries", "All entries.", list[listing_shapes.EntryListed]),
    Operation("get", "/api/entries/{name}", "showEntry", "An entry as it is written.", listing_shapes.EntryShown,
              problems=(404,)),
    Operation("get", "/api/experiments", "listExperiments", "All experiments with their settings and metrics.",
              list[listing_shapes.ExperimentShown]),
    Operation("get", "/healthz", "health", "Whether the process answers.", schemas.Health),
)


@cache
def description(public_url: str) -> dict[str, Any]:
    """The whole description, with the server's public address."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Ask a Neuron", "version": version("ask-neuron"), "license": {"name": "MIT"},
                 "description": "Questions about small neural networks, answered beside a run of the very network."},
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {"schemas": _schemas()},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {"operationId": operation.name, "summary": operation.says, "responses": {
        "200": {"description": "As asked.", "content": {"application/json": {"schema": _schema(operation.gives)}}},
        **{str(status): {"description": PROBLEMS[status], "content": {"application/problem+json": {
            "schema": {"$ref": REF.format(model="ProblemDetails")}}}} for status in operation.problems},
    }}
    if operation.takes is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": _schema(operation.takes)}}}
    if "{name}" in operation.path:
        made["parameters"] = [{"name": "name", "in": "path", "required": True, "example": "coffee-roasting",
                               "schema": {"type": "string", "minLength": 1, "maxLength": 80}}]
    return made


def _schema(kind: Any) -> dict[str, Any]:
    schema = TypeAdapter(kind).json_schema(ref_template=REF, mode="serialization")
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {"$ref": REF.format(model=kind.__name__)}
    schema.pop("$defs", None)
    return schema


def _schemas() -> dict[str, Any]:
    kinds = [kind for module in (shapes, listing_shapes, network_shapes, schemas) for kind in vars(module).values()
             if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__ == module.__name__
             and kind not in (shapes.Shape, schemas.Request)]
    found = models_json_schema([(kind, "validation") for kind in kinds], ref_template=REF)[1]
    return dict(found["$defs"])
