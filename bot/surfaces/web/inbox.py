"""`/inbox`: for mentors. What was asked in vain, by what it asks, and patch files that mend it; without script."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.content import patches
from bot.content.entries import SLUG, Entry
from bot.content.errors import OurError
from bot.present import inbox as review
from bot.surfaces.web import inbox_pages
from bot.surfaces.web.forms import fields_of
from bot.surfaces.web.inbox_door import Door
from bot.surfaces.web.inbox_pages import Draft
from bot.surfaces.web.responses import Made, send
from bot.surfaces.web.site import Site
from bot.surfaces.web.work import Memo
from sims.engine import registry

POLICY = ("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
          "frame-ancestors 'none'")
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer",
           "Content-Security-Policy": POLICY, "Cross-Origin-Resource-Policy": "same-origin"}
LONGEST_QUERY = 2000  # characters
Handler = Callable[[Site, Request], Awaitable[Response]]


class InboxRoutes:
    """The pages behind one door; what they show is made once while nothing new was kept."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._memo: Memo[review.Inbox] = Memo(1)

    def handlers(self) -> Mapping[tuple[str, str], Handler]:
        """By path and method."""
        return {("/inbox", "GET"): self._behind(self._overview), ("/inbox/draft", "GET"): self._behind(self._draft),
                ("/inbox/patch", "POST"): self._behind(self._patch)}

    def _behind(self, handle: Handler) -> Handler:
        async def answered(site: Site, request: Request) -> Response:
            self._door.check(request)
            return await handle(site, request)

        return answered

    async def _found(self, site: Site) -> review.Inbox:
        mark = await site.reviewing.do(site.bot.store.mark)
        return self._memo.ready(mark) or await self._memo.get(mark, lambda: review.inbox(site.bot), site.reviewing)

    async def _overview(self, site: Site, request: Request) -> Response:
        """All that mentors see."""
        found = await self._found(site)
        made = await site.drawing.do(lambda: inbox_pages.overview(found, site.bot.entries, site.links))
        return _sent(request, made)

    async def _draft(self, site: Site, request: Request) -> Response:
        """The forms for the questions of a cluster: `?q=` one of its questions, or none of them."""
        if len(request.url.query) > LONGEST_QUERY:
            raise HTTPException(414, f"An address has at most {LONGEST_QUERY} characters after its question mark.")
        asked = request.query_params.get("q", "")
        found = await self._found(site)
        cluster = next((one for one in found.clusters if asked and one.holds(asked)), None)
        return await _drawn(site, request, cluster, inbox_pages.first_draft(cluster, site.bot.entries))

    async def _patch(self, site: Site, request: Request) -> Response:
        """The patch file; where it cannot be made, the form again, with what was written and what to change."""
        fields = await fields_of(request)
        draft = Draft.of(fields)
        try:
            name, text = await site.drawing.do(lambda: _made(site, draft))
        except OurError as error:
            found = await self._found(site)
            cluster = next((one for one in found.clusters if draft.about and one.holds(draft.about)), None)
            return await _drawn(site, request, cluster, replace(draft, problem=str(error)), 422)
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}.patch"'}
        return Response(text.encode(), headers=headers, media_type="text/x-diff; charset=utf-8")


def _made(site: Site, draft: Draft) -> tuple[str, str]:
    """The name and the text of the patch; an `OurError` says what to change."""
    asked = draft.text.splitlines()
    if draft.make == "entry":
        if draft.experiment not in registry.names():
            raise patches.PatchError(f"there is no experiment {draft.experiment!r}")
        taken = [name for entry in site.bot.entries.values() for name in (entry.slug, *entry.formerly)]
        text = patches.new_entry(draft.slug, draft.topic, draft.experiment, draft.title, asked, taken)
        return draft.slug, text
    if draft.make == "phrasings":
        entry = _entry(site, draft.entry)
        return f"{entry.slug}-phrasings", patches.more_phrasings(entry, asked)
    if draft.make == "asks":
        slug, _, point = draft.point.partition("#")
        entry = _entry(site, slug)
        return f"{entry.slug}-{point}-asks", patches.more_asks(entry, point, asked)
    raise patches.PatchError("say what to make: an entry, phrasings, or ways to ask a point")


def _entry(site: Site, slug: str) -> Entry:
    """The entry of that very name."""
    if not SLUG.fullmatch(slug) or slug not in site.bot.entries:
        raise patches.PatchError(f"there is no entry {slug[:80]!r}: choose one of the list")
    return site.bot.entries[slug]


async def _drawn(site: Site, request: Request, cluster: review.Cluster | None, draft: Draft,
                 status: int = 200) -> Response:
    made = await site.drawing.do(lambda: inbox_pages.draft_page(cluster, draft, site.bot.entries, site.links))
    return _sent(request, made, status)


def _sent(request: Request, text: str, status: int = 200) -> Response:
    made = Made(text.encode(), "text/html; charset=utf-8")
    return send(request, made, PRIVATE["Cache-Control"], status, PRIVATE)
