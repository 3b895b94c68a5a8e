"""Reading paths: those of the knowledge base lead through entries that there are, and a faulty file is refused."""

from pathlib import Path

import pytest
from known import ENTRIES

from bot.content.paths import FEWEST, PathsError, read_paths, reading_paths

SIX = [f"entry-{n}" for n in range(FEWEST)]


def written(folder: Path, *paths: str) -> Path:
    file = folder / "paths.toml"
    file.write_text("\n".join(f"[[paths]]\n{path}" for path in paths), encoding="utf-8")
    return file


def path_of(name: str = "a-path", entries: list[str] = SIX, more: str = "") -> str:
    return f'id = "{name}"\ntitle = "A path"\nsays = "Where it leads."\nentries = {entries}\n{more}'


def test_every_step_of_a_path_is_an_entry() -> None:
    slugs = ENTRIES.keys()
    assert reading_paths()
    assert {slug for path in reading_paths() for slug in path.entries} <= slugs


def test_an_entry_has_its_place_and_what_comes_after_it(tmp_path: Path) -> None:
    (path,) = read_paths(written(tmp_path, path_of()))
    assert [path.place(slug) for slug in [*SIX, "another"]] == [1, 2, 3, 4, 5, 6, 0]
    assert [path.after(slug) for slug in SIX] == [*SIX[1:], None]


@pytest.mark.parametrize(
    ("paths", "says"),
    [
        ([path_of(entries=SIX[:3])], "entries"),
        ([path_of(entries=[*SIX, SIX[0]])], "names an entry twice"),
        ([path_of(), path_of()], "one id"),
        ([path_of("A Path")], "id"),
        ([path_of(more="colour = 'blue'")], "colour"),
        (["id ="], "paths.toml"),
    ],
)
def test_a_faulty_file_is_refused_with_the_reason(tmp_path: Path, paths: list[str], says: str) -> None:
    with pytest.raises(PathsError, match=says):
        read_paths(written(tmp_path, *paths))
