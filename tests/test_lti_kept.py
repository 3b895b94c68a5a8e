"""What is kept for LTI: our key, registrations, and what was used once."""

import os
import stat
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lti_platform import CLIENT, Platform, checked
from lti_served import KEY, OTHER_KEY

from bot.content.environment import BadEnvironment
from bot.surfaces.web.lti.keys import keys_of
from bot.surfaces.web.lti.platforms import Platform as Registration
from bot.surfaces.web.lti.platforms import Platforms


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = keys_of("", tmp_path / "new"), keys_of("", tmp_path / "new")
    assert first.public == second.public
    assert stat.S_IMODE((tmp_path / "new" / "key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert second.opened("state", first.seal("state", {"a": 1}), 60) == {"a": 1}


def test_a_key_from_the_environment_is_used_or_said_to_be_none(tmp_path: Path) -> None:
    pem = OTHER_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    found = keys_of(pem.replace("\n", "\\n"), tmp_path)
    assert checked(found.sign({"a": 1}), {"keys": [found.public]}) == {"a": 1}
    assert not list(tmp_path.iterdir())
    short = rsa.generate_private_key(65537, 1024).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for wrong in ("not a key", short.decode()):
        with pytest.raises(BadEnvironment, match="ASK_NEURON_LTI_KEY"):
            keys_of(wrong, tmp_path)


def test_what_was_used_once_stays_so_for_as_long_as_it_would_work(tmp_path: Path) -> None:
    assert Platforms(tmp_path).is_first("an invitation", 86_400)
    assert Platforms(tmp_path).is_first("a login", 600)
    for file in (tmp_path / "used").rglob("*"):
        if file.is_file():
            os.utime(file, (time.time() - 3600,) * 2)
    again = Platforms(tmp_path)
    assert again.is_first("another login", 600)
    assert not again.is_first("an invitation", 86_400)
    assert len(list((tmp_path / "used" / "600").iterdir())) == 1, "the first login is forgotten"


def test_a_registration_that_cannot_be_read_shuts_no_other_out(tmp_path: Path) -> None:
    platforms = Platforms(tmp_path)
    platforms.add(Registration(**Platform(address="https://lms.example.org", key=KEY).registration))
    (tmp_path / "platform-0.json").write_text("{")
    assert platforms.origins() == ("https://lms.example.org",)
    assert platforms.find("https://lms.example.org", CLIENT).client_id == CLIENT
