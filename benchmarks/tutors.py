"""Twenty questions as a language-model tutor would ask them, and what our tools give it to cite: a table in Markdown.

    python -m benchmarks.tutors

The table of docs/tutors.md is this program's output.
"""

import asyncio
from typing import Any

from mcp import Client

from bot.service import shared_bot
from bot.surfaces.mcp.server import server_of
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.site import Site

QUESTIONS = (
    "does a hidden neuron stand for a concept such as affordability?",
    "why can't a single neuron learn xor?",
    "what happens if I start all weights at zero?",
    "is the sigmoid's output a probability I can trust?",
    "how many hidden neurons should I use?",
    "why is my loss nan after a few steps?",
    "does relu really beat sigmoid in hidden layers?",
    "what does the bias do?",
    "my training accuracy is 100 %, is that good?",
    "does more data help?",
    "why do I get different results each time I train?",
    "what is a dead relu?",
    "should I scale my inputs?",
    "is a deeper network always better?",
    "what does dropout do?",
    "why use log loss instead of squared error for classification?",
    "can I read a weight as the importance of its input?",
    "softmax with one output, what happens?",
    "do gradients vanish with many sigmoid layers?",
    "does early stopping help?",
)
HEAD = "| asked | answered with | its first finding | holds in |\n|---|---|---|---|"


def row(question: str, found: dict[str, Any]) -> str:
    """A line of the table."""
    answer = found["answer"]
    if answer is None:
        nearest = ", ".join(f"`{one['entry']}`" for one in found["nearest"])
        return f"| {question} | not sure; the nearest: {nearest} | | |"
    finding = next(claim for claim in answer["claims"] if claim["kind"] == "finding")
    counts = "; ".join(filter(None, (f"{finding['true_in']} of {finding['of']} runs", finding["control"])))
    likely = "" if found["sure"] else " (likely)"
    return f"| {question} | `{answer['entry']}`{likely} | {finding['says']} | {counts} |"


async def main() -> None:
    """Ask them all, and print the table."""
    server = server_of(Site(shared_bot(), WebSettings()))
    async with Client(server, read_timeout_seconds=120) as client:
        print(HEAD)
        for question in QUESTIONS:
            result = await client.call_tool("ask", {"question": question})
            print(row(question, result.structured_content or {}))


if __name__ == "__main__":
    asyncio.run(main())
