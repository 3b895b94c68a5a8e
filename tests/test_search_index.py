"""The search index for browsers: what it holds, and that a browser decides as the small matcher does."""

import json
import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from known import ENTRIES

from bot.content.entries import KNOWLEDGE
from bot.matching import BestMatcher, Matcher, encoders, read_outside
from bot.matching.evaluation import QUESTIONS, read_questions
from bot.matching.fitting import fit_matcher
from bot.matching.search_file import FORMAT, search_index
from scripts.pages import files, page

ASSETS = Path(__file__).resolve().parent.parent / "bot/surfaces/web/assets/search"
LARGEST = 2_650_000  # bytes that a reader fetches on entering the search box
AGREEMENT = 0.98
ODD = [
    "", "   ", "??", "x", "ναι, τι είναι", "什么是神经元", "pourquoi est-ce que le biais est dans la couche",
    "étude de neurone", "ＦＵＬＬ ｗｉｄｔｈ neuron", "a" * 5000, "𝒙𝒚𝒛 is math?",
    "\x00\x01 what is\u200b a bias", "q" * 101 + " neuron", "w/o bias w/ relu", "İstanbul neuron", "ß straße weight",
    "😀😀 why relu", "x\ud800y weights", "__proto__ constructor",
    "see http://example.com/why?bias=1 please", "lr too high, acc doesnt move tho", "nonexistant nueron activaton",
]
DECIDE = """async ([modules, index, questions]) => {
  const [{ load }, { decide }, { correct }] = await Promise.all(
    ["index", "decide", "spelling"].map((name) => import(`${modules}${name}.js`)));
  const found = await load(index);
  return questions.map(([text, previous]) => {
    const { kind, sure, outside, ranked } = decide(found, text, previous);
    return { kind, sure, outside, ranked: ranked.slice(0, 3), corrected: correct(text, found.spelling) };
  });
}"""


class Few:
    """Two made-up entries, for what does not depend on how many there are."""

    def __init__(self, slug: str, title: str, utterances: Sequence[str]) -> None:
        self.slug, self.title, self.utterances = slug, title, utterances


FEW = [Few("bias-term", "Why a bias?", ["what does the bias do", "why add the bias", "remove the bias"]),
       Few("dropout", "What does dropout do?", ["why drop units", "the dropout rate", "drop units at random"])]
TITLES = {entry.slug: entry.title for entry in FEW}


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return fit_matcher(FEW, (), encoders.small())


def unpacked(index: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header, and the parts as arrays or text."""
    content = zlib.decompress(index)
    (length,) = struct.unpack_from("<I", content)
    header = json.loads(content[4 : 4 + length])
    parts: dict[str, Any] = {}
    for name, (kind, start, count) in header["parts"].items():
        assert start % 4 == 0
        number = np.dtype("uint8" if kind == "utf8" else kind).newbyteorder("<")
        raw = np.frombuffer(content, number, count, 4 + length + start)
        parts[name] = raw.tobytes().decode() if kind == "utf8" else raw
    return header, parts


def test_the_index_holds_the_matcher_to_a_few_hundredths(matcher: Matcher) -> None:
    header, parts = unpacked(search_index(matcher, TITLES))
    table = encoders.small().table
    assert header["labels"] == list(matcher.labels) == ["bias-term", "dropout"]
    assert header["titles"] == TITLES
    rows = parts["table"].reshape(table.shape) * parts["table_scales"][:, None]
    assert np.abs(rows - table).max() <= np.abs(table).max() / 127
    np.testing.assert_array_equal(parts["weights"].reshape(2, -1), matcher.models["small"].head.weights)
    np.testing.assert_array_equal(parts["ngrams_rows"].reshape(-1, 2), matcher.ngrams.rows)
    np.testing.assert_array_equal(parts["ngrams_buckets"], matcher.ngrams.buckets)
    assert header["numbers"]["mix"] == {"small": {"whole": [0.5, 0]}, "ngrams": {"whole": [0.5, 0]}}


def test_the_words_unfold_to_those_that_the_speller_knows(matcher: Matcher) -> None:
    _, parts = unpacked(search_index(matcher, TITLES))
    words, last = set(), ""
    for line in parts["words"].split("\n"):
        last = last[: ord(line[0]) - 48] + line[1:]
        words.add(last)
    assert words == matcher.speller.known
    targets = dict(line.split(" ") for line in parts["targets"].split("\n"))
    assert {word: int(weight) for word, weight in targets.items()} == matcher.speller.targets


def test_the_same_matcher_gives_the_same_bytes(matcher: Matcher) -> None:
    again = fit_matcher(FEW, (), encoders.small())
    assert search_index(matcher, TITLES) == search_index(again, TITLES)


def test_a_matcher_with_another_encoder_is_refused(matcher: Matcher) -> None:
    with pytest.raises(ValueError, match="only the small encoder"):
        search_index(replace(matcher, name="other"), TITLES)


def test_the_script_reads_the_format_that_is_written() -> None:
    script = (ASSETS / "index.js").read_text(encoding="utf-8")
    assert f"const FORMAT = {FORMAT};" in script


def test_the_modules_import_nothing_from_elsewhere() -> None:
    for module in ASSETS.glob("*.js"):
        for source in re.findall(r'(?:from|import\()\s*"([^"]*)"', module.read_text(encoding="utf-8")):
            assert (ASSETS / source).is_file(), f"{module.name} imports {source}"


@pytest.mark.browser
def test_a_browser_decides_as_the_small_matcher_does(tmp_path: Path) -> None:
    entries = ENTRIES
    outside = read_outside(KNOWLEDGE / "outside.toml")
    small = BestMatcher(tuple(entries.values()), outside, None).small
    index = search_index(small, {slug: entry.title for slug, entry in entries.items()})
    assert len(index) <= LARGEST
    (tmp_path / "search.bin").write_bytes(index)
    (tmp_path / "search").symlink_to(ASSETS)
    (tmp_path / "index.html").write_text("<title>search</title>")
    asked = [(question.text, list(question.previous or ())) for question in read_questions(QUESTIONS)]
    asked += [(text, []) for text in ODD]
    with files(tmp_path) as address, page(800, 600) as window:
        window.goto(address)
        found = window.evaluate(DECIDE, [f"{address}/search/", f"{address}/search.bin", [[t, p] for t, p in asked]])
    expected = [small.decide(text, previous) for text, previous in asked]
    same = [(theirs["ranked"][0]["slug"], theirs["kind"]) == (ours.ranked[0].slug, ours.kind)
            for theirs, ours in zip(found, expected, strict=True)]
    assert np.mean(same[: -len(ODD)]) >= AGREEMENT
    assert all(same[-len(ODD) :]), [text for text, fine in zip(ODD, same[-len(ODD) :], strict=True) if not fine]
    corrected = [theirs["corrected"] == small.speller.correct(text)
                 for theirs, (text, _) in zip(found, asked, strict=True)]
    assert np.mean(corrected) >= AGREEMENT
    nearness = [abs(theirs["ranked"][0]["confidence"] - ours.ranked[0].confidence)
                for theirs, ours in zip(found, expected, strict=True)]
    assert max(nearness) < 0.08  # its numbers have eight bits
