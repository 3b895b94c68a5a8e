"""What sentences say of the data: how large inputs and targets are, how the inputs were scaled, labels of -1 and 1."""

import re
from collections.abc import Iterator, Sequence

from bot.diagnosis.draft import Draft

LONGEST = 20_000  # characters that are looked through
WIDE = 2          # a range of targets beyond this is none of classes or probabilities
LARGE = 20        # a range that ends below this needs no scaling

_NUMBER = r"[-+]?\d[\d,]{0,11}(?:\.\d{1,6})?"
_RANGE = re.compile(
    rf"(?<![\w.,/-])({_NUMBER}) ?k? ?(?:to|-|–|\.\.\.?|and|until|up to) ?({_NUMBER})(?![\d-]|\.\d|[eE]-)"
    r"(?: ?(k|thousand|million)\b)?", re.IGNORECASE)
_UP_TO = re.compile(rf"\b(?:up to|as (?:large|high|big) as|at most|max(?:imum)?(?: is| of)?) ({_NUMBER})(?![\d-]|\.\d)")
_SIZES = re.compile(
    r"\bin the (?:\w{3,6} )?(hundreds of thousands|hundred thousands|tens of thousands|thousands|hundreds|millions)\b",
    re.IGNORECASE)
_MAGNITUDES = {"hundreds of thousands": 1e5, "hundred thousands": 1e5, "tens of thousands": 1e4, "thousands": 1e3,
               "hundreds": 1e2, "millions": 1e6}
_FACTORS = {"k": 1e3, "thousand": 1e3, "million": 1e6}
_INPUTS = re.compile(
    r"\b(?:inputs?|features?|columns?|variables|predictors|attributes|pixels?|pixel values|grayscale|table|csv|"
    r"sensors?|measurements|vectors?|lists? of (?:values|numbers)|x)\b", re.IGNORECASE)
_TARGETS = re.compile(r"\b(?:targets?|labels?|y|classes|predict(?:ing|s)?)\b", re.IGNORECASE)
_OF_TARGETS = re.compile(r"\b(?:targets?|predict(?:ing|s)?|i want|want to know|learn)\b", re.IGNORECASE)
_PRONOUNS = ("they", "it", "thi", "that", "which", "some", "one", "these", "those", "them")
_AMOUNTS = ("price", "rent")  # what is predicted nearly always
_OTHER_THINGS = re.compile(  # what ranges are of that are neither inputs nor targets
    r"\b(?:epochs?|layers?|units?|neurons?|nodes?|rate|lr|loss|acc(?:uracy)?|error|mse|rmse|mae|weights?|seeds?|"
    r"steps?(?! per)|rows|samples|examples|images|iterations?|batch\w{0,3}|seconds|minutes|hours?|class(?:es)?|score|"
    r"pages?|chapters?|digits?|outputs?|predictions?|results?|%)\b|"
    r"\bscaled? (?:in)?to\b|\bnormali[sz]\w{1,3} (?:in)?to\b|\bdivid", re.IGNORECASE)
_HYPOTHETICAL = re.compile(r"\b(?:should|would|could|if|suppose|or should)\b", re.IGNORECASE)
_LEADING = re.compile(  # between what a range is of and the range
    r"(?:[\s(:]|\b(?:about|around|roughly|somewhere|mostly|between|from|is|are|ranges?|ranging|goes|go|of|in|values?)\b)"
    r"{1,12}$", re.IGNORECASE)
_WANTED = re.compile(  # "outputs should lie between 0 and 40"
    rf"\boutputs?\b[^.\n;]{{0,40}}\b(?:should|is to be|are to be|must|is the|are the)\b[^.\n;]{{0,60}}?"
    rf"\b(?:from|between|in) \[?({_NUMBER}) ?(?:to|–|-|and|,) ?({_NUMBER})(?![\d-]|\.\d)", re.IGNORECASE)
_SCALED = {
    "standardised": re.compile(
        r"\bstandardi[sz]ed\b|\bStandardScaler\b|\bz-?scor\w{1,4}\b|\bzero mean\b|\bmean (?:of )?0\b", re.IGNORECASE),
    "minmax": re.compile(
        r"\bMinMaxScaler\b|\bmin-?max\b|\b(?:scaled|norm[ae]li[sz]ed|squeezed|brought|mapped|rescaled) "
        r"(?:in|un)?(?:to|between) (?:the (?:range|interval) )?[\[(]?(?:between )?0(?:\.0)?\b|"
        r"\ball (?:in|between) \[?0 ?(?:\.\.\.?|,|to|and|-) ?1\b", re.IGNORECASE),
}
_SOMEHOW = re.compile(r"\b(?:scaled|norm[ae]li[sz]ed|rescaled|normali[sz]ation|standardi[sz]\w{2,6})\b", re.IGNORECASE)
_NOT = re.compile(
    r"(?:\b(?:not|no|never|without|should|need|needs|if|whether|try|tried|forgot|to|instead of|be|or|than)|n't)"
    r"\W{1,3}(?:\w{1,12}\W{1,3}){0,2}$", re.IGNORECASE)
_OF_DATA = re.compile(
    r"\b(?:inputs?|features?|columns?|data ?(?:set)?|everything|all|x|table|images?|pictures|values|pixels?|"
    r"predictors|variables)\b", re.IGNORECASE)
_PLUS_MINUS = re.compile(
    r"\b(?:labels?|targets?|classes|y) [^.\n?]{0,40}?(?:-1 ?(?:and|or|/|,) ?\+?1\b|\+?\b1 ?(?:and|or|/|,) ?-1\b)|"
    r"\b(?:i )?label(?:led|ed)?\b[^.\n?]{0,50}?\b\+?1\b[^.\n?]{0,50}?(?<![\d.])-1\b|"
    r"\b(?:labels?|targets?|classes) (?:\w{2,5} ){0,2}-1\b[^.\n?]{0,40}?\bor\b[^.\n?]{0,12}?\b1\b", re.IGNORECASE)


def read_told_data(draft: Draft, prose: Sequence[str]) -> None:
    """Fill in what sentences say of a network's data, where code does not show it; `prose` has code left out."""
    if draft.get("framework") is None:
        return
    somehow = False
    for sentence, line, asks in _sentences(prose):
        _scaling(draft, sentence, line)
        somehow |= _is_scaled(sentence, _SOMEHOW, asks)
    _sizes(draft, prose, scaled=somehow or draft.get("scaling") not in (None, "none"))
    _labels(draft, prose)


def _sentences(prose: Sequence[str]) -> Iterator[tuple[str, int, bool]]:
    """Sentences with their lines (from 1), and whether they ask."""
    left = LONGEST
    for number, line in enumerate(prose, 1):
        if (left := left - len(line)) < 0:
            return
        for part in re.split(r"(?<=[.?!;]) ", line):
            yield part, number, part.rstrip().endswith("?")


def _is_scaled(sentence: str, pattern: re.Pattern[str], asks: bool = False) -> bool:
    match = pattern.search(sentence)
    if match is None or asks:
        return False
    before = sentence[max(0, match.start() - 80):match.start()]
    if _NOT.search(before[-50:]) or _HYPOTHETICAL.search(before[-30:]):
        return False
    return bool(_OF_DATA.search(before) or _OF_DATA.search(sentence[match.start():match.end() + 40]))


def _scaling(draft: Draft, sentence: str, line: int) -> None:
    bracketed = ("(" in sentence and ")" in sentence) or not sentence.rstrip().endswith("?")
    for kind, pattern in _SCALED.items():
        if bracketed and _is_scaled(sentence, pattern) and draft.get("scaling") in (None, "none"):
            draft.fields.pop("scaling", None)
            draft.put("scaling", kind, line)


def _sizes(draft: Draft, prose: Sequence[str], scaled: bool) -> None:
    """The largest input and the range of the targets of which sentences tell."""
    whole = "\n".join(prose)[:LONGEST]
    about_inputs = 0  # lines for which columns that were named just before are still meant
    largest: tuple[float, int] = (LARGE, 0)
    for sentence, line, asks in _sentences(prose):
        about_inputs = line + 3 if _INPUTS.search(sentence) else about_inputs
        if not asks and (match := _WANTED.search(sentence)):
            ends = [float(match.group(i).replace(",", "")) for i in (1, 2)]
            draft.put("said_targets", tuple(ends) if ends[1] - ends[0] > WIDE else None, line)
        if asks or _HYPOTHETICAL.search(sentence):
            continue
        for low, high, (at, end) in _ranges(sentence):
            of = _said_of(sentence[max(0, at - 120):at], sentence[end:end + 30], whole, line <= about_inputs)
            if of == "inputs" and not draft.get("rows") and not scaled:
                largest = max(largest, (max(abs(low), high), line))
            elif of == "targets" and (high > LARGE or low < 0):
                draft.put("said_targets", (low, high), line)
    draft.put("said_largest", largest[0] if largest[1] else None, largest[1])


def _ranges(sentence: str) -> Iterator[tuple[float, float, tuple[int, int]]]:
    """Ranges that a sentence tells, from where to where, with the place in it where they stand."""
    for match in _RANGE.finditer(sentence):
        low, high = (float(match.group(i).replace(",", "")) for i in (1, 2))
        years = 1900 <= low <= 2100 and 1900 <= high <= 2100
        factor = _FACTORS.get((match.group(3) or "").lower(), 1)
        if low < high and not years:
            yield low * (factor if low < 0 else 1), high * factor, match.span()
    for match in _UP_TO.finditer(sentence):
        yield 0.0, float(match.group(1).replace(",", "")), match.span()
    for match in _SIZES.finditer(sentence):
        yield 0.0, _MAGNITUDES[match.group(1).lower()], match.span()


def _said_of(before: str, after: str, whole: str, about_inputs: bool) -> str | None:
    """Whether a range is that of the inputs, of the targets, or of something else, by the words around it."""
    before = _LEADING.sub("", before)
    near = re.split(r"[,;(]", before)[-1][-40:]
    if _OTHER_THINGS.search(near) or _OTHER_THINGS.search(" ".join(after.split()[:2])):
        return None
    if _TARGETS.search(near) and not _INPUTS.search(near):
        return "targets"
    noun = (re.findall(r"[A-Za-z]{2,}", near) or [""])[-1].lower().rstrip("s")
    if noun in _PRONOUNS:
        return "inputs" if about_inputs and not _OTHER_THINGS.search(before) and not _TARGETS.search(before) else None
    wanted = rf"\b(?:predict\w{{0,5}}|targets? (?:is|are|:)|estimat\w{{1,4}}) (?:[\w-]{{1,12}} ){{0,4}}{noun}s?\b"
    if noun in _AMOUNTS and not _INPUTS.search(near):
        return "targets"
    if noun and re.search(wanted, whole, re.IGNORECASE):
        return "targets"
    if _OF_TARGETS.search(before) and not _INPUTS.search(before):
        return "targets" if noun else None
    return "inputs" if about_inputs else None


def _labels(draft: Draft, prose: Sequence[str]) -> None:
    for sentence, line, asks in _sentences(prose):
        if not asks and _PLUS_MINUS.search(sentence):
            draft.put("label_values", (-1.0, 1.0), line)
            draft.put("target", "binary", line)
