"""An experiment's settings: what each is called, what it takes, and how its values are read and written.

A value has two written forms: the learner's ("ReLU", "on", "1,500"), in everything that people read, and the machine's
("relu", "true", "1500"), in links, JSON and forms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from bot.content.errors import OurError
from bot.content.formats import number
from sims.engine.experiment import Params

NAMES = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "sgd": "SGD", "adam": "Adam", "xor": "XOR", "or": "OR",
         "and": "AND", "relu_output": "ReLU output"}


_MADE: dict[type[Params], Mapping[str, "Setting"]] = {}  # by experiment


class SettingError(OurError, ValueError):
    """A setting that an experiment does not have or does not allow; the message says what is possible."""

    title = "That cannot be run"


@dataclass(frozen=True)
class Setting:
    """A setting of an experiment, made once for each field of its `Params`.

    `words` are what learners call it besides its title. `low` and `high` are the bounds of a number, `step` its
    slider's step where one is declared; `choices` are the values of a choice, in the machine's form.
    """

    name: str
    title: str
    description: str
    kind: Literal["number", "whole", "switch", "choice", "text"]
    default: Any
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    type: Any = None

    @property
    def label(self) -> str:
        """The title as a control has it, with the unit where that says more: "Batch size (examples)"."""
        unit = f" ({self.unit})" if self.unit and self.unit not in self.title else ""
        return self.title[:1].upper() + self.title[1:] + unit

    @property
    def takes(self) -> str:
        """What the setting takes, in words: "a whole number from 1 to 8"."""
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        if self.kind == "switch":
            return "true or false"
        if self.kind == "text":
            return f"text: {self.description}"
        kind = "a whole number" if self.kind == "whole" else "a number"
        return kind if self.low is None or self.high is None else f"{kind} from {self.low:g} to {self.high:g}"

    @property
    def values(self) -> tuple[str, ...]:
        """All values of a choice or a switch, in the machine's form; empty for a number."""
        return ("true", "false") if self.kind == "switch" else self.choices

    def parse(self, value: Any) -> Any:
        """A value from its machine's form, or checked; `SettingError` says what the setting takes."""
        try:
            return self._adapter.validate_python(value)
        except ValidationError as error:
            raise SettingError(self.refusal(value)) from error

    def refusal(self, value: Any) -> str:
        """Why a value cannot be had, and what can."""
        return f"{self.name} ({self.title}) cannot be {value!r}: it takes {self.takes}"

    def format(self, value: Any) -> str:
        """The learner's form: "ReLU", "on", "1,500"."""
        return shown(value)

    def with_unit(self, value: Any) -> str:
        """The learner's form with the unit, where title and number do not tell it: "10 roasts"."""
        unit = "" if self.unit in self.title or self.unit == "share" else f" {self.unit}"
        return self.format(value) + unit

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.type, config=ConfigDict(allow_inf_nan=False))


def settings_of(kind: type[Params]) -> Mapping[str, Setting]:
    """The settings of an experiment by name, in the order of its fields."""
    if kind not in _MADE:
        _MADE[kind] = {name: _setting(name, field) for name, field in kind.model_fields.items()}
    return _MADE[kind]


def setting_of(kind: type[Params], name: str) -> Setting:
    """One of the experiment's settings; `SettingError` lists them where there is none of that name."""
    settings = settings_of(kind)
    if name not in settings:
        raise SettingError(f"there is no setting {name!r} here; there are: {', '.join(settings)}")
    return settings[name]


def _setting(name: str, field: FieldInfo) -> Setting:
    kinds: dict[Any, Literal["number", "whole", "switch", "text"]] = {bool: "switch", int: "whole", str: "text"}
    options, more = choices(field), described(field)
    low, high = bounds(field)
    return Setting(
        name, field.title or name.replace("_", " "), field.description or "",
        "choice" if options else kinds.get(field.annotation, "number"), field.default, str(more.get("unit") or ""),
        low, high, more.get("step"), options, tuple(map(str, more.get("words") or ())),
        Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation,
    )


def shown(value: Any) -> str:
    """A setting's value as learners read it, of whichever setting it is."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return number(value) if isinstance(value, int | float) else NAMES.get(value, str(value).replace("_", " "))


def written(value: Any) -> str:
    """A setting's value in the machine's form: "true", "0.1", "relu"."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def said_with(kind: type[Params], changes: Mapping[str, Any]) -> list[str]:
    """Settings with their values as learners read them: ["hidden units = 2", "raw inputs = on"]."""
    settings = settings_of(kind)
    return [f"{settings[name].title} = {settings[name].format(value)}" for name, value in changes.items()]


def make_params(kind: type[Params], *layers: Mapping[str, Any]) -> Params:
    """Settings of an experiment, later layers over earlier ones over the defaults; `SettingError` on a bad one."""
    given = {name: value for layer in layers for name, value in layer.items()}
    try:
        return kind(**given)
    except ValidationError as error:
        raise SettingError("; ".join(_explain(kind, fault["loc"], given) for fault in error.errors())) from error


def differing(params: Params, own: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that differ from the entry's `own`."""
    return {name: value for name, value in params.model_dump().items() if value != own.get(name)}


def _explain(kind: type[Params], where: tuple[int | str, ...], given: Mapping[str, Any]) -> str:
    name = str(where[0]) if where else ""
    try:
        return setting_of(kind, name).refusal(given.get(name))
    except SettingError as error:
        return str(error)


def bounds(field: FieldInfo) -> tuple[float | None, float | None]:
    """The least and the largest value that a numerical setting may have; None where it has no bound."""
    low = next((m.ge for m in field.metadata if getattr(m, "ge", None) is not None), None)
    high = next((m.le for m in field.metadata if getattr(m, "le", None) is not None), None)
    return low, high


def choices(field: FieldInfo) -> tuple[str, ...]:
    """The values of a setting that is a choice; empty for the others."""
    found = getattr(field.annotation, "__args__", ())
    return tuple(choice for choice in found if isinstance(choice, str))


def described(field: FieldInfo) -> Mapping[str, Any]:
    """What `setting(...)` put beside a field: its unit, the words learners use for it, and a slider's step."""
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
