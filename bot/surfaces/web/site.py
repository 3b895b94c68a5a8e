"""What all handlers share: the bot, the settings, what was made before, and the threads that make the rest.

Matching, runs and drawing have threads of their own, so that a question and a page of a run that is there already never
wait behind a training. A page that needs a run is drawn by the thread that trained it: behind all other runs it would
come last. One thread makes the runs of explanations, in the order in which they are asked for: two would take turns, so
that the first of many waited twice as long and the last no less. What may take seconds (a network of a learner's own,
an experiment at any settings) has a thread beside it.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from threading import Lock

from bot.answers.answer import Answer
from bot.diagnosis.answer import NetworkAnswer
from bot.diagnosis.reading import read_post
from bot.dialogue import Interpretation
from bot.service import Bot
from bot.surfaces.web.asked import Asked
from bot.surfaces.web.links import Links
from bot.surfaces.web.responses import Made
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.work import Memo, Workshop
from sims.engine.experiment import drain
from sims.engine.general.settings import NetworkParams

RUNS = "runs", 1, 32  # small networks hold the interpreter most of the time
NETWORKS = "networks", 1, 16
MATCHING = "matching", 2, 100
DRAWING = "drawing", 2, 100
MOVING = "moving", 1, 16  # seconds each
REVIEWING = "reviewing", 1, 8  # for mentors: what was asked in vain
ANSWERS, FILES, SLOW, REPLIES = 64, 400, 40, 64  # remembered


class Site:
    """The pages of one bot."""

    def __init__(self, bot: Bot, settings: WebSettings) -> None:
        self.bot, self.settings = bot, settings
        self.links = Links(settings.public_url, chat_url=settings.chat_url, live_url=settings.public_url)
        self.runs, self.networks, self.matching, self.drawing, self.moving, self.reviewing = (
            Workshop(*kind) for kind in (RUNS, NETWORKS, MATCHING, DRAWING, MOVING, REVIEWING))
        self._answers: Memo[Answer] = Memo(ANSWERS)
        self._index: Memo[Made] = Memo(1)
        self._files: Memo[Made] = Memo(FILES)
        self._slow: Memo[Made] = Memo(SLOW)
        self._replies: Memo[Made] = Memo(REPLIES)
        self._fixed: dict[str, Made] = {}
        self._lock = Lock()

    def waiting(self) -> dict[str, Callable[[], int]]:
        """By the name of each kind of work, how many things wait for it."""
        workshops = {"runs": self.runs, "networks": self.networks, "matching": self.matching, "drawing": self.drawing,
                     "moving": self.moving, "reviewing": self.reviewing}
        return {name: partial(getattr, workshop, "waiting") for name, workshop in workshops.items()}

    def fixed(self, name: str, make: Callable[[], Made]) -> Made:
        """What is the same for everybody as long as the process lives, made when it is first asked for."""
        with self._lock:
            if name not in self._fixed:
                self._fixed[name] = make().finished()
            return self._fixed[name]

    async def search_index(self) -> Made:
        """The small matcher as a file for browsers."""
        def make() -> Made:
            return Made(self.bot.matcher.search_file(self.bot.entries), "application/octet-stream").finished()

        return self._index.ready("") or await self._index.get("", make, self.matching)

    async def answer(self, asked: Asked) -> Answer:
        """The answer, trained once for all who ask."""
        found = self._answers.ready(asked.key)
        return found or await self._answers.get(asked.key, lambda: self._answered(asked), self._workshop(asked))

    async def made(self, asked: Asked, what: str, make: Callable[[Answer], Made], slow: bool = False) -> Made:
        """Something made of an answer, once for all who ask. `what` tells it from the answer's other files; what takes
        seconds is `slow`, and keeps no page waiting."""
        key, memo = (what, *asked.key), self._slow if slow else self._files
        found = memo.ready(key)
        if found is not None:
            return found
        answer = await self.answer(asked) if slow else self._answers.ready(asked.key)
        workshop = self.moving if slow else self.drawing if answer else self._workshop(asked)
        return await memo.get(key, lambda: make(answer or self._answered(asked)).finished(), workshop)

    async def understood(self, question: str, previous: Sequence[str] = ()) -> Interpretation:
        """What a question asks for."""
        return await self.matching.do(lambda: self.bot.understand(question, previous))

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

    def _answered(self, asked: Asked) -> Answer:
        return self.bot.answer_at(asked.entry, asked.params, asked.seed)

    def _workshop(self, asked: Asked) -> Workshop:
        known = self.bot.remembers(asked.entry, asked.params, asked.seed)
        return self.drawing if known else self.runs
