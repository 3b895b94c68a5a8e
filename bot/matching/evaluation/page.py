"""A report as a page to read in a browser: for authors, with the questions that were taken for another entry."""

from pathlib import Path

from jinja2 import Environment

from bot.matching.evaluation.report import Confusion, Report

TEMPLATE = Path(__file__).with_name("page.html")


def page(report: Report) -> str:
    """The report as one HTML page that needs nothing else."""
    pairs: dict[tuple[str, str], list[Confusion]] = {}
    for confusion in sorted(report.confusions, key=lambda c: (c.credit, -c.confidence)):
        pairs.setdefault((confusion.entry, confusion.first), []).append(confusion)
    weakest = sorted(report.by_entry.items(), key=lambda item: (item[1].hit1, item[1].mrr))
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        TEMPLATE.read_text(encoding="utf-8")
    )
    return template.render(
        report=report,
        decisions=sorted({name for shares in report.decisions.values() for name in shares}),
        total=max(sum(b.questions for b in report.reliability), 1),
        pairs=sorted(pairs.items(), key=lambda item: -len(item[1])),
        tables=(("By style", list(report.by_style.items())), ("By entry, weakest first", weakest)),
    )
