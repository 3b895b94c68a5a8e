"""The groups of questions that are not ours: valid as they are shipped, and explained where their file is broken."""

from pathlib import Path

import pytest

from bot import matching
from bot.content.entries import KNOWLEDGE


def test_the_groups_out_of_scope_are_valid() -> None:
    groups = matching.read_outside(KNOWLEDGE / "outside.toml")
    assert all(len(group.examples) >= 10 for group in groups)
    assert any(group.near for group in groups)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("groups = 3", "groups"),
        ("[[groups]]\nname = 'a'\nsays = ''\nexamples = []", "says"),
        ("[[groups]]\nname = 'Not A Name'\nsays = 'x'", "name"),
        ("[[groups]]\nname = 'a'\nsays = 'x'\nextra = 1", "extra"),
        ("[[groups]]\nname = 'a'\nsays = 'x'\n[[groups]]\nname = 'a'\nsays = 'y'", "two groups are named a"),
        ("[[groups]", "outside.toml"),
    ],
)
def test_a_broken_file_of_groups_is_explained(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "outside.toml").write_text(text)
    with pytest.raises(ValueError, match=complaint):
        matching.read_outside(tmp_path / "outside.toml")
