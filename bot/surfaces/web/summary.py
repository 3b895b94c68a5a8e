"""Small things that pages say of an answer in plain words."""

from bot.answers.answer import Answer
from bot.content.formats import plain_text

TITLE = 80  # characters; forums cut there


def title(answer: Answer) -> str:
    """The entry's question, in at most `TITLE` characters."""
    return shortened(plain_text(answer.entry.title))


def shortened(text: str) -> str:
    """A question in at most `TITLE` characters."""
    return text if len(text) <= TITLE else text[: TITLE - 1].rsplit(" ", 1)[0] + "…"

