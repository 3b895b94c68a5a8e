"""What mentors see of what learners left behind: questions in vain by what they ask, answers that did not help,
predictions that went wrong, and all of it week by week."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.content.entries import Entry
from bot.content.points import Point, bare_words
from bot.matching.clusters import clusters_of
from bot.matching.encoders import small
from bot.present import report_shapes as shapes
from bot.service import Bot
from bot.store import Vain, Week

NEWEST = 1000  # rows that are looked at
NEAREST, POINTS_EACH = 3, 1  # entries beside a cluster, and points of each
GUESSES, FEWEST_GUESSES = 8, 5  # entries whose predictions are run, those of the most guesses; fewer say little
UNHELPFUL = 200  # questions of unhelpful answers that are listed


@dataclass(frozen=True)
class Cluster:
    """Questions that ask the same, the most typical first, with what would be said to that one today: the entries that
    are nearest, and points of theirs that it may ask. A question that stands alone is a cluster of one."""

    questions: tuple[Vain, ...]
    entries: tuple[Entry, ...]
    points: tuple[tuple[Entry, Point], ...]
    answered: bool  # whether it would be answered by now

    @property
    def times(self) -> int:
        """How often its questions were asked."""
        return sum(one.times for one in self.questions)

    @property
    def day(self) -> str:
        """When one of them was asked last."""
        return max(one.day for one in self.questions)

    @property
    def why(self) -> tuple[str, ...]:
        """What became of them."""
        return tuple(sorted({why for one in self.questions for why in one.why}))

    def holds(self, text: str) -> bool:
        """Whether a question is one of them, in whatever capitals."""
        return any(bare_words(one.question) == bare_words(text) for one in self.questions)


@dataclass(frozen=True)
class Guessed:
    """How an entry's prediction was guessed: by each option, and which one comes true in its run."""

    entry: Entry
    options: tuple[tuple[str, int], ...]  # the most guessed first
    right: str

    @property
    def total(self) -> int:
        """All guesses."""
        return sum(times for _, times in self.options)

    @property
    def wrong(self) -> int:
        """Those that the run refutes."""
        return sum(times for says, times in self.options if says != self.right)


@dataclass(frozen=True)
class Rated:
    """An entry whose answers did not help, and what was asked."""

    entry: str
    helped: int
    did_not: int
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Inbox:
    """All of it."""

    clusters: tuple[Cluster, ...]
    rated: tuple[Rated, ...]
    guessed: tuple[Guessed, ...]
    weeks: tuple[Week, ...]


def clusters(bot: Bot, most: int = NEWEST) -> tuple[Cluster, ...]:
    """The questions in vain among the newest rows by what they ask, the most frequent first. `StoreError` where the
    store cannot be read."""
    vain = bot.store.in_vain(most)
    texts = [one.question for one in vain]
    groups = clusters_of(texts, small(), [entry.title for entry in bot.entries.values()])
    known = {place for group in groups for place in group}
    alone = [[place] for place in range(len(vain)) if place not in known]
    found = [_cluster(bot, [vain[place] for place in group]) for group in (*groups, *alone)]
    return tuple(sorted(found, key=lambda one: (one.times, one.day), reverse=True))


def _cluster(bot: Bot, questions: Sequence[Vain]) -> Cluster:
    """With what is near to its first question, found by the small encoder: there may be hundreds."""
    text = questions[0].question
    decision = bot.matcher.small.decide(text)
    near = [bot.entries[match.slug] for match in decision.ranked[:NEAREST]]
    points = [(entry, point) for entry in near for name in bot.near_points(text, entry)[:POINTS_EACH]
              if (point := entry.point(name))]
    return Cluster(tuple(questions), tuple(near), tuple(points), decision.kind == "answer" and decision.sure)


def gaps(bot: Bot, most: int) -> list[shapes.GapShown]:
    """The clusters' questions as a list, those of one cluster under one number; `most` questions."""
    found: list[shapes.GapShown] = []
    number = 0
    for cluster in clusters(bot):
        number += len(cluster.questions) > 1
        found += [shapes.GapShown(
            question=one.question, times=one.times, day=one.day,
            nearest=list(one.nearest) or [entry.slug for entry in cluster.entries], why=list(one.why),
            cluster=number if len(cluster.questions) > 1 else None,
            points=[f"{entry.slug}#{point.id}" for entry, point in cluster.points]) for one in cluster.questions]
    return found[:most]


def inbox(bot: Bot) -> Inbox:
    """All that mentors see. `StoreError` where the store cannot be read."""
    return Inbox(clusters(bot), tuple(_rated(bot)), tuple(_guessed(bot)), tuple(bot.store.weeks()))


def _rated(bot: Bot) -> Iterator[Rated]:
    """The entries that did not help somebody, the worst first."""
    thumbs = bot.store.thumbs()
    bad: dict[str, list[str]] = {}
    for thumb in thumbs:
        if not thumb.good:
            bad.setdefault(thumb.entry, []).append(thumb.question)
    for slug, asked in sorted(bad.items(), key=lambda one: (-len(one[1]), one[0])):
        yield Rated(slug, sum(thumb.good and thumb.entry == slug for thumb in thumbs), len(asked),
                    tuple(dict.fromkeys(filter(None, asked)))[:UNHELPFUL])


def _guessed(bot: Bot) -> Iterator[Guessed]:
    """The predictions that most learners get wrong, by the run at the entry's own settings, the worst first."""
    found = []
    for slug, options in list(bot.store.all_guesses().items())[:GUESSES]:
        entry = bot.entries.get(slug)
        if entry is None or sum(options.values()) < FEWEST_GUESSES:
            continue
        right = bot.outcome_of_prediction(slug)
        if right is not None:
            ranked = sorted(options.items(), key=lambda one: (-one[1], one[0]))
            found.append(Guessed(entry, tuple(ranked), entry.prediction.options[right].says))
    yield from sorted(found, key=lambda one: -one.wrong / one.total)
