"""The tools, resources and prompts of the Model Context Protocol, over the same queues and bounds as the pages.

A tool gives little text: the direct answer, each claim with its counts and those of its control, seed and link. So a
model quotes numbers that were measured, and says where.
"""

from collections.abc import Awaitable
from importlib.metadata import version
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver import Image, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from bot.answers.comparison import compare as side_by_side
from bot.content.errors import OurError
from bot.diagnosis.code.lines import LIMIT
from bot.language.text import LONGEST, accepted
from bot.present import shapes
from bot.present.diagnosed import diagnosed
from bot.present.network_shapes import Diagnosed
from bot.present.rendering import no_answer
from bot.present.rendering_dialogue import close_to, compared
from bot.service import MOST_EARLIER
from bot.surfaces.mcp.cited import Cited, Listed, Reply, cited, listed, pointed
from bot.surfaces.web import files
from bot.surfaces.web.asked import asked
from bot.surfaces.web.responses import Made
from bot.surfaces.web.site import Site
from sims.engine.randomness import LARGEST_SEED

INSTRUCTIONS = """Answers about small neural networks, each tested by networks that are trained for it.
Call `ask` with the learner's own words, or `entries` and `run_experiment` for what you have in mind; `diagnose_network`
reads code, logs and printed numbers and trains that very network. Quote the numbers as they are, with the counts over
the runs and over the control, and give the link in `url`. Where a claim does not hold, say so."""
READS = ToolAnnotations(read_only_hint=True, open_world_hint=False, destructive_hint=False)
MOST_SETTINGS = 40

Slug = Annotated[str, Field(max_length=80, description="Of an entry, as `entries` lists it.", examples=["dead-relu"])]
Settings = Annotated[dict[str, bool | int | float | str], Field(
    max_length=MOST_SETTINGS, description="Settings of the experiment, by name; the rest stays the entry's own.",
    examples=[{"hidden": 2}])]
Seed = Annotated[int | None, Field(ge=0, le=LARGEST_SEED, description="Another start and other data.")]

T = TypeVar("T")


def server_of(site: Site) -> MCPServer[Any]:
    """A server of the tools, resources and prompts of one site."""
    server: MCPServer[Any] = MCPServer(
        "ask-neuron", "Ask a Neuron", instructions=INSTRUCTIONS, website_url=site.links.public_url,
        version=version("ask-neuron"), log_level="WARNING")
    for tool in (_ask, _entries, _run, _compare, _diagnose, _picture):
        tool(server, site)
    _resources(server, site)
    _prompts(server)
    return server


async def told(work: Awaitable[T]) -> T:
    """What the work gives; our errors as the tool's own, whose text a model reads."""
    try:
        return await work
    except OurError as error:
        near = f" Nearest: {', '.join(error.near)}." if error.near else ""
        raise ToolError(f"{error}{near}") from error


def _ask(server: MCPServer[Any], site: Site) -> None:
    @server.tool(title="Ask a question", annotations=READS)
    async def ask(
        question: Annotated[str, Field(max_length=LONGEST, description="In the learner's own words.")],
        previous: Annotated[list[str], Field(max_length=MOST_EARLIER,
                                             description="The conversation's earlier questions.")] = [],  # noqa: B006
    ) -> Reply:
        """Answer a learner's question about small neural networks with a run that tests the answer."""
        return await told(_replied(site, question, previous))


async def _replied(site: Site, question: str, previous: list[str]) -> Reply:
    reply = await site.understood(accepted(question), [accepted(earlier) for earlier in previous])
    bot, decision = site.bot, reply.decision
    answer = point = None
    found = None
    if reply.slug is not None:
        found = await site.answer(asked(bot, reply.slug, reply.changes, reply.seed))
        answer = cited(found, site.links.public_url)
        point = pointed(found.points_named(reply.points))
    close = await site.drawing.do(lambda: close_to(bot, found, reply))
    near = [f"{one.title} {one.told}" for one in close if one.told]
    others = decision.beside if answer else decision.ranked[:3]
    return Reply(decision=decision.kind if answer is None else "answer", sure=decision.sure and answer is not None,
                 says="" if answer else no_answer(bot.entries, decision), point=point, near_points=near, answer=answer,
                 notes=list(reply.notes),
                 nearest=[listed(bot.entries[match.slug]) for match in others])


def _entries(server: MCPServer[Any], site: Site) -> None:
    @server.tool(title="List the explanations", annotations=READS)
    def entries(
        topic: Annotated[str, Field(max_length=40, description="Only this topic; empty for all.")] = "",
    ) -> list[Listed]:
        """Every question that can be answered, with the name by which the other tools know it."""
        found = [listed(entry) for entry in site.bot.entries.values() if topic in ("", entry.topic)]
        if not found:
            topics = sorted({entry.topic for entry in site.bot.entries.values()})
            raise ToolError(f"There is no topic {topic!r}; there are {', '.join(topics)}.")
        return found


def _run(server: MCPServer[Any], site: Site) -> None:
    @server.tool(title="Run an experiment", annotations=READS)
    async def run_experiment(entry: Slug, params: Settings = {}, seed: Seed = None) -> Cited:  # noqa: B006
        """Train an explanation's networks at these settings, and judge its claims there."""
        async def run() -> Cited:
            return cited(await site.answer(asked(site.bot, entry, params, seed)), site.links.public_url)

        return await told(run())


def _compare(server: MCPServer[Any], site: Site) -> None:
    @server.tool(title="Compare two settings", annotations=READS)
    async def compare(entry: Slug, setting: Annotated[str, Field(max_length=80)], first: bool | float | str,
                      second: bool | float | str, seed: Seed = None) -> shapes.Comparison:
        """Run one explanation at two values of a setting: which claims change with it, and the numbers of both."""
        async def both() -> shapes.Comparison:
            a, b = [await site.answer(asked(site.bot, entry, {setting: value}, seed)) for value in (first, second)]
            return compared(side_by_side(a, b))

        return await told(both())


def _diagnose(server: MCPServer[Any], site: Site) -> None:
    @server.tool(title="Read a learner's network", annotations=READS)
    async def diagnose_network(
        text: Annotated[str, Field(min_length=1, max_length=LIMIT,
                                   description="Code, a training log or printed numbers. Nothing in it is executed.")],
        seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = 0,
    ) -> Diagnosed:
        """What a post says of a network, what is unusual about it, and runs of it as read and with the one change."""
        answer = await told(site.network(text, seed))
        return await site.drawing.do(lambda: diagnosed(answer))


def _picture(server: MCPServer[Any], site: Site) -> None:
    @server.tool(title="Picture of an explanation", annotations=READS)
    async def picture(entry: Slug, params: Settings = {}, seed: Seed = None) -> Image:  # noqa: B006
        """The key picture of an explanation at these settings, with its headline: a PNG of 1200 by 630 pixels."""
        async def made() -> Made:
            wanted = asked(site.bot, entry, params, seed)
            return await site.made(wanted, ".png", lambda answer: files.card(answer, site.bot.entries, site.links))

        return Image(data=(await told(made())).body, format="png")


def _resources(server: MCPServer[Any], site: Site) -> None:
    @server.resource("ask-neuron://entries/{slug}", title="An explanation", mime_type="text/markdown")
    async def explanation(slug: str) -> str:
        """The whole explanation at its own settings, with the numbers of its run, in Markdown."""
        wanted = asked(site.bot, slug, {})
        made = await site.made(wanted, "whole", lambda answer: files.whole(answer, site.bot.entries, site.links))
        return made.body.decode()

    @server.resource("ask-neuron://entries", title="All explanations", mime_type="text/markdown")
    def every() -> str:
        """The questions that can be answered, by topic."""
        return "\n".join(f"- {entry.topic}: [{entry.title}](ask-neuron://entries/{entry.slug})"
                         for entry in sorted(site.bot.entries.values(), key=lambda one: (one.topic, one.title)))


def _prompts(server: MCPServer[Any]) -> None:
    @server.prompt(title="Reply to a learner in a forum")
    def reply_to_a_learner(post: Annotated[str, Field(description="The learner's post, as it stands.")]) -> str:
        """For mentors: a short reply whose every number comes from a run."""
        return (f"A learner wrote the post below. Call `ask` with its question, and `diagnose_network` where it holds "
                "code, a log or printed numbers. Write a reply of at most 120 words: first the answer to the point, "
                "then one number with its counts over the runs and over the control, then the link. Say what you "
                f"could not check. State no number that no tool gave you.\n\n{post}")

    @server.prompt(title="Check what a text claims about neural networks")
    def check_a_claim(claim: Annotated[str, Field(description="A sentence about small networks.")]) -> str:
        """For mentors: whether runs bear a sentence out."""
        return ("Find out whether this is so. Call `ask`, then `run_experiment` or `compare` at settings under which "
                "it should hold and under which it should not. Report the counts of both. Where no experiment bears on "
                f"it, say so.\n\n{claim}")
