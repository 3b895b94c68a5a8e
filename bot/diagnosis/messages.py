"""What the error messages and warnings of libraries in a post say of its labels, and of shapes that do not fit."""

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
_SIZE = r"(?:None|\d{1,9})"
_WIDTHS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    rf"mat1 and mat2 shapes cannot be multiplied \({_SIZE} ?x ?(?P<given>\d{{1,9}}) and (?P<wanted>\d{{1,9}}) ?x",
    rf"size mismatch, m1: \[{_SIZE} x (?P<given>\d{{1,9}})\], m2: \[(?P<wanted>\d{{1,9}}) x",
    r"shapes \([\d, ]{1,24}\) and \([\d, ]{1,24}\) not aligned: (?P<given>\d{1,9}) \(dim \d\) != (?P<wanted>\d{1,9})",
    r"mismatch in its core dimension 0.{0,90}?\(size (?P<wanted>\d{1,9}) is different from (?P<given>\d{1,9})\)",
    r"expected axis -1 of input shape to have value (?P<wanted>\d{1,9}),? but received input with shape "
    rf"[(\[](?:{_SIZE}, ?){{0,4}}(?P<given>\d{{1,9}}),?[)\]]",
    r"expected \w{1,30}_input to have shape \((?:None, ?)?(?P<wanted>\d{1,9}),?\) but got array with shape "
    r"\((?:\d{1,9}, ?)?(?P<given>\d{1,9}),?\)",
    rf"Matrix size-incompatible: In\[0\]: \[{_SIZE}, ?(?P<given>\d{{1,9}})\], In\[1\]: \[(?P<wanted>\d{{1,9}}),",
    r"X has (?P<given>\d{1,9}) features, but \w{1,40} is expecting (?P<wanted>\d{1,9}) features",
))
_DIMENSIONS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    r"expected \w{1,40} to have (?P<wanted>\d) dimensions, but got array with shape \((?P<shape>[\d, ]{1,60})\)",
    r"expected (?:min_)?ndim=(?P<wanted>\d), found ndim=(?P<given>\d)",
    r"expected (?P<wanted>\d)(?:D \(\w{1,12}\)|-dimensional) .{0,90}?but got (?P<given>\d)-?D(?:imensional)?\b",
    r"expected (?P<wanted>\d)D array, got (?P<given>\d)D array",
    r"(?P<wanted>\d)D tensors expected, but got (?P<given>\d)D\b",
))


def read_messages(draft: Draft, lines: Sequence[str]) -> None:
    """Fill in the number of classes, the form of the labels and shapes, where a library complains of them."""
    text = "\n".join(lines)[:LONGEST]
    _shapes(draft, text)
    if draft.get("framework") is None:
        return
    if match := _OUT_OF_RANGE.search(text):
        draft.put("classes", int(match.group(1) or match.group(2)) + 1, _line(text, match))
    if (match := _WHOLE_NUMBERS.search(text)) and (draft.get("outputs") or 0) > 1:
        draft.put("target", "integers", _line(text, match))
    if match := _BROADCAST.search(text):
        draft.fields["label_shape"] = "broadcast"  # surer than what the code seems to make of it
        draft.lines["label_shape"] = _line(text, match)


def _shapes(draft: Draft, text: str) -> None:
    for name, patterns in (("width", _WIDTHS), ("dimensions", _DIMENSIONS)):
        match = next((found for pattern in patterns if (found := pattern.search(text))), None)
        if match is None:
            continue
        said = match.groupdict()
        sizes = [one for one in (said.get("shape") or "").split(",") if one.strip()]
        given = int(said["given"]) if said.get("given") else len(sizes)
        if given != int(said["wanted"]):
            draft.put(f"{name}_given", given, _line(text, match))
            draft.put(f"{name}_wanted", int(said["wanted"]))


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
