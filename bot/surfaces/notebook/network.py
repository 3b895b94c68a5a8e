"""`explain(model)`: a network of one's own in a notebook, as an object or as code."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bot.diagnosis.answer import NetworkAnswer, as_markdown, changed
from bot.diagnosis.reading import read_post
from bot.diagnosis.spec import Reading
from bot.diagnosis.written_out import NotANetwork, code_of
from bot.present.diagnosed import diagnosed
from bot.surfaces.notebook.player import Bundle, Still, page_of, shown
from bot.surfaces.notebook.session import AskError, seed_of, the_bot
from bot.surfaces.notebook.written import as_html
from sims.engine.experiment import Run, drain
from sims.engine.general.rows import MOST_CLASSES, MOST_COLUMNS, MOST_ROWS


@dataclass(frozen=True, eq=False)
class Explained:
    """The answer about a network. `code` is what was read; lines are counted in it."""

    code: str
    answer: NetworkAnswer = field(repr=False)
    player: bool = True

    @property
    def as_read(self) -> Run[Any, Any] | None:
        """The runs of the network as it is; None where it cannot be run."""
        return self.answer.run

    @property
    def mended(self) -> Run[Any, Any] | None:
        """The runs with the one change that mends it; None where there is none."""
        proof = self.answer.proof
        return proof.mended if proof is not None and proof.rule.mend else None

    @property
    def diagnoses(self) -> list[dict[str, Any]]:
        """What is unusual about it, the most telling first: `id`, `says`, `line`, `claims` with counts, `params`."""
        found: list[dict[str, Any]] = self.as_json()["diagnoses"]
        return found

    def as_json(self) -> dict[str, Any]:
        """The diagnosis as plain values, in the form of `ask-neuron diagnose --json`."""
        return diagnosed(self.answer).as_json()

    def __repr__(self) -> str:
        return as_markdown(self.answer)

    def _ipython_display_(self) -> None:
        """The prose; then each run, to play or as a still picture."""
        from IPython.display import display

        for bundle, metadata in self.outputs():
            display(bundle, raw=True, metadata=metadata)  # type: ignore[no-untyped-call]

    def outputs(self) -> Iterator[tuple[Bundle, Bundle]]:
        """What is displayed, as MIME bundles with their metadata; a front end takes the richest form that it knows."""
        yield {"text/markdown": self._markdown(), "text/plain": repr(self)}, {}
        if self.as_read is not None:
            yield self._run(self.as_read, "As read")
        if self.mended is not None and self.answer.proof is not None:
            yield self._run(self.mended, f"With {changed(self.answer.proof)}")

    def _mime_(self) -> tuple[str, str]:
        """The same for marimo, which asks for one text."""
        return "text/html", as_html(self.outputs())

    def _markdown(self) -> str:
        entries = the_bot().entries
        title = entries[self.answer.entry].title if self.answer.entry in entries else ""
        following = f"\n\n**Ask next**\n\n- `ask({title!r})`" if title else ""
        code = self.code.strip().replace("```", "")
        read = f"\n\n<details><summary>What was read</summary>\n\n```python\n{code}\n```\n\n</details>"
        return as_markdown(self.answer).strip() + following + read

    def _run(self, run: Run[Any, Any], title: str) -> tuple[Bundle, Bundle]:
        from bot.present.charts import stills, svg  # drawing takes a second to import

        still = Still(svg.png(stills.network_svg(run, "light", title), Still.scale),
                      f"{title}: the network with seed {run.seed} after training")
        told = [{"says": title, "mark": "✓", "evidence": "", "about": []}]
        return shown(still, page_of(run, told) if self.player else "")


def explain(model: Any, X: Any = None, y: Any = None, /, *, loss: Any = None, optimizer: Any = None,
            seed: int | None = None, player: bool = True) -> Explained:
    """Say what is unusual about a network, with 32 runs of it as it is and with the one change that mends it.

    `model` is a model of Keras, PyTorch or scikit-learn, or code, a log or a post as text, of which nothing is run. A
    model of PyTorch does not know its `loss` and `optimizer`: give the objects. With `X` (n, inputs) and `y` (n,) or
    (n, outputs), at most 1,000 rows of 16 inputs, it is trained on them. `AskError` where that cannot be.
    """
    try:
        code = model if isinstance(model, str) else code_of(model, loss, optimizer)
        reading = _with_rows(read_post(code), X, y)
    except NotANetwork as error:
        raise AskError(str(error)) from None
    return Explained(code, drain(the_bot().diagnosing(reading, seed_of(seed) or 0)), player)


def _with_rows(reading: Reading, X: Any, y: Any) -> Reading:
    """The reading of a network that trains on these rows."""
    if X is None or y is None:
        return reading
    try:
        inputs, targets = np.asarray(X, float), np.asarray(y, float)
    except (TypeError, ValueError):
        raise AskError("X and y have to be numbers") from None
    targets = targets[:, None] if targets.ndim == 1 else targets
    if inputs.ndim != 2 or targets.ndim != 2 or len(inputs) != len(targets):
        raise AskError(f"X has the shape {inputs.shape} and y {targets.shape}: a row each for every example is taken")
    most = (MOST_ROWS, MOST_COLUMNS, MOST_CLASSES)
    if len(inputs) > most[0] or inputs.shape[1] > most[1] or targets.shape[1] > most[2]:
        raise AskError(f"at most {most[0]:,} rows of {most[1]} inputs and {most[2]} targets are taken")
    if not (np.isfinite(inputs).all() and np.isfinite(targets).all()):
        raise AskError("X and y have to be finite numbers")
    rows = {"rows": tuple(map(tuple, inputs.tolist())), "targets": tuple(map(tuple, targets.tolist())),
            "inputs": inputs.shape[1], "examples": len(inputs), "data": "inline"}
    return reading.model_copy(update={"spec": reading.spec.model_copy(update=rows)})
