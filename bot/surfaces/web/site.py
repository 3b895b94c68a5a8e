"""What all handlers share: the bot, the settings, and what was made before."""

from collections.abc import Callable, Hashable

from bot.answers.answer import Answer
from bot.matching.search_file import search_index
from bot.service import Bot
from bot.surfaces.web.asked import Asked
from bot.surfaces.web.links import Links
from bot.surfaces.web.responses import Made
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.work import Memo, Workshop

THREADS = 2  # small networks hold the interpreter most of the time: more threads only take turns
ANSWERS, FILES, SLOW = 64, 400, 40  # remembered


class Site:
    """The pages of one bot."""

    def __init__(self, bot: Bot, settings: WebSettings) -> None:
        self.bot, self.settings = bot, settings
        self.links = Links(settings.public_url, chat_url=settings.chat_url, live_url=settings.public_url)
        self.workshop = Workshop(THREADS)
        self._answers: Memo[Answer] = Memo(self.workshop, ANSWERS)
        self._index: Memo[bytes] = Memo(self.workshop, 1)
        self._files: Memo[Made] = Memo(self.workshop, FILES)
        self._slow: Memo[Made] = Memo(Workshop(1), SLOW)

    async def search_index(self) -> bytes:
        """The small matcher as a file for browsers."""
        titles = {slug: entry.title for slug, entry in self.bot.entries.items()}
        return await self._index.get("", lambda: search_index(self.bot.matcher.small, titles))

    async def answer(self, asked: Asked) -> Answer:
        """The answer, trained once for all who ask."""
        return await self._answers.get(
            asked.key, lambda: self.bot.answer_at(asked.entry, asked.params, asked.seed))

    async def made(self, asked: Asked, what: str, make: Callable[[Answer], Made], slow: bool = False) -> Made:
        """Something made of an answer, once for all who ask. `what` tells it from the answer's other files; what takes
        seconds is `slow`, and keeps no page waiting."""
        key, memo = (what, *asked.key), self._slow if slow else self._files
        found = memo.ready(key)
        if found is not None:
            return found
        answer = await self.answer(asked)
        return await memo.get(key, lambda: make(answer))

    async def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Something made of a request's own, once for all who send the same."""
        return await self._files.get(key, make)
