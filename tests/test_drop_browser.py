"""A file dropped into the chat of a real server: it is sent where the session asked, and to nobody else's address."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Request, expect
from test_serve import serving
from test_try import ZERO

from scripts.pages import page


@pytest.mark.slow
@pytest.mark.browser
def test_a_file_is_sent_to_the_address_that_the_session_was_told(tmp_path: Path) -> None:
    file = tmp_path / "xor.py"
    file.write_text(ZERO)
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "PUT":
            sent.append(request.url)

    with serving(tmp_path / "log") as address, page(1280, 1000) as window:
        window.on("request", note)
        window.goto(address)
        box = window.get_by_test_id("stChatInput")
        box.locator("input[type=file]").set_input_files(file)
        expect(box.get_by_text("xor.py")).to_be_visible()
        box.get_by_role("button", name="Send message").click()
        expect(window.get_by_text("All weights start at 0").first).to_be_visible()
        expect(window.get_by_text("File: xor.py")).to_be_visible()
        assert len(sent) == 1
        other = sent[0][:-1] + ("0" if sent[0][-1] != "0" else "1")
        assert httpx.put(other, files={"file": ("a.py", b"x = 1")}).status_code == 404
