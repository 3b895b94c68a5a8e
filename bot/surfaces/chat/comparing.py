"""Two runs side by side: what was changed, the claims that flipped because of it, and the numbers of either run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import streamlit as st

from bot.answers.claims import ClaimResult
from bot.answers.comparison import Comparison, Measured, Pair

FLIPPED = ":orange-badge[flipped]"


@dataclass(frozen=True)
class Compared:
    """A comparison as it is drawn: it lets go of the runs. `wanted` is what the answer was drawn for then."""

    summary: str
    names: tuple[str, str]
    claims: tuple[Pair, ...]
    metrics: tuple[Measured, ...]
    wanted: tuple[Any, ...]


def compared(comparison: Comparison, wanted: tuple[Any, ...]) -> Compared:
    """What there is to draw of a comparison."""
    return Compared(comparison.summary, comparison.names, comparison.claims, comparison.metrics, wanted)


def show(found: Compared) -> None:
    """The summary, and beneath it a table with a column a run, folded where nothing flipped."""
    with st.container(border=True):
        st.markdown(f"**{_cell(found.summary)}**")
        with st.expander("The two runs side by side", expanded=any(pair.flipped for pair in found.claims)):
            st.markdown("\n".join(_table(found)))


def _table(found: Compared) -> Iterator[str]:
    yield f"| | {_cell(found.names[0])} | {_cell(found.names[1])} |"
    yield "|---|---|---|"
    for pair in sorted(found.claims, key=lambda pair: not pair.flipped):
        says = f"{_cell(pair.b.says)} {FLIPPED if pair.flipped else ''}"
        yield f"| {says} | {_count(pair.a)} | {_count(pair.b)} |"
    for metric in found.metrics:
        yield f"| {_cell(metric.description)} | {_cell(metric.a)} | {_cell(metric.b)} |"


def _count(claim: ClaimResult) -> str:
    colour, mark = ("green", "✓") if claim.stands else ("orange", "✗")
    return f":{colour}[**{mark}**] {claim.count}".replace(" ", "\u00a0")


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")
