"""Where rows wait on disk while the database is away: a folder with a file of JSON lines for each batch.

Several processes may write and deliver at once. A file is whole or not there, and is deleted after its rows are in the
database; one that is delivered twice changes nothing, because each row has an id of its own.
"""

import hashlib
import logging
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import platformdirs
from pydantic import TypeAdapter, ValidationError

from bot.store.tables import Row

MOST_BYTES = 32_000_000  # that wait; what comes then is lost
MOST_FILES = 20_000
END = ".jsonl"
LOG = logging.getLogger(__name__)
ROW = TypeAdapter(Row)


@dataclass(frozen=True)
class Spool:
    """The folders where rows may wait, the best first: the next serves where one cannot be written."""

    folders: tuple[Path, ...]

    def put(self, rows: Sequence[Row]) -> bool:
        """Have the rows wait on disk. Whether they do."""
        lines = b"\n".join(ROW.dump_json(row, exclude_defaults=True) for row in rows)
        waiting = self._files()
        if len(waiting) >= MOST_FILES or sum(map(_size, waiting)) + len(lines) > MOST_BYTES:
            return False
        return any(_written(folder, lines) for folder in self.folders)

    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self._files()

    def deliver(self, write: Callable[[Sequence[Row]], None]) -> None:
        """Hand over what waits, the oldest first; what `write` raises ends it, and the rest waits on."""
        for file in self._files():
            try:
                lines = file.read_bytes().splitlines()
            except OSError:  # another process was faster, or it is another user's
                continue
            write([row for row in map(_row, lines) if row])
            with suppress(OSError):  # what stays is delivered again, which changes nothing
                file.unlink()

    def _files(self) -> list[Path]:
        found: list[Path] = []
        for folder in self.folders:
            with suppress(OSError):
                found += [file for file in folder.iterdir() if file.suffix == END]
        return sorted(found, key=lambda file: file.name)


def spool_of(path: Path | None, url: str) -> Spool:
    """What waits for this database: beside its file, or else among the user's own data, in a folder for each one."""
    mark = hashlib.sha256((url or str(path and path.absolute())).encode()).hexdigest()[:16]
    own = Path(platformdirs.user_state_dir("ask-neuron")) / "waiting" / mark
    return Spool((own,) if url or path is None else (path.with_name(f"{path.name}.waiting"), own))


def _written(folder: Path, lines: bytes) -> bool:
    name = f"{time.time_ns():020}-{uuid4().hex}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        begun = folder / f"{name}.begun"
        with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(lines)
            stream.flush()
            os.fsync(stream.fileno())
        begun.replace(folder / f"{name}{END}")
    except OSError:
        return False
    return True


def _row(line: bytes) -> Row | None:
    try:
        return ROW.validate_json(line)
    except ValidationError:
        LOG.warning("a line that waited for the store cannot be read, and is left out")
        return None


def _size(file: Path) -> int:
    with suppress(OSError):
        return file.stat().st_size
    return 0
