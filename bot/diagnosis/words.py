"""What the prose of a post says of a network: "a 2-2-1 network", "learning rate of 0.1", XOR, MNIST."""

import re
from collections.abc import Sequence

from bot.diagnosis.draft import Draft
from bot.diagnosis.spec import Layer

LONGEST = 20_000  # characters that are looked through

_CHAIN = re.compile(r"(?<![\d./:-])(\d{1,5})((?:\s?(?:-|->|x|>|:|→|–)\s?\d{1,5}){1,5})(?![\d./:-])")
_CONTEXT = re.compile(r"net\b|network|mlp|architecture|layers?\b|topology|perceptron|\bnn\b|ann\b|model", re.IGNORECASE)
_RATE = re.compile(
    r"\b(?:learning[ _-]?rate|lr|eta|step size|learn rate)\b[^\d\n]{0,20}?"
    r"(?<![\w.])(\d{0,6}\.?\d{1,10}(?:e-?\d{1,3})?)", re.IGNORECASE)
_EPOCHS = re.compile(
    r"\b(?:(\d[\d,]{0,9})(k?)[ ]{1,2}(?:training )?(?:epochs|iterations)|epochs?[ ]{0,2}[:=][ ]{0,2}(\d{1,9}))",
    re.IGNORECASE)
_BATCH = re.compile(r"\bbatch(?:[ _-]?size)?\b[ ]{0,2}(?:of|=|:|is)?(?: size)?[ ]{0,2}(\d{1,6})\b", re.IGNORECASE)
_HIDDEN = re.compile(
    r"\b(?:one|a|1|single) hidden[ -]layer\b[^.\n]{0,30}?\b(\d{1,5}|two|three|four|five|eight|ten)\b[^.\n]{0,12}?"
    r"\b(?:neurons?|units?|nodes?)", re.IGNORECASE)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "eight": 8, "ten": 10}
_DATA = (("xor", r"\bxor\b|exclusive[- ]or"), ("mnist", r"\bmnist\b"), ("cifar10", r"\bcifar-?10\b"),
         ("iris", r"\biris\b"), ("titanic", r"\btitanic\b"))
_DATA_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _DATA)


def read_words(draft: Draft, lines: Sequence[str]) -> None:
    """Fill in what the words say, where the code did not say it."""
    text = "\n".join(lines)[:LONGEST]
    _data(draft, text)
    _sizes(draft, text)
    _numbers(draft, text)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _data(draft: Draft, text: str) -> None:
    for name, pattern in _DATA_PATTERNS:
        match = pattern.search(text)
        if match and draft.get("data") in (None, "inline", "file", "random") and _fits(draft, name):
            draft.fields.pop("data", None)
            draft.put("data", name, _line(text, match.start()))
            return


def _fits(draft: Draft, name: str) -> bool:
    inputs = draft.get("inputs")
    if name == "xor":
        return inputs in (None, 2, 3) and not draft.get("other_layers")
    return inputs is None or inputs == {"mnist": 784, "cifar10": 3072, "iris": 4}.get(name, inputs)


def _sizes(draft: Draft, text: str) -> None:
    if draft.get("layers") is not None or draft.get("outputs") is not None:
        return
    for match in _CHAIN.finditer(text):
        around = text[max(0, match.start() - 60):match.end() + 40]
        numbers = [int(match.group(1)), *map(int, re.findall(r"\d+", match.group(2)))]
        if len(numbers) >= 3 and min(numbers) >= 1 and _CONTEXT.search(around) and not _is_date(numbers):
            line = _line(text, match.start())
            draft.put("framework", "words", line)
            draft.put("inputs", numbers[0], line)
            draft.put("layers", tuple(Layer(units=units, line=line) for units in numbers[1:-1]), line)
            draft.put("outputs", numbers[-1], line)
            return
    if named := _HIDDEN.search(text):
        units = named.group(1).lower()
        line = _line(text, named.start())
        draft.put("framework", "words", line)
        draft.put("layers", (Layer(units=_NUMBERS.get(units) or int(units), line=line),), line)


def _is_date(numbers: Sequence[int]) -> bool:
    return len(numbers) == 3 and (1900 < numbers[0] < 2100 or 1900 < numbers[-1] < 2100) and max(numbers[1:-1]) <= 31


def _numbers(draft: Draft, text: str) -> None:
    if draft.get("learning_rate") is None and (match := _RATE.search(text)):
        value = float(match.group(1))
        if 0 < value <= 100:
            draft.put("learning_rate", value, _line(text, match.start()))
    if draft.get("epochs") is None and draft.get("steps") is None and (match := _EPOCHS.search(text)):
        count = int((match.group(1) or match.group(3)).replace(",", "")) * (1000 if match.group(2) else 1)
        draft.put("epochs", count or None, _line(text, match.start()))
    if draft.get("batch_size") is None and (match := _BATCH.search(text)):
        draft.put("batch_size", int(match.group(1)) or None, _line(text, match.start()))
