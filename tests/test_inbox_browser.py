"""The inbox in Chromium, without JavaScript: from a question to its patch, on a phone and a desk, in both themes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from bot.service import shared_bot
from bot.store import Question, Store
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from scripts.pages import chromium as started
from scripts.pages import profile, served

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"
WHO = {"username": "mentor", "password": PASSWORD}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as found:
        yield found


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    store = Store(tmp_path / "store.sqlite3")
    for text in ("what is an lstm cell", "how do lstms remember", "<b>bold</b> " + "x" * 300, "what is a gan",
                 "lstm forget gate explained"):
        store.keep_question(Question(text, "decline", nearest=["xor"]))
    about = store.keep_question(Question("why xor", "answer", "xor", sure=True))
    store.keep_thumb("xor", False, "why xor", {}, "", about)
    for option in shared_bot().entries["xor"].prediction.options:
        for _ in range(3):
            store.keep_guess("xor", option.says)
    monkeypatch.setitem(shared_bot().__dict__, "store", store)
    with served(alone(shared_bot(), WebSettings(inbox_password=PASSWORD))) as found:
        yield found


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_no_barrier_and_nothing_wider_than_the_screen(browser: Browser, address: str, width: int, colours: str) -> None:
    context = profile(browser, viewport={"width": width, "height": 900}, color_scheme=colours, http_credentials=WHO)
    page = context.new_page()
    for path in ("/inbox", "/inbox/draft?q=what+is+an+lstm+cell"):
        page.goto(address + path)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_from_a_question_to_its_patch_without_javascript(browser: Browser, address: str) -> None:
    context = profile(browser, java_script_enabled=False, http_credentials=WHO, accept_downloads=True)
    page = context.new_page()
    page.goto(f"{address}/inbox")
    page.get_by_role("link", name="Write a patch for: what is a gan").click()
    box = page.get_by_label("Ways to ask, one a line")
    expect(box).to_have_value("what is a gan")
    box.fill("what two networks do against each other")
    page.get_by_role("button", name="Draft the entry").click()
    expect(page.get_by_role("alert")).to_contain_text("no name of an entry")
    expect(box).to_have_value("what two networks do against each other")
    page.get_by_role("textbox", name="Name").fill("two-networks")
    with page.expect_download() as sent:
        page.get_by_role("button", name="Draft the entry").click()
    assert sent.value.suggested_filename == "two-networks.patch"
    assert "what two networks do" in Path(sent.value.path()).read_text()
    context.close()


def test_who_has_no_password_sees_nothing(browser: Browser, address: str) -> None:
    context = profile(browser)
    refused = context.request.get(f"{address}/inbox")
    assert refused.status == 401
    assert "lstm" not in refused.text()
    context.close()
