"""Values that are measured by those in force: "twice as many units", "a tenth of the rate", "one more neuron"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.language.numerals import FIGURE, value
from bot.language.patterns import compiled

PARTS = {"half": 1 / 2, "halve": 1 / 2, "halving": 1 / 2, "third of": 1 / 3, "quarter of": 1 / 4, "fifth of": 1 / 5,
         "tenth of": 1 / 10, "double": 2, "doubling": 2, "twice": 2, "triple": 3, "thrice": 3, "quadruple": 4,
         "halved": 1 / 2, "doubled": 2, "tripled": 3}
MANY = (r"(?:(?:as|many|much|large|big|high|small|the|of|number|amount|hidden|training|our|these|this|that|starting)"
        r"\s+){0,6}")
TIMES = r"(?<![\w.])(?P<n>\d{1,9}(?:\.\d{1,9})?)\s?(?:x|times|-?fold)"
WAY = r"(?:(?P<less>smaller|lower|fewer|less|slower)|larger|bigger|higher|more|greater)"
_ANY = "|".join(PARTS)
# what stands in each text that one of the patterns below finds anything in
_CUES = re.compile(rf"\d|\b(?:{_ANY}|add|plus|put in|remove|drop|take|another|extra|additional)")
_IS = r"(?:(?:that|is|are|was|were|be|gets?|at|by|a|factor|of|start|starts|started)\s+){0,4}"


@dataclass(frozen=True)
class Relative:
    """What measures a setting by its present value, for one name of it. Make one with `relative_to`."""

    share: re.Pattern[str]
    share_after: re.Pattern[str]
    parts: tuple[re.Pattern[str], ...]
    times: tuple[re.Pattern[str], ...]
    steps: tuple[re.Pattern[str], ...]  # of whole numbers

    def of_all(self, text: str) -> tuple[re.Match[str], float] | None:
        """"A quarter of the labels" is a share, where "a quarter of the rate" is measured by the rate in force."""
        if match := self.share_after.search(text):
            return match, PARTS[match["part"]]
        match = self.share.search(text)
        if match is None or not (match[0].endswith("s") or match["are"]):
            return None
        return match, PARTS[match["part"]] if match["part"] else value(match["n"])

    def of(self, text: str, now: float, whole: bool) -> Iterator[tuple[re.Match[str], float]]:
        """The values that a text asks for, measured by what is set `now`."""
        for pattern in self.parts:
            if match := pattern.search(text):
                yield match, now * PARTS[match["part"]]
        for pattern in self.times:
            if match := pattern.search(text):
                by = value(match["n"])
                yield match, now / max(by, 1e-9) if match["less"] else now * by
        for pattern in self.steps if whole else ():
            if match := pattern.search(text):
                found = match.groupdict()
                step = value(found["n"]) if found.get("n") else 1
                if found.get("of"):
                    yield match, now * step / 100
                    continue
                step = now * step / 100 if found.get("share") else step
                yield match, now - step if found.get("less") else now + step


def measures(text: str) -> bool:
    """Whether a text may measure a value by the one in force; False is certain."""
    return bool(_CUES.search(text))


def relative_to(called: str) -> Relative:
    """The patterns for a setting that is `called` so (a pattern with a group `called`)."""
    return Relative(
        share=compiled(rf"\b(?:(?P<part>{_ANY})|(?P<n>{FIGURE}))\s+(?:of\s+)?"
                       r"(?:(?:the|all|my|its|these|examples|samples|(?P<are>them|those|are|is|were|being))\s+){1,4}"
                       rf"{called}\b"),
        share_after=compiled(rf"\b{called}\s+(?P<part>half|third of|quarter of|fifth of|tenth of)\s+(?:of\s+)?"
                             r"(?:them|those|these)\b"),
        parts=(compiled(rf"\b(?P<part>{_ANY})\s+{MANY}{called}"),
               compiled(rf"\b{called}\s+{_IS}(?P<part>doubled|halved|tripled|"
                        r"(?:half|twice)(?= as| the| that| its))\b")),
        times=(compiled(rf"{TIMES}\s?{MANY}(?:{WAY}\s+)?{called}"),
               compiled(rf"\b{called}\s+{_IS}{TIMES}(?:\s+{WAY})?"),
               compiled(rf"\b(?P<less>reduce|decrease|divide|lower|cut)\s+(?:the\s+)?{called}\s+by\s+"
                        r"(?:a factor (?:of )?)?(?P<n>\d{1,9})\b")),
        steps=(compiled(rf"(?<!\d)(?P<n>\d{{1,9}})(?P<share>%)?\s+(?:(?P<less>fewer|less)|more|additional|extra)\s+"
                        rf"{MANY}{called}"),
               compiled(rf"(?<![\w.])(?P<n>\d{{1,9}})\s+{called}\s+(?:(?P<less>fewer|less)|more|extra)\b"),
               compiled(rf"\b(?:(?P<less>remove|drop)|add|plus|put in)\s+(?:(?P<n>\d{{1,9}})|an?|another)\s+"
                        rf"{MANY}{called}"),
               compiled(rf"\b(?P<less>take)\s+(?:(?P<n>\d{{1,9}})|an?|another)\s+{MANY}{called}\s+(?:out|away|off)\b"),
               compiled(rf"\b(?:another|an? extra|an? additional)\s+{MANY}{called}"),
               compiled(rf"(?<![\w.=:])(?:(?P<less>-)|\+)(?P<n>\d{{1,9}})\s+{MANY}{called}"),
               compiled(rf"(?<![\w.])(?P<n>\d{{1,3}})(?P<of>%)\s+of\s+{MANY}{called}")),
    )
