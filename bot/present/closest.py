"""What stands below an answer: the points that come closest to the question."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers.points import ToldPoint, told_point
from bot.content.points import Point
from bot.content.prose import sentences
from bot.content.settings import SettingError
from bot.matching import Pointed
from bot.present.short import Short
from bot.service import Bot
from sims.engine.experiment import drain

CLOSEST = "Closest to your question here:"
ENOUGH, MOST = 80, 260  # characters of a point that are read at once: its first sentence, and more where that is short
WHOLE = 2  # so many of the closest are read whole: the asked point is among them every second time


@dataclass(frozen=True)
class Close:
    """A point that may be what was asked, of the entry `slug`: what is read of it at once, and the rest. Both are empty
    where a run has to be made before it can be said; without `told` the rest is not known yet."""

    slug: str
    point: Point
    told: str | None
    first: str
    rest: str

    @property
    def title(self) -> str:
        """Its question."""
        return self.point.title

    @property
    def address(self) -> str:
        """Its name among all points, "threshold-0.5#equal-costs"."""
        return f"{self.slug}#{self.point.id}"

    @property
    def goes_on(self) -> bool:
        """Whether it says more than what is read at once."""
        return bool(self.rest) or (self.told is None and bool(self.first))


def closest(bot: Bot, found: Sequence[Pointed], slug: str = "", own: Sequence[ToldPoint] = (),
            making: bool = False) -> tuple[Close, ...]:
    """The points that were found, the likeliest first: those of the entry `slug` that answers, if one does, with what
    its run lets us say (`own`), those of others with what can be said without making a run; or, where `making`, by
    their entry's own run if hardly anything can."""
    beside = {told.id: told for told in own}
    told = [(one.entry, beside.get(one.id) if one.entry == slug else _of_another(bot, one, making)) for one in found]
    return tuple(_close(entry, point, at < WHOLE) for at, (entry, point) in enumerate(told) if point is not None)


def besides(near: Sequence[Close], told: Sequence[Short]) -> tuple[Close, ...]:
    """The points that stand in none of the short answers above them."""
    return tuple(close for close in near if (close.slug, close.point.id) not in [(one.slug, one.point) for one in told])


def _of_another(bot: Bot, found: Pointed, making: bool) -> ToldPoint | None:
    """A point of another entry, without words where it needs a run that is neither at hand nor made."""
    entry = bot.entries.get(found.entry)
    point = entry.point(found.id) if entry else None
    if entry is None or point is None:
        return None
    if not point.needs_run:
        return ToldPoint(point, point.says)
    try:
        params = bot.params(entry.slug, point.params)
    except SettingError:  # `ask-neuron check` tells it
        return ToldPoint(point, None)
    run = bot.runs.at_hand(entry.experiment, params, entry.seed)
    if run is None and making and not point.params and len(" ".join(_until_numbers(point.says))) < ENOUGH:
        run = drain(bot.running(entry.experiment, params, entry.seed))
    return ToldPoint(point, None) if run is None else told_point(point, run, bot.own(entry))


def _close(slug: str, told: ToldPoint, whole: bool) -> Close:
    says = told.says
    if says is None and not told.is_contradicted:  # what it says of every run
        says = " ".join(_until_numbers(told.point.says))
    first, *others = sentences(says or "") or [""]
    while others and (whole or (len(first) < ENOUGH and len(first) + len(others[0]) < MOST)):
        first = f"{first} {others.pop(0)}"
    return Close(slug, told.point, told.says, first, " ".join(others))


def _until_numbers(says: str) -> list[str]:
    found = sentences(says)
    numbers = ["{{" in sentence for sentence in found]
    return found[: numbers.index(True)] if True in numbers else found
