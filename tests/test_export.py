"""The site as plain files: what is in it, that it is the same every time, and that it works without a server."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import pytest
import vl_convert
from click.testing import CliRunner
from playwright.sync_api import expect
from redis_server import free_port
from test_nginx import MISSING, nginx, program

from bot.present.charts import svg
from bot.service import shared_bot
from bot.surfaces.cli.main import main
from bot.surfaces.web import export
from bot.surfaces.web.export import ExportError, Plan, export_site
from bot.surfaces.web.files import FILES
from bot.surfaces.web.recorded import name_of, recorded
from scripts.pages import ROOT, SLOWLY, files, page

SLUGS = ("bias-term", "coffee-roasting", "sigmoid-derivative")
PUBLIC = "https://course.example.org/neurons"
PICTURES = ROOT / "build" / "screenshots"  # to look at; git does not keep them
REFERENCE = re.compile(r'(?:href|src|data-search)="([^"]+)"')
QUESTION = "those three coffee neurons, which roasts does every single one of them react to?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("export") / "site"
    export_site(Plan(made, PUBLIC, slugs=SLUGS), jobs=1)
    return made


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of one entry, for the quick tests."""
    made = tmp_path_factory.mktemp("small") / "site"
    export_site(Plan(made, PUBLIC, slugs=("coffee-roasting",)), jobs=1)
    return made


@pytest.fixture(params=["small", pytest.param("folder", marks=pytest.mark.slow)])
def either(request: pytest.FixtureRequest) -> Path:
    site: Path = request.getfixturevalue(request.param)
    return site


def contents(folder: Path) -> Mapping[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_every_recorded_run_has_a_page_with_its_numbers(either: Path) -> None:
    bot = shared_bot()
    there = [slug for slug in SLUGS if (either / "e" / slug).is_dir()]
    assert "coffee-roasting" in there
    for slug in there:
        for run in recorded(bot, slug).runs:
            answer = bot.answer(slug, run.changes, run.seed)
            below = f"{slug}/{name_of(run.query)}".rstrip("/")
            for top in ("e", "embed"):
                text = (either / top / below / "index.html").read_text(encoding="utf-8")
                assert answer.claims[-1].evidence in text
    assert {run.query for run in recorded(bot, "coffee-roasting").runs} >= {"", "hidden=2", "activation=relu"}


def test_every_link_within_the_site_leads_to_a_file_of_it(either: Path) -> None:
    pages = [file for file in either.rglob("*.html") if file.name != "404.html"]
    assert len(pages) > 6
    for file in pages:
        here = f"http://site/{file.relative_to(either).as_posix()}".removesuffix("index.html")
        for reference in REFERENCE.findall(file.read_text(encoding="utf-8")):
            address = urlsplit(urldefrag(urljoin(here, reference.replace("&amp;", "&")))[0])
            if address.netloc == "site" and "{slug}" not in reference:
                path = address.path + ("index.html" if address.path.endswith("/") else "")
                assert (either / path.lstrip("/")).is_file(), f"{file} links to {reference}"
            assert not reference.startswith("/"), "a path from the top breaks where the site lies below a folder"


@pytest.mark.slow
def test_nginx_below_a_path_has_every_address_that_pages_name(folder: Path, tmp_path: Path) -> None:
    if not program():
        pytest.skip(MISSING)
    port, seen = free_port(), set[str]()
    asked = [f"/neurons/{file.relative_to(folder).as_posix()}" for file in folder.rglob("*.html")]
    place = f"location /neurons/ {{ alias {folder}/; error_page 404 /neurons/404.html; }}"
    (tmp_path / "more.conf").write_text(f"types {{ text/html html; }} server {{ listen 127.0.0.1:{port}; {place} }}")
    with nginx(tmp_path, "more.conf", f"http://127.0.0.1:{port}/neurons/"), \
            httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600) as client:
        while asked:
            path = asked.pop()
            found = client.get(path)
            assert found.status_code == 200, path
            assert path.startswith("/neurons/")
            if found.headers["content-type"].startswith("text/html"):
                for reference in REFERENCE.findall(found.text):
                    address = urlsplit(urljoin(f"http://site{path}", reference.replace("&amp;", "&")))
                    if address.netloc == "site" and "{slug}" not in reference and address.path not in seen:
                        seen.add(address.path)
                        asked.append(address.path)
        assert len(seen) > 20
        gone = client.get("/neurons/e/nowhere/")
        assert gone.status_code == 404
        assert "<h1" in gone.text


def test_what_must_be_absolute_has_the_public_address(small: Path) -> None:
    text = (small / "e/coffee-roasting/hidden-2/index.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{PUBLIC}/e/coffee-roasting/hidden-2/">' in text
    assert f'<meta property="og:url" content="{PUBLIC}/e/coffee-roasting/hidden-2/">' in text
    assert "localhost" not in text


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes_in_one_process_or_two(folder: Path, tmp_path: Path) -> None:
    export_site(Plan(tmp_path / "again", PUBLIC, slugs=SLUGS), jobs=2)
    first, second = contents(folder), contents(tmp_path / "again")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


@pytest.mark.slow
def test_no_chart_of_an_entry_is_drawn_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    draw = vl_convert.vegalite_to_svg

    def noted(spec: str, **options: Any) -> str:
        drawn.append(spec)
        return draw(spec, **options)

    monkeypatch.setattr(vl_convert, "vegalite_to_svg", noted)
    svg._vega.cache_clear()
    export_site(Plan(tmp_path / "site", PUBLIC, slugs=("linear-regression-cost",)), jobs=1)
    assert list((tmp_path / "site").rglob("*.view-*.svg"))
    assert len(drawn) > 4
    assert len(set(drawn)) == len(drawn)


@pytest.fixture
def pages_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out pictures and the like, for what does not depend on them."""
    monkeypatch.setattr(export, "files_of", lambda answer: {"": FILES[""]})


@pytest.mark.usefixtures("pages_alone")
def test_an_export_replaces_the_last_one_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "site"
    export_site(Plan(target, PUBLIC, slugs=("bias-term",)), jobs=1)
    (target / "CNAME").write_text("course.example.org")
    export_site(Plan(target, PUBLIC, slugs=("sigmoid-derivative",)), jobs=1)
    assert (target / "CNAME").read_text() == "course.example.org"
    assert (target / "e/sigmoid-derivative/index.html").is_file()
    assert not (target / "e/bias-term").exists()
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter.md").write_text("mine")
    with pytest.raises(ExportError, match="no export of this program"):
        export_site(Plan(tmp_path / "thesis", PUBLIC, slugs=("bias-term",)), jobs=1)
    assert (tmp_path / "thesis/chapter.md").read_text() == "mine"


@pytest.mark.usefixtures("pages_alone")
def test_a_server_runs_what_was_not_recorded(tmp_path: Path) -> None:
    server = "https://live.example.org"
    export_site(Plan(tmp_path / "site", PUBLIC, server, ("bias-term",)), jobs=1)
    text = (tmp_path / "site/e/bias-term/index.html").read_text(encoding="utf-8")
    assert f'action="{server}/e/bias-term"' in text
    assert f"{server}/?entry=bias-term" in text
    assert f'const CHAT = "{server}/",' in (tmp_path / "site/widget.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(("options", "says"), [
    (["--public-url", "example.org"], "write an address"),
    (["--public-url", PUBLIC, "--only", "coffe"], "did you mean"), ([], "--public-url"),
])
def test_bad_options_are_told_in_one_line(options: list[str], says: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["export", "site", str(tmp_path / "site"), *options])
    assert result.exit_code == 2
    assert says in result.output
    assert not (tmp_path / "site").exists()


@pytest.mark.usefixtures("pages_alone")
def test_the_command_says_where_it_wrote(tmp_path: Path) -> None:
    command = ["export", "site", str(tmp_path / "site"), "--public-url", PUBLIC, "--only", "sigmoid-derivative"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert "Wrote" in result.output
    assert json.loads((tmp_path / "site/ask-neuron.json").read_text())["public_url"] == PUBLIC


@pytest.mark.browser
def test_a_reader_searches_reads_and_plays(folder: Path) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with files(folder.parent) as address, page(360, 780) as window:
        window.goto(f"{address}/site/")
        window.get_by_role("searchbox").press_sequentially("coffee neurons")
        expect(window.get_by_role("search").get_by_role("listitem")).to_have_count(3)
        window.screenshot(path=PICTURES / "site-search.png")
        window.get_by_role("searchbox").fill(QUESTION)
        window.keyboard.press("Enter")
        expect(window.get_by_role("heading", level=1)).to_have_text(shared_bot().entry("coffee-roasting").title)
        assert window.evaluate("() => document.documentElement.scrollWidth") <= 360
        window.get_by_role("link", name="Take one unit away").click()
        window.wait_for_url("**/site/e/coffee-roasting/hidden-2/")
        window.locator("#play button").click()
        player = window.locator(".nrn")
        expect(player).to_be_visible()
        window.evaluate(f"({SLOWLY})(globalThis.player)")
        player.get_by_role("button", name="Play").click()
        expect(player).to_have_attribute("data-playing", "true")
        window.screenshot(path=PICTURES / "site-page.png", full_page=True)


@pytest.mark.browser
def test_settings_in_an_address_lead_to_the_recorded_run_or_say_so(folder: Path) -> None:
    with files(folder.parent) as address, page(1000, 800) as window:
        window.goto(f"{address}/site/e/coffee-roasting/?hidden=2&utm_source=mail")
        window.wait_for_url("**/coffee-roasting/hidden-2/")
        window.goto(f"{address}/site/e/coffee-roasting/?hidden=3.0")
        expect(window.get_by_text("hold no run")).to_have_count(0)
        window.goto(f"{address}/site/e/coffee-roasting/?hidden=5&seed=1")
        expect(window.get_by_text("These files hold no run with hidden = 5, seed = 1.")).to_be_visible()
        window.goto(f"{address}/site/embed/coffee-roasting/?hidden=%3Cb%3E#theme=dark")
        expect(window.get_by_text("hold no run with hidden = <b>")).to_be_visible()
