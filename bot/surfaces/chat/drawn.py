"""Cards that are shared: what one learner's answer was drawn for, the next one need not run or draw again."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from bot.surfaces.chat.state import Card

KEPT = 64


class Drawn:
    """The last used cards by entry, settings and seed."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._cards: OrderedDict[Hashable, Card] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> Card | None:
        """The card, where it is still there."""
        with self._lock:
            card = self._cards.get(key)
            if card is not None:
                self._cards.move_to_end(key)
            return card

    def keep(self, key: Hashable, card: Card) -> Card:
        """Keep a card for others; gives the one that another kept meanwhile, so that its pictures are drawn once."""
        with self._lock:
            kept = self._cards.setdefault(key, card)
            self._cards.move_to_end(key)
            while len(self._cards) > self._most:
                self._cards.popitem(last=False)
            return kept
