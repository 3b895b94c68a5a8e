"""Copy for the forum: short, with the number, the limits and a way back; the same in all three forms."""

import re
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt

from bot.content.authoring import LEANING
from bot.content.entries import Entry
from bot.present.forum import MOST_WORDS, addresses, canned, short_text
from bot.present.headline import headline
from bot.present.three_forms import of_markdown
from bot.service import Bot, shared_bot
from bot.surfaces.cli.main import main

BASE = "https://ask.example.org/neurons"


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


def text_of(html: str) -> str:
    parser, seen = HTMLParser(), []
    parser.handle_data = seen.append  # type: ignore[method-assign]
    parser.feed(html)
    return re.sub(r"\s+", " ", "".join(seen)).strip()


def test_a_reply_has_all_its_parts(bot: Bot) -> None:
    answer = bot.answer("coffee-roasting", {"points": 120}, 7)
    url, image = addresses(BASE, answer)
    assert url == f"{BASE}/e/coffee-roasting?points=120&seed=7"
    assert image == f"{BASE}/e/coffee-roasting.png?points=120&seed=7"
    reply = canned(answer, url, image)
    tokens = MarkdownIt().parse(reply.markdown)
    inline = [token for block in tokens for token in block.children or []]
    links = [token.attrs["href"] for token in inline if token.type == "link_open"]
    pictures = [token for token in inline if token.type == "image"]
    assert links == [url]
    assert [token.attrs["src"] for token in pictures] == [image]
    assert "seed 7" in pictures[0].content
    for needed in (answer.entry.title, f"{answer.metrics['accuracy']:.1%}", headline(answer), "Not true:",
                   "seed 7", "= 120"):
        assert needed in reply.plain
        assert needed in text_of(reply.html)


def test_no_explanation_speaks_of_the_page_that_a_reply_is_not_on(bot: Bot) -> None:
    """Such as "this page", "the tables below": `LEANING` finds it."""
    assert LEANING.search("The tables below have them, at the settings of this page.")
    leaning = [(entry.slug, found[0]) for entry in bot.entries.values() for text in prose(entry)
               if (found := LEANING.search(text))]
    assert leaning == []


def prose(entry: Entry) -> list[str]:
    worked = [entry.worked.says, *entry.worked.lines, entry.worked.ask] if entry.worked else []
    return [entry.text, entry.simpler, entry.deeper, *(claim.says for claim in entry.claims), *worked]


@pytest.mark.parametrize("slug", ["hidden-neuron-meaning", "sigmoid-derivative", "backprop-chain-rule"])
def test_the_prose_is_short_and_the_formulas_are_readable(bot: Bot, slug: str) -> None:
    answer = bot.answer(slug)
    kept = short_text(answer)
    assert kept
    words = sum(len(paragraph.split()) for paragraph in kept)
    assert len(kept) == 1 or words <= MOST_WORDS + 20  # formulas gain spaces
    reply = canned(answer)
    assert "$" not in reply.markdown
    assert not re.search(r"\\[a-z]", reply.markdown)
    assert "{{" not in reply.markdown


def test_marks_in_formulas_do_not_become_markup(bot: Bot) -> None:
    reply = canned(bot.answer("neuron-vs-layer-notation"))
    assert "a^[2]₁" in reply.plain
    assert "a^[2]₁" in text_of(reply.html)


def test_a_claim_that_fails_is_said_before_the_prose(bot: Bot) -> None:
    answer = bot.answer("coffee-roasting", {"hidden": 2})
    assert not answer.claims[0].stands
    plain = canned(answer).plain
    assert 0 < plain.index("this does not hold") < plain.index("What follows explains the usual settings")
    assert plain.index("What follows") < plain.index("Each hidden unit ends up")


def test_without_an_address_the_reply_names_the_settings(bot: Bot) -> None:
    reply = canned(bot.answer("coffee-roasting", {}, 3))
    assert "seed 3" in reply.plain
    assert "](" not in reply.markdown


def test_tags_and_script_links_in_an_edited_reply_stay_text() -> None:
    html = of_markdown("<script>alert(1)</script> <b>x</b> [y](javascript:alert(1)) *z*").html
    assert "<script" not in html
    assert "<b>" not in html
    assert "href" not in html
    assert "<em>z</em>" in html


def run(*arguments: str, given: str | None = None, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, ["canned", *arguments], input=given, catch_exceptions=False)


def test_the_command_line_prints_the_reply() -> None:
    asked = "what does each neuron in the coffee roasting network do"
    result = run(asked, "--set", "hidden=2", "--seed", "5", "--url", f"{BASE}/")
    assert result.exit_code == 0
    assert f"({BASE}/e/coffee-roasting?hidden=2&seed=5)" in result.stdout
    html = run(asked, "--as", "html", ASK_NEURON_PUBLIC_URL=BASE)
    assert f'href="{BASE}/e/coffee-roasting"' in html.stdout
    assert "https://" not in run(asked, "--as", "plain").stdout


def test_a_whole_post_is_read_from_standard_input() -> None:
    post = ("1. why do we need a non-linear activation?\n2. is the output of the sigmoid a probability?\n"
            "3. best pizza in town?")
    result = run("-", "--url", BASE, given=post)
    assert result.exit_code == 0
    assert f"({BASE}/e/why-nonlinearity)" in result.stdout
    assert f"({BASE}/e/output-probability)" in result.stdout
    assert "Not answered: best pizza in town?" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["what's the weather in Paris"], 1, "["),
        (["what does each neuron in the coffee roasting network do", "--set", "hidden=99"], 2, "from 1 to"),
        (["why a bias?", "--url", "ask.example.org"], 2, "write a full address"),
    ],
)
def test_what_cannot_be_answered_prints_nothing_to_paste(arguments: list[str], status: int, complaint: str) -> None:
    result = run(*arguments)
    assert result.exit_code == status
    assert complaint in result.stderr
    assert result.stdout == ""
