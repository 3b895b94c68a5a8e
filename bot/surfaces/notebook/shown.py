"""What `ask` gives back: it shows itself in a notebook, and its run can be worked on with numpy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bot.answers.answer import Answer
from bot.answers.claims import ClaimResult
from bot.answers.comparison import Comparison
from bot.answers.points import ToldPoint
from bot.answers.worked import WorkedExample
from bot.dialogue import Interpretation
from bot.matching import Decision, Pointed
from bot.present.closest import besides, closest
from bot.present.forum import picture_text
from bot.present.rendering import SHOWN, no_answer, text_lines
from bot.present.rendering_dialogue import TORN, close_lines, close_to, comparison_lines, read_as_lines, torn_lines
from bot.present.short import shorts
from bot.service import Bot
from bot.surfaces.notebook.player import Bundle, Still, claims_of, page_of, shown
from bot.surfaces.notebook.written import as_html, closest_of, markdown_of
from sims.engine.activations import Array
from sims.engine.experiment import Run
from sims.engine.training import Frame


@dataclass(frozen=True, eq=False)
class Asked:
    """An answer and its run. Arrays start with the replica axis, R = 32; index 0 is the run on the screen."""

    question: str
    answer: Answer
    bot: Bot = field(repr=False)
    reply: Interpretation  # what the question asks for: entry, settings, level of detail
    comparison: Comparison | None = None  # with the run before, where a follow-up changed its settings
    player: bool = True

    @property
    def run(self) -> Run[Any, Any]:
        """The run itself: parameters, seeds, network, data and recording."""
        return self.answer.run

    @property
    def metrics(self) -> dict[str, Array]:
        """What was measured, by name: (R,) or (R, ...); without the replica axis where all runs share it."""
        measured = self.run.metrics
        return {name: np.asarray(getattr(measured, name)) for name in type(measured).model_fields}

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The recording: at each frame `step`, `loss` (R,) and `weights`, layer by layer (R, n_in + 1, n_out)."""
        return self.run.shown.frames

    @property
    def weights(self) -> tuple[Array, ...]:
        """The weights after training, layer by layer (R, n_in + 1, n_out); the last row is the bias."""
        return self.run.shown.weights

    @property
    def inputs(self) -> Array:
        """The examples as the networks see them, (R, n_in, N); or (1, n_in, N) where all runs share them."""
        return self.run.shown.data.inputs

    @property
    def targets(self) -> Array:
        """The answers to the examples, (R, n_out, N) or (1, n_out, N)."""
        return self.run.shown.data.targets

    @property
    def params(self) -> Mapping[str, Any]:
        """The settings of the run."""
        return self.run.params.model_dump()

    @property
    def seed(self) -> int:
        """The seed of the run on the screen."""
        return self.run.seed

    @property
    def claims(self) -> tuple[ClaimResult, ...]:
        """The claims as this run and the others judge them."""
        return self.answer.claims

    @property
    def worked(self) -> WorkedExample | None:
        """The worked example: a calculation with this run's numbers, whose last one is left to you."""
        return self.answer.worked

    @property
    def point(self) -> ToldPoint | None:
        """The answer to just what you asked; None where no point of the entry is surely meant."""
        return self.answer.point(self.reply.point)

    def check(self, number: float | str) -> str:
        """Whether a number is what the worked example asks for, with the step where it is not."""
        if self.worked is None:
            return "This answer has no worked example."
        return self.worked.verdict(str(number))[1]

    def __repr__(self) -> str:
        compared = ["", *comparison_lines(self.comparison)] if self.comparison else []
        read_as = read_as_lines(self.bot, self.reply)
        close = [*close_lines(close_to(self.bot, self.answer, self.reply, making=True))]
        told = text_lines(self.answer, self.reply.level, self.answer.points_named(self.reply.points), close)
        return "\n".join([*read_as, *told, *self.reply.notes, *compared])

    def _ipython_display_(self) -> None:
        """Two outputs: the prose, which every front end can set; then the player, or its still picture."""
        from IPython.display import display

        for bundle, metadata in self.outputs():
            display(bundle, raw=True, metadata=metadata)  # type: ignore[no-untyped-call]

    def outputs(self) -> Iterator[tuple[Bundle, Bundle]]:
        """What is displayed, as MIME bundles with their metadata; a front end takes the richest form that it knows."""
        close = close_to(self.bot, self.answer, self.reply, making=True)
        text = markdown_of(self.answer, self.reply, self.bot.entries, self.comparison, close)
        yield {"text/markdown": text, "text/plain": repr(self)}, {}
        playing = ""
        if self.player and len(self.frames) > 1:
            part = self.point.point.part if self.point else ""
            playing = page_of(self.run, claims_of(self.answer), part)
        yield shown(_still(self.answer), playing)

    def _mime_(self) -> tuple[str, str]:
        """The same for marimo, which asks for one text."""
        return "text/html", as_html(self.outputs())


def _still(answer: Answer) -> Still:
    """The key picture, with what it shows in words."""
    from bot.present.charts.stills import key_png  # drawing takes a second to import: the numbers can be had without

    return Still(key_png(answer, scale=Still.scale), picture_text(answer))


def _small(answer: Answer) -> Still:
    """The thumbnail, to stand beside an answer in short."""
    from bot.present.charts.thumbnails import thumbnail

    return Still(thumbnail(answer), picture_text(answer))


@dataclass(frozen=True, eq=False)
class Unanswered:
    """A question that is not answered, with the nearest ones that are. It counts as false."""

    question: str
    decision: Decision
    bot: Bot = field(repr=False)
    closest: tuple[Pointed, ...] = ()  # points that it may ask

    @property
    def suggestions(self) -> tuple[str, ...]:
        """The nearest questions that have an answer."""
        return tuple(self.bot.entries[match.slug].title for match in self.decision.ranked[:SHOWN])

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        if self.decision.is_torn:
            return "\n".join(torn_lines(self.bot, self.decision, self.closest))
        return no_answer(self.bot.entries, self.decision)

    def _ipython_display_(self) -> None:
        """What is said, and where any of the three may be the answer, each in short with its picture."""
        from IPython.display import display

        for bundle, metadata in self.outputs():
            display(bundle, raw=True, metadata=metadata)  # type: ignore[no-untyped-call]

    def outputs(self) -> Iterator[tuple[Bundle, Bundle]]:
        """What is displayed, as MIME bundles with their metadata; a front end takes the richest form that it knows."""
        if not self.decision.is_torn:
            yield {"text/markdown": self._repr_markdown_(), "text/plain": repr(self)}, {}
            return
        yield {"text/markdown": TORN, "text/plain": TORN}, {}
        slugs = [match.slug for match in self.decision.ranked[:SHOWN]]
        told = shorts(self.bot, self.decision.question, slugs)
        for short, answer in told:
            yield {"text/markdown": f"`ask({short.asks!r})`  \n{short.says}",
                   "text/plain": f"{short.asks}\n  {short.says}"}, {}
            yield shown(_small(answer))
        if near := besides(closest(self.bot, self.closest, making=True), [short for short, _ in told]):
            yield {"text/markdown": closest_of(near), "text/plain": "\n".join(close_lines(near))}, {}

    def _mime_(self) -> tuple[str, str]:
        """The same for marimo, which asks for one text."""
        return "text/html", as_html(self.outputs())

    def _repr_markdown_(self) -> str:
        first, *_ = no_answer(self.bot.entries, self.decision).split("\n")
        return "\n".join([first, "", *(f"- `ask({title!r})`" for title in self.suggestions)])
