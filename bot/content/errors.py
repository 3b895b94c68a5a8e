"""Our errors: what cannot be done, with a message for whoever asked for it.

Every error of ours is an `OurError`, whatever else it is. The command line maps them to an exit status in
`bot/surfaces/cli/main.py`, the pages and the API to a status of HTTP in `bot/surfaces/web/problems.py`.
"""

from collections.abc import Sequence
from typing import ClassVar, Literal

Kind = Literal["bad input", "not found", "too long", "busy", "unavailable", "bad content"]


class OurError(Exception):
    """Something that cannot be done. Its text is the message: one sentence for whoever asked.

    `kind` says what sort of error it is ("bad content": what an author wrote cannot be used), `title` heads a page
    about it, and `near` names entries to go on to.
    """

    kind: ClassVar[Kind] = "bad input"
    title: ClassVar[str] = "That cannot be done"

    def __init__(self, message: str, near: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.near = tuple(near)

    def __str__(self) -> str:
        return str(self.args[0])
