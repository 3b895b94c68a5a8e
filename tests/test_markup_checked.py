"""Every kind of page passes the Nu checker of the W3C and html-validate's standard rules."""

import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from fetched import CHECKERS, from_npm
from starlette.testclient import TestClient
from test_javascript import node

from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.export import Plan, export_site
from bot.surfaces.web.scorm import course_of, pack
from bot.surfaces.web.settings import WebSettings

pytestmark = pytest.mark.slow

PAGES = {
    "explanation": "/e/coffee-roasting", "changed": "/e/coffee-roasting?hidden=2&seed=7",
    "formulas": "/e/backprop-chain-rule",
    "curves": "/e/learning-rate", "noticed": "/e/coffee-roasting?hiden=2", "refused": "/e/coffee-roasting?hidden=99",
    "missing": "/e/coffe", "index": "/entries", "mentor": "/mentor", "try": "/try",
    "tried": "/try?hidden1=2&start=zeros", "card": "/embed/coffee-roasting/", "card changed": "/embed/xor/?seed=7",
    "card refused": "/embed/coffee-roasting/?hidden=99", "card missing": "/embed/coffe/", "box": "/embed/ask/",
}
# of html-validate's rules `standard`: what HTML allows and our templates do on purpose
RULES = {"extends": ["html-validate:standard"], "rules": {
    "no-trailing-whitespace": "off", "long-title": "off",
    "no-inline-style": "off", "valid-id": ["error", {"relaxed": True}]}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All kinds of pages as files: of a server, of an exported site, of a SCORM package."""
    made: Path = tmp_path_factory.mktemp("pages")
    bot = shared_bot()
    with TestClient(alone(bot, WebSettings(public_url="https://neurons.example.org"))) as client:
        for name, path in PAGES.items():
            (made / f"{name}.html").write_text(client.get(path).text, encoding="utf-8")
    export_site(Plan(made / "site", "https://you.example.org/neurons", slugs=("bias-term", "xor")), jobs=1)
    pack(bot, course_of(bot, "bias-term"), "1.2", made / "course.zip", "https://neurons.example.org")
    with zipfile.ZipFile(made / "course.zip") as package:
        package.extractall(made / "course")
    return made


def test_the_nu_checker_finds_nothing(folder: Path) -> None:
    jar = from_npm(CHECKERS) / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    done = subprocess.run([node("java"), "-jar", jar, "--skip-non-html", "--format", "json", folder],
                          capture_output=True, text=True, timeout=600)
    found = [message for message in json.loads(done.stderr)["messages"] if message["type"] != "info"]
    assert [(one.get("url", "").rpartition("/")[2], one["message"]) for one in found] == []
    assert len(list(folder.rglob("*.html"))) > len(PAGES) + 8


def test_html_validate_finds_nothing(folder: Path) -> None:
    tools = from_npm(CHECKERS)
    (folder / ".htmlvalidate.json").write_text(json.dumps({"root": True, **RULES}))
    program = tools / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    command = [node("node"), str(program), "--formatter", "json", "**/*.html"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    found = [(Path(file["filePath"]).name, one["ruleId"], one["message"]) for file in json.loads(done.stdout)
             for one in file["messages"]]
    assert found == [], done.stderr[-2000:]
