"""Our key: it signs what platforms get from us, and seals what we hand to browsers and take back."""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import jwt
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm

from bot.content.environment import BadEnvironment
from bot.content.errors import OurError

ALGORITHM = "RS256"  # the one that every platform takes
BITS, LEAST_BITS = 2048, 2048
FILE = "key.pem"
Kind = Literal["state", "session", "registration"]


class NotSealedByUs(OurError, ValueError):
    """A token that we have not made, or not for this, or too long ago."""


@dataclass(frozen=True)
class Keys:
    """A private RSA key and what follows from it."""

    private: RSAPrivateKey

    @cached_property
    def public(self) -> Mapping[str, Any]:
        """The public half as a JWK; its id is its thumbprint (RFC 7638)."""
        made = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        plain = json.dumps({name: made[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
        thumb = base64.urlsafe_b64encode(hashlib.sha256(plain.encode()).digest()).rstrip(b"=").decode()
        return {"kty": made["kty"], "n": made["n"], "e": made["e"], "kid": thumb, "alg": ALGORITHM, "use": "sig"}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Claims as a JWT."""
        return jwt.encode(dict(claims), self.private, ALGORITHM, {"kid": self.public["kid"]})

    def seal(self, kind: Kind, value: Mapping[str, Any]) -> str:
        """A token that only we can read or make; one kind does not pass for another."""
        return self._sealing(kind).encrypt(json.dumps(value, separators=(",", ":")).encode()).decode()

    def opened(self, kind: Kind, token: str, within: int) -> dict[str, Any]:
        """What was sealed at most `within` seconds ago; `NotSealedByUs` where nothing was."""
        try:
            return dict(json.loads(self._sealing(kind).decrypt(token.encode(), within)))
        except (InvalidToken, UnicodeEncodeError) as error:
            raise NotSealedByUs(kind) from error

    def mark(self, *parts: str) -> str:
        """A word that stands for these parts, and tells nobody else what they are."""
        secret = self._derived(b"mark")
        return hashlib.blake2b("\n".join(parts).encode(), key=secret, digest_size=12).hexdigest()

    def _sealing(self, kind: Kind) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._derived(kind.encode())))

    def _derived(self, purpose: bytes) -> bytes:
        return HKDF(SHA256(), 32, None, b"ask-neuron lti " + purpose).derive(self._plain)

    @cached_property
    def _plain(self) -> bytes:
        return self.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def keys_of(pem: str, folder: Path) -> Keys:
    """The key in `pem`; where that is empty, the one in the folder, which is made at the first time."""
    if pem:
        return Keys(_read(pem.replace("\\n", "\n").encode(), "ASK_NEURON_LTI_KEY"))
    file = folder / FILE
    if not file.exists():
        _make(file)
    return Keys(_read(file.read_bytes(), str(file)))


def _read(pem: bytes, name: str) -> RSAPrivateKey:
    try:
        found = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise BadEnvironment(f"{name}: it takes a private RSA key in PEM form, without a password") from error
    if not isinstance(found, RSAPrivateKey) or found.key_size < LEAST_BITS:
        raise BadEnvironment(f"{name}: it takes an RSA key of at least {LEAST_BITS} bits")
    return found


def _make(file: Path) -> None:
    """Write a new key that its owner alone can read. Of several processes that begin at once, one makes it: it is
    whole before it has its name, and a name is given once."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = generate_private_key(65537, BITS).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    own = file.with_name(f"{FILE}.{os.getpid()}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(made)
    try:
        os.link(own, file)
    except FileExistsError:
        pass
    finally:
        own.unlink()
