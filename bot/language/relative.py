"""Values that are measured by those in force: "twice as many units", "a tenth of the rate", "one more neuron"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

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


# ... and any of the parts, of the multiples, of the steps
HAS_PART = re.compile(rf"\b(?:{_ANY})")
HAS_TIMES = re.compile(r"\d\s?(?:x|times|-?fold)|\b(?:reduce|decrease|divide|lower|cut)\s")
HAS_STEP = re.compile(r"\b(?:fewer|less|more|additional|extra|another|remove|drop|add|plus|put in|take)|[-+]\d|"
                      r"\d%\s+of\s")


@dataclass(frozen=True)
class Relative:
    """What measures a setting by its present value; `called` is a pattern of its names with a group `called`."""

    called: str

    def of_all(self, text: str) -> tuple[re.Match[str], float] | None:
        """"A quarter of the labels" is a share, where "a quarter of the rate" is measured by the rate in force."""
        if HAS_PART.search(text) and (match := self.share_after.search(text)):
            return match, PARTS[match["part"]]
        match = self.share.search(text)
        if match is None or not (match[0].endswith("s") or match["are"]):
            return None
        return match, PARTS[match["part"]] if match["part"] else value(match["n"])

    def of(self, text: str, now: float, whole: bool) -> Iterator[tuple[re.Match[str], float]]:
        """The values that a text asks for, measured by what is set `now`."""
        for pattern in self.parts if HAS_PART.search(text) else ():
            if match := pattern.search(text):
                yield match, now * PARTS[match["part"]]
        for pattern in self.times if HAS_TIMES.search(text) else ():
            if match := pattern.search(text):
                by = value(match["n"])
                yield match, now / max(by, 1e-9) if match["less"] else now * by
        for pattern in self.steps if whole and HAS_STEP.search(text) else ():
            if match := pattern.search(text):
                found = match.groupdict()
                step = value(found["n"]) if found.get("n") else 1
                if found.get("of"):
                    yield match, now * step / 100
                    continue
                step = now * step / 100 if found.get("share") else step
                yield match, now - step if found.get("less") else now + step

    @cached_property
    def share(self) -> re.Pattern[str]:
        """A share of it before its name: "20% of the labels"."""
        return compiled(rf"\b(?:(?P<part>{_ANY})|(?P<n>{FIGURE}))\s+(?:of\s+)?"
                        r"(?:(?:the|all|my|its|these|examples|samples|(?P<are>them|those|are|is|were|being))\s+){1,4}"
                        rf"{self.called}\b")

    @cached_property
    def share_after(self) -> re.Pattern[str]:
        """A share of it behind its name: "the labels, half of them"."""
        return compiled(rf"\b{self.called}\s+(?P<part>half|third of|quarter of|fifth of|tenth of)\s+(?:of\s+)?"
                        r"(?:them|those|these)\b")

    @cached_property
    def parts(self) -> tuple[re.Pattern[str], ...]:
        """A part or a multiple that has a word: "half", "twice"."""
        return (compiled(rf"\b(?P<part>{_ANY})\s+{MANY}{self.called}"),
                compiled(rf"\b{self.called}\s+{_IS}(?P<part>doubled|halved|tripled|"
                         r"(?:half|twice)(?= as| the| that| its))\b"))

    @cached_property
    def times(self) -> tuple[re.Pattern[str], ...]:
        """A multiple by its number: "3 times"."""
        return (compiled(rf"{TIMES}\s?{MANY}(?:{WAY}\s+)?{self.called}"),
                compiled(rf"\b{self.called}\s+{_IS}{TIMES}(?:\s+{WAY})?"),
                compiled(rf"\b(?P<less>reduce|decrease|divide|lower|cut)\s+(?:the\s+)?{self.called}\s+by\s+"
                         r"(?:a factor (?:of )?)?(?P<n>\d{1,9})\b"))

    @cached_property
    def steps(self) -> tuple[re.Pattern[str], ...]:
        """So many more or fewer, of whole numbers."""
        called = self.called
        return (
            compiled(rf"(?<!\d)(?P<n>\d{{1,9}})(?P<share>%)?\s+(?:(?P<less>fewer|less)|more|additional|extra)\s+"
                     rf"{MANY}{called}"),
            compiled(rf"(?<![\w.])(?P<n>\d{{1,9}})\s+{called}\s+(?:(?P<less>fewer|less)|more|extra)\b"),
            compiled(rf"\b(?:(?P<less>remove|drop)|add|plus|put in)\s+(?:(?P<n>\d{{1,9}})|an?|another)\s+"
                     rf"{MANY}{called}"),
            compiled(rf"\b(?P<less>take)\s+(?:(?P<n>\d{{1,9}})|an?|another)\s+{MANY}{called}\s+(?:out|away|off)\b"),
            compiled(rf"\b(?:another|an? extra|an? additional)\s+{MANY}{called}"),
            compiled(rf"(?<![\w.=:])(?:(?P<less>-)|\+)(?P<n>\d{{1,9}})\s+{MANY}{called}"),
            compiled(rf"(?<![\w.])(?P<n>\d{{1,3}})(?P<of>%)\s+of\s+{MANY}{called}"))


def measures(text: str) -> bool:
    """Whether a text may measure a value by the one in force; False is certain."""
    return bool(_CUES.search(text))
