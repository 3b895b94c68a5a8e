"""All that the handlers share: our key, the platforms, what asks them, and what a course's tasks are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import BaseModel, ConfigDict

from bot.answers.guess import guess
from bot.content.errors import OurError
from bot.service import Bot
from bot.surfaces.web.asked import asked_in
from bot.surfaces.web.lti.fetching import Web
from bot.surfaces.web.lti.keys import Keys, NotSealedByUs, keys_of
from bot.surfaces.web.lti.launches import KeySets
from bot.surfaces.web.lti.messages import Launch, Shown
from bot.surfaces.web.lti.picking import Wanted
from bot.surfaces.web.lti.platforms import Platforms
from bot.surfaces.web.lti.scores import Line, Scores, line_of
from bot.surfaces.web.scorm import Course, course_of
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.site import Site

SESSION_WITHIN = 6 * 3600  # seconds that a page which was launched may send scores


class SessionEnded(OurError, ValueError):
    """A token that a page holds too long, or that is none of ours."""

    title = "This page was opened too long ago"

    def __init__(self, says: str = "This page was opened too long ago. Open it again from your course.") -> None:
        super().__init__(says)


class Session(BaseModel):
    """What a page brings back to us, sealed: what it shows and where its score goes, or what is to be picked. `kept` is
    the name under which the browser keeps how far the learner is; it tells nobody who that is."""

    model_config = ConfigDict(frozen=True)

    issuer: str = ""
    client: str = ""
    name: str = ""
    query: str = ""
    line: Line | None = None
    kept: str = ""
    wanted: Wanted | None = None


@dataclass(frozen=True)
class Tool:
    """This server as a tool of course platforms."""

    keys: Keys
    platforms: Platforms
    web: Web

    @cached_property
    def key_sets(self) -> KeySets:
        """The platforms' keys."""
        return KeySets(self.web)

    @cached_property
    def scores(self) -> Scores:
        """What sends scores."""
        return Scores(self.web, self.keys)

    def session_of(self, launch: Launch, wanted: Wanted | None) -> str:
        """The token for the page that a launch opens."""
        line, shown = (None if wanted else line_of(launch.claims)), launch.shown
        kept = self.keys.mark(launch.platform.issuer, line.url, line.user) if line else ""
        found = Session(issuer=launch.platform.issuer, client=launch.platform.client_id, name=shown.name,
                        query=shown.query, line=line, kept=kept, wanted=wanted)
        return self.keys.seal("session", found.model_dump())

    def session(self, token: str) -> Session:
        """What a token holds; `SessionEnded` where it is none of ours, or too old."""
        try:
            return Session.model_validate(self.keys.opened("session", token, SESSION_WITHIN))
        except NotSealedByUs as error:
            raise SessionEnded from error


def tool_of(settings: WebSettings) -> Tool:
    """The tool that the settings describe; makes its key at the first time."""
    folder = settings.lti_folder or Path(platformdirs.user_data_dir("ask-neuron")) / "lti"
    return Tool(keys_of(settings.lti_key, folder), Platforms(folder), Web(settings.lti_private_hosts))


def shown_course(bot: Bot, shown: Shown) -> Course:
    """The course of a link; errors as for `course_of` and `asked_in`."""
    course = course_of(bot, shown.name)
    if shown.query and len(course.entries) == 1:
        asked_in(bot, shown.name, shown.query)
    return course


def pages_of(course: Course, query: str) -> list[Mapping[str, Any]]:
    """The pages of a course: an explanation at the link's settings, or several at their own."""
    ask = f"?{query}" if query and len(course.entries) == 1 else ""
    return [{"title": entry.title, "slug": entry.slug, "path": f"/e/{entry.slug}{ask}"} for entry in course.entries]


async def tasks_of(site: Site, course: Course, query: str) -> list[str]:
    """The tasks that count, as "page task": the guess that the page's run decides, and the worked example."""
    found = []
    for number, entry in enumerate(course.entries):
        answer = await site.answer(asked_in(site.bot, entry.slug, query if len(course.entries) == 1 else ""))
        if guess(answer).decided_at is None:
            found.append(f"{number} guess")
        if answer.worked_examples():
            found.append(f"{number} worked")
    return found
