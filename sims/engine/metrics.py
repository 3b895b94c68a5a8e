"""What a run measures: fields that say what they are, in what unit, of what kind, and of which part of the picture.

`Experiment` files import these names from `sims.engine.experiment`, the protocol.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

# flag: 1 where what the description says is so, else 0 (nan where there is nothing to say)
# share: a fraction of 1, or a difference of two; count: a whole number of things; label: text; number: the rest
Kind = Literal["flag", "share", "count", "label", "number"]
Part = Literal["", "output", "loss", "hidden", "unit:1"]  # of the picture of the network on the screen
COUNTED = frozenset((
    "columns", "concepts", "edges", "examples", "features", "kinks", "layers", "parameters", "pieces", "rows",
    "settings", "steps", "units", "updates",
))


class Metrics(BaseModel):
    """What a run measures. Every array starts with the replica axis, (R,) or (R, ...), unless it is `shared`."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


@dataclass(frozen=True)
class Measure:
    """What a field of `Metrics` declares.

    `label` makes sense by itself; that of a flag begins with "whether". `part` is the part of the picture that the
    metric speaks of, or empty. `shared` metrics have no replica axis.
    """

    name: str
    label: str
    unit: str
    kind: Kind
    part: Part
    shared: bool

    @property
    def statement(self) -> str:
        """What a flag says where it is 1, without "whether": "random weights solve 95 % or more of the examples"."""
        return self.label.replace("whether ", "", 1)


def metric(description: str, unit: str = "", kind: Kind | None = None, part: Part = "") -> Any:
    """A field of `Metrics` with one value, or one array, for each replica: (R,) or (R, ...).

    `description` makes sense without the fields beside it. `kind` follows from the unit where it is not given: a share,
    a count of what is in `COUNTED`, or else a number; flags and labels declare it.
    """
    return _field(description, unit, kind, part, shared=False)


def shared(description: str, unit: str = "", kind: Kind | None = None) -> Any:
    """A field of `Metrics` that all replicas have in common, such as the widths of a sweep: no replica axis."""
    return _field(description, unit, kind, "", shared=True)


def measures(metrics: type[Metrics]) -> dict[str, Measure]:
    """What each field declares, by name, in the order of the fields."""
    return {name: measure(metrics, name) for name in metrics.model_fields}


def measure(metrics: type[Metrics], name: str) -> Measure:
    """What one field declares; KeyError where there is none of that name."""
    field: FieldInfo = metrics.model_fields[name]
    extra = field.json_schema_extra
    declared: dict[str, Any] = extra if isinstance(extra, dict) else {}
    return Measure(name, field.description or name, declared.get("unit", ""), declared.get("kind", "number"),
                   declared.get("part", ""), declared.get("shared", False))


def is_shared(metrics: type[Metrics], name: str) -> bool:
    """Whether the metric is common to all replicas, and so has no replica axis."""
    extra = metrics.model_fields[name].json_schema_extra  # read alone: it is asked for each metric of each answer
    return isinstance(extra, dict) and bool(extra["shared"])


def _field(description: str, unit: str, kind: Kind | None, part: Part, *, shared: bool) -> Any:
    by_unit: Kind = "share" if unit == "share" else "count" if unit in COUNTED else "number"
    extra: Any = {"unit": unit, "kind": kind or by_unit, "part": part, "shared": shared}
    return Field(description=description, json_schema_extra=extra)
