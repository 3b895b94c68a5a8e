"""Short links: an entry, settings, a seed and a trace of the numbers that it showed, as some twenty characters.

Nothing is stored: the code is the link. It stays readable in later releases, because the slugs of entries are
permanent. Bytes, in URL-safe base64 without padding:

    1      format, here 1
    4      digest of the entry's slug (a former slug counts too)
    3      version that made the link: major, minor, patch
    3      digest of the answer's key numbers, to tell when they have changed since
    1-8    seed + 1 as a varint; 0 stands for the entry's own
    n      settings that differ from the entry's own: digest of the name (2), length (1), value as text
    2      CRC of all that, so that a mistyped code is not another link
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

import numpy as np

from bot.answers.answer import Answer
from bot.content.entries import Entry
from bot.content.errors import OurError
from bot.content.expressions import names_in
from bot.content.settings import written
from bot.present.permalinks import Permalink, link_of
from sims.engine.experiment import is_shared
from sims.engine.randomness import LARGEST_SEED

FORMAT = 1
HEAD, CHECK = 11, 2  # bytes before the seed, and at the end
NEGLIGIBLE = 1e-6  # numbers that small are rounding errors of the machine


class BadCode(OurError, ValueError):
    """Not a short link, or none that leads anywhere here; the message says which."""

    kind = "not found"
    title = "There is no such link"


@dataclass(frozen=True)
class ShortLink:
    """What a code holds. `version` made it; `trace` is that of the key numbers at that time."""

    link: Permalink
    version: str
    trace: bytes


def encode(answer: Answer, version: str) -> str:
    """The code of an answer at its settings and seed. `version` is "major.minor.patch"."""
    link = link_of(answer)
    seed = 0 if link.seed is None else link.seed + 1
    numbers = bytes(min(int(part), 255) for part in version.split(".")[:3])
    parts = [bytes([FORMAT]), _digest(answer.entry.slug, 4), numbers.ljust(3, b"\0"), trace(answer), _varint(seed)]
    for name, value in sorted(link.params.items()):
        text = written(value).encode()
        parts.append(_digest(name, 2) + bytes([len(text)]) + text)
    body = b"".join(parts)
    return _text(body + _check(body))


def decode(code: str, entries: Mapping[str, Entry]) -> ShortLink:
    """The link of a code; `BadCode` says what is wrong with it. Its settings are not bounded yet."""
    body = _checked(code)
    slugs = {_digest(name, 4): entry for entry in entries.values() for name in (entry.slug, *entry.formerly)}
    entry = slugs.get(body[1:5])
    if entry is None:
        raise BadCode("This short link leads to an explanation that is not here.")
    try:
        seed, rest = _read_varint(body[HEAD:])
        params: dict[str, str | bool | int | float] = dict(_read_settings(rest, entry))
        link = Permalink(entry=entry.slug, params=params, seed=seed - 1 if seed else None)
    except (IndexError, ValueError) as error:
        raise BadCode(f"This short link cannot be read: {error}.") from error
    return ShortLink(link, ".".join(map(str, body[5:8])), body[8:HEAD])


def trace(answer: Answer) -> bytes:
    """A digest of what the claims measured in this run, to three digits, and in how many runs they were true."""
    fields = type(answer.run.metrics).model_fields
    names = {name for claim in answer.claims for name in names_in(claim.holds)}
    told = [f"{name}={','.join(_numbers(answer, name))}" for name in sorted(names & fields.keys())]
    told += [f"{claim.holds}:{claim.replicas_true}" for claim in answer.claims]
    return _digest(";".join(told), 3)


def _numbers(answer: Answer, name: str) -> Iterator[str]:
    value = np.asarray(getattr(answer.run.metrics, name))
    for one in np.ravel(value if is_shared(type(answer.run.metrics), name) else value[0]).tolist():
        yield str(one) if isinstance(one, str) else f"{0.0 if abs(one) < NEGLIGIBLE else one:.3g}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _checked(code: str) -> bytes:
    mistyped = "This is not a short link of ours. It may be mistyped, or cut off where it was pasted."
    try:
        raw = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadCode(mistyped) from error
    body, check = raw[:-CHECK], raw[-CHECK:]
    if len(body) <= HEAD or _check(body) != check or _text(raw) != code:
        raise BadCode(mistyped)
    if body[0] != FORMAT:
        raise BadCode("This short link was made by a later version than the one that runs here.")
    return body


def _read_settings(rest: bytes, entry: Entry) -> Iterator[tuple[str, str]]:
    names = {_digest(name, 2): name for name in entry.kind.model_fields}
    while rest:
        name, length = names.get(rest[:2]), rest[2]
        if name is None:
            raise ValueError("it holds a setting that this explanation no longer has")
        value = rest[3 : 3 + length]
        if len(value) < length:
            raise ValueError("it is cut short")
        yield name, value.decode()
        rest = rest[3 + length :]


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; all bytes but the last have their top bit set."""
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _read_varint(data: bytes) -> tuple[int, bytes]:
    number = 0
    for place, byte in enumerate(data):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return min(number, LARGEST_SEED + 1), data[place + 1 :]
    raise ValueError("it is cut short")


def _digest(text: Any, length: int) -> bytes:
    return blake2s(str(text).encode(), digest_size=length).digest()


def _check(body: bytes) -> bytes:
    return (binascii.crc32(body) & 0xFFFF).to_bytes(CHECK, "big")
