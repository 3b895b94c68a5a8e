"""An answer as a notebook's Markdown: front ends set its formulas, and GitHub and nbconvert do so too."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.answers.answer import Answer
from bot.answers.claims import ClaimResult
from bot.answers.comparison import Comparison
from bot.answers.guess import Guess, guess
from bot.answers.points import said_first
from bot.answers.worked import WorkedExample
from bot.content.entries import Entry, Option
from bot.content.parts import GAP
from bot.dialogue import Interpretation
from bot.present import markup
from bot.present.closest import CLOSEST, Close
from bot.present.rendering import at_level


def markdown_of(answer: Answer, reply: Interpretation, entries: Mapping[str, Entry],
                comparison: Comparison | None, close: Sequence[Close] = ()) -> str:
    """Prose with this run's numbers, the claims with their counts, and what to try and ask next. `close` are the points
    that come closest to the question."""
    return "\n\n".join(part for part in _parts(answer, reply, entries, comparison, close) if part)


def as_html(outputs: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> str:
    """Outputs as one piece of HTML, for a notebook that sets no MIME bundles; the classes are marimo's for texts."""
    parts = (bundle.get("text/html") or markup.with_html(bundle["text/markdown"]) for bundle, _ in outputs)
    return f'<div class="nrn-answer markdown prose dark:prose-invert">{"".join(parts)}</div>'


def _parts(answer: Answer, reply: Interpretation, entries: Mapping[str, Entry],
           comparison: Comparison | None, close: Sequence[Close]) -> Iterator[str]:
    run = answer.run
    yield _read_as(answer, reply, entries)
    yield f"### {answer.entry.title}"
    for leading, says in said_first(answer.points_named(reply.points)):
        yield f"**{leading}** {says}"
    yield _guess_first(answer.entry, guess(answer)) if reply.level == "text" and not comparison else ""
    yield "\n\n".join(f"*{note}*" for note in reply.notes)
    yield "\n".join(f"- {offer.words[:1].upper()}{offer.words[1:]}: "
                    f"`{_call(answer.entry, {**reply.changes, offer.setting: offer.value})}`" for offer in reply.offers)
    yield "\n".join(_side_by_side(comparison)) if comparison else ""
    if run.verdict:
        yield (f"⚠ This run {run.verdict}. The numbers are those of step {run.shown_step:,}, the last one recorded "
               "before.")
    if answer.changed and answer.broken:
        yield (f"⚠ You changed the settings: {len(answer.broken)} of the {len(answer.claims)} statements tested below "
               "no longer hold.")
    if reply.level == "text" and answer.worked:
        yield answer.paragraphs[0]
        yield closest_of(close)
        yield _worked(answer.worked)
        yield answer.paragraphs[1]
    else:
        yield at_level(answer, reply.level)
        yield closest_of(close) if reply.level == "text" else ""
    if reply.level not in ("evidence", "code"):  # there something else is the text
        yield "**Tested in these runs**"
        yield "\n".join(_claim(claim, bool(answer.changed)) for claim in answer.claims)
    yield _folded("Put it more simply", answer.simpler if reply.level != "simpler" else "")
    yield _folded("Go deeper", answer.deeper if reply.level != "deeper" else "")
    yield _folded("Sources", "\n".join(f"- {source}" for source in answer.entry.sources))
    yield "\n".join(_break_it(answer))
    yield _folded("What people also ask here", _also_asked(answer))
    following = [entries[slug].title for slug in answer.entry.next if slug in entries]
    yield "\n".join(["**Ask next**", "", *(f"- `ask({title!r})`" for title in following)]) if following else ""
    yield f"*{len(run.seeds)} networks trained in {run.seconds:.1f} s. On the screen is the one with seed {run.seed}.*"


def _read_as(answer: Answer, reply: Interpretation, entries: Mapping[str, Entry]) -> str:
    """How a question was read that may mean something else as well; nothing where that is beyond doubt."""
    others = " · ".join(f"`ask({entries[match.slug].title!r})`" for match in reply.decision.beside)
    return f"*I read this as “{answer.entry.title}”. Or did you mean:* {others}" if others else ""


def closest_of(close: Sequence[Close]) -> str:
    """The points that come closest to the question, each with how its answer begins; the rest is folded, or asked for
    where it needs another run."""
    return "\n\n".join([f"**{CLOSEST}**", *(_close(one) for one in close)]) if close else ""


def _close(one: Close) -> str:
    call = f" `ask({one.title!r})`" if one.told is None else ""
    said = f"*{one.title}*{call}" + (f"  \n{one.first}" if one.first else "")
    return said + (f"\n\n{_folded('More', one.rest)}" if one.rest and one.told else "")


def _also_asked(answer: Answer) -> str:
    """What the points say of this run, or how to run what shows them."""
    return "\n\n".join(f"**{told.title}** " + (told.says or f"`{_call(answer.entry, told.point.params)}`")
                       for told in answer.points if told.says or told.point.params)


def _worked(worked: WorkedExample) -> str:
    """The worked example with its gap, and the step folded."""
    lines = "\n".join(f"- {line}" for line in (*worked.lines, worked.ask.replace(GAP, r"\_\_\_")))
    parts = (f"**{worked.says}**", lines, "Yours is checked by `_.check(...)`, right after this answer.",
             _folded("Show the step", worked.step))
    return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(parts).split("\n"))


def _guess_first(entry: Entry, found: Guess) -> str:
    """The prediction, folded: opening an option is choosing it."""
    options = "\n\n".join(_folded(option.says, _outcome(entry, found, option)) for option in found.options)
    return _folded(f"<b>Guess first:</b> {found.question}",
                   f"<blockquote>\n\n{options}\n\n</blockquote>")


def _outcome(entry: Entry, found: Guess, option: Option) -> str:
    if found.decided_at is not None:
        return f"Another run decides it: `{_call(entry, found.decided_at)}`"
    if found.right is None:
        return "In this run none of these came true."
    if found.right == option:
        return f"**Right.** {found.feedback}"
    return f"**Not in this run.** It was: {found.right.says}. {found.feedback}"


def _call(entry: Entry, changes: Mapping[str, Any]) -> str:
    """What to run for an entry with these changes to its settings."""
    return f"ask({', '.join([repr(entry.title), *(f'{name}={value!r}' for name, value in changes.items())])})"


def _side_by_side(comparison: Comparison) -> Iterator[str]:
    """The two runs as a table: claims with their counts, metrics of the runs on the screen."""
    yield f"**Side by side.** {comparison.summary}\n"
    yield f"| | {' | '.join(comparison.names)} |"
    yield "|---|---|---|"
    for pair in comparison.claims:
        counts = (f"{claim.mark} {claim.count}" for claim in (pair.a, pair.b))
        yield f"| {_cell(pair.b.says)}{' **(flipped)**' if pair.flipped else ''} | {' | '.join(counts)} |"
    for metric in comparison.metrics:
        yield f"| {_cell(metric.description)} | {metric.a} | {metric.b} |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _claim(claim: ClaimResult, changed: bool) -> str:
    line = f"- **{claim.mark}** {claim.says} *{claim.evidence}*"
    if claim.stands:
        return line
    return line + (" **With your settings this is no longer true.**" if changed
                   else " **In these runs this came out otherwise than in most others; try another seed.**")


def _break_it(answer: Answer) -> Iterator[str]:
    """The settings that break a claim, as calls to run."""
    if answer.counter_examples:
        yield "**Break it**\n"
    for example in answer.counter_examples:
        yield f"- {example.says} `{_call(answer.entry, example.params)}`"


def _folded(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>" if text else ""
