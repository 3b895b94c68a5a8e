"""An answer as a notebook's Markdown: front ends set its formulas, and GitHub and nbconvert do so too."""

from collections.abc import Iterator, Mapping, Sequence

from bot.answers import Answer, Verdict
from bot.entries import Entry


def markdown_of(answer: Answer, entries: Mapping[str, Entry], notes: Sequence[str] = ()) -> str:
    """Prose with this run's numbers, the claims with their counts, and what to try and ask next."""
    return "\n\n".join(part for part in _parts(answer, entries, notes) if part)


def _parts(answer: Answer, entries: Mapping[str, Entry], notes: Sequence[str]) -> Iterator[str]:
    run = answer.run
    yield f"### {answer.entry.title}"
    yield "\n\n".join(f"*{note}*" for note in notes)
    if run.verdict:
        yield f"⚠ This run {run.verdict}. The numbers are those of its last finite step."
    if answer.changed and answer.broken:
        yield (f"⚠ You changed the settings: {len(answer.broken)} of the {len(answer.claims)} statements tested below "
               "no longer hold.")
    yield answer.text
    yield "**Tested in these runs**"
    yield "\n".join(_claim(claim, bool(answer.changed)) for claim in answer.claims)
    yield _folded("Put it more simply", answer.simpler)
    yield _folded("Go deeper", answer.deeper)
    yield _folded("Sources", "\n".join(f"- {source}" for source in answer.entry.sources))
    yield "\n".join(_break_it(answer))
    following = [entries[slug].title for slug in answer.entry.next if slug in entries]
    yield "\n".join(["**Ask next**", "", *(f"- `ask({title!r})`" for title in following)]) if following else ""
    yield f"*{len(run.seeds)} networks trained in {run.seconds:.1f} s. On the screen is the one with seed {run.seed}.*"


def _claim(claim: Verdict, changed: bool) -> str:
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
        settings = ", ".join(f"{name}={value!r}" for name, value in example.params.items())
        yield f"- {example.says} `ask({answer.entry.title!r}, {settings})`"


def _folded(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>" if text else ""
