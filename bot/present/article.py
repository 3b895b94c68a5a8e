"""A whole explanation as Markdown, for programs that read rather than look: language models, search, a terminal."""

from bot.answers.answer import Answer
from bot.content.formats import plain_text
from bot.content.settings import said_with


def article(answer: Answer, url: str) -> str:
    """Title, prose, every claim with its counts, and where its numbers come from; the run's page is at `url`."""
    run, entry = answer.run, answer.entry
    tested = [f"- {claim.mark} {claim.says} ({claim.evidence})" for claim in answer.claims]
    settings = ", ".join(said_with(type(run.params), answer.changed)) or "the explanation's own"
    source = (f"Numbers: {len(run.seeds)} networks trained for this text, seed {run.seed}, settings: {settings}. "
              f"The networks at work: {url}")
    parts = [f"# {plain_text(entry.title)}", answer.text, "## Tested in these runs", "\n".join(tested), source]
    return "\n\n".join(part.strip() for part in parts) + "\n"
