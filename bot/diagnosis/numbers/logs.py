"""Training logs: losses and accuracies, of training and of validation, with their epochs."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

MOST = 10_000  # numbers of one series

NUMBER = r"[-+]?(?:\d{1,18}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,3})?"
_VALUE = rf"(?P<value>[-+]?(?:nan|inf(?:inity)?)\b|{NUMBER})(?P<percent> ?%)?"
_PAIR = re.compile(
    r"(?<![A-Za-z])(?P<side>val(?:id(?:ation)?)?|test(?:ing)?|dev|train(?:ing)?)?[ _.-]{0,2}"
    r"(?P<key>loss|cost|error|err|acc(?:uracy)?\.?|mse|rmse|mae|cross[ _]?entropy|objective)"
    r"(?:[ _](?:rate|value|score|function|is|was|epoch|set|on training set|on test set))?"
    r"(?P<between>[ \t]{0,3}[:=|>~-]{0,3}[ \t]{0,6}\(?\[?|"
    r"[ \t]{1,3}(?:is|of|was|at|to|stays at|equal to|equals|=)[ \t]{1,3})" + _VALUE,
    re.IGNORECASE)
_AFTER = re.compile(
    r"\b(?P<key>cost|loss|error|accuracy)\b[ ]{1,3}(?:after|at|in|for)[ ]{1,3}(?P<what>iteration|epoch|iter|step|it)s?"
    r"[ ]{0,2}[#:]?[ ]{0,2}(?P<number>\d{1,9})[ ]{0,3}(?:is|was|=|:|->)?[ ]{0,3}", re.IGNORECASE)
_EPOCH = re.compile(
    r"\b(?:epochs?|ep|iter(?:ation)?|step|it|round)\b[ ]{0,2}[#:=\[(]{0,2}[ ]{0,3}0{0,4}(\d{1,8})\b", re.IGNORECASE)
_LISTED = re.compile(
    rf"\b(?P<key>loss(?:es)?|cost|error)\b[ ]{{0,2}}(?:goes|is|was|are|values)?[ ]{{0,2}}[:=]?[ ]{{0,2}}"
    rf"(?P<numbers>{NUMBER}(?:(?:, |, ?then |,| -> |; ){NUMBER}){{3,60}})", re.IGNORECASE)
_COUNTED = re.compile(  # "Epoch 3: 9129 / 10000"
    r"^\D{0,16}\bepoch\b\s{0,3}\d{1,6}(?: ?/\s{0,8}\d{1,6})?[ :|,-]{1,6}"
    r"(\d{1,8}) ?/ ?(\d{3,8})[^A-Za-z\[]{0,20}$", re.IGNORECASE)
_OF_EPOCHS = re.compile(r"(?:Running )?[ \[#]{0,8}Epoch:?\s{0,8}\[?\d{1,6} ?/\s{0,8}(\d{1,7})\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:\b[A-Za-z']{1,20},? ){4}")
_TUTORIAL = re.compile(r"^\[(\d{1,6}), {1,8}(\d{1,8})\] loss")  # as PyTorch's tutorial prints: [epoch, batch] loss
_SIDES = re.compile(  # a loss by its side alone: "epoch 3: train 0.38, val 0.47"
    rf"\btrain(?:ing)?[ ]{{0,2}}[:=]?[ ]{{0,2}}({NUMBER}|nan)\b[^\n%]{{0,12}}?\b(?:val(?:id(?:ation)?)?|test|dev)"
    rf"[ ]{{0,2}}[:=]?[ ]{{0,2}}({NUMBER}|nan)(?![\d.]|[ ]?%)", re.IGNORECASE)
_OTHER_SIDE = re.compile(r"\W{0,8}(?:val(?:id(?:ation)?)?|test(?:ing)?|eval(?:uation)?|dev)\b", re.IGNORECASE)
_OF_A_PART = re.compile(  # before a loss that is one of several that are added up: "Cls loss", "KL loss"
    r"\b(?:cls|classification|class|reg|regression|bbox|box|obj(?:ectness)?|rpn|mask|seg(?:mentation)?|dice|style|content|"
    r"adv(?:ersarial)?|gen(?:erator)?|disc(?:riminator)?|[dg]|actor|critic|policy|value|kld?|aux(?:iliary)?|perceptual|"
    r"triplet|center|recon(?:struction)?|landmark|mid[ _]rate)[ _.-]{1,2}$", re.IGNORECASE)
_OF_A_GAME = re.compile(r"\b(?:win|wins|won|draw|profit)\b[^A-Za-z]{1,24}$", re.IGNORECASE)  # "Win: 0.4, Loss: 0.6"
_IN_SENTENCE = re.compile(r"(?:\b[A-Za-z']{1,20},? ){4}[A-Za-z' ]{0,30}$")
_KERAS = re.compile(r"Epoch \d{1,7}/\d|\[==|\d[um]s/(?:step|sample)|val_loss")
_SKLEARN = re.compile(r"Iteration \d{1,7}, loss = ")
_TORCH = re.compile(r"\[\d{1,7}/\d{1,7}\]|Train Epoch:|\[\d{1,7}, {1,8}\d{1,7}\] loss", re.IGNORECASE)


@dataclass
class Log:
    """Series as printed. `epochs` are those of `losses`; lines count from 1."""

    losses: list[float] = field(default_factory=list)
    val_losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    val_accuracies: list[float] = field(default_factory=list)
    epochs: list[int] = field(default_factory=list)
    val_epochs: list[int] = field(default_factory=list)
    kind: str | None = None
    keys: dict[str, str] = field(default_factory=dict)     # what each series is called where it is printed
    in_words: set[str] = field(default_factory=set)        # series that stand in sentences: "the loss is 0.3"
    lines: dict[str, int] = field(default_factory=dict)


def epochs_of(lines: Sequence[str]) -> tuple[int, int] | None:
    """How many epochs a log says there are, with its line: 50 of `Epoch 33/50`; None where it says two numbers."""
    found = [(int(match.group(1)), i) for i, line in enumerate(lines, 1) if (match := _OF_EPOCHS.match(line[:200]))]
    return found[0] if len({count for count, _ in found}) == 1 else None


def read_log(lines: Sequence[str], is_code: Sequence[bool]) -> Log:
    """The series that a post's lines print; `is_code` says which lines are code, where only `loss: 0.5` counts."""
    log = _read(lines, is_code, in_progress=False)
    return log if log.losses or log.accuracies or log.val_accuracies else _read(lines, is_code, in_progress=True)


def _read(lines: Sequence[str], is_code: Sequence[bool], in_progress: bool) -> Log:
    """The numbers of a log, with or without lines of progress bars, which show an epoch that is not over. Of two logs
    with sentences between them it is the first: the other is of another training."""
    log = Log()
    epoch: int | None = None
    first, told = math.inf, False  # the first epoch that was printed, and whether a sentence stands behind a log
    for i, line in enumerate(lines):
        printed = None if is_code[i] else _EPOCH.search(line[:200])
        told |= printed is None and bool(log.losses or log.accuracies or log.val_accuracies) and bool(
            _SENTENCE.search(line[:300]))
        if printed is not None and _PAIR.search(line, printed.end(), printed.end() + 200):
            if told and int(printed.group(1)) <= first and epoch is not None and epoch > first:
                break
            first = min(first, int(printed.group(1)))
        if not in_progress and "ETA:" in line and "loss" in line and line.count("loss:") == 1:
            continue
        line = _SIDES.sub(r"train loss: \1 val loss: \2", line)
        text = _TUTORIAL.sub(r"step \2 loss", _AFTER.sub(r"\g<what> \g<number> \g<key>: ", line))
        if (counted := _COUNTED.match(line[:120])) and int(counted.group(1)) <= int(counted.group(2)):
            text += f" accuracy: {int(counted.group(1)) / int(counted.group(2)):.6f}"
        epoch = _pairs(log, text, epoch, i + 1, is_code[i])
        _kind(log, line)
    return log


def _pairs(log: Log, text: str, epoch: int | None, line: int, in_code: bool) -> int | None:
    if not in_code and (listed := _LISTED.search(text)) and not log.losses:
        log.losses = [float(number) for number in re.findall(NUMBER, listed.group("numbers"))]
        log.epochs = list(range(1, len(log.losses) + 1))
        log.keys["losses"], log.lines["losses"] = "loss", line
        return epoch
    marks = [] if in_code else [(match.start(), int(match.group(1))) for match in _EPOCH.finditer(text)]
    for match in _PAIR.finditer(text):
        while marks and marks[0][0] <= match.start():
            epoch = marks.pop(0)[1]
        in_words = any(char.isalpha() for char in match.group("between"))  # prose behind code, line breaks lost
        if in_code and not in_words and ":" not in match.group("between"):
            continue
        before = text[max(0, match.start() - 40):match.start()]
        if _OF_A_PART.search(before) or _OF_A_GAME.search(before):
            continue
        in_words |= not match.group("between").strip() and bool(_IN_SENTENCE.search(text[:match.start()][-120:]))
        _add(log, match, epoch, line, in_words, other_side=bool(_OTHER_SIDE.match(text)))
    return marks[-1][1] if marks else epoch


def _add(log: Log, match: re.Match[str], epoch: int | None, line: int, in_words: bool, other_side: bool) -> None:
    key = match.group("key").lower().rstrip(".")
    value = _value(match, is_share=key.startswith("acc"))
    side = (match.group("side") or "").lower()
    name = "accuracies" if key.startswith("acc") else "losses"
    if (side or other_side) and not side.startswith("train"):
        name = f"val_{name}"
    if value is None or not _belongs(log, name, key, in_words):
        return
    series: list[float] = getattr(log, name)
    series.append(value)
    log.lines.setdefault(name, line)
    if name in ("losses", "val_losses"):
        epochs = log.epochs if name == "losses" else log.val_epochs
        epochs.append(epoch if epoch is not None else len(series))


def _value(match: re.Match[str], is_share: bool) -> float | None:
    """The number, a percentage as a share; None for an accuracy that cannot be one."""
    value = float(match.group("value"))
    if match.group("percent"):
        value /= 100
    if not is_share or math.isnan(value):
        return value
    value = value / 100 if 1 < value <= 100 else value
    return value if 0 <= value <= 1 else None


def _belongs(log: Log, name: str, key: str, in_words: bool) -> bool:
    """Whether a number continues its series: one called by another name does not, nor one in a sentence where a log
    is printed; the log takes the place of sentences before it."""
    series: list[float] = getattr(log, name)
    if not in_words and name in log.in_words:
        log.in_words.discard(name)
        log.keys.pop(name, None)
        series.clear()
        if name in ("losses", "val_losses"):
            (log.epochs if name == "losses" else log.val_epochs).clear()
    if in_words and series and name not in log.in_words:
        return False
    if in_words:
        log.in_words.add(name)
    return len(series) < MOST and log.keys.setdefault(name, key) == key


def _kind(log: Log, line: str) -> None:
    if log.kind not in (None, "plain"):
        return
    if _SKLEARN.search(line):
        log.kind = "sklearn"
    elif _KERAS.search(line):
        log.kind = "keras"
    elif _TORCH.search(line):
        log.kind = "pytorch"
    elif log.losses or log.accuracies or log.val_losses:
        log.kind = "plain"
