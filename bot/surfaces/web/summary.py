"""Small things that pages say of an answer in plain words."""

from typing import Any

from bot.answers.answer import Answer
from bot.content.formats import plain_text

TITLE = 80  # characters; forums cut there


def title(answer: Answer) -> str:
    """The entry's question, in at most `TITLE` characters."""
    text = plain_text(answer.entry.title)
    return text if len(text) <= TITLE else text[: TITLE - 1].rsplit(" ", 1)[0] + "…"


def said(value: Any) -> str:
    """A setting's value in words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e6 else str(value)

