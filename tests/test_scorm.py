"""SCORM packages: what a manifest names is there, the bytes are always the same, and scorm-again, the platform's side
of the standard, hears in Chromium what was read and what came out right."""

import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from playwright.sync_api import FrameLocator, Page, expect
from test_javascript import node

from bot.content.paths import reading_paths
from bot.service import shared_bot
from bot.surfaces.cli.main import main
from bot.surfaces.web.scorm import Course, NothingToPack, Version, course_of, pack
from scripts.pages import files, page

SCORM_AGAIN = "3.4.3"
PLATFORM = """<!doctype html><meta charset="utf-8"><title>A course platform</title><script src="{script}"></script>
<script>window.{name} = new {kind}({{ autocommit: false }});</script>
<iframe src="site/course.html" width="1000" height="700"></iframe>"""
KINDS: dict[Version, tuple[str, str]] = {"1.2": ("API", "Scorm12API"), "2004": ("API_1484_11", "Scorm2004API")}
FIELDS: dict[Version, tuple[str, str]] = {"1.2": ("cmi.core.lesson_status", "cmi.core.score.raw"),
                                          "2004": ("cmi.completion_status", "cmi.score.raw")}
# `toggled` comes true when a guess has been opened, and whoever listens to that has had a turn.
TOGGLED = """(option) => {
  option.toggled = new Promise((done) => option.addEventListener("toggle", () => setTimeout(done), { once: true }));
}"""
CALLS: dict[Version, str] = {"1.2": "LMSGetValue", "2004": "GetValue"}


def packed(folder: Path, version: Version, *slugs: str) -> Path:
    bot, file = shared_bot(), folder / "course.zip"
    course = Course("two", "Two explanations", [bot.entry(slug) for slug in slugs])
    count = pack(bot, course, version, file, "https://neurons.example.org")
    with ZipFile(file) as package:
        assert len(package.namelist()) == count
    return file


@pytest.mark.parametrize("version", [pytest.param("1.2", marks=pytest.mark.slow), "2004"])
def test_a_manifest_names_every_file_and_what_is_launched(tmp_path: Path, version: Version) -> None:
    with ZipFile(packed(tmp_path, version, "bias-term")) as package:
        names = set(package.namelist())
        manifest = ElementTree.fromstring(package.read("imsmanifest.xml"))
    space = {"m": manifest.tag.partition("}")[0].strip("{")}
    (resource,) = manifest.findall(".//m:resource", space)
    named = {str(file.get("href")) for file in resource.findall("m:file", space)}
    assert named | {"imsmanifest.xml"} == names
    assert resource.get("href") in named
    kind = next(value for key, value in resource.attrib.items() if key.lower().endswith("scormtype"))
    assert kind == "sco"
    said = manifest.findtext(".//m:schemaversion", namespaces=space)
    assert said is not None
    assert said.startswith(version)
    assert manifest.findtext(".//m:item/m:title", namespaces=space) == "Two explanations"


@pytest.mark.slow
def test_the_same_explanations_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    first, second = (packed(folder, "1.2", "bias-term").read_bytes() for folder in (tmp_path, tmp_path / "again"))
    assert first == second


def test_a_path_a_topic_and_an_explanation_can_be_packed() -> None:
    bot, path = shared_bot(), reading_paths()[0]
    assert [entry.slug for entry in course_of(bot, path.id).entries] == list(path.entries)
    assert {entry.topic for entry in course_of(bot, "output").entries} == {"output"}
    assert [entry.slug for entry in course_of(bot, "xor").entries] == ["xor"]
    with pytest.raises(NothingToPack, match=path.id):
        course_of(bot, "nothing-of-the-kind")


def test_the_command_writes_a_package_and_refuses_what_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "bias.zip"
    done = CliRunner().invoke(main, ["export", "scorm", "bias-term", "--as", "2004", "--out", str(file)])
    assert done.exit_code == 0, done.output
    assert "SCORM 2004, 1 explanations" in done.output
    assert file.is_file()
    refused = CliRunner().invoke(main, ["export", "scorm", "bias-trem"])
    assert refused.exit_code == 2
    assert "bias-term" in refused.output


@pytest.fixture(scope="module")
def scorm_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script of scorm-again."""
    folder = tmp_path_factory.mktemp("scorm-again")
    install = [node("npm"), "install", "--no-audit", "--no-fund", "--silent", f"scorm-again@{SCORM_AGAIN}"]
    subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=600)
    return folder / "node_modules" / "scorm-again" / "dist" / "scorm-again.min.js"


def opened(folder: Path, version: Version, script: Path) -> Iterator[tuple[Page, FrameLocator]]:
    """A platform that has launched a package of two explanations, and the explanation on its screen."""
    with ZipFile(packed(folder, version, "bias-term", "xor")) as package:
        package.extractall(folder / "site")
    (folder / script.name).write_bytes(script.read_bytes())
    name, kind = KINDS[version]
    (folder / "index.html").write_text(PLATFORM.format(script=script.name, name=name, kind=kind))
    with files(folder) as address, page(1100, 900) as window:
        window.goto(f"{address}/index.html")
        yield window, window.frame_locator("iframe")


def value(window: Page, version: Version, name: str) -> Any:
    return window.evaluate(f"window.{KINDS[version][0]}.{CALLS[version]}('{name}')")


def comes(window: Page, version: Version, name: str, wanted: str) -> None:
    window.wait_for_function(f"window.{KINDS[version][0]}.{CALLS[version]}('{name}') === '{wanted}'")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_a_platform_hears_what_was_read_and_what_came_out_right(
    tmp_path: Path, scorm_again: Path, version: Version
) -> None:
    status, score = FIELDS[version]
    for window, course in opened(tmp_path, version, scorm_again):
        inside = course.frame_locator("#page")
        expect(inside.get_by_role("heading", level=1)).to_have_text("Why is there a bias?")
        comes(window, version, status, "incomplete")
        assert value(window, version, score) == "0"
        inside.get_by_text("Work it out:").click()
        worked = inside.locator(".worked .case:not([hidden])")
        worked.get_by_role("textbox").fill(worked.get_attribute("data-right") or "")
        worked.get_by_role("button", name="Check").click()
        comes(window, version, score, "25")  # one of four tasks: two guesses, two worked examples
        inside.get_by_text("Show the step").first.click()
        inside.locator(".levels").scroll_into_view_if_needed()
        expect(course.get_by_text("1 of 2, 1 read")).to_be_visible()
        course.get_by_role("button", name="Next").click()
        expect(inside.get_by_role("heading", level=1)).not_to_have_text("Why is there a bias?")
        comes(window, version, status, "incomplete")
        inside.locator(".levels").scroll_into_view_if_needed()
        comes(window, version, status, "completed")
        kept = value(window, version, "cmi.suspend_data")
        assert kept.startswith('{"read":[0,1]')
        assert "guess" not in kept, "to look at a step of the worked example is no guess"


@pytest.mark.browser
@pytest.mark.slow
def test_a_wrong_guess_counts_for_nothing_and_only_the_first_one_counts(tmp_path: Path, scorm_again: Path) -> None:
    for window, course in opened(tmp_path, "1.2", scorm_again):
        inside = course.frame_locator("#page")
        inside.get_by_text("Guess first:").click()
        options = inside.locator(".guess details")
        right = [options.nth(number).locator(".right").count() for number in range(options.count())].index(1)
        wrong = (right + 1) % options.count()
        for number in (wrong, right):
            options.nth(number).evaluate(TOGGLED)
            options.nth(number).locator("summary").click()
            options.nth(number).evaluate("option => option.toggled")
        assert '"0 guess":false' in value(window, "1.2", "cmi.suspend_data")
        assert value(window, "1.2", "cmi.core.score.raw") == "0"


@pytest.mark.browser
def test_without_a_platform_it_says_that_nothing_is_recorded(tmp_path: Path) -> None:
    with ZipFile(packed(tmp_path, "1.2", "bias-term")) as package:
        package.extractall(tmp_path / "site")
    with files(tmp_path / "site") as address, page(1000, 700) as window:
        window.goto(f"{address}/course.html")
        expect(window.get_by_text("Not connected to a course: nothing is recorded.")).to_be_visible()
        expect(window.frame_locator("#page").get_by_role("heading", level=1)).to_be_visible()
