"""`/try`: a network of one's own, pasted or chosen by its settings; it works as plain forms, without script."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.content.settings import make_params
from bot.present.diagnosed import share_query
from bot.present.pasted import read_pasted
from bot.present.recordings import recording
from bot.service import OWN
from bot.surfaces.web import schemas, try_pages
from bot.surfaces.web.api import body_of
from bot.surfaces.web.asked import QueryTooLong, seed_of
from bot.surfaces.web.forms import fields_of
from bot.surfaces.web.responses import NEVER, Made, page, send
from bot.surfaces.web.site import Site
from bot.surfaces.web.try_pages import Wanted
from sims.engine.experiment import drain
from sims.engine.general.rows import LONGEST
from sims.engine.general.settings import NetworkParams

LONGEST_QUERY = 5000  # characters: a link may hold some rows, in which every comma is three


class Recorded(schemas.Request):
    """A run of the page that is to be played; the rows of a learner come with it, and are in no address."""

    params: schemas.Settings
    own: Annotated[str, Field(max_length=LONGEST)] = ""
    seed: schemas.Seed = 0


async def chosen(site: Site, request: Request) -> Response:
    """The page; with settings in its address, the network that they make."""
    if len(request.url.query) > LONGEST_QUERY:
        raise QueryTooLong(f"A link has at most {LONGEST_QUERY} characters after its question mark.")
    given = read_pasted(request.url.query, NetworkParams)
    pairs = {**given.settings, **({"seed": given.seed} if given.seed else {})}
    if not pairs:
        return send(request, site.fixed("try", lambda: page(try_pages.empty_page(site.links))))
    return await _answered(site, request, replace(_of_settings(pairs), shared=True))


async def sent(site: Site, request: Request) -> Response:
    """What one of the two forms sends: a text, or settings. Settings that a link can hold are led to that link."""
    fields = await fields_of(request)
    if "text" in fields:
        text = fields["text"].replace("\r\n", "\n")
        if not text.strip():
            return RedirectResponse(site.links.to("try"), 303)
        return await _answered(site, request, Wanted(text=text))
    in_link = fields.pop("own_in_link", "") == "on"
    wanted = _of_settings({name: value for name, value in fields.items() if value.strip()})
    if query := share_query(wanted.params, wanted.seed, in_link):
        return RedirectResponse(site.links.to(f"try?{query}"), 303)
    return await _answered(site, request, wanted)


async def played(site: Site, request: Request) -> Response:
    """The recording of a run that the page shows."""
    given = Recorded.model_validate_json(await body_of(request))
    params = make_params(NetworkParams, given.params, {"own": given.own} if given.own else {})
    run = site.bot.runs.ready(OWN, params, given.seed)
    if run is None:
        run = await site.networks.do(lambda: drain(site.bot.running(OWN, params, given.seed)))
    return send(request, Made(recording(run), "application/octet-stream"), NEVER)


HANDLERS = {("/try", "GET"): chosen, ("/try", "POST"): sent, ("/try/recording", "POST"): played}


def rows_of(text: str) -> str:
    """Rows as they are typed or pasted, one a line, in the form that the setting has. Where no bar parts inputs from
    targets, as in a CSV file, the last column holds the targets."""
    lines = [line.strip() for line in text.replace("\n", ";").split(";") if line.strip()]
    if not any("|" in line for line in lines):
        lines = ["|".join(line.rsplit(",", 1)) for line in lines]
    return ";".join(lines)


def _of_settings(given: Mapping[str, str]) -> Wanted:
    rest = dict(given)
    if "own" in rest:
        rest["own"] = rows_of(rest["own"])
    seed = seed_of(rest.pop("seed", "0"))
    params = make_params(NetworkParams, rest)
    assert isinstance(params, NetworkParams)
    return Wanted(params=params, seed=seed)


async def _answered(site: Site, request: Request, wanted: Wanted) -> Response:
    """The page with its result. A pasted text and own rows are in it and nowhere else: nothing keeps it."""
    answer = await site.network(wanted.text or wanted.params, wanted.seed)
    made = await site.drawing.do(lambda: page(try_pages.result_page(answer, wanted, site.bot.entries, site.links)))
    return send(request, made, NEVER)
