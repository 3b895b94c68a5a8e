"""What the error messages and warnings of libraries in a post say of its labels."""

import re
from collections.abc import Sequence

from bot.diagnosis.draft import Draft

LONGEST = 20_000  # characters that are looked through

_WHOLE_NUMBERS = re.compile(  # what Keras says where whole numbers meet categorical cross-entropy
    r"expected \w{1,30} to have shape \((?:None, ?)?\d{1,5},?\) but got array with shape \((?:\d{1,9}, ?)?1,?\)|"
    r"Shapes \((?:None|\d{1,6}), ?1\) and \((?:None|\d{1,6}), ?\d{1,5}\) are incompatible", re.IGNORECASE)
_OUT_OF_RANGE = re.compile(  # what Keras and PyTorch say of a label without an output
    r"label value of (\d{1,4}) which is outside the valid range|\bTarget (\d{1,4}) is out of bounds", re.IGNORECASE)
_BROADCAST = re.compile(  # what PyTorch warns of where targets (n,) meet outputs (n, 1)
    r"target size \(torch\.Size\(\[\d{1,7}\]\)\) that is different to the input size "
    r"\(torch\.Size\(\[\d{1,7}, ?1\]\)\)")


def read_messages(draft: Draft, lines: Sequence[str]) -> None:
    """Fill in the number of classes and the form of the labels, where a library complains of them."""
    text = "\n".join(lines)[:LONGEST]
    if draft.get("framework") is None:
        return
    if match := _OUT_OF_RANGE.search(text):
        draft.put("classes", int(match.group(1) or match.group(2)) + 1, _line(text, match))
    if (match := _WHOLE_NUMBERS.search(text)) and (draft.get("outputs") or 0) > 1:
        draft.put("target", "integers", _line(text, match))
    if match := _BROADCAST.search(text):
        draft.fields["label_shape"] = "broadcast"  # surer than what the code seems to make of it
        draft.lines["label_shape"] = _line(text, match)


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
