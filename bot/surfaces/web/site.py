"""What all handlers share: the bot, the settings, what was made before, and the threads that make the rest.

Matching, runs and drawing have threads of their own, so that a question and a page of a run that is there already never
wait behind a training. A page that needs a run is drawn by the thread that trained it: behind all other runs it would
come last. One thread makes the runs of explanations, in the order in which they are asked for: two would take turns, so
that the first of many waited twice as long and the last no less. What may take seconds (a network of a learner's own,
an experiment at any settings) has a thread beside it. Where processes share what they make, one is asked for it that
waits for nothing else, before a run is begun.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from hashlib import blake2b
from threading import Lock

from bot.answers.answer import Answer
from bot.diagnosis.answer import NetworkAnswer
from bot.diagnosis.reading import read_post
from bot.dialogue import Interpretation
from bot.service import Bot
from bot.surfaces.web.asked import Asked
from bot.surfaces.web.asks import asks_file
from bot.surfaces.web.links import Links
from bot.surfaces.web.responses import Made, made_of
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.work import Memo, Workshop
from sims.engine.experiment import drain
from sims.engine.general.settings import NetworkParams

RUNS = "runs", 1, 32, 1.0  # small networks hold the interpreter most of the time
NETWORKS = "networks", 1, 16, 1.0
MATCHING = "matching", 2, 100
DRAWING = "drawing", 2, 100
MOVING = "moving", 1, 16, 3.0
REVIEWING = "reviewing", 1, 8, 3.0  # for mentors: what was asked in vain
LOOKING = "looking", 2, 500, 0.01
ANSWERS, FILES, SLOW, REPLIES = 64, 400, 40, 64  # remembered


class Site:
    """The pages of one bot."""

    def __init__(self, bot: Bot, settings: WebSettings) -> None:
        self.bot, self.settings = bot, settings
        self.links = Links(settings.public_url, chat_url=settings.chat_url, live_url=settings.public_url)
        self.shelf = bot.runs.shelf
        self.runs, self.networks, self.matching, self.drawing, self.moving, self.reviewing, self.looking = (
            Workshop(*kind) for kind in (RUNS, NETWORKS, MATCHING, DRAWING, MOVING, REVIEWING, LOOKING))
        self._answers: Memo[Answer] = Memo(ANSWERS)
        self._search: Memo[Made] = Memo(2)
        self._files: Memo[Made] = Memo(FILES)
        self._slow: Memo[Made] = Memo(SLOW)
        self._replies: Memo[Made] = Memo(REPLIES)
        self._fixed: dict[str, Made] = {}
        self._lock = Lock()

    def waiting(self) -> dict[str, Callable[[], int]]:
        """By the name of each kind of work, how many things wait for it."""
        workshops = {"runs": self.runs, "networks": self.networks, "matching": self.matching, "drawing": self.drawing,
                     "moving": self.moving, "reviewing": self.reviewing, "looking": self.looking}
        return {name: partial(getattr, workshop, "waiting") for name, workshop in workshops.items()}

    def fixed(self, name: str, make: Callable[[], Made]) -> Made:
        """What is the same for everybody as long as the process lives, made when it is first asked for."""
        with self._lock:
            if name not in self._fixed:
                self._fixed[name] = make().finished()
            return self._fixed[name]

    async def search_index(self) -> Made:
        """The small matcher as a file for browsers."""
        return await self._for_search("index", lambda: self.bot.matcher.search_file(self.bot.entries))

    async def asks(self) -> Made:
        """The ways to ask points as a file for browsers."""
        return await self._for_search(
            "asks", lambda: asks_file(self.bot.entries.values(), self.bot.matcher.small.speller))

    async def _for_search(self, name: str, content: Callable[[], bytes]) -> Made:
        def make() -> Made:
            return Made(content(), "application/octet-stream").finished()

        return self._search.ready(name) or await self._search.get(name, make, self.matching)

    async def answer(self, asked: Asked) -> Answer:
        """The answer, trained once for all who ask."""
        found = self._answers.ready(asked.key)
        if found is None:
            await self._fetched(asked)
        return found or await self._answers.get(asked.key, lambda: self._answered(asked), self._workshop(asked))

    async def made(self, asked: Asked, what: str, make: Callable[[Answer], Made], slow: bool = False) -> Made:
        """Something made of an answer, once for all who ask. `what` tells it from the answer's other files; what takes
        seconds is `slow`, and keeps no page waiting."""
        key, memo = (what, *asked.key), self._slow if slow else self._files
        found = memo.ready(key) or await self._of_others(key, memo)
        if found is not None:
            return found
        if not self._answers.ready(asked.key):
            await self._fetched(asked)
        answer = await self.answer(asked) if slow else self._answers.ready(asked.key)
        workshop = self.moving if slow else self.drawing if answer else self._workshop(asked)


        def for_all() -> Made:
            made = make(answer or self._answered(asked)).finished()
            if self.shelf is not None:
                self.shelf.put(self._name(key), made.as_bytes())
            return made

        return await memo.get(key, for_all, workshop)

    async def understood(self, question: str, previous: Sequence[str] = (), closest: bool = True) -> Interpretation:
        """What a question asks for; without the points that come `closest` where nobody shows them."""
        return await self.matching.do(lambda: self.bot.understand(question, previous, closest=closest))

    async def network(self, given: str | NetworkParams, seed: int = 0) -> NetworkAnswer:
        """The answer about a learner's own network, from the text that holds it or from its settings. Reading and runs
        are done in one place in the queue, and stop where nobody waits for them any more; nothing of it is kept but
        the runs."""
        def make() -> NetworkAnswer:
            return drain(self.bot.diagnosing(read_post(given) if isinstance(given, str) else given, seed))

        return await self.networks.do(make)

    async def replied(self, key: Hashable, reply: Interpretation, make: Callable[[], Made]) -> Made:
        """Something made of a reply, once for all who send the same `key` while it is decided alike; kept apart from
        pages, which whoever sends many of these would push out."""
        def trains() -> bool:
            return not self.bot.remembers_all(reply)

        workshop = self.runs if await self.matching.do(trains) else self.drawing
        return await self._replies.get((key, reply.slug, reply.decision), make, workshop)

    async def _of_others(self, key: Hashable, memo: Memo[Made]) -> Made | None:
        """What another process has made of an answer."""
        shelf = self.shelf
        if shelf is None or not shelf.line.is_open:
            return None

        def look() -> Made | None:
            content = shelf.find(self._name(key))
            return made_of(content) if content is not None else None

        found = await self.looking.do(look)
        return memo.keep(key, found) if found is not None else None

    async def _fetched(self, asked: Asked) -> None:
        """Take over the run where another process has made it, so that nobody waits for a training."""
        if self.shelf is not None and self.shelf.line.is_open:
            await self.looking.do(lambda: self.bot.fetch(asked.entry, asked.params, asked.seed))

    def _name(self, key: Hashable) -> str:
        """What a file is called on the shelf: addresses stand in it, so another server's is another."""
        told = repr((key, self.settings.public_url, self.settings.chat_url))
        return f"file {blake2b(told.encode(), digest_size=20).hexdigest()}"

    def _answered(self, asked: Asked) -> Answer:
        return self.bot.answer_at(asked.entry, asked.params, asked.seed)

    def _workshop(self, asked: Asked) -> Workshop:
        known = self.bot.remembers(asked.entry, asked.params, asked.seed)
        return self.drawing if known else self.runs
