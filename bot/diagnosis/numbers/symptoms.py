"""Logs, arrays and words of a post as `Symptoms`."""

import math
import re
from collections.abc import Sequence
from typing import Any

from bot.diagnosis.code.lines import code_runs
from bot.diagnosis.draft import Draft
from bot.diagnosis.numbers.arrays import Printed, lone_numbers, printed_arrays
from bot.diagnosis.numbers.columns import read_columns
from bot.diagnosis.numbers.logs import Log, read_log
from bot.diagnosis.numbers.outputs import find_outputs, judge_outputs, judge_weights
from bot.diagnosis.numbers.said import classes_of, numbers_in_words, read_asked, read_said
from bot.diagnosis.numbers.series import (
    climbs,
    diverges,
    end_stands,
    falls,
    falls_and_rises,
    finite,
    nan_at,
    oscillates,
    stands,
    still_falling,
    turns_up,
    two_alike,
)
from bot.diagnosis.spec import Symptoms

_OF_LOSSES = re.compile(r"loss|cost|error|mse")
_LISTED = re.compile(r"[^.?!]{0,40}\b(?:loss(?:es)?|costs|errors)\b.{0,140}:\s*$", re.IGNORECASE)
SURE = (14.9, 16.3)  # what a sure and wrong answer costs, with Keras' and others' clipping


def read_symptoms(lines: Sequence[str], draft: Draft) -> Symptoms:
    """What the numbers in a post's lines show, given what its code said of the network."""
    is_code = _code_mask(lines)
    log = read_log(lines, is_code)
    if not (log.losses or log.accuracies or log.val_losses or log.val_accuracies):
        log = read_columns(lines)
    found: dict[str, Any] = {"lines": dict(log.lines), "log_kind": log.kind}
    arrays = printed_arrays(lines, is_code)
    said = read_said(lines)
    found["said"], found["asked"] = said, read_asked(lines, said)
    _lone(lines, log, found)
    _lists_of_losses(arrays, lines, log, found)
    _curves(log, found, draft)
    _accuracies(log, found, draft)
    outputs = find_outputs(arrays, lines, is_code, found, draft)
    if outputs is not None:
        judge_outputs(outputs, found, draft)
    judge_weights(arrays, found)
    numbers_in_words(lines, found, draft)
    return Symptoms(**{name: value for name, value in found.items() if value is not None})


def _code_mask(lines: Sequence[str]) -> list[bool]:
    mask = [False] * len(lines)
    for first, end in code_runs(list(lines)):
        mask[first:end] = [bool(line.strip()) for line in lines[first:end]]
    return mask


def _lone(lines: Sequence[str], log: Log, found: dict[str, Any]) -> None:
    """Numbers on lines of their own: losses where they fall far or stand and nothing else was printed."""
    if log.losses:
        return
    for numbers, line in lone_numbers(lines):
        if len(numbers) >= 3 and (len(numbers) > 8 or falls(numbers) or diverges(numbers) or stands(numbers)):
            is_probability = len(numbers) in (4, 8) and all(0 <= one <= 1 for one in numbers)
            if not is_probability or falls(numbers):
                log.losses, log.kind = numbers, "plain"
                log.epochs = list(range(1, len(numbers) + 1))
                found["lines"]["losses"] = line
                found["log_kind"] = "plain"
                return


def _lists_of_losses(arrays: Sequence[Printed], lines: Sequence[str], log: Log, found: dict[str, Any]) -> None:
    if log.losses:
        return
    for one in arrays:
        flat = [row[0] for row in one.rows if len(row) == 1]
        above = next((line for line in reversed(lines[max(0, one.line - 3):one.line - 1]) if line.strip()), "")
        named = _OF_LOSSES.search(one.label) or (one.is_flat and _LISTED.match(above[:200]))
        if len(flat) == len(one.rows) >= 3 and named:
            log.losses, log.epochs = flat, list(range(1, len(flat) + 1))
            found["lines"]["losses"], found["log_kind"] = one.line, "plain"
            return


def _curves(log: Log, found: dict[str, Any], draft: Draft) -> None:
    losses, validation = log.losses, log.val_losses
    found.update(losses=tuple(losses), val_losses=tuple(validation), epochs=tuple(log.epochs[:len(losses)]))
    bad = nan_at(losses)
    if bad is not None:
        found["nan_from"] = max(1, log.epochs[bad]) if bad and bad < len(log.epochs) else 1
        found["lines"]["nan_from"] = found["lines"].get("losses")
    known = finite(losses)
    found["diverges"] = diverges(losses)
    found["oscillates"] = oscillates(losses)
    found["loss_falls"] = falls(known) and (len(known) >= 3 or "losses" not in log.in_words)
    found["loss_negative"] = any(value < 0 for value in known)
    found["still_falling"] = still_falling(known)
    named = len(known) in (1, 2) and classes_of(known[-1], draft, exactly=True)
    if named or end_stands(known) or stands(known) or two_alike(known):
        _plateau(known[-1], found, draft)
    up = turns_up(validation)
    if up is None and falls_and_rises(known, validation):
        up = 0
    if up is not None:
        found["validation_turns_up_at"] = max(1, log.val_epochs[up])


def _plateau(value: float, found: dict[str, Any], draft: Draft) -> None:
    found["plateau"] = value
    found["lines"].setdefault("plateau", found["lines"].get("losses", 0))
    found["plateau_classes"] = classes_of(value, draft)
    found["plateau_at_quarter"] = any(math.isclose(value, quarter, rel_tol=0.01) for quarter in (0.25, 0.125))


def _accuracies(log: Log, found: dict[str, Any], draft: Draft) -> None:
    training, validation = log.accuracies, log.val_accuracies
    found["accuracy_zero"] = "accuracy_zero" in found["said"]
    found.update(accuracies=tuple(training), val_accuracies=tuple(validation))
    told = "accuracies" in log.in_words and len(validation) > len(training)
    known = [value for value in (() if told else training) if not math.isnan(value)] or [
        value for value in validation if not math.isnan(value)]
    if not known:
        return
    found["accuracy_stands"] = stands(known, 0.005) or end_stands(known) or two_alike(known)
    found["accuracy_zero"] = max(known) < 0.001
    found["accuracy_perfect"] = bool(training) and known[-1] >= 0.995
    classes = max(2, found.get("plateau_classes") or draft.get("classes") or draft.get("outputs") or 2)
    _at_the_ends(known[-1], found)
    _always_one(known[-1], found, draft)
    level = found["accuracy_stands"] or len(known) == 1
    count = found.get("plateau_classes") or draft.get("classes") or draft.get("outputs")
    likely = (classes,) if count and count > 1 else (2, 3, 4, 5, 10)
    frozen = len(known) >= 3 and max(known) == min(known)  # one class for all, whose share is not quite 1/k
    near = 0.15 if frozen else 0.06
    found["accuracy_is_chance"] = level and any(abs(known[-1] - 1 / k) <= near / k for k in likely)
    found["accuracy_is_majority"] = len(known) >= 3 and stands(known, 0.003) and 1 / classes + 0.03 < known[-1] < 0.99
    if training and validation:
        found["validation_poor"] = training[-1] >= 0.9 and validation[-1] < training[-1] - 0.08
        pairs = list(zip(training, validation, strict=False))
        found["validation_falls"] = len(pairs) >= 3 and climbs(training) and climbs(validation[::-1])
        found["validation_better"] = all(mine < other for mine, other in pairs)


def _at_the_ends(accuracy: float, found: dict[str, Any]) -> None:
    """A wrong answer at the very end of the scale costs 15 to 16.2: the logarithm of what libraries clip at."""
    plateau, said = found.get("plateau"), set(found["said"])
    stands_still = found["accuracy_stands"]
    if plateau is None and len(found["losses"]) == 1 and said & {"accuracy_stands", "loss_stands", "outputs_zero",
                                                                  "outputs_one", "outputs_equal"}:
        plateau, stands_still = found["losses"][0], True  # one number, of which the words say that it does not move
    if plateau is not None and accuracy < 1 and stands_still:
        found["saturated"] = SURE[0] <= plateau / (1 - accuracy) <= SURE[1]
        if found["saturated"]:
            found["plateau"] = plateau
            found["lines"].setdefault("plateau", found["lines"].get("losses", 0))


def _always_one(accuracy: float, found: dict[str, Any], draft: Draft) -> None:
    """A squared error that is the share of errors: every output is 1, and so wrong by exactly 1 for each 0."""
    plateau, ends = found.get("plateau"), draft.get("output_activation") in ("softmax", "sigmoid")
    if plateau is None or not ends or draft.get("loss") != "squared_error" or accuracy == 1:
        return
    if abs(plateau + accuracy - 1) < 0.002:
        found["all_outputs_equal"], found["stuck_at"] = True, 1.0
