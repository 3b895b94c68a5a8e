"""Values that are measured by those in force: "twice as many units", "a tenth of the rate", "one more neuron"."""

import re
from collections.abc import Iterator

from bot.language.numerals import value

PARTS = {"half": 1 / 2, "halve": 1 / 2, "halving": 1 / 2, "third of": 1 / 3, "quarter of": 1 / 4, "fifth of": 1 / 5,
         "tenth of": 1 / 10, "double": 2, "doubling": 2, "twice": 2, "triple": 3, "thrice": 3, "quadruple": 4,
         "halved": 1 / 2, "doubled": 2, "tripled": 3}
MANY = r"(?:(?:as|many|much|large|big|high|small|the|of|number|amount|hidden|training|our|these|this|that)\s+)*"
TIMES = r"(?<![\w.])(?P<n>\d{1,9}(?:\.\d{1,9})?)\s*(?:x|times|-?fold)"
WAY = r"(?:(?P<less>smaller|lower|fewer|less|slower)|larger|bigger|higher|more|greater)"


def share(text: str, called: str) -> tuple[re.Match[str], float] | None:
    """"A quarter of the labels" is a share, where "a quarter of the rate" is measured by the rate that is in force."""
    match = re.search(rf"\b(?P<part>{'|'.join(PARTS)})\s+(?:of\s+)?(?:(?:the|all|my|its|these)\s+)+{called}", text)
    return (match, PARTS[match["part"]]) if match and match[0].endswith("s") else None


def relative(text: str, called: str, now: float, whole: bool) -> Iterator[tuple[re.Match[str], float]]:
    """"twice as many units", "10 times the learning rate", "one more neuron": measured by what is set now."""
    parts = "|".join(PARTS)
    for pattern in (rf"\b(?P<part>{parts})\s+{MANY}{called}",
                    rf"\b{called}\s+(?:that |is |be |are |gets? )*"
                    r"(?P<part>doubled|halved|tripled|(?:half|twice)(?= as))\b"):
        if match := re.search(pattern, text):
            yield match, now * PARTS[match["part"]]
    for pattern in (rf"{TIMES}\s*{MANY}(?:{WAY}\s+)?{called}",
                    rf"\b{called}\s+(?:that is |is |be |are |by |a |factor |of )*{TIMES}(?:\s+{WAY})?",
                    rf"\b(?P<less>reduce|decrease|divide|lower|cut)\s+(?:the\s+)?{called}\s+by\s+(?:a factor (?:of )?)?"
                    r"(?P<n>\d{1,9})\b"):
        if match := re.search(pattern, text):
            yield match, now / max(value(match["n"]), 1e-9) if match["less"] else now * value(match["n"])
    if not whole:
        return
    more = rf"(?<!\d)(?P<n>\d{{1,9}})(?P<share>%)?\s+(?:(?P<less>fewer|less)|more|additional|extra)\s+{MANY}{called}"
    if match := re.search(more, text):
        step = (now * value(match["n"]) / 100 if match["share"] else value(match["n"])) * (-1 if match["less"] else 1)
        yield match, now + step
    last = rf"(?<![\w.])(?P<n>\d{{1,9}})\s+{called}\s+(?:(?P<less>fewer|less)|more|extra)\b"
    if match := re.search(last, text):
        yield match, now + value(match["n"]) * (-1 if match["less"] else 1)
    change = rf"\b(?:(?P<less>remove|drop)|add)\s+(?:(?P<n>\d{{1,9}})|an?|another)\s+{MANY}{called}"
    if match := re.search(change, text):
        yield match, now + (value(match["n"]) if match["n"] else 1) * (-1 if match["less"] else 1)
    if match := re.search(rf"\b(?:another|an? extra|an? additional)\s+{MANY}{called}", text):
        yield match, now + 1
