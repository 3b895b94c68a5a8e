"""What authors write in TOML, read into a model, and what is wrong with it in words."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.content.errors import OurError

T = TypeVar("T", bound=BaseModel)


def read_toml(file: Path, kind: type[T], error: type[OurError]) -> T:
    """What a file says; `error` names the file and everything that is wrong in it."""
    try:
        return kind.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise error(f"{file.name}: {fault}") from fault
    except ValidationError as fault:
        raise error(f"{file.name}: {faults_of(fault)}") from fault


def faults_of(error: ValidationError) -> str:
    """Each fault with the place where it stands."""
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
