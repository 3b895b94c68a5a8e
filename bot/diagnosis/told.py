"""A network of the asker's own that is told in words alone: "my 2-2-1 net with sigmoids, all weights at 0, SGD 0.1"."""

import re
from collections.abc import Sequence

from bot.diagnosis.draft import Draft
from bot.diagnosis.spec import Layer, Reading
from bot.diagnosis.vocabulary import ACTIVATIONS, OPTIMIZERS, plain
from bot.diagnosis.words import is_date

LONGEST = 6_000  # characters that are looked through
FEWEST = 3  # facts beside the sizes, from which a network is told and not only named

_COUNTS = {"one": 1, "a": 1, "an": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8,
           "ten": 10}
_COUNT = rf"(\d{{1,4}}|{'|'.join(_COUNTS)})"
_NETWORK = r"(?:nets?|network|nn|ann|mlp|perceptron)\b"
_MADE = "have|had|got|built|made|wrote|trained|train|use|used|created|coded|tried|implemented|am training|are training"
_OWN = re.compile(
    rf"\b(?:my|our)\b[^.?!\n]{{0,50}}\b(?:{_NETWORK}|model\b|classifier\b)|"
    rf"\b(?:I|we)(?:'ve| have|'m training)? ?(?:{_MADE})? ?(?:an?|the|this)\b[^.?!\n]{{0,60}}\b{_NETWORK}",
    re.IGNORECASE)
_HIDDEN = re.compile(
    rf"\b{_COUNT} hidden (?:layer )?(?:units?|neurons?|nodes?)\b|"
    rf"\bhidden layer (?:with|of|has) {_COUNT} (?:\w{{1,12}} )?(?:units?|neurons?|nodes?)\b", re.IGNORECASE)
_CHAIN = re.compile(r"(?<![\d./:-])(\d{1,4})((?:-\d{1,4}){2,5})(?![\d./:-])")
_ENDS = re.compile(rf"\b{_COUNT} (?:\w{{1,10}} )?(in|out)puts?\b", re.IGNORECASE)
_VALUE = r"(?:(zeros?|0(?:\.0+)?(?![\d.]))|(\d{0,3}\.?\d{1,6})(?![\d.]*\d)|(the same|equal|ones?)\b)"
_BEGIN = r"(?:start\w{0,3}|initiali[sz]\w{0,3}|set|begin\w{0,4}|began)"
_START = re.compile(
    rf"\b{_BEGIN} (?:with )?(?:all |every |each |the |my |of ){{0,4}}weights? ?(?:at|to|with|from|as|=|being)? ?"
    rf"{_VALUE}|"
    rf"\b(?:all|every|each)(?: of)?(?: the| my)? (?:initial )?weights? (?:is |are |was |were |being )?(?:{_BEGIN} )?"
    rf"(?:at |to |with |as |= ?)?{_VALUE}",
    re.IGNORECASE)
_EVERYWHERE = re.compile(
    r"\b(sigmoid|logistic|tanh|relu)s?\b (?:units? |activations? )?(?:everywhere|throughout|(?:in|on|for) (?:both|all)"
    r"(?: the| of the)? layers)", re.IGNORECASE)
_RATE = re.compile(
    r"\b(sgd|adam|rmsprop|gradient descent)\b,? ?(?:at|with|of|\()? ?(?:lr ?=? ?|a rate of )?"
    r"(\d{0,3}\.\d{1,8}|\d{1,2}e-\d{1,2})\b", re.IGNORECASE)
_FACTS = ("output_activation", "loss", "optimizer", "learning_rate", "epochs", "steps", "batch_size", "start", "data",
          "bias", "scaling")


def read_told(draft: Draft, lines: Sequence[str]) -> None:
    """Fill in what sentences say of a network that is the asker's own, where no code says it."""
    text = "\n".join(lines)[:LONGEST]
    if draft.get("framework") not in (None, "words") or not _OWN.search(text):
        return
    _sizes(draft, text)
    if draft.get("framework") is None:
        return
    _start(draft, text)
    if (match := _RATE.search(text)) and draft.get("learning_rate") is None:
        draft.put("optimizer", OPTIMIZERS[plain(match.group(1))], _line(text, match))
        draft.put("learning_rate", float(match.group(2)) or None, _line(text, match))
    if match := _EVERYWHERE.search(text):
        kind = ACTIVATIONS[plain(match.group(1))]
        draft.put("output_activation", kind if kind == "sigmoid" else None, _line(text, match))
    draft.put("own", True)


def told(reading: Reading) -> bool:
    """Whether a post's words tell a network of the asker's own with enough of its training to run it."""
    spec = reading.spec
    facts = sum(getattr(spec, name) is not None for name in _FACTS)
    facts += any(layer.activation for layer in spec.layers) + bool(reading.symptoms.said or reading.symptoms.outputs)
    return bool(spec.own and spec.layers and all(layer.units for layer in spec.layers)) and facts >= FEWEST


def _sizes(draft: Draft, text: str) -> None:
    if draft.get("layers") is not None:
        return
    if match := _CHAIN.search(text):
        numbers = [int(match.group(1)), *map(int, re.findall(r"\d+", match.group(2)))]
        if min(numbers) >= 1 and not is_date(numbers):
            line = _line(text, match)
            draft.put("framework", "words", line)
            draft.put("inputs", numbers[0], line)
            draft.put("layers", tuple(Layer(units=units, line=line) for units in numbers[1:-1]), line)
            draft.put("outputs", numbers[-1], line)
    elif match := _HIDDEN.search(text):
        line = _line(text, match)
        draft.put("framework", "words", line)
        draft.put("layers", (Layer(units=_count(match.group(1) or match.group(2)), line=line),), line)
        for match in _ENDS.finditer(text):
            draft.put(f"{match.group(2).lower()}puts", _count(match.group(1)), _line(text, match))


def _start(draft: Draft, text: str) -> None:
    match = _START.search(text)
    if match is None:
        return
    zero, number, same = (match.group(i) or match.group(i + 3) for i in (1, 2, 3))
    if zero or (number and float(number) == 0):
        draft.put("start", "zeros", _line(text, match))
    elif number or same:
        draft.put("start", "constant", _line(text, match))
        draft.put("start_constant", float(number) if number else None)


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS[word.lower()]


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
