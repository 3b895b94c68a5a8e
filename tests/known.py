"""The entries as they are shipped, read once for all tests, and the bot that answers for all of them.

Nothing may change them. What one test had trained is there for the next.
"""

from bot.content.entries import Entry, read_knowledge
from bot.service import Bot

ENTRIES: dict[str, Entry] = read_knowledge()
BOT = Bot(ENTRIES)
