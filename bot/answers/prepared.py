"""A folder of runs that were made before anybody asks, and of their controls' counts: any process of this installation
reads one in milliseconds. What they are made by stands in the folder's name, so that changed code finds none of them.
"""

import logging
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.content.environment import cache_folder
from bot.sharing.version import RUNS, version

LARGEST = 4_000_000  # bytes of one run
MOST = 250_000_000  # bytes of all
LOG = logging.getLogger(__name__)


class Prepared:
    """Bytes by key in a folder; what is not there, or cannot be read, is None."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_full = False

    def find(self, key: str) -> bytes | None:
        """What was put there."""
        try:
            return (self.folder / _name(key)).read_bytes() or None
        except OSError:
            return None

    def has(self, key: str) -> bool:
        """Whether anything was put there."""
        return (self.folder / _name(key)).is_file()

    def put(self, key: str, content: bytes) -> bool:
        """Put something there, whole or not at all: its name alone where it is too large, so that nobody makes it again
        for this; nothing where the folder or the disk is full. Whether there was room."""
        if self.is_full:
            return False
        if len(content) > LARGEST:
            content = b""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if len(content) + sum(file.stat().st_size for file in self.folder.iterdir()) > MOST:
                self.is_full = True
                return False
            self._write(self.folder / _name(key), content)
        except OSError as error:
            self.is_full = True
            LOG.warning("What is made beforehand cannot be kept in %s: %s", self.folder.name, error.strerror)
            return False
        return True

    def _write(self, path: Path, content: bytes) -> None:
        with NamedTemporaryFile(dir=self.folder, delete=False) as file:  # readable by its owner alone
            try:
                file.write(content)
                file.flush()
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink()
                raise

    def forget_others(self) -> None:
        """Remove the folders of other versions, which nobody reads any more."""
        with suppress(OSError):
            for other in self.folder.parent.iterdir():
                if other != self.folder:
                    shutil.rmtree(other, ignore_errors=True)


def prepared_here() -> Prepared:
    """What was made beforehand by this very code; it may be nothing yet."""
    return Prepared(cache_folder() / "runs" / version(RUNS))


def _name(key: str) -> str:
    return key.replace(" ", "-")
