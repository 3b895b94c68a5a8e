"""Diagnoses as data: `knowledge/diagnoses/<id>.md`, each a condition over what was read and what it means.

    +++
    says = "All weights start at 0, so the hidden units stay copies of one another."   # one sentence
    when = ["start == 'zeros'", "hidden_layers >= 1"]   # all must hold; a list of such lists: one of them must hold
    unless = ["softmax_layers >= 1"]                    # none may hold
    telling = 90                                        # 0 to 100: the larger stands first
    complaint = ["oscillates"]                          # claims of `said.toml`: where the title or a question makes one
                                                        # of them, the rule counts as 15 more telling
    line_of = "start"                                   # the field of the specification or symptoms whose line is cited
    show = { data = "xor" }                             # settings of `your_network` where the post does not say them
    mend = { start = "glorot_uniform" }                 # the one change; none where there is nothing to change
    next = "weight-initialisation"                      # the entry to read next
    by_reading = "The training is right; ..."           # instead of a claim: why no run shows it, said to the reader

    [claim]                                             # judged on the run as read
    says = "..."
    holds = "solved < 1"
    in_at_least = 0.9
    [control]                                           # judged on the mended run; `was_` and a metric is that as read
    says = "..."
    holds = "score > was_score"
    in_at_least = 0.6
    +++
    Two or three sentences for the learner.

Names in `when` and `unless` are those of `facts.names()`; text in braces, `{learning_rate}`, is put in from there.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.content.errors import Kind, OurError
from bot.content.expressions import evaluate, is_comparison, names_in
from bot.diagnosis.facts import facts, names
from bot.diagnosis.spec import SAID, Reading

FOLDER = Path(__file__).resolve().parents[2] / "knowledge" / "diagnoses"
ASKED = 15  # how much more telling what is asked about is
KEPT = 256  # sets of facts whose rules are remembered

_SAID_BY = {"accuracies": ("val_accuracies",), "val_losses": ("val_accuracies",),
            "scaling": ("said_largest",), "targets": ("label_values", "said_targets", "drawn_targets")}

Text = Annotated[str, Field(min_length=1)]
Conditions = tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]  # a rule's `when` and `unless`
Settings = dict[str, bool | int | float | str]


class RuleError(OurError):
    """A rule that cannot be used; the message names the file and what is wrong."""

    kind: ClassVar[Kind] = "bad content"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Claim(_Part):
    """A sentence bound to a metric of the run, with the share of runs in which it must hold."""

    says: Text
    holds: Text
    in_at_least: float = Field(ge=0, le=1)


class Rule(_Part):
    """One diagnosis: when it applies, what it says, what shows it and what mends it."""

    id: Text
    says: Text
    when: tuple[tuple[Text, ...], ...] = Field(min_length=1)
    unless: tuple[Text, ...] = ()
    telling: float = Field(50, ge=0, le=100)
    complaint: tuple[Text, ...] = ()
    line_of: str | None = None
    show: Settings = {}
    mend: Settings = {}
    next: str | None = None
    claim: Claim | None = None
    control: Claim | None = None
    by_reading: str = ""
    text: str = ""

    @model_validator(mode="after")
    def _is_shown_or_says_why_not(self) -> Self:
        if (self.claim is None) != bool(self.by_reading):
            raise ValueError("a rule has a claim, or says in by_reading why no run shows it")
        return self

    @field_validator("when", mode="before")
    @classmethod
    def _one_list_or_several(cls, when: Any) -> Any:
        return [when] if isinstance(when, list | tuple) and all(isinstance(one, str) for one in when) else when

    @field_validator("complaint")
    @classmethod
    def _complaints_are_claims(cls, complaint: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(complaint) - set(SAID):
            raise ValueError(f"{', '.join(sorted(unknown))} is not among the claims {', '.join(SAID)}")
        return complaint

    @field_validator("when", "unless")
    @classmethod
    def _conditions_are_over_facts(cls, when: Any) -> Any:
        for text in (one for group in when for one in ((group,) if isinstance(group, str) else group)):
            if not is_comparison(text):
                raise ValueError(f"{text!r} compares nothing; write for example \"loss == 'squared_error'\"")
            if unknown := names_in(text) - names():
                raise ValueError(f"{text!r} names {', '.join(sorted(unknown))}, which is not a fact")
        return when


class Diagnosis(_Part):
    """A rule that applies to a reading, with the line it points at."""

    rule: Rule
    says: str
    line: int | None = None

    @property
    def id(self) -> str:
        """The rule's name: its file's, without `.md`."""
        return self.rule.id


def read_rule(path: Path) -> Rule:
    """Read one rule; `RuleError` says what is wrong with the file."""
    try:
        before, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        if before.strip():
            raise RuleError(f"{path.name}: there is text before the first +++ line")
        return Rule(id=path.stem, text=body.strip(), **tomllib.loads(front))
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{path.name}: the front matter is not TOML: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise RuleError(f"{path.name}: {faults}") from error
    except TypeError as error:
        raise RuleError(f"{path.name}: {error}") from error


def read_rules(folder: Path = FOLDER) -> tuple[Rule, ...]:
    """All rules in the folder, in alphabetical order."""
    return tuple(read_rule(path) for path in sorted(folder.glob("*.md")))


@cache
def our_rules() -> tuple[Rule, ...]:
    """The rules of the repository, read once."""
    return read_rules()


def diagnose(reading: Reading, rules: Sequence[Rule]) -> list[Diagnosis]:
    """The rules that apply to a reading, the most telling first, and before them of two that are near one another that
    which the post asks about; empty where nothing is unusual."""
    known = facts(reading)
    applying = _applying(tuple((rule.when, rule.unless) for rule in rules), tuple(known.items()))
    found = [rule for rule, is_so in zip(rules, applying, strict=True) if is_so]
    asked = set(reading.symptoms.asked)
    found.sort(key=lambda rule: (-rule.telling - ASKED * bool(asked & set(rule.complaint)), rule.id))
    return [Diagnosis(rule=rule, says=_filled(rule.says, known), line=_line(rule, reading)) for rule in found]


@lru_cache(KEPT)
def _applying(conditions: tuple[Conditions, ...], known: tuple[tuple[str, Any], ...]) -> tuple[bool, ...]:
    """Whether each rule's conditions hold for facts. Remembered: posts in words alone have the same facts."""
    of_name = dict(known)
    return tuple(any(all(_holds(one, of_name) for one in group) for group in when)
                 and not any(_holds(one, of_name) for one in unless) for when, unless in conditions)


def _holds(condition: str, known: Mapping[str, Any]) -> bool:
    return bool(evaluate(condition, known, set()))


def _line(rule: Rule, reading: Reading) -> int | None:
    if rule.line_of is None:
        return None
    lines = {**reading.symptoms.lines, **reading.spec.lines}
    return next((lines[name] for name in (rule.line_of, *_SAID_BY.get(rule.line_of, ())) if name in lines), None)


def _filled(says: str, known: Mapping[str, Any]) -> str:
    for name, value in known.items():
        if "{" + name + "}" in says:
            says = says.replace("{" + name + "}", f"{value:g}" if isinstance(value, int | float) else str(value))
    return says
