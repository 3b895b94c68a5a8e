"""LTI in Chromium: a platform at one loopback name frames us at another, an author picks by keyboard, a learner's score
arrives. No cookie is set; Chromium lets frames of another site keep nothing, and those of the same site what they like.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from lti_platform import DEEP, USER, Platform, platform_at_work
from lti_served import KEY
from playwright.sync_api import FrameLocator, Page, expect
from starlette.types import Receive, Scope, Send

from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.lti.platforms import Platform as Registration
from bot.surfaces.web.lti.platforms import Platforms
from bot.surfaces.web.settings import WebSettings
from scripts.browser import launched, playwright
from scripts.pages import ROOT, profile, served

pytestmark = pytest.mark.browser
PICTURES = ROOT / "build" / "screenshots"
SAME_SITE, OTHER_SITE = "localhost", "127.0.0.1"
WITHOUT_COOKIES = ["--test-third-party-cookie-phaseout"]  # where it is not so anyway


class Late:
    """An application that is made once its address is known."""

    app: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for kind in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{kind}.complete"})
            return
        await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Platforms]]:
    """Our address, at the name localhost, and the registrations."""
    folder, late = tmp_path_factory.mktemp("lti"), Late()
    with served(late) as address:
        ours = address.replace("127.0.0.1", "localhost")
        settings = WebSettings(public_url=ours, lti="on", lti_folder=folder, lti_private_hosts=(SAME_SITE, OTHER_SITE))
        late.app = alone(shared_bot(), settings)
        yield ours, Platforms(folder)


@pytest.fixture
def platform(tool: tuple[str, Platforms], request: pytest.FixtureRequest) -> Iterator[Platform]:
    """A registered platform of another site that has a storage; or at the name that is asked for, without one."""
    ours, platforms = tool
    host = getattr(request, "param", OTHER_SITE)
    with platform_at_work(host, tool=ours, key=KEY, stores=host == OTHER_SITE) as made:
        platforms.add(Registration(**made.registration))
        yield made
        assert not made.wrong


@contextmanager
def window(width: int = 1280, height: int = 900) -> Iterator[Page]:
    """A Chromium of its own; an error on a page fails the test, and so does a cookie."""
    with ExitStack() as stack:
        browser = launched(stack.enter_context(playwright()), *WITHOUT_COOKIES)
        stack.callback(browser.close)
        page = profile(browser, viewport={"width": width, "height": height}).new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
        yield page
        assert faults == []
        assert page.context.cookies() == []


def launch(page: Page, platform: Platform, height: int = 500) -> FrameLocator:
    page.goto(f"{platform.address}/course?height={height}")
    return page.frame_locator("#tool")


def shot(page: Page, name: str) -> None:
    if os.environ.get("ASK_NEURON_PICTURES"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"lti-{name}.png", full_page=True)


def axe(page: Page) -> list[Any]:
    """What axe finds in the tool's frame; the course around it is not ours."""
    (frame,) = [one for one in page.frames if "/lti/" in one.url]
    found = Axe().run(frame, options={"resultTypes": ["violations"]})  # type: ignore[arg-type]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found.response["violations"]]


def works(page: Page, platform: Platform) -> None:
    """A learner opens the explanation, works its example, reads to the end, and the score arrives."""
    tool = launch(page, platform)
    inside = tool.frame_locator("#page")
    expect(inside.get_by_role("heading", level=1)).to_have_text("Why is there a bias?")
    inside.get_by_text("Work it out:").click()
    worked = inside.locator(".worked .case:not([hidden])")
    worked.get_by_role("textbox").fill(worked.get_attribute("data-right") or "")
    worked.get_by_role("button", name="Check").click()
    expect(tool.get_by_text("Score: 1 of 2, sent to your course.")).to_be_visible()
    (score,) = platform.scores
    assert (score["userId"], score["scoreGiven"], score["scoreMaximum"]) == (USER, 1, 2)


@pytest.mark.slow
@pytest.mark.parametrize("platform", [SAME_SITE, OTHER_SITE], indirect=True)
def test_a_learners_score_arrives_from_a_frame(tool: tuple[str, Platforms], platform: Platform) -> None:
    platform.target = f"{tool[0]}/lti/launch/bias-term"
    with window() as page:
        works(page, platform)
        asked = page.evaluate("asked")
        assert {"lti.put_data", "lti.get_data"} & set(asked) == (
            {"lti.put_data", "lti.get_data"} if platform.stores else set())
        assert "lti.frameResize" in asked
        frame = page.locator("#tool")
        page.wait_for_function("document.getElementById('tool').offsetHeight > 1500")
        inside = page.frame_locator("#tool").frame_locator("#page")
        assert inside.locator("html").evaluate("html => html.scrollHeight <= innerHeight"), "nothing scrolls inside"
        assert [score["activityProgress"] for score in platform.scores] == ["InProgress"], "its end was not seen"
        inside.locator(".levels").scroll_into_view_if_needed()
        page.wait_for_function("document.getElementById('tool').offsetHeight > 1500")
        until(lambda: platform.scores[-1]["activityProgress"] == "Completed", page)
        frame.evaluate("frame => frame.scrollIntoView()")
        assert axe(page) == []
        shot(page, "course-desk")


def until(is_so: Any, page: Page) -> None:
    """Wait, bounded, until something is so in this process."""
    for _ in range(600):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came to be so")


@pytest.mark.slow
@pytest.mark.parametrize("platform", [SAME_SITE], indirect=True)
def test_a_second_visit_goes_on_where_the_first_one_ended(tool: tuple[str, Platforms], platform: Platform) -> None:
    platform.target = f"{tool[0]}/lti/launch/bias-term"
    with window(390, 800) as page:
        works(page, platform)
        again = launch(page, platform)
        expect(again.frame_locator("#page").get_by_role("heading", level=1)).to_be_visible()
        again.frame_locator("#page").locator(".levels").scroll_into_view_if_needed()
        until(lambda: platform.scores[-1]["activityProgress"] == "Completed", page)
        assert platform.scores[-1]["scoreGiven"] == 1, "what was worked at the first visit still counts"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate("scrollTo(0, 0)")
        shot(page, "course-phone")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "width"), [("phone", 390), ("desk", 1280)])
def test_an_author_picks_by_keyboard(tool: tuple[str, Platforms], platform: Platform, name: str, width: int) -> None:
    platform.deep, platform.target = True, f"{tool[0]}/lti/launch"
    with window(width) as page:
        frame = launch(page, platform, 700)
        expect(frame.get_by_role("heading", level=1)).to_have_text("Add an explanation to your course")
        shot(page, f"pick-begin-{name}")
        frame.get_by_role("combobox", name="What is it to explain?").focus()
        page.keyboard.type("coffee roast")
        expect(frame.get_by_role("option").first).to_be_visible()
        shot(page, f"pick-search-{name}")
        page.keyboard.press("Enter")
        add = frame.get_by_role("button", name="Add to the course")
        expect(add).to_be_enabled()
        expect(frame.locator("#picked-title")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.type("Roasting, ")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(frame.get_by_label("With a score")).to_be_checked()
        frame.get_by_label("hidden units", exact=False).first.fill("2")
        expect(add).to_be_disabled()
        expect(add).to_be_enabled()
        preview = frame.frame_locator("#preview-page")
        expect(preview.get_by_role("heading", level=1)).to_be_visible()
        assert axe(page) == []
        shot(page, f"pick-{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        add.focus()
        page.keyboard.press("Enter")
        expect(frame.get_by_role("heading", name="Added to the course")).to_be_visible()
    (claims,) = platform.picked
    (item,) = claims[f"{DEEP}content_items"]
    assert item["url"] == f"{tool[0]}/lti/launch/coffee-roasting?hidden=2"
    assert item["lineItem"]["scoreMaximum"] == 100
    assert "Roasting" in item["title"]


@pytest.mark.slow
def test_an_author_picks_a_path_or_changes_their_mind(tool: tuple[str, Platforms], platform: Platform) -> None:
    platform.deep = True
    with window() as page:
        frame = launch(page, platform, 700)
        frame.get_by_label("Or several at once").select_option(label="From one neuron to a network")
        expect(frame.locator("#holds li").first).to_be_visible()
        shot(page, "pick-path-desk")
        frame.get_by_role("button", name="Add to the course").click()
        expect(frame.get_by_role("heading", name="Added to the course")).to_be_visible()
        launch(page, platform).get_by_role("button", name="Cancel").click()
        expect(frame.get_by_role("heading", name="Added to the course")).to_be_visible()
    first, second = (claims[f"{DEEP}content_items"] for claims in platform.picked)
    assert [item["url"] for item in first] == [f"{tool[0]}/lti/launch/from-one-neuron"]
    assert second == []


@pytest.mark.slow
@pytest.mark.parametrize("sandbox", [None, "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox"])
def test_a_frame_that_may_keep_nothing_opens_a_window(
    tool: tuple[str, Platforms], platform: Platform, sandbox: str | None
) -> None:
    platform.target, platform.stores, platform.sandbox = f"{tool[0]}/lti/launch/bias-term", False, sandbox
    with window() as page:
        frame = launch(page, platform)
        link = frame.get_by_role("link", name="Open in a new window")
        with page.context.expect_page() as opening:
            link.click()
        inside = opening.value.frame_locator("#page")
        expect(inside.get_by_role("heading", level=1)).to_have_text("Why is there a bias?")


@pytest.mark.slow
def test_a_launch_that_another_browser_began_opens_nothing(tool: tuple[str, Platforms], platform: Platform) -> None:
    """An attacker's launch that a victim's browser is made to post."""
    with window() as attacker:
        attacker.route("**/auth?*", lambda route: route.fulfill(body="stopped"))
        with attacker.expect_request("**/auth?*") as begun:
            attacker.goto(f"{platform.address}/course")
        address = begun.value.url
    with window() as victim:
        victim.goto(address)  # the platform answers, and the browser posts it to us
        expect(victim.get_by_role("heading", name="Open it again from your course")).to_be_visible()
