"""Written-out numbers into figures: "twenty five" becomes "25", "a dozen" 12, "zero point one" 0.1, "50 per cent" 50%.

The text stays a text, so that patterns need to know one spelling of a number only: `FIGURE`.
"""

import re

ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = {word: n for n, word in enumerate(ONES.split())} | {word: 10 * n for n, word in enumerate(TENS.split(), 2)}
SMALL |= {"fourty": 40, "single": 1}
LARGE = {"hundred": 100, "thousand": 1000, "million": 10**6, "dozen": 12, "k": 1000}

_SMALL, _LARGE = "|".join(sorted(SMALL, key=len, reverse=True)), "|".join(word for word in LARGE if word != "k")
_WORD = rf"(?:{_SMALL}|{_LARGE})"
# "and" belongs to a number only after a large word: "a hundred and fifty", but "two and three"
# "a deeper one", "which one": no number
_THING = ("this", "that", "which", "each", "every", "any", "another", "other", "deeper", "wider", "bigger", "larger",
          "smaller", "longer", "shorter", "better", "simpler", "lower", "higher", "narrower")
_NO_NUMBER = "".join(rf"(?<!\b{word} )" for word in _THING)
_RUN = re.compile(
    rf"{_NO_NUMBER}\b(?:an?\s+(?=single|{_LARGE}))?(?P<run>{_WORD}"
    rf"(?:(?:(?<=hundred)|(?<=thousand))\s+and\s+{_WORD}\b|[\s-]+{_WORD}\b)*)\b"
    r"(?!\s+(?:of(?! (?:them|those|these)\b)|that|which)\b|(?<=one)\s+of\b)")
_APART = re.compile(r"[\s-]+")
_POINT = re.compile(rf"(?:\b(?P<whole>{_SMALL})\s+)?\bpoint(?P<decimals>(?:\s+(?:oh|{_SMALL}))+)\b")
_SCALED = re.compile(rf"(?<![\w.])(\d+(?:\.\d+)?)\s*(k|{_LARGE})\b")
_FRACTION = re.compile(r"(?<![\w./])1\s?/\s?(\d{1,5})(?![\w/]|\.\d)")
_BEFORE = tuple((re.compile(pattern), plain) for pattern, plain in (
    (r"[−–—]", "-"),
    (r"\bhalf a dozen\b", "6"),
    (r"\b(of|to|at|is) (?:a |one )half\b(?! of| the| as)", r"\1 0.5"),
    (r"\ba (?:couple|pair) of\b", "2"),
    (r"(?<=\d),(?=\d{3}(?:\D|$))", ""),  # 2,000
    (r"(?<![\w.,([])0,(?=\d)", "0."),  # 0,05, as much of the world writes it
    (r"(?<![\w.])(?:1\s*[*x]\s*)?10\s*(?:\^|\*\*)\s*\(?([-+]?\d{1,2})\)?", r"1e\1"),
))
_AFTER = tuple((re.compile(pattern), plain) for pattern, plain in (
    (r"\b(?:minus|negative)\s+(?=\d)", "-"),
    (r"(?<=\d)\s{0,3}(?:%|per\s?cent\b)", "%"),
))
FIGURE = r"(?<![\w.])[-+]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:e[-+]?\d{1,3})?(?:%|(?![\w%]|\.\d))"


def figures(text: str) -> str:
    """The lower-case text with every number that is written out, or written in another way, as plain figures."""
    for pattern, plain in _BEFORE:
        text = pattern.sub(plain, text)
    text = _POINT.sub(lambda match: f"{SMALL[match['whole'] or 'zero']}.{_decimals(match['decimals'])}", text)
    text = _SCALED.sub(lambda match: f"{float(match[1]) * LARGE[match[2]]:.10g}", text)
    text = _RUN.sub(lambda match: " ".join(map(str, _numbers(_APART.split(match["run"])))), text)
    for pattern, plain in _AFTER:
        text = pattern.sub(plain, text)
    return _FRACTION.sub(lambda match: f"{1 / max(int(match[1]), 1):.6g}", text)


def value(figure: str) -> float:
    """The number that a `FIGURE` stands for; 50% is one half."""
    return float(figure[:-1]) / 100 if figure.endswith("%") else float(figure)


def _decimals(words: str) -> str:
    return "".join("0" if word == "oh" else str(SMALL[word]) for word in words.split())


def _numbers(words: list[str]) -> list[int]:
    """The numbers that a run of words names one after another: "two hundred five six" names 205 and 6."""
    found: list[int] = []
    whole, part, room = 0, 0, 10**9  # finished thousands, what is below them, and what the next word must be below
    for word in words:
        if word == "and":
            continue
        if word in LARGE:
            part, room = (part or 1) * LARGE[word], LARGE[word]
            if LARGE[word] >= 1000:
                whole, part = whole + part, 0
            continue
        if SMALL[word] >= room:
            found.append(whole + part)
            whole, part = 0, 0
        part, room = part + SMALL[word], 10 if SMALL[word] >= 20 else 0
    return [*found, whole + part]
