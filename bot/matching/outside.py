"""Questions that are not ours, in named groups, each with its answering line: knowledge/outside.toml.

Examples of a group stand in knowledge/outside/<name>.jsonl, in the format of an entry's phrasings.
"""

from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from bot.content.errors import Kind, OurError
from bot.content.phrasings import ENDING, read_texts
from bot.content.toml import read_toml

# Groups that rules find, without looking at any vector; outside.toml may give them a better line.
EMPTY, OTHER_SCRIPT, OTHER_LANGUAGE, GIBBERISH = "empty", "other-script", "other-language", "gibberish"
GAPS = "not-yet"  # the group of what an entry may answer one day
RULE_LINES = {
    EMPTY: "There is nothing to read yet. Ask a question about neurons and small networks in your own words.",
    OTHER_SCRIPT: "I read only English well and may have missed your point. These are the nearest questions I know.",
    OTHER_LANGUAGE: "I read English best and may have missed your point. These are the nearest questions I know.",
    GIBBERISH: "I find no words that I know in this. Ask about neurons and small networks in your own words.",
}


class OutsideError(OurError, ValueError):
    """The file of the groups cannot be used; the message says what to change."""

    kind: ClassVar[Kind] = "bad content"


class Group(BaseModel):
    """A kind of question that is declined: its name, what is said to the learner, and examples of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    says: str = Field(min_length=1)
    examples: tuple[str, ...] = ()
    near: bool = False  # near misses (other fields, the course's administration), as against far ones


class _Outside(BaseModel):
    model_config = ConfigDict(extra="forbid")

    groups: tuple[Group, ...]


def read_outside(path: Path) -> tuple[Group, ...]:
    """The groups in a file like knowledge/outside.toml.

    Raises OutsideError, naming the file and what is wrong in it.
    """
    groups = read_toml(path, _Outside, OutsideError).groups
    names = [group.name for group in groups]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise OutsideError(f"{path.name}: two groups are named {', '.join(twice)}")
    examples = path.with_suffix("")  # a folder
    return tuple(group.model_copy(update={"examples": read_texts(file)})
                 if (file := examples / (group.name + ENDING)).is_file() else group for group in groups)
