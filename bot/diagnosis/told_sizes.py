"""Sizes of networks that sentences and listings tell: "two hidden layers with 64 and 32 neurons", `hidden_nodes: 3`."""

import re
from collections.abc import Sequence
from typing import Any

from bot.diagnosis.draft import Draft
from bot.diagnosis.spec import Layer
from bot.diagnosis.vocabulary import ACTIVATIONS, plain

COUNTS = {"one": 1, "a": 1, "an": 1, "single": 1, "a single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
          "eight": 8, "ten": 10}
COUNT = r"(\d{1,4}|one|an?|single|two|three|four|five|six|eight|ten)"
MOST_LAYERS = 12

_UNIT = r"(?:units?|neurons?|nodes?|cells?)"
_SEVERAL = re.compile(  # two hidden layers with 64 and 32 neurons; hidden layers (800, 400)
    r"\bhidden layers?\b[^.\n\d]{0,24}?[ (\[:](\d{1,4}(?:(?:, ?and |, ?| and |/)\d{1,4}){1,9})\b(?!\.\d)",
    re.IGNORECASE)
_EACH = re.compile(  # 2 hidden layers of 5 neurons each; three hidden layers, each with 8 units
    rf"\b(?P<layers>{COUNT}) hidden layers?\b,? ?(?:with )?(?P<ahead>all |each |both )?(?:of (?:them|which) )?"
    rf"(?:with|of|has|having|have) (?P<units>{COUNT}) "
    rf"(?:\w{{1,12}} )?{_UNIT}(?P<behind> each| in each| per layer)?", re.IGNORECASE)
_HIDDEN = re.compile(
    rf"\b{COUNT} hidden (?:layer )?{_UNIT}\b|"
    rf"\bhidden layer (?:with|of|has) {COUNT} (?:\w{{1,12}} )?{_UNIT}\b", re.IGNORECASE)
_ROW = re.compile(  # a listing: "Hidden layer 1: 20 neurons", "inputs: 4", "output_nodes = 10"
    r"(?<![\w.])[\"']?(?P<what>inputs?|hidden|outputs?)(?:[ _-]?(?:layer|nodes|units|neurons|size|dim|layer_size))?s?"
    rf"[ _]?\d?[\"']? ?[:=] ?(?P<count>\d{{1,5}})(?![\d.,]*\d)(?: {_UNIT})?(?: ?\((?P<kind>\w{{3,12}})\))?",
    re.IGNORECASE)
_ENDS = re.compile(
    rf"\b{COUNT} (?:\w{{1,10}} )?(in|out)put"
    r"(?:s\b|\b(?![ -]?(?:layer|activation|function|array|matri|file)))", re.IGNORECASE)

_CHAIN = re.compile(r"(?<![\d./:-])(\d{1,5})((?:\s?(?:-|->|x|>|:|→|–)\s?\d{1,5}){1,5})(?![\d./:-])")
_CONTEXT = re.compile(r"net\b|network|mlp|architecture|layers?\b|topology|perceptron|\bnn\b|ann\b|model", re.IGNORECASE)
_LIST = re.compile(r"[\[(](\d{1,5}(?:, ?\d{1,5}){2,8})[\])]")
_NAMED = re.compile(r"(?:perceptron|network|net|mlp)(?: with| of)? ?$", re.IGNORECASE)
_ONE_LAYER = re.compile(
    r"\b(?:one|a|1|single) hidden[ -]layer\b[^.\n]{0,30}?\b(\d{1,5}|two|three|four|five|eight|ten)\b[^.\n]{0,12}?"
    r"\b(?:neurons?|units?|nodes?)", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?<!all )\b(\d{1,5}|one|two|three|four|five|six|eight|ten|a single)\b[ ]{1,2}(?:\w{1,12}[ ]{1,2})?"
    r"(?P<what>inputs?|outputs?)\b", re.IGNORECASE)


def read_named_sizes(draft: Draft, text: str) -> None:
    """Fill in the sizes that stand as a chain, `2-3-1`, or as a list beside a word for networks, whoever's they are."""
    if draft.get("layers") is not None or draft.get("outputs") is not None:
        _complete(draft, text)
        return
    for match in _CHAIN.finditer(text):
        around = text[max(0, match.start() - 60):match.end() + 40]
        numbers = [int(match.group(1)), *map(int, re.findall(r"\d+", match.group(2)))]
        if len(numbers) >= 3 and min(numbers) >= 1 and _CONTEXT.search(around) and not is_date(numbers):
            _put_sizes(draft, numbers, _line(text, match))
            return
    for match in _LIST.finditer(text):
        numbers = [int(one) for one in match.group(1).split(",")]
        before = text[max(0, match.start() - 40):match.start()]
        is_of_one = text[match.start()] == "[" or _NAMED.search(before)
        if is_of_one and _CONTEXT.search(before) and "output" not in before.lower() and min(numbers) >= 1:
            if before.lower().rstrip(" :=").endswith(("hidden layers", "hidden", "hidden layer sizes")):
                put_hidden(draft, numbers, _line(text, match))
                return
            _put_sizes(draft, numbers, _line(text, match))
            return
    if named := _ONE_LAYER.search(text):
        line = _line(text, named)
        put_hidden(draft, [_count(named.group(1))], line)
        for match in _COUNTED.finditer(text):
            what = "inputs" if match.group("what").lower().startswith("in") else "outputs"
            draft.put(what, _count(match.group(1)), _line(text, match))


def _complete(draft: Draft, text: str) -> None:
    """Fill in the units of hidden layers whose code leaves them open: `np.zeros((inputs, hidden_size))`."""
    layers = draft.get("layers") or ()
    if not layers or any(one.units for one in layers):
        return
    told = _several(text) or _each(text) or _one(text)
    if told is None and (match := _ONE_LAYER.search(text)):
        told = [_count(match.group(1))], _line(text, match)
    if told is not None and len(told[0]) == len(layers):
        draft.fields["layers"] = tuple(
            one.model_copy(update={"units": units}) for one, units in zip(layers, told[0], strict=True))


def _put_sizes(draft: Draft, numbers: Sequence[int], line: int) -> None:
    put_hidden(draft, numbers[1:-1], line)
    draft.put("inputs", numbers[0], line)
    draft.put("outputs", numbers[-1], line)


def is_date(numbers: Sequence[int]) -> bool:
    """Whether numbers between hyphens are a date."""
    return len(numbers) == 3 and (1900 < numbers[0] < 2100 or 1900 < numbers[-1] < 2100) and max(numbers[1:-1]) <= 31


def read_sizes(draft: Draft, text: str) -> None:
    """Fill in hidden layers, inputs and outputs from the first way to tell them that a text uses."""
    found = _several(text) or _each(text) or _one(text)
    if found is not None:
        put_hidden(draft, *found)
        _ends(draft, text)


def read_listing(draft: Draft, text: str) -> None:
    """Fill in the sizes that a listing gives, where it gives them for inputs, hidden layers and outputs."""
    rows: dict[str, list[tuple[int, int]]] = {}
    kinds: dict[str, str | None] = {}
    for match in _ROW.finditer(text):
        what = match.group("what").lower().rstrip("s")
        kinds.setdefault(what, ACTIVATIONS.get(plain(match.group("kind") or "")))
        rows.setdefault(what, []).append((int(match.group("count")), text.count("\n", 0, match.start()) + 1))
    if {"input", "hidden", "output"} - rows.keys() or len(rows["hidden"]) > MOST_LAYERS:
        return
    if min(count for row in rows.values() for count, _ in row) < 1:
        return
    put_hidden(draft, [count for count, _ in rows["hidden"]], rows["hidden"][0][1], kinds["hidden"])
    draft.put("output_activation", kinds["output"], rows["output"][0][1])
    draft.put("inputs", *rows["input"][0])
    draft.put("outputs", *rows["output"][0])


def put_hidden(draft: Draft, units: Sequence[int], line: int, kind: Any = None) -> None:
    """Note hidden layers of these sizes that words tell, with their activation where it is known."""
    draft.put("framework", "words", line)
    draft.put("layers", tuple(Layer(units=one, activation=kind, line=line) for one in units), line)


def _several(text: str) -> tuple[list[int], int] | None:
    match = _SEVERAL.search(text)
    units = [int(one) for one in re.findall(r"\d+", match.group(1))] if match else []
    return (units, _line(text, match)) if match and min(units) >= 1 else None


def _each(text: str) -> tuple[list[int], int] | None:
    match = _EACH.search(text)
    if match is None:
        return None
    layers, units = _count(match.group("layers")), _count(match.group("units"))
    said = bool(match.group("ahead") or match.group("behind")) or layers == 1
    return ([units] * layers, _line(text, match)) if said and 1 <= layers <= MOST_LAYERS and units >= 1 else None


def _one(text: str) -> tuple[list[int], int] | None:
    match = _HIDDEN.search(text)
    return ([_count(match.group(1) or match.group(2))], _line(text, match)) if match else None


def _ends(draft: Draft, text: str) -> None:
    for match in _ENDS.finditer(text):
        draft.put(f"{match.group(2).lower()}puts", _count(match.group(1)), _line(text, match))


def _count(word: str) -> int:
    return int(word) if word.isdigit() else COUNTS[word.lower()]


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
