"""Every regular expression that meets a visitor's text takes time in proportion to its length, whatever it is given.

A backtracking pattern can take the square of it, or twice as long for each further word; then one message keeps the
whole process busy. Growth is measured, not seconds: eight times the text may take three times as long as it should.
"""

import ast
import importlib
import importlib.util
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.dialogue import phrases, posts
from bot.language import grammar, text, utterance, wishes
from bot.language.requests import reports, requested
from bot.language.settings import read_settings
from bot.matching import features
from sims.engine.registry import find

LONG, TIMES = 20_000, 8  # characters, and how much shorter the text is that they are compared with
MOST = 3 * TIMES  # growth; a square has 64
NOTICED = 0.03  # seconds of processor time below which nothing is compared: the clock is no better
STEPS = (10, 14, 18, 22, 26, 30, 36, 44, 60, 80, 120, 200, 400, 1600)  # characters; what doubles with each shows here
SUDDEN = 0.5  # seconds of processor time for one of these
MOST_WORDS = 24  # of a pattern that are tried

PIECES = (" ", "\n", "a", "1", "-", ",", ".", "(", "<", "<b ", "&", "=", "'", "1 1 ", "a b ", "it ", "the ", "so, ",
          "and ", "is ", "-1", "1. ", "a, ", "\n- ", "no ", "](", "$", "{{ ", "https://")
REVIEWED = ("so, " * 22 + "zzz", "same again " * 22, "but " * 34, "and" + " " * 2000)  # each kept the process busy once
BUILT = ("coffee_roasting", "bias_removed", "symmetry")  # whose grammars are tried, too


def growth(run: Callable[[str], object], piece: str) -> float:
    """How many times longer the long text takes than the short one, 0 where neither takes any time worth telling."""
    for length in STEPS:
        assert _seconds(run, _repeated(piece, length)) < SUDDEN, f"{piece!r}: {length} characters"
    long = _repeated(piece, LONG)
    if _seconds(run, long) < NOTICED:
        return 0.0
    slow = min(_seconds(run, long) for _ in range(2))
    return slow / max(min(_seconds(run, _repeated(piece, LONG // TIMES)) for _ in range(5)), 1e-6)


def _repeated(piece: str, length: int) -> str:
    return piece * max(length // len(piece), 1) + "zzz"


def _seconds(run: Callable[[str], object], said: str) -> float:
    started = time.process_time()
    run(said)
    return time.process_time() - started


@cache
def collected() -> dict[str, re.Pattern[str]]:
    """Every pattern of bot, by where it stands: as a module's value, written where it is used, or built. What authors
    write is read by patterns of their own."""
    found: dict[str, re.Pattern[str]] = {}
    left_out = ("bot.content",) if find_spec("ray") else ("bot.content", "bot.surfaces.cluster")  # an optional extra
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if not module.name.endswith("__main__") and not module.name.startswith(left_out):
            held = vars(importlib.import_module(module.name)).items()
            patterns = [*_written(module.name), *(p for key, value in held for p in _within(value, key))]
            found.update({f"{module.name}: {pattern.pattern}": pattern for pattern in patterns})
    built = [*phrases._kinds(), *wishes._wishes(), *wishes._values()]
    built += [spoken for name in BUILT for spoken in grammar.grammar(find(name).params)]
    for one in built:
        found.update({f"{type(one).__name__}: {pattern.pattern}": pattern for pattern in _of(one)})
    return found


def _within(value: Any, key: str = "", depth: int = 3) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, tuple | list | frozenset) and not key.startswith("__"):
        for part in value:
            yield from _within(part, key, depth - 1)
    elif depth and isinstance(value, dict) and not key.startswith("__"):
        yield from _within(tuple(value.values()), key, depth - 1)


def _written(module: str) -> Iterator[re.Pattern[str]]:
    """The patterns that a module writes where it uses them: re.sub(r"...", ...)."""
    source = importlib.util.find_spec(module)
    assert source is not None
    assert source.origin is not None
    for node in ast.walk(ast.parse(Path(source.origin).read_text(encoding="utf-8"))):
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
                and isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
                and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)):
            yield re.compile(node.args[0].value)


def _of(one: Any) -> Iterator[re.Pattern[str]]:
    """The patterns of a grammar, a wish or a kind of follow-up."""
    if isinstance(one, grammar.Spoken):
        if one.is_chosen:
            yield from (one.unwanted, one.unwanted_word, one.chosen(True), one.chosen(False), *one.beside)
            yield from (pattern for pattern in (one.both, one.alone) if pattern)
        else:
            relative = one.relative
            yield from (relative.share, relative.share_after, *relative.parts, *relative.times, *relative.steps)
            yield from (*one.more_or_less, one.after(True), one.before(True), one.of_them, one.by_or_to, one.none)
            yield from (one.extremes, one.mention)
    else:
        yield from (value for value in vars(one).values() if isinstance(value, re.Pattern))


def pieces_of(pattern: re.Pattern[str]) -> list[str]:
    """What a pattern is tried on: what separates words, and the words that stand in it."""
    words = list(dict.fromkeys(re.findall(r"(?<![\\<P])[a-z]{2,}", pattern.pattern)))
    step = max(len(words) // MOST_WORDS, 1)
    return [*PIECES, *(f"{word} " for word in words[::step][:MOST_WORDS])]


def slow_pieces(pattern: re.Pattern[str]) -> list[str]:
    """The pieces on which a pattern's time grows faster than the text."""
    return [piece for piece in pieces_of(pattern)
            if growth(lambda said: sum(1 for _ in pattern.finditer(said)), piece) > MOST]


def test_the_patterns_are_found_wherever_they_stand() -> None:
    where = collected()
    assert len(where) > 200
    for said in ("bot.language.text: ", "bot.dialogue.posts: ", "bot.matching.features: ", "Spoken: ", "_Kind: "):
        assert any(key.startswith(said) for key in where), said


@pytest.mark.slow
@pytest.mark.parametrize(("bad", "piece"), [(r"(?:^|\s)(?:\w+\s*)*!", "a"), (r"a.*?b", "a "), (r"^\s*-", "\n")])
def test_a_pattern_that_is_not_linear_is_noticed(bad: str, piece: str) -> None:
    pattern = re.compile(bad, re.MULTILINE)
    with pytest.raises(AssertionError):
        assert growth(lambda said: sum(1 for _ in pattern.finditer(said)), piece) <= MOST


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_patterns_take_time_in_proportion_to_the_text(part: int) -> None:
    slow = {key: pieces for key, pattern in list(collected().items())[part::8] if (pieces := slow_pieces(pattern))}
    assert not slow


read = utterance.read.__wrapped__  # what was read before is not remembered
READERS: dict[str, Callable[[str], object]] = {
    "clean": text.clean, "markup": text.without_markup, "blank": text.is_blank, "read": read,
    "said": lambda said: read(said).said, "kind": phrases.kind_of, "words": phrases.weighed,
    "questions": posts.questions_of, "list": posts.is_list, "alone": posts.stands_alone, "reports": reports,
    "orders": lambda said: requested(said, "order"), "follows": requested, "features": features.clean,
    "leans": features.leans, "settings": lambda said: read_settings(read(said), find("symmetry").params),
}


@pytest.mark.parametrize("name", READERS)
def test_what_reads_a_visitors_text_does_so_too(name: str) -> None:
    slow = [piece for piece in (*PIECES, "why? ", "with 3 neurons ", "<script>", "</b>", "one hundred ", "\ud800")
            if growth(READERS[name], piece) > MOST]
    assert not slow


@pytest.mark.parametrize("message", REVIEWED)
def test_what_once_kept_the_process_busy_is_read_at_once(message: str) -> None:
    for reader in READERS.values():
        assert _seconds(reader, message) < SUDDEN
