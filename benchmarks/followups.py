"""`python -m benchmarks.followups`: what a follow-up costs, in processor time and in ratios, over all entries by turns.

A follow-up is read once, and the patterns of an experiment's settings are made once. The other side of the first two
rows forgets both before each question, as if they were made for every one.
"""

import re

from benchmarks.timing import Times, by_turns, seconds
from bot.dialogue import Dialogue, DialogueState, chosen
from bot.language.grammar import grammar
from bot.language.patterns import compiled
from bot.language.utterance import read
from bot.service import Bot

SETTINGS = ("and with 2 neurons?", "train longer", "with relu and a learning rate of 0.5", "half of that", "go back",
            "what would happen with far fewer examples and 500 steps?")
QUESTIONS = ("why is that always so?", "does it depend on the start?", "and where do the weights come from then?")
EVERY = 3  # entries


def followed(bot: Bot, places: list[DialogueState], questions: tuple[str, ...], forgets: bool) -> float:
    """Seconds of processor time for one follow-up."""
    def all_of_them() -> None:
        for question in questions:
            for place in places:
                if forgets:
                    grammar.cache_clear()
                    read.cache_clear()
                    compiled.cache_clear()
                    re.purge()
                bot.dialogue.reply(question, place)

    return seconds(all_of_them) / len(questions) / len(places)


def rows(bot: Bot) -> list[tuple[str, str, Times]]:
    """(our work, the other's work, measured)."""
    places = [chosen(slug, entry.title, {}, None) for slug, entry in list(bot.entries.items())[::EVERY]]

    def kept(questions: tuple[str, ...]) -> float:
        return followed(bot, places, questions, forgets=False)

    def anew(questions: tuple[str, ...]) -> float:
        return followed(bot, places[:6], questions, forgets=True)

    def matched() -> float:
        return seconds(lambda: [bot.matcher.decide(question) for question in QUESTIONS]) / len(QUESTIONS)

    return [
        ("a follow-up that names settings", "the same, everything made for each question",
         by_turns(lambda: kept(SETTINGS), lambda: anew(SETTINGS), 3)),
        ("a follow-up that is weighed", "the same, everything made for each question",
         by_turns(lambda: kept(QUESTIONS), lambda: anew(QUESTIONS), 3)),
        ("a follow-up that names settings", "matching a question once", by_turns(lambda: kept(SETTINGS), matched)),
        ("a follow-up that is weighed", "matching a question once", by_turns(lambda: kept(QUESTIONS), matched)),
    ]


def main() -> None:
    """Print the table. No decision on a question is remembered here."""
    bot = Bot()
    bot.__dict__["dialogue"] = Dialogue(bot.entries, bot.matcher.decide, bot.matcher.glance)
    print("| work | against | ours ms | theirs ms | ratio |\n|---|---|---|---|---|")
    for ours, theirs, (mine, other, ratio) in rows(bot):
        print(f"| {ours} | {theirs} | {mine:.2f} | {other:.2f} | {ratio:.3f} |")


if __name__ == "__main__":
    main()
