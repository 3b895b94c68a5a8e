"""Asking a replica: with a deadline, and once more where it was lost."""

import asyncio
from collections.abc import Callable
from typing import Any

from ray import exceptions as of_ray
from ray.serve import exceptions as of_serve

from bot.surfaces.web.handed import Answered
from bot.surfaces.web.work import BUSY, PATIENCE, Busy

DEADLINE = PATIENCE + 5  # seconds, of both tries: a replica itself says that it is busy before that
TRIES = 2
LOST = (of_ray.RayActorError, of_ray.WorkerCrashedError, of_ray.NodeDiedError, of_ray.ObjectLostError,
        of_serve.ReplicaUnavailableError)
FULL = (of_serve.BackPressureError, of_serve.DeploymentUnavailableError)


async def ask(begin: Callable[[], Any]) -> Answered:
    """What a replica answers. `begin` sends the request, to whichever replica has room, and gives the response to wait
    for. `Busy` where none has room, none answers within DEADLINE, or the second is lost, too."""
    try:
        async with asyncio.timeout(DEADLINE):
            for _ in range(TRIES):
                try:
                    return await _waited_for(begin())
                except LOST:
                    continue
    except (TimeoutError, *FULL) as error:
        raise Busy(BUSY) from error
    raise Busy(BUSY)


async def _waited_for(response: Any) -> Answered:
    """The answer; who ceases to wait for it stops the work for it."""
    try:
        answer: Answered = await response
    except asyncio.CancelledError:
        response.cancel()
        raise
    return answer
