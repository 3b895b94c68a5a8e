"""What processes make once for all of them: bytes by key in the Redis that ASK_NEURON_REDIS names.

No call waits for longer than two seconds. While Redis is away, whoever asks is told that nothing is there, and each
process keeps what it makes for itself; that is said once, and Redis is tried again every few seconds.
"""

import logging
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from bot.content.environment import BadEnvironment, environment
from bot.sharing.version import version

if TYPE_CHECKING:
    from redis.lock import Lock as Claimed

PREFIX = "ask-neuron"
CONNECTING, ANSWERING = 0.5, 1.0  # seconds that Redis has
AGAIN = 5.0  # seconds until it is tried again
KEPT = 86_400  # seconds that a thing stays; where Redis has a bound on memory, it may go before
LARGEST = 16_000_000  # bytes
CLAIMED = 10.0  # seconds that a claim holds unless it is renewed
AWAY = "Redis cannot be reached (%s): each process keeps what it makes for itself until it is back"
BACK = "Redis answers again: what is made is shared"
LOG = logging.getLogger(__name__)
T = TypeVar("T")


class Line:
    """Whether Redis answers. What changes is said in the log, once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lost, self._again = False, 0.0

    @property
    def is_open(self) -> bool:
        """Whether Redis is to be asked now: it answered the last time, or that was a while ago."""
        return not self._lost or monotonic() >= self._again

    def lost(self, error: Exception) -> None:
        """Redis did not answer."""
        with self._lock:
            if not self._lost:
                LOG.warning(AWAY, type(error).__name__)
            self._lost, self._again = True, monotonic() + AGAIN

    def back(self) -> None:
        """Redis answered."""
        if self._lost:
            with self._lock:
                if self._lost:
                    LOG.warning(BACK)
                self._lost = False


class Claim:
    """That this process makes a thing, so that others wait for it. It ends by itself unless it is renewed."""

    def __init__(self, shelf: "Shelf", held: "Claimed | None") -> None:
        self._shelf, self._held, self._renewed = shelf, held, monotonic()

    def renew(self) -> None:
        """Hold it for longer; cheap to call often."""
        if self._held is not None and monotonic() - self._renewed > CLAIMED / 3:
            self._renewed = monotonic()
            self._shelf.asked(self._held.reacquire, False)

    def end(self) -> None:
        """Let others claim it."""
        held, self._held = self._held, None
        if held is not None:
            self._shelf.asked(held.release, None)


class Shelf:
    """Bytes by key in one Redis, which all processes of one version of this program share."""

    def __init__(self, url: str, line: Line | None = None) -> None:
        import redis  # only where it is wanted: it is an optional extra
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self.url, self.line = url, line or Line()
        again = Retry(NoBackoff(), 1, (redis.ConnectionError,))  # one that was idle may have been closed meanwhile
        self._client: Any = redis.Redis.from_url(url, socket_connect_timeout=CONNECTING, socket_timeout=ANSWERING,
                                            retry=again)
        self._errors: tuple[type[Exception], ...] = (redis.RedisError, OSError)
        self._not_held: type[Exception] = redis.exceptions.LockError

    def find(self, key: str) -> bytes | None:
        """What was put there; None where there is nothing, or Redis is away."""
        found: bytes | None = self.asked(lambda: self._client.get(self._name(key)), None)
        return found

    def put(self, key: str, content: bytes) -> None:
        """Put something there for a day, unless it is too large."""
        if len(content) <= LARGEST:
            self.asked(lambda: self._client.set(self._name(key), content, ex=KEPT), None)

    def claim(self, key: str) -> Claim | None:
        """The right to make a thing; None while another process has it. Where Redis is away, everybody has it."""
        lock = self._client.lock(self._name(f"claim {key}"), timeout=CLAIMED, blocking=False, thread_local=False)
        got = self.asked(lock.acquire, None)
        return None if got is False else Claim(self, lock if got else None)

    def asked(self, ask: Callable[[], T], otherwise: T) -> T:
        """What Redis says; `otherwise` where it is away."""
        if not self.line.is_open:
            return otherwise
        try:
            found = ask()
        except self._not_held:  # a claim that ran out: Redis is well
            return otherwise
        except self._errors as error:
            self.line.lost(error)
            return otherwise
        self.line.back()
        return found

    def _name(self, key: str) -> str:
        return f"{PREFIX}:{version()}:{key}"


def connections(url: str) -> Any:
    """Connections to a Redis for asyncio, with the same patience; who asks for them closes them (`aclose`)."""
    from redis.asyncio import ConnectionPool
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as Closed

    return ConnectionPool.from_url(url, socket_connect_timeout=CONNECTING, socket_timeout=ANSWERING,
                                   retry=Retry(NoBackoff(), 1, (Closed,)))


@cache
def shelf_at(url: str) -> Shelf:
    """The one shelf of this process in that Redis."""
    return Shelf(url)


def from_environment() -> Shelf | None:
    """The shelf in the Redis that ASK_NEURON_REDIS names; None where it names none. `BadEnvironment` where the client
    is missing."""
    url = environment().redis
    if not url:
        return None
    if find_spec("redis") is None:
        raise BadEnvironment("ASK_NEURON_REDIS: Redis needs its client; pip install 'ask-neuron[redis]'")
    return shelf_at(url)
