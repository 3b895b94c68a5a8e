"""The pages in several processes, under uvicorn's own supervisor: it starts them, begins one anew that has died, and
passes on the wish to stop. They share one port, and nothing else but what Redis and the database hold.
"""

import logging
import os
from collections import OrderedDict
from typing import Any, ClassVar

import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import multiprocess

from bot.content.environment import PREFIX
from bot.service import shared_bot
from bot.surfaces.web.app import alone, warm
from bot.surfaces.web.connections import BOUNDS, Patient, most_connections
from bot.surfaces.web.settings import web_settings

HEALTH_WITHIN = 600  # seconds that a worker has to say that it lives, its start included: most are slow, not dead
STOP_WITHIN = 65  # seconds for requests under way: as long as any of them may take


class Bounded(Patient):
    """The protocol of a worker, by a name that it can be found by."""

    most = most_connections()
    waiting: ClassVar[OrderedDict[Patient, Any]] = OrderedDict()


class Worker(multiprocess.Process):
    """A process of which it is known at once that it has died, even while it is asked whether it lives: with its own
    end of the pipe the last one is gone, where uvicorn would wait for an answer as long as `HEALTH_WITHIN`."""

    def start(self) -> None:
        """Begin, and leave the worker's end of the pipe to the worker alone."""
        super().start()
        self.child_conn.close()


def application() -> Starlette:
    """The pages and the API; what each worker makes for itself."""
    settings = web_settings()
    warm(shared_bot())
    return alone(shared_bot(), settings)


def serve(host: str, port: int, workers: int) -> None:
    """Serve until the process is told to stop; then requests under way are answered first."""
    os.environ.setdefault(f"{PREFIX}PUBLIC_URL", f"http://localhost:{port}")
    web_settings(), shared_bot().store  # what is wrong with them is said here, once, and not by each worker
    bounds: dict[str, Any] = {**BOUNDS, "timeout_graceful_shutdown": STOP_WITHIN}
    config = uvicorn.Config(f"{__name__}:application", factory=True, workers=workers, host=host, port=port,
                            log_level="warning", access_log=False, http=Bounded,
                            timeout_worker_healthcheck=HEALTH_WITHIN, **bounds)
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)  # here alone: that a worker has died
    multiprocess.Process = Worker  # type: ignore[misc]  # there is no other way to name it
    multiprocess.Multiprocess(config, [config.bind_socket()]).run()
