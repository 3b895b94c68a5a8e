"""A network of the asker's own that is told in words alone: "my 2-2-1 net with sigmoids, all weights at 0, SGD 0.1"."""

import re
from collections.abc import Sequence

from bot.diagnosis.draft import Draft
from bot.diagnosis.spec import Reading
from bot.diagnosis.told_sizes import is_date, put_hidden, read_listing, read_sizes
from bot.diagnosis.vocabulary import ACTIVATIONS, OPTIMIZERS, plain

LONGEST = 6_000  # characters that are looked through
FEWEST = 3  # facts beside the sizes, from which a network is told and not only named

_NETWORK = r"(?:nets?|network|nn|ann|mlp|perceptron)\b"
_MADE = "have|had|got|built|made|wrote|trained|train|use|used|created|coded|tried|implemented|am training|are training"
_OWN = re.compile(
    rf"\b(?:my|our)\b[^.?!\n]{{0,50}}\b(?:{_NETWORK}|model\b|classifier\b)|"
    rf"\b(?:I|we)(?:'ve| have|'m training)? ?(?:{_MADE})? ?(?:an?|the|this)\b[^.?!\n]{{0,60}}\b{_NETWORK}|"
    rf"\b{_NETWORK} of (?:my|our) own\b",
    re.IGNORECASE)
_CHAIN = re.compile(r"(?<![\d./:-])(\d{1,4})((?:-\d{1,4}){2,5})(?![\d./:-])")
_VALUE = r"(?:(zeros?|0(?:\.0+)?(?![\d.]))|(\d{0,3}\.?\d{1,6})(?![\d.]*\d)|(the same|equal|ones?)\b)"
_BEGIN = r"(?:start\w{0,3}|initiali[sz]\w{0,3}|set|begin\w{0,4}|began)"
_START = re.compile(
    rf"\b{_BEGIN} (?:with )?(?:all |every |each |the |my |of ){{0,4}}weights? ?(?:at|to|with|from|as|=|being)? ?"
    rf"{_VALUE}|"
    rf"\b(?:all|every|each)(?: of)?(?: the| my)? (?:initial )?weights? (?:is |are |was |were |being )?(?:{_BEGIN} )?"
    rf"(?:at |to |with |as |= ?)?{_VALUE}|"
    rf"\bweights?(?: matri\w{{1,3}})?\b[^.\n]{{0,12}}?\b{_BEGIN}(?: uniformly| all)? (?:to|at|with|as) (?:the |a )?"
    rf"(?:value |constant )?{_VALUE}(?! ?[*x×]| ?std| ?stand)", re.IGNORECASE)
_EVERYWHERE = re.compile(
    r"\b(sigmoid|logistic|tanh|relu)s?\b (?:units? |activations? )?(?:everywhere|throughout|(?:in|on|for) (?:both|all)"
    r"(?: the| of the)? layers)", re.IGNORECASE)
_RATE = re.compile(
    r"\b(sgd|adam|rmsprop|gradient descent)\b,? ?(?:at|with|of|\()? ?(?:lr ?=? ?|a rate of )?"
    r"(\d{0,3}\.\d{1,8}|\d{1,2}e-\d{1,2})\b", re.IGNORECASE)
_LISTED_RATE = re.compile(r"[\"']?\blearning_?rate[\"']? ?[:=] ?(\d{0,3}\.\d{1,8}|\d{1,2}e-\d{1,2})", re.IGNORECASE)
_LISTED_ACTIVATION = re.compile(r"[\"']activation(?:_?function)?[\"'] ?: ?[\"'](\w{3,12})[\"']", re.IGNORECASE)
_FACTS = ("output_activation", "loss", "optimizer", "learning_rate", "epochs", "steps", "batch_size", "start", "data",
          "bias", "scaling")


def read_told(draft: Draft, lines: Sequence[str]) -> None:
    """Fill in what sentences say of a network that is the asker's own, where no code says it."""
    text = "\n".join(lines)[:LONGEST]
    if draft.get("framework") not in (None, "words"):
        return
    if draft.get("layers") is None:
        read_listing(draft, text)
    if draft.get("framework") is None and not _OWN.search(text):
        return
    _sizes(draft, text)
    if draft.get("framework") is None:
        return
    _start(draft, text)
    _listed_settings(draft, text)
    if (match := _RATE.search(text)) and draft.get("learning_rate") is None:
        draft.put("optimizer", OPTIMIZERS[plain(match.group(1))], _line(text, match))
        draft.put("learning_rate", float(match.group(2)) or None, _line(text, match))
    if match := _EVERYWHERE.search(text):
        kind = ACTIVATIONS[plain(match.group(1))]
        draft.put("output_activation", kind if kind == "sigmoid" else None, _line(text, match))
    draft.put("own", True)


def _listed_settings(draft: Draft, text: str) -> None:
    """Settings that stand beside listed sizes: `"learning_rate": 0.05, "activation": "tanh"`."""
    if match := _LISTED_RATE.search(text):
        draft.put("learning_rate", float(match.group(1)) or None, _line(text, match))
    if (match := _LISTED_ACTIVATION.search(text)) and plain(match.group(1)) in ACTIVATIONS:
        kind = ACTIVATIONS[plain(match.group(1))]
        draft.fields["layers"] = tuple(one.model_copy(update={"activation": kind}) for one in draft.get("layers") or ())


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
            put_hidden(draft, numbers[1:-1], line)
            draft.put("inputs", numbers[0], line)
            draft.put("outputs", numbers[-1], line)
            return
    read_sizes(draft, text)


def _start(draft: Draft, text: str) -> None:
    match = _START.search(text)
    if match is None:
        return
    zero, number, same = (match.group(i) or match.group(i + 3) or match.group(i + 6) for i in (1, 2, 3))
    if zero or (number and float(number) == 0):
        draft.put("start", "zeros", _line(text, match))
    elif number or same:
        draft.put("start", "constant", _line(text, match))
        draft.put("start_constant", float(number) if number else None)


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
