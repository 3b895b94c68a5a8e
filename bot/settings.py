"""An experiment's settings from an entry and from a learner, with messages that say what is possible."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from sims.engine.experiment import Params


class SettingError(ValueError):
    """A setting that an experiment does not have or does not allow; the message says what is possible."""


def make_params(kind: type[Params], *layers: Mapping[str, Any]) -> Params:
    """Settings of an experiment, later layers over earlier ones over the defaults; `SettingError` on a bad one."""
    given = {name: value for layer in layers for name, value in layer.items()}
    try:
        return kind(**given)
    except ValidationError as error:
        raise SettingError("; ".join(_explain(kind, fault["loc"], given) for fault in error.errors())) from error


def _explain(kind: type[Params], where: tuple[int | str, ...], given: Mapping[str, Any]) -> str:
    name = str(where[0]) if where else ""
    field = kind.model_fields.get(name)
    if field is None:
        return f"there is no setting {name!r} here; there are: {', '.join(kind.model_fields)}"
    return f"{name} ({field.title}) cannot be {given.get(name)!r}: it takes {allowed(field)}"


def bounds(field: FieldInfo) -> tuple[float | None, float | None]:
    """The least and the largest value that a numerical setting may have; None where it has no bound."""
    low = next((m.ge for m in field.metadata if getattr(m, "ge", None) is not None), None)
    high = next((m.le for m in field.metadata if getattr(m, "le", None) is not None), None)
    return low, high


def choices(field: FieldInfo) -> tuple[str, ...]:
    """The values of a setting that is a choice; empty for the others."""
    found = getattr(field.annotation, "__args__", ())
    return tuple(choice for choice in found if isinstance(choice, str))


def allowed(field: FieldInfo) -> str:
    """What a setting takes, in words: "a whole number from 1 to 8"."""
    if options := choices(field):
        return "one of " + ", ".join(options)
    if field.annotation is bool:
        return "true or false"
    if field.annotation is str:
        return f"text: {field.description}"
    low, high = bounds(field)
    kind = "a whole number" if field.annotation is int else "a number"
    return f"{kind} from {low:g} to {high:g}" if low is not None and high is not None else kind


def described(field: FieldInfo) -> Mapping[str, Any]:
    """What `setting(...)` put beside a field: its unit, the words learners use for it, and a slider's step."""
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
