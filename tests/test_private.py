"""What may tell a person is taken out of a text before it is kept, and what a question is about stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.private import GONE, without_people
from bot.store.tables import LONGEST, bounded

WORDS = st.lists(st.sampled_from(["why", "does", "the", "loss", "of", "network", "fall", "when", "it", "learns"]),
                 max_size=8).map(" ".join)
SMALL = "abcdefghijklmnopqrstuvwxyzäöéł"
NAME = st.builds(lambda rest: f"Qu{rest}", st.text(SMALL, min_size=4, max_size=12))
USER = st.from_regex(r"[a-z][a-z0-9._-]{3,14}[a-z0-9]q", fullmatch=True)
DOMAIN = st.from_regex(r"[a-z]{3,10}\.(com|org|de|co\.uk|museum)", fullmatch=True)
TELEPHONE = st.from_regex(r"(\+[1-9][0-9] ?)?\(?0?[1-9][0-9]{2}\)?[ /-]?[0-9]{3}[ -]?[0-9]{4}", fullmatch=True)
DOTTED = st.from_regex(r"[1-9][0-9]{2}\.[0-9]{3}\.[0-9]{4}", fullmatch=True)


@given(WORDS, WORDS, USER, DOMAIN)
def test_mail_is_taken_out(before: str, after: str, user: str, domain: str) -> None:
    for address in (f"{user}@{domain}", f"<{user}@{domain}>", f"mailto:{user}@{domain}", f"{user} [at] {domain}",
                    f"{user}＠{domain}", f"{user}\u200b@\u200b{domain}"):
        kept = without_people(f"{before} {address} {after}")
        assert user not in kept
        assert domain not in kept
        assert kept.startswith(" ".join(before.split()))


@given(WORDS, WORDS, USER, DOMAIN, st.sampled_from(["https", "ftp", "ssh", "postgresql"]))
def test_addresses_of_pages_go_with_the_users_in_them(before: str, after: str, user: str, domain: str,
                                                         kind: str) -> None:
    for address in (f"{kind}://{user}:secret@{domain}/x", f"{kind}://{domain}/~{user}/a?b={user}",
                    f"www.{domain}/{user}", f"github.com/{user}/net", f"reddit.com/u/{user}", f"u/{user}", f"@{user}",
                    f"(@{user})"):
        assert user not in without_people(f"{before} {address} {after}")


@given(WORDS, WORDS, TELEPHONE | DOTTED)
def test_telephone_numbers_go(before: str, after: str, number: str) -> None:
    kept = without_people(f"{before} {number} {after}")
    assert sum(letter.isdigit() for letter in kept) < 4


@given(st.text(max_size=300))
def test_no_text_keeps_long_numbers_or_grows_and_twice_is_once(text: str) -> None:
    kept = without_people(text)
    assert not re.search(r"\d{7}", kept)
    assert not re.search(r"\w@|@\w", kept)
    assert without_people(kept) == kept
    assert len(bounded(text)) <= LONGEST


@given(WORDS, NAME, NAME)
def test_names_go_where_a_text_says_that_they_are_names(words: str, first: str, last: str) -> None:
    for text in (f"Hi {first}, {words}", f"Dear Prof. {last}, {words}", f"hello {first.lower()}, {words}",
                 f"My name is {first} {last}. {words}", f"my name's {first.lower()} and {words}",
                 f"I am {first} {last}, {words}", f"{words} Thanks, {first} {last}", f"{words} thanks {first.lower()}!",
                 f"{words}\n\nBest regards\n{first} {last}", f"{words}\n-- {first}", f"Mr. {last} said {words}",
                 f"This is {first} from Ulm: {words}", f"{words} — {first} {last[:1]}."):
        kept = without_people(text)
        for name in (first, last):
            assert name.lower() not in kept.lower(), (text, kept)


@pytest.mark.parametrize("text", [
    "Is Adam the best optimizer?", "W @ x + b in numpy", "self.net(x) and np.add.at(a, i, 1)",
    "loss 0.693147 at epoch 1000",
    "look at the dot product", "I am training an XOR network", "0 1 1 0 1 1 0 0 1", "784, 128, 10 units", "XOR",
    "What would Hinton say about that?", "best accuracy is 0.98", "x = [[0,0],[0,1],[1,0],[1,1]]", "model.fit(X, y)",
    "why is it the best", "hello, why does it learn nothing", "learning rate 1e-3, batch of 32", "Thanks! It works now",
])
def test_what_a_question_is_about_stays(text: str) -> None:
    assert without_people(text) == text


def test_an_address_that_is_cut_is_not_kept_in_part() -> None:
    cut = "jane.doe@example.org"
    for padding in range(1960, 2010):
        text = "@" + "x" * 1500 + " " + "y" * max(0, padding - 1502 - 10) + " " + cut
        assert "jane" not in bounded(text) or "@" not in text[: 4 * LONGEST]


def test_decimals_are_cut_and_say_something() -> None:
    assert without_people("it is 0.69314718056 after 12345678 steps") == f"it is 0.693147 after {GONE} steps"
