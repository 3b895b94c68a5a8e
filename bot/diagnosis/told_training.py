"""What sentences say of a training beside code: "by gradient descent on log loss for 2000 steps", "early stopping"."""

import re

from bot.diagnosis.draft import Draft

_TRAINED = re.compile(
    r"\b(?:train\w{0,3}|optimi[sz]\w{1,3}|updat\w{1,3}|learn\w{0,4})\b[^.\n]{0,30}?\bgradient descent\b",
    re.IGNORECASE)
_LOSSES_BY_HAND = (("log loss", "log_loss"), ("binary cross", "log_loss"), ("squared error", "squared_error"),
                   ("mse", "squared_error"), ("cross entropy", "cross_entropy"), ("cross-entropy", "cross_entropy"))
_STEPS = re.compile(r"\b(?:for|after|in) (\d[\d,]{0,8}) (?:steps|iterations|updates)\b", re.IGNORECASE)
_IN_COMMENT = re.compile(r"\bbatch(?:es)? of \d", re.IGNORECASE)
_EARLY = re.compile(r"(?:\bwith|\band|,) early stopping\b(?:,? ?\(?patience)?(?![^.\n]{0,60}\?)", re.IGNORECASE)


def comment_of(line: str) -> str:
    """What a comment behind code says of batches: `for x, y in loader:  # batches of 64`."""
    code, mark, said = line.partition("#")
    return said if mark and code.strip() and _IN_COMMENT.search(said) else ""


def read_told_training(draft: Draft, text: str) -> None:
    """Fill in early stopping, and the training of a network whose code shows no more than the way forward."""
    if (match := _EARLY.search(text)) and (draft.get("framework") == "words" or "patience" in match.group().lower()):
        draft.put("early_stopping", True, _line(text, match))
    if draft.get("framework") != "numpy" or draft.get("optimizer") is not None:
        return
    trained = _TRAINED.search(text)
    if trained is None:
        return
    draft.put("optimizer", "sgd", _line(text, trained))
    said = text[trained.start():trained.end() + 60].lower()
    loss = next((kind for word, kind in _LOSSES_BY_HAND if word in said), None)
    draft.put("loss", loss, _line(text, trained))
    if (match := _STEPS.search(text)) and draft.get("epochs") is None:
        draft.put("steps", int(match.group(1).replace(",", "")) or None, _line(text, match))


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
