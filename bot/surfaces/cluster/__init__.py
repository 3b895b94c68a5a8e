"""The pages and the API on a cluster of machines, by Ray Serve: `deploy/ray/serve.yaml` starts `application`.

A front has what `ask-neuron serve --pages-only` has: bounds, headers, rates, figures, and all that needs no work. What
needs matching or runs it hands to replicas of two deployments, which grow and shrink with the load and wait for nothing
of one another. Nothing but this room imports Ray.
"""

from functools import partial
from typing import Any

from ray import serve

from bot.service import shared_bot
from bot.surfaces.cluster.asking import ask
from bot.surfaces.web.app import alone, warm
from bot.surfaces.web.handed import Answered, Handed, answered, behind, handed
from bot.surfaces.web.settings import WebSettings, web_settings

# the routes that are handed on, as they stand in bot/surfaces/web/app.py
MATCHING = ("/api/match", "/mentor/search")
RUNS = ("/e/{name}", "/s/{code}", "/embed/{name}", "/embed/{name}/", "/api/ask", "/api/run", "/api/diagnose", "/try",
        "/try/recording", "/mentor/reply/{name}", "/mentor/post", "/mentor/render")
ADDRESS = "http://localhost:8000"  # Ray Serve's, where ASK_NEURON_PUBLIC_URL says no other
LOG: Any = {"enable_access_log": False}  # its lines would hold what visitors type
STOP_WITHIN = 65.0  # seconds for requests under way: as long as any of them may take


def settings() -> WebSettings:
    """What the environment of the cluster's processes says."""
    return web_settings(public_url=ADDRESS)


class Replica:
    """A process that answers what the front hands on."""

    def __init__(self) -> None:
        warm(shared_bot())
        self._app = behind(shared_bot(), settings())

    async def answer(self, given: Handed) -> Answered:
        """The response to a request."""
        return await answered(self._app, given)

    def __del__(self) -> None:
        """Ray calls it before it ends a replica that is no longer needed: what was to be kept is written."""
        shared_bot().store.flush()


class Front:
    """The process that visitors reach, with the handles of the two deployments behind it."""

    def __init__(self, matching: Any, runs: Any) -> None:
        self._matching, self._runs = matching, runs

    def __serve_build_asgi_app__(self) -> Any:  # Ray's name for it
        warm(shared_bot())
        elsewhere = {path: partial(_hand_on, handle)
                     for handle, paths in ((self._matching, MATCHING), (self._runs, RUNS)) for path in paths}
        return alone(shared_bot(), settings(), elsewhere)


async def _hand_on(handle: Any, site: Any, request: Any) -> Any:
    given = await handed(request)
    return (await ask(partial(handle.answer.remote, given))).response()


def _deployed(kind: Any, name: str, ongoing: int, queued: int, target: float) -> Any:
    """A deployment. A replica is handed `ongoing` requests at most, `queued` more wait in each front; there are as many
    replicas as it takes for each to have `target` requests, up to the bound in deploy/ray/serve.yaml."""
    scaling = {"min_replicas": 1, "max_replicas": 4, "target_ongoing_requests": target}
    return serve.deployment(kind, name=name, max_ongoing_requests=ongoing, max_queued_requests=queued,
                            autoscaling_config=scaling, graceful_shutdown_timeout_s=STOP_WITHIN, logging_config=LOG)


matching = _deployed(Replica, "Matching", 16, 200, 4)
runs = _deployed(Replica, "Runs", 8, 100, 2)  # one is trained at a time; others may be drawn, or wait for the same run
front = _deployed(serve.ingress()(Front), "Front", 500, -1, 50)
application = front.bind(matching.bind(), runs.bind())
