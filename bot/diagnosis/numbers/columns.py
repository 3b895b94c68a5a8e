"""Logs that are printed as a table: a line with the names of the columns, and under it a line of numbers an epoch."""

import re
from collections.abc import Sequence

from bot.diagnosis.numbers.logs import NUMBER, Log

WIDEST = 300  # characters of a line of such a table
FEWEST = 2    # columns that must be those of a log

_SPLIT = re.compile(r" ?\| ?|\t+|[ ]{2,}|,[ ]{1,4}")
_VALUE = re.compile(rf"(?:{NUMBER}|nan|[-+]?inf)%?")
_RULE = re.compile(r"[\s|+=:-]{3,}")
_EPOCH = re.compile(r"epochs?|ep|step|iter(?:ation)?|round", re.IGNORECASE)
_SIDE = re.compile(r"val(?:id(?:ation)?)?|test|dev|held.?out", re.IGNORECASE)
_ACCURACY = re.compile(r"acc(?:uracy)?\b", re.IGNORECASE)
_LOSS = re.compile(r"\b(?:loss|cost|mse|error)\b|_loss\b", re.IGNORECASE)
_RATIO = re.compile(r"/|time|lr|rate", re.IGNORECASE)


def read_columns(lines: Sequence[str]) -> Log:
    """The series of the first table of two rows or more whose head names a loss or an accuracy and one more column."""
    for i, line in enumerate(lines):
        names = _columns(line)
        series = {at: name for at, text in enumerate(names) if (name := _series(text))}
        if len(series) and len(series) + any(map(_EPOCH.fullmatch, names)) >= FEWEST:
            log = _rows(lines, i + 1, names, series)
            if max(map(len, (log.losses, log.accuracies, log.val_losses, log.val_accuracies))) >= 2:
                return log
    return Log()


def _columns(line: str) -> list[str]:
    bare = line[:WIDEST].strip().strip("|").strip()
    found = [part for part in _SPLIT.split(bare) if part]
    if len(found) == 1 and all(map(_is_name, bare.split())):  # single spaces, and no name has one inside
        found = bare.split()
    return found


def _is_name(word: str) -> bool:
    return bool(_EPOCH.fullmatch(word) or "_" in word or word in ("accuracy", "time", "loss", "acc"))


def _series(name: str) -> str | None:
    """Which series a column is, by its name."""
    if len(name) > 24 or any(char.isdigit() for char in name) or _RATIO.search(name):
        return None
    kind = "accuracies" if _ACCURACY.search(name) else "losses" if _LOSS.search(name) else None
    return f"val_{kind}" if kind and _SIDE.search(name) else kind


def _rows(lines: Sequence[str], start: int, names: Sequence[str], series: dict[int, str]) -> Log:
    log = Log()
    epoch_at = next((at for at, name in enumerate(names) if _EPOCH.fullmatch(name)), None)
    for number, line in enumerate(lines[start:], start + 1):
        if not line.strip() or _RULE.fullmatch(line[:WIDEST].strip()):
            continue
        cells = line[:WIDEST].replace("|", " ").split()
        if len(cells) != len(names) or not all(_VALUE.fullmatch(cells[at]) for at in series):
            break
        for at, name in series.items():
            share = cells[at].endswith("%")
            values: list[float] = getattr(log, name)
            values.append(float(cells[at].rstrip("%")) / (100 if share else 1))
            log.lines.setdefault(name, number)
        epoch = cells[epoch_at] if epoch_at is not None else ""
        log.epochs.append(int(epoch) if epoch.isdigit() and len(epoch) < 9 else len(log.epochs) + 1)
    log.val_epochs = list(log.epochs)
    log.kind = "plain"
    for name in ("accuracies", "val_accuracies"):
        values = getattr(log, name)
        if values and 1 < max(values) <= 100:
            setattr(log, name, [value / 100 for value in values])
        elif values and not all(0 <= value <= 1 for value in values):
            setattr(log, name, [])
    if not log.losses:
        log.epochs = []
    return log
