"""What `ask` gives back: it shows itself in a notebook, and its run can be worked on with numpy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bot.answers import Answer, Verdict
from bot.matching import Decision
from bot.notebook.written import markdown_of
from bot.rendering import SHOWN, no_answer, text_lines
from bot.service import Bot
from sims.engine.activations import Array
from sims.engine.experiment import Run
from sims.engine.training import Frame

Bundle = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Asked:
    """An answer and its run. Arrays start with the replica axis, R = 32; index 0 is the run on the screen."""

    question: str
    answer: Answer
    bot: Bot = field(repr=False)
    notes: tuple[str, ...] = ()
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
    def claims(self) -> tuple[Verdict, ...]:
        """The claims as this run and the others judge them."""
        return self.answer.claims

    def __repr__(self) -> str:
        return "\n".join([*text_lines(self.answer), *self.notes])

    def _ipython_display_(self) -> None:
        """Two outputs: the prose, which every front end can set; then the player, or its still picture."""
        from IPython.display import display

        for bundle, metadata in self.outputs():
            display(bundle, raw=True, metadata=metadata)  # type: ignore[no-untyped-call]

    def outputs(self) -> Iterator[tuple[Bundle, Bundle]]:
        """What is displayed, as MIME bundles with their metadata; a front end takes the richest form that it knows."""
        yield {"text/markdown": markdown_of(self.answer, self.bot.entries, self.notes), "text/plain": repr(self)}, {}


@dataclass(frozen=True, eq=False)
class Unanswered:
    """A question that is not answered, with the nearest ones that are. It counts as false."""

    question: str
    decision: Decision
    bot: Bot = field(repr=False)

    @property
    def suggestions(self) -> tuple[str, ...]:
        """The nearest questions that have an answer."""
        return tuple(self.bot.entries[match.slug].title for match in self.decision.ranked[:SHOWN])

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return no_answer(self.bot.entries, self.decision)

    def _repr_markdown_(self) -> str:
        first, *_ = no_answer(self.bot.entries, self.decision).split("\n")
        return "\n".join([first, "", *(f"- `ask({title!r})`" for title in self.suggestions)])
