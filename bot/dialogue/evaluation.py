"""Conversations with a known reply to the last question, questions with known settings: how many are exact."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.dialogue import Dialogue, Interpretation, Level
from bot.dialogue.stories import judge, read_stories
from bot.language.settings import read_settings
from bot.language.utterance import read
from bot.matching import Decision
from bot.matching.evaluation.shipped import QUESTIONS, EvaluationError
from sims.engine.registry import find

CONVERSATIONS = QUESTIONS.with_name("conversations.jsonl")
SETTINGS = QUESTIONS.with_name("settings.jsonl")


@dataclass(frozen=True)
class Served:
    """What learners are answered by, the dialogue over a matcher of that name, as questions with known entries measure
    it."""

    name: str
    dialogue: Dialogue

    def decide(self, question: str, previous: Sequence[str] = ()) -> Decision:
        """The decision on a question in its conversation."""
        return self.dialogue.understand(question, previous).decision


class Conversation(BaseModel):
    """The questions of a conversation, and what the last of them asks for. An absent seed is not compared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    set: Literal["development", "held out"]
    questions: tuple[str, ...]
    decision: Literal["answer", "decline"]  # decline: anything but an answer
    entry: str | None
    params: dict[str, bool | int | float | str] = {}
    level: Level = "text"
    compare: tuple[str, tuple[Any, Any]] | None = None
    seed: int | None = None


class Case(BaseModel):
    """A question, and the settings of an experiment that it names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    experiment: str
    text: str
    params: dict[str, bool | int | float | str]


class Exactness(BaseModel):
    """How many came out exactly, and what did not."""

    asked: int
    exact: int
    wrong: list[str]

    @property
    def share(self) -> float:
        """The share that came out exactly."""
        return self.exact / self.asked


def read_conversations(path: Path = CONVERSATIONS) -> list[Conversation]:
    """The conversations in a JSON Lines file; EvaluationError names the line that is wrong."""
    return _lines(path, Conversation)


def read_cases(path: Path = SETTINGS) -> list[Case]:
    """The settings cases in a JSON Lines file; EvaluationError names the line that is wrong."""
    return _lines(path, Case)


def follow(understand: Callable[[str, Sequence[str]], Interpretation],
           conversations: Sequence[Conversation]) -> Exactness:
    """How many conversations are resolved: entry, settings, level, comparison and, where one is given, seed."""
    wrong = []
    for one in conversations:
        reply = understand(one.questions[-1], one.questions[:-1])
        faults = _faults(one, reply)
        if faults:
            wrong.append(f"{one.id} {' / '.join(one.questions)}: {faults}")
    return Exactness(asked=len(conversations), exact=len(conversations) - len(wrong), wrong=wrong)


def read_exactly(cases: Sequence[Case]) -> Exactness:
    """How many questions' settings are read exactly."""
    wrong = []
    for case in cases:
        changes = dict(read_settings(read(case.text), find(case.experiment).params).changes)
        if changes != case.params:
            wrong.append(f"{case.experiment}: {case.text}: {changes} instead of {case.params}")
    return Exactness(asked=len(cases), exact=len(cases) - len(wrong), wrong=wrong)


class DialogueReport(BaseModel):
    """Follow-ups over the conversations of either set and the held-out stories, settings over the written cases."""

    conversations: dict[str, Exactness]
    stories: dict[str, Exactness]
    settings: Exactness


def measure_dialogue(understand: Callable[[str, Sequence[str]], Interpretation]) -> DialogueReport:
    """Measure the shipped conversations and settings cases."""
    conversations = read_conversations()
    sets = {name: [one for one in conversations if one.set == name] for name in ("development", "held out")}
    held = [story for story in read_stories() if story.set == "held out"]
    told = judge(lambda step: understand(step.turn.text, step.previous), held)
    counts = {"right first where they stay or lean": told.context, "changes of subject noticed": told.noticed,
              "wishes carried out": told.exact}
    return DialogueReport(conversations={name: follow(understand, some) for name, some in sets.items()},
                          stories={name: Exactness(asked=of, exact=n, wrong=[]) for name, (n, of) in counts.items()},
                          settings=read_exactly(read_cases()))


def render_dialogue(report: DialogueReport) -> str:
    """The report to read. What went wrong in the held-out conversations is not shown, so that nobody tunes on it."""
    lines = [f"conversations, {name}  {found.exact} of {found.asked} ({found.share:.1%})"
             for name, found in report.conversations.items()]
    lines += [f"held-out stories, {name}  {found.exact} of {found.asked} ({found.share:.1%})"
              for name, found in report.stories.items()]
    lines += [f"settings  {report.settings.exact} of {report.settings.asked} ({report.settings.share:.1%})", ""]
    return "\n".join([*lines, *report.conversations["development"].wrong, *report.settings.wrong])


def _faults(wanted: Conversation, reply: Interpretation) -> str:
    got: Mapping[str, Any] = {"entry": reply.slug, "params": dict(reply.changes), "level": reply.level,
                              "compare": reply.compare, "seed": reply.seed if wanted.seed is not None else None}
    return ", ".join(f"{name} {value!r} instead of {getattr(wanted, name)!r}" for name, value in got.items()
                     if value != getattr(wanted, name))


def _lines(path: Path, kind: type[BaseModel]) -> list[Any]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"cannot read {path}: {error}") from error
    return [_line(f"{path}, line {number}", line, kind) for number, line in enumerate(lines, start=1) if line.strip()]


def _line(where: str, line: str, kind: type[BaseModel]) -> Any:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        raise EvaluationError(f"{where}: {error.errors()[0]['msg']}") from error
