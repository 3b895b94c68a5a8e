"""What other programs read of a learner's own network, as models; the rest is in `shapes.py`."""

from typing import Any

from pydantic import Field

from bot.present.shapes import Shape


class CountedClaim(Shape):
    """What a diagnosis says of a run, and in how many runs it is so; `count` is null where it was not run."""

    says: str
    holds: str = Field(description="The comparison of metrics that stands for it; `was_` and a metric is that as read.")
    count: int | None
    of: int
    mended: bool = Field(description="Whether it is said of the network with the one change.")


class DiagnosisShown(Shape):
    """Something unusual about a network. `line` is only there where a line of the text says it."""

    id: str
    says: str
    line: int = Field(0, description="Counted from 1 in the text as it was sent; only where one was found.")
    claims: list[CountedClaim]
    params: dict[str, Any] = Field(description="Settings of the experiment your_network, where they differ from its "
                                   "defaults, that show the network as read.")
    mend: dict[str, Any] = Field(description="The one change: settings that mend it; empty where none does.")
    by_reading: str = Field("", description="Why no run shows it; only where it has no claims.")
    entry: str | None


class NotRead(Shape):
    """A part of the text that was seen and not read."""

    what: str
    line: int = Field(0, description="Only where it is known.")
    why: str


class NetworkRun(Shape):
    """A network trained several times."""

    params: dict[str, Any]
    replicas: int
    solved: int = Field(description="In how many runs it solved its task.")
    score: float | None = Field(description="The median score: the share of the examples that are right, for numbers "
                                "the share of the variance explained; null where no run stayed finite.")


class Diagnosed(Shape):
    """What was read of a network, what is unusual about it, and the runs that show it. `text` is Markdown."""

    spec: dict[str, Any] = Field(description="What was read; `lines` names the line of each field.")
    symptoms: dict[str, Any] = Field(description="What the numbers in the text show.")
    diagnoses: list[DiagnosisShown] = Field(description="The most telling first; empty where nothing is wrong.")
    entry: str | None = Field(description="The entry to read next.")
    assumed: list[str]
    unread: list[NotRead]
    as_read: NetworkRun | None = Field(description="The network as read; null where it cannot be run.")
    mended: NetworkRun | None = Field(description="The same with the first diagnosis' one change.")
    text: str

    def as_json(self) -> dict[str, Any]:
        """The object as plain values, without the lines that are not known."""
        return self.model_dump(mode="json", exclude_unset=True)
