"""What is wrong with points: questions that stand elsewhere too, units that are not there, comparisons that fail."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.answers.checks.report import Checked, Fault
from bot.answers.points import is_shown
from bot.answers.values import holds_in, names_of
from bot.content.entries import Entry
from bot.content.expressions import ExpressionError
from bot.content.points import OUTPUT, Point, bare_words
from bot.content.prose import render
from sims.engine.experiment import Run


def asks_faults(chosen: Sequence[str], entries: Mapping[str, Entry], kept_back: Mapping[str, str]) -> Iterator[Fault]:
    """Questions of points that stand in the knowledge base twice, as title, phrasing or point, or among those that
    measure us. `kept_back` are the texts of those, each with its file's name."""
    where: dict[str, list[str]] = {}
    for slug, entry in entries.items():
        for text in {bare_words(text) for text in (entry.title, *entry.utterances)}:
            where.setdefault(text, []).append(f"{slug}, as a phrasing or its title")
        for point in entry.points:
            for text in point.asks:
                where.setdefault(bare_words(text), []).append(f"{slug}#{point.id}")
    for text, file in kept_back.items():
        where.setdefault(bare_words(text), []).append(f"{file}, which measures how well questions are matched")
    for slug in chosen:
        for point in entries[slug].points:
            here = f"{slug}#{point.id}"
            for ask in point.asks:
                others = [place for place in where[bare_words(ask)] if place != here]
                if others:
                    yield Fault(slug, _at(point), f"{ask!r} stands in {others[0]} too; ask in other words, and ask "
                                                  "just this and not the topic")


def point_faults(entry: Entry, point: Point, run: Run[Any, Any]) -> Iterator[Fault]:
    """Numbers that cannot be filled in, and a unit that the network does not have, in a run at the point's settings."""
    values, per_replica = names_of(run)
    try:
        render(point.says, values, per_replica)
        if point.holds:
            holds_in(point.holds, run)
    except ExpressionError as error:
        yield Fault(entry.slug, _at(point), str(error))
    layers = [weights.shape[-1] for weights in run.shown.weights[:-1]]
    if point.unit is not None and not (layers and point.unit < layers[0]):
        there = f"has {layers[0]}" if layers else "has no hidden layer"
        yield Fault(entry.slug, _at(point), f'lights = "{point.lights}", but the network on the screen {there}; name a '
                                            f'unit that is there, or "{OUTPUT}"')


def judged_point(entry: Entry, point: Point, run: Run[Any, Any], at: str) -> Iterator[Checked]:
    """How often a point's comparison holds over the seeds of a run."""
    if point.holds:
        rate = float(holds_in(point.holds, run).mean())
        yield Checked(entry.slug, f"{_at(point)} {at}", f"{point.holds} in at least {point.in_at_least:.0%}", rate,
                      rate >= point.in_at_least)


def unsaid_faults(entry: Entry, point: Point, run: Run[Any, Any]) -> Iterator[Fault]:
    """A point that the run of the entry's own seed contradicts: it would never be said there."""
    if not is_shown(point, run):
        yield Fault(entry.slug, _at(point), f"{point.holds or 'the run'} fails at the entry's own seed {run.seed}, so "
                                            "that it would not be said there; sharpen it, or say something else")


def _at(point: Point) -> str:
    return f"points#{point.id}"
