"""Claims with their controls, identities and worked examples, as each surface that draws no window shows them."""

import re
from dataclasses import replace
from html import unescape

import pytest
from known import ENTRIES
from starlette.testclient import TestClient

from bot.answers.answer import Answer
from bot.content.entries import Claim
from bot.dialogue import Interpretation
from bot.matching import Decision
from bot.present.charts.card import card_svg
from bot.present.forum import canned
from bot.present.headline import LONGEST, headline
from bot.present.rendering import at_level, explained, text_lines
from bot.present.rendering_dialogue import compared, comparison_lines
from bot.service import Bot
from bot.surfaces.notebook.written import markdown_of
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

SLUG = "coffee-roasting"
ALWAYS = "always, by the formula"
IDENTITY = Claim(says="A unit is a unit.", holds="hidden == hidden", kind="identity")
AT_THREE = Claim(says="There are three units.", holds="hidden == 3", kind="identity")


@pytest.fixture(scope="module")
def bot() -> Bot:
    entry = ENTRIES[SLUG]
    return Bot({SLUG: entry.model_copy(update={"claims": (IDENTITY, AT_THREE, *entry.claims), "counter_examples": ()})})


@pytest.fixture(scope="module")
def answer(bot: Bot) -> Answer:
    return bot.answer(SLUG)


@pytest.fixture(scope="module")
def client(bot: Bot) -> TestClient:
    return TestClient(alone(bot, WebSettings(public_url="https://neurons.example.org")))


def all_there(text: str, answer: Answer) -> None:
    """Each claim with its counts; an identity has none."""
    for claim in answer.claims:
        assert claim.says in text
        assert claim.evidence in text
    assert text.count(ALWAYS) >= 2
    assert not re.search(r"(A unit is a unit|There are three units)\.[^✓✗]{0,40}of 32", text)


def test_the_counts_are_those_of_the_run(answer: Answer) -> None:
    first, second, *findings = answer.claims
    assert first.evidence == second.evidence == ALWAYS
    for claim in findings:
        assert re.fullmatch(r"in \d+ of 32 runs(, .+ one)?(, .+ too)?; (with two units|without training) in \d+ of 32",
                            claim.evidence), claim.evidence


def test_on_the_command_line(answer: Answer) -> None:
    text = "\n".join(text_lines(answer))
    all_there(text, answer)
    assert answer.worked is not None
    first, rest = answer.paragraphs
    assert text.index(first) < text.index(answer.worked.ask) < text.index(answer.worked.step) < text.index(rest)
    assert answer.worked.says not in "\n".join(text_lines(answer, "simpler")), "it belongs to the answer in full"


def test_in_json(answer: Answer) -> None:
    found = explained(answer).model_dump()
    identity, _, *findings = found["claims"]
    assert (identity["kind"], identity["control"]) == ("identity", None)
    for told, claim in zip(findings, answer.claims[2:], strict=True):
        assert claim.control is not None
        assert told["kind"] == "finding"
        assert told["control"] == {"against": claim.control.against, "replicas": 32,
                                   "replicas_true": claim.control.replicas_true}
    assert answer.worked is not None
    assert found["worked"]["answer"] == answer.worked.answer
    assert found["worked"]["lines"] == list(answer.worked.lines)


def test_as_evidence(answer: Answer) -> None:
    text = at_level(answer, "evidence")
    assert f"Tested as `hidden == hidden`: true {ALWAYS}." in text
    assert "again where its cause is missing" in text
    assert all(claim.evidence in text for claim in answer.claims)


def test_the_headline_is_the_first_finding(answer: Answer) -> None:
    says, finding = headline(answer), answer.claims[2]
    assert says.startswith(finding.says)
    assert finding.control is not None
    assert f"True in {finding.replicas_true} of 32 runs; {finding.control.evidence}" in says
    assert len(says) <= LONGEST


def test_a_headline_of_identities_alone_has_no_count() -> None:
    entry = ENTRIES[SLUG]
    bot = Bot({SLUG: entry.model_copy(update={"claims": (AT_THREE, IDENTITY), "counter_examples": ()})})
    assert headline(bot.answer(SLUG)) == "There are three units. Always, by the formula."
    other = headline(bot.answer(SLUG, {"hidden": 2}))
    assert other == ("With hidden units = 2, this does not hold: There are three units. Not at these settings.")
    drawing = card_svg(bot.answer(SLUG))
    assert ALWAYS in drawing
    assert "of 32" not in drawing


def test_the_card_is_about_the_first_finding(answer: Answer) -> None:
    drawing = card_svg(answer)
    finding = answer.claims[2]
    assert finding.control is not None
    assert f"True in {finding.replicas_true} of 32 runs" in drawing
    assert finding.control.evidence in drawing
    assert IDENTITY.says not in drawing


def test_in_a_reply_for_a_forum(answer: Answer) -> None:
    reply, worked = canned(answer), answer.worked
    assert worked is not None
    first, _ = answer.paragraphs
    places = [reply.plain.index(part) for part in
              (first, worked.says, worked.lines[0], worked.ask, headline(answer), f"Solution: {worked.step}")]
    assert places == sorted(places)
    assert r"\_\_\_" in reply.markdown
    assert "___" in reply.html


def test_in_a_notebook(bot: Bot, answer: Answer) -> None:
    reply = Interpretation("q", Decision("answer", (), None, None, "q"), SLUG)
    text = markdown_of(answer, reply, bot.entries, None)
    all_there(text.replace("*", ""), answer)


def test_on_a_page(client: TestClient, answer: Answer) -> None:
    page = unescape(client.get(f"/e/{SLUG}").text).partition("<article")[2]
    all_there(page, answer)
    assert page.count('class="strip"') == 3, "an identity has no row of ticks"
    assert answer.claims[2].evidence in page.partition('id="tested"')[2].partition("<details>")[0], "not folded"
    assert answer.worked is not None
    first, rest = answer.paragraphs
    parts = (first[:60], answer.worked.says, answer.worked.lines[0], "Show the step", rest[:60])
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert page.count('<div class="case"') == len(answer.worked_examples()) == 8


def test_at_other_settings_an_identity_is_not_called_false(client: TestClient) -> None:
    page = unescape(client.get(f"/e/{SLUG}?hidden=2").text)
    assert re.search(r"There are three units\.\s*<strong>With these settings this is no longer true", page)
    assert "not at these settings" in page


def test_on_a_card_in_a_frame(client: TestClient, answer: Answer) -> None:
    card = unescape(client.get(f"/embed/{SLUG}/").text)
    all_there(card, replace(answer, claims=answer.other_claims))
    assert headline(answer) in card
    assert "Work an example" in card


def test_in_a_comparison(bot: Bot, answer: Answer) -> None:
    from bot.answers.comparison import compare

    found = compare(answer, bot.answer(SLUG, {"hidden": 2}))
    assert [pair.flipped for pair in found.claims][:2] == [False, True]
    lines = "\n".join(comparison_lines(found))
    assert "✓ always              ✓ always" in lines
    assert "✓ always              ✗ not here" in lines
    assert [claim["kind"] for claim in compared(found).model_dump()["claims"]] == ["identity"] * 2 + ["finding"] * 3


def test_the_feed_tells_a_finding(client: TestClient, answer: Answer) -> None:
    feed = unescape(client.get("/feed.xml").text)
    assert answer.claims[2].says in feed
    assert IDENTITY.says not in feed


def test_the_api_shows_kinds_and_controls_as_they_are_written(client: TestClient) -> None:
    identity, _, settings, untrained, _ = client.get(f"/api/entries/{SLUG}").json()["claims"]
    assert (identity["kind"], identity["control"], identity["against"]) == ("identity", None, "")
    assert (settings["control_params"], settings["against"]) == ({"hidden": 2}, "with two units")
    assert (untrained["control"], untrained["control_at_most"]) == ("untrained", 0.2)
